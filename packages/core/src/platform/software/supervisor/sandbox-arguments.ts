import { existsSync, lstatSync, mkdirSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Layout } from '../layout.ts'
import type { SupervisorPlan } from '../plan-file.ts'
import { temporarySpace } from './limits.ts'
import { storedFolders } from './storage.ts'

/** What of the host's /etc the sandbox sees: names, time and certificates, nothing of the machine's own. */
const sharedEtc = [
  'resolv.conf',
  'hosts',
  'nsswitch.conf',
  'localtime',
  'ssl/certs',
  'ssl/openssl.cnf',
  'pki/tls/certs',
  'pki/ca-trust',
  'alternatives',
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'mime.types',
]

/**
 * What of /proc is the host's whatever the namespace. Its permissions go by the user alone: where root runs the enclave, the
 * application could set the host's sysctls.
 */
const hostsOwnProc = ['sys', 'sysrq-trigger', 'irq', 'bus', 'acpi', 'scsi', 'fs']

/** Arguments of bubblewrap; descriptor numbers are those of the child. */
export function sandboxArguments(
  files: Layout,
  plan: SupervisorPlan,
  descriptors: { readonly seccomp: number; readonly info: number },
): string[] {
  return [
    ...['--unshare-pid', '--unshare-ipc', '--unshare-uts', '--hostname', 'enclave', '--unshare-cgroup-try'],
    ...['--die-with-parent', '--new-session', '--cap-drop', 'ALL'],
    ...system(),
    ...etc(files.etc),
    ...['--proc', '/proc', '--dev', '/dev'],
    ...hostsOwnProc.flatMap((name) => ['--ro-bind-try', `/proc/${name}`, `/proc/${name}`]),
    ...['--ro-bind', files.package, '/opt/mse'],
    ...interpreterMount(plan.interpreter.prefix),
    ...storedFolders.flatMap((folder) => ['--bind', join(files.plain, folder), `/${folder}`]),
    ...['--size', String(temporarySpace(plan.hardware)), '--perms', '1777', '--tmpfs', '/tmp'],
    ...['--remount-ro', '/dev', '--remount-ro', '/', '--chdir', '/'],
    ...environment(plan),
    ...['--info-fd', String(descriptors.info), '--seccomp', String(descriptors.seccomp)],
  ]
}

/** The interpreter as the sandbox sees it: the host's /usr is there under its own name, any other place at /opt/python. */
export function interpreterInside({ executable, prefix }: SupervisorPlan['interpreter']): string {
  return inUsr(prefix) ? executable : join('/opt/python/bin', basename(executable))
}

/** Only what belongs to a Python: its prefix may be somebody's home. */
function interpreterMount(prefix: string): string[] {
  if (inUsr(prefix)) return []
  const library = readdirSync(join(prefix, 'lib')).filter((name) => /^(lib)?python3/.test(name))
  const parts = ['bin', ...library.map((name) => `lib/${name}`)]
  return parts.flatMap((part) => ['--ro-bind', join(prefix, part), join('/opt/python', part)])
}

function inUsr(prefix: string): boolean {
  return prefix === '/usr' || prefix.startsWith('/usr/')
}

function system(): string[] {
  const top = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'].filter((path) => existsSync(path))
  return [
    ...['--ro-bind', '/usr', '/usr'],
    ...top.flatMap((path) =>
      lstatSync(path).isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path],
    ),
  ]
}

function etc(own: string): string[] {
  mkdirSync(own, { recursive: true })
  writeFileSync(join(own, 'passwd'), 'root:x:0:0:root:/root:/usr/sbin/nologin\n')
  writeFileSync(join(own, 'group'), 'root:x:0:\n')
  return [
    ...['passwd', 'group'].flatMap((name) => ['--ro-bind', join(own, name), `/etc/${name}`]),
    ...sharedEtc.flatMap((name) => ['--ro-bind-try', `/etc/${name}`, `/etc/${name}`]),
  ]
}

function environment({ launch, interpreter }: SupervisorPlan): string[] {
  // A Python that was built with a shared library looks for it where it was installed, which is not where it is mounted.
  const library = inUsr(interpreter.prefix) ? {} : { LD_LIBRARY_PATH: '/opt/python/lib' }
  const own = { MSE_LAUNCH: launch, HOME: '/root', PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8' }
  const variables = { ...own, ...library }
  return ['--clearenv', ...Object.entries(variables).flatMap(([name, value]) => ['--setenv', name, value])]
}
