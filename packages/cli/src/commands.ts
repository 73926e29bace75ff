import type { Command, Entry } from './command.ts'

/** The commands, in the order of an application's life. */
export const commands: readonly Entry[] = [
  { name: 'scaffold', summary: 'start a project', load: () => import('./commands/scaffold.ts') },
  { name: 'check', summary: 'check mse.toml and the code folder', load: () => import('./commands/check.ts') },
  {
    name: 'doctor',
    summary: 'say whether this machine is ready, and what mends it',
    load: () => import('./commands/doctor.ts'),
  },
  {
    name: 'lock',
    summary: 'choose the versions of the dependencies and write them down',
    load: () => import('./commands/lock.ts'),
  },
  { name: 'package', summary: 'make a package to hand to an operator', load: () => import('./commands/package.ts') },
  {
    name: 'inspect',
    summary: 'show what is in a package, and whose it is',
    load: () => import('./commands/inspect.ts'),
  },
  {
    name: 'fingerprint',
    summary: 'compute what platforms measure of a package',
    load: () => import('./commands/fingerprint.ts'),
  },
  { name: 'push', summary: 'send a package to a registry', load: () => import('./commands/push.ts') },
  { name: 'pull', summary: 'fetch a package from a registry', load: () => import('./commands/pull.ts') },
  {
    name: 'base',
    summary: 'take an image that SGX enclaves start from',
    load: () => import('./commands/base.ts'),
  },
  { name: 'spawn', summary: 'start an enclave that waits for its owner', load: () => import('./commands/spawn.ts') },
  {
    name: 'evidence',
    summary: 'collect what an enclave shows of itself',
    load: () => import('./commands/evidence.ts'),
  },
  { name: 'verify', summary: 'prove what is behind a certificate', load: () => import('./commands/verify.ts') },
  {
    name: 'seal',
    summary: 'seal code key and secrets to a verified enclave',
    load: () => import('./commands/seal.ts'),
  },
  { name: 'unseal', summary: 'open what was sealed to a key of yours', load: () => import('./commands/unseal.ts') },
  { name: 'run', summary: 'provision a waiting enclave', load: () => import('./commands/run.ts') },
  { name: 'deploy', summary: 'all of that in one go', load: () => import('./commands/deploy.ts') },
  {
    name: 'login',
    summary: 'keep a token for an operator service',
    load: () => import('./commands/login.ts'),
  },
  { name: 'logout', summary: 'forget it', load: () => import('./commands/logout.ts') },
  { name: 'whoami', summary: 'who you are to an operator service', load: () => import('./commands/whoami.ts') },
  {
    name: 'test',
    summary: 'run the tests of a project against its application',
    load: () => import('./commands/test.ts'),
  },
  { name: 'status', summary: 'what an application is doing', load: () => import('./commands/status.ts') },
  { name: 'list', summary: 'the applications of this machine', load: () => import('./commands/list.ts') },
  { name: 'logs', summary: 'what an application has printed', load: () => import('./commands/logs.ts') },
  {
    name: 'restart',
    summary: 'end an application and start it again, with what it stored',
    load: () => import('./commands/restart.ts'),
  },
  {
    name: 'renew',
    summary: 'exchange key and certificate of an application; its storage stays',
    load: () => import('./commands/renew.ts'),
  },
  { name: 'stop', summary: 'end an application and delete what it stored', load: () => import('./commands/stop.ts') },
  {
    name: 'remove',
    summary: 'stop an application and delete its log and its record, too',
    load: () => import('./commands/remove.ts'),
  },
  {
    name: 'operator',
    summary: 'run the applications of others on this machine; have applications return after a reboot',
    load: () => import('./commands/operator.ts'),
  },
  { name: 'keygen', summary: 'make a key to encrypt to, or to sign with', load: () => import('./commands/keygen.ts') },
  { name: 'sign', summary: 'measure and sign an SGX enclave', load: () => import('./commands/sign.ts') },
  { name: 'encrypt', summary: 'encrypt a file to public keys', load: () => import('./commands/encrypt.ts') },
  { name: 'decrypt', summary: 'decrypt a file with a secret key', load: () => import('./commands/decrypt.ts') },
  { name: 'explain', summary: 'say what an error code means', load: () => import('./commands/explain.ts') },
]

/** What `mse --help` starts with. */
export const examples: readonly (readonly [line: string, effect: string])[] = [
  ['mse scaffold helloworld', 'start a project in the folder helloworld'],
  ['mse deploy helloworld', 'serve it from an enclave'],
]

export async function findCommand(name: string | undefined): Promise<{ entry: Entry; command: Command } | undefined> {
  const entry = commands.find((candidate) => candidate.name === name)
  return entry && { entry, command: (await entry.load()).command }
}
