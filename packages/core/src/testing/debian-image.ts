import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { writeLayout } from './write-layout.ts'

/** What Python needs to be installed, and never to run. */
const leftOut = /perl|debconf|installer|newt|slang|textwrap|install-info|^dpkg$|^tar$|gdbm-compat/

/** Folders that are links since /usr was merged; packages of before still name them. */
const merged = ['bin', 'sbin', 'lib', 'lib64']

export interface DebianImage {
  /** An OCI layout as a tar. */
  readonly archive: string
  /** Of the image's configuration: `sha256:…`. */
  readonly digest: string
  /** Minor version of its Python: `3.11`. */
  readonly python: string
}

/**
 * The image of a small system with Python and nothing else, made of the Debian packages that this machine would install, with one more
 * layer. Packages and system are kept in `cache` and made once.
 */
export function debianImage(cache: string, layer: Uint8Array): DebianImage {
  const names = packageNames()
  const key = createHash('sha256').update(names.join(' ')).digest('hex').slice(0, 16)
  const system = join(cache, `system-${key}.tar`)
  if (!existsSync(system)) makeSystem(cache, system, names)
  const bytes = readFileSync(system)
  const digest = createHash('sha256').update(bytes).update(layer).digest('hex').slice(0, 16)
  const archive = join(cache, `image-${digest}.tar`)
  if (!existsSync(archive)) packImage(cache, archive, [bytes, layer])
  const python = /python(3\.\d+)-minimal/.exec(names.join(' '))?.[1]
  if (python === undefined) throw new Error('no package has a Python')
  return { archive, digest: digestOf(archive), python }
}

/** With everything that they depend on. */
function packageNames(): string[] {
  const no = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'].map((word) => `--no-${word}`)
  const said = execFileSync('apt-cache', ['depends', '--recurse', ...no, 'python3'], { encoding: 'utf8' })
  const names = new Set(said.split('\n').filter((line) => /^\w/.test(line) && !leftOut.test(line)))
  return [...names].toSorted()
}

/** Unpacked and not configured: no script of a package is run. */
function makeSystem(cache: string, target: string, names: readonly string[]): void {
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'making-'))
  try {
    const [packages, root] = [join(folder, 'packages'), join(folder, 'root')]
    for (const one of [packages, ...merged.map((name) => join(root, 'usr', name))]) mkdirSync(one, { recursive: true })
    for (const name of merged) symlinkSync(`usr/${name}`, join(root, name))
    execFileSync('apt-get', ['download', '-qq', '-o', 'APT::Sandbox::User=root', ...names], {
      cwd: packages,
      stdio: 'ignore',
    })
    const without = ['doc', 'man', 'locale', 'bug', 'lintian'].map((name) => `--exclude=./usr/share/${name}`)
    for (const file of readdirSync(packages).toSorted()) {
      const content = execFileSync('dpkg-deb', ['--fsys-tarfile', join(packages, file)], { maxBuffer: 2 ** 30 })
      execFileSync('tar', ['-x', '--keep-directory-symlink', '-C', root, ...without], { input: content })
    }
    const same = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner']
    execFileSync('tar', ['-c', ...same, '-f', `${target}.new`, '-C', root, '.'])
    renameSync(`${target}.new`, target)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function packImage(cache: string, archive: string, layers: readonly Uint8Array[]): void {
  const folder = mkdtempSync(join(cache, 'layout-'))
  try {
    writeLayout(folder, { layers: layers.map((bytes) => ({ bytes })) })
    execFileSync('tar', ['-c', '-f', `${archive}.new`, '-C', folder, ...readdirSync(folder)])
    renameSync(`${archive}.new`, archive)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function digestOf(archive: string): string {
  const member = (path: string): unknown =>
    JSON.parse(execFileSync('tar', ['-x', '-O', '-f', archive, path], { encoding: 'utf8' }))
  const { manifests } = member('index.json') as { readonly manifests: readonly [{ readonly digest: string }] }
  const manifest = member(`blobs/${manifests[0].digest.replace(':', '/')}`)
  return (manifest as { readonly config: { readonly digest: string } }).config.digest
}
