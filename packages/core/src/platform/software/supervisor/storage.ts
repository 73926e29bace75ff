import { spawn, type ChildProcess } from 'node:child_process'
import { hkdfSync } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { MseError } from '../../../error.ts'
import type { Failure } from '../../platform.ts'
import type { Layout } from '../layout.ts'

/** The three folders of an enclave that are ciphertext on the host. */
export const storedFolders = ['root', 'key', 'mse-app'] as const

/** A file system of limited size, visible only in this mount namespace. */
export interface MountedImage {
  readonly daemon: ChildProcess
  /** Nothing was ever stored in it. */
  readonly isNew: boolean
}

/**
 * Mounts an ext4 image, sparse; there is no key to it, because it holds nothing but ciphertext. Writes beyond the size fail with
 * ENOSPC (decisions/0004-storage-quota.md).
 *
 * @param size bytes
 * @throws MseError `environment/storage`, `environment/storage-damaged`
 */
export async function mountImage(files: Layout, size: number): Promise<MountedImage> {
  for (const folder of [files.cipher, files.plain]) mkdirSync(folder, { recursive: true })
  const isNew = !existsSync(files.image)
  await (isNew ? makeImage(files.image, size) : mendImage(files.image))
  const options = 'fakeroot,big_writes,noatime'
  const daemon = await mount(
    spawn('fuse2fs', ['-f', '-o', options, files.image, files.cipher], { stdio: ['ignore', 'ignore', 'pipe'] }),
    files.cipher,
  )
  return { daemon, isNew }
}

/**
 * Mounts what gocryptfs keeps in an image, decrypted, in this mount namespace alone.
 *
 * @param key 32 bytes
 * @throws MseError `environment/storage`
 */
export async function mountStorage(
  files: Layout,
  { daemon: image, isNew }: MountedImage,
  key: Uint8Array,
): Promise<MountedStorage> {
  const ciphertext = join(files.cipher, 'ciphertext')
  mkdirSync(ciphertext, { recursive: true })
  if (isNew) writeFileSync(join(ciphertext, 'gocryptfs.diriv'), hkdf(key, 'directory iv', 16))
  const plain = await mount(spawnGocryptfs(ciphertext, files.plain, key), files.plain)
  for (const folder of storedFolders) mkdirSync(join(files.plain, folder), { mode: 0o700, recursive: true })
  return { ended: Promise.race([image, plain].map(endOf)), unmount: () => unmount([plain, image]) }
}

/** Storage that is mounted as long as both of its daemons live. */
export interface MountedStorage {
  /** Resolves, with a failure, when one of them has ended. */
  readonly ended: Promise<Failure>
  /** Writes everything to the image and lets go of it; both daemons have ended then. */
  unmount(): Promise<void>
}

/** Milliseconds that a daemon gets to write what it holds. */
const patience = 8_000

/** In that order: asked to end, each unmounts what it has mounted. */
async function unmount(daemons: readonly ChildProcess[]): Promise<void> {
  for (const daemon of daemons) {
    if (daemon.exitCode !== null || daemon.signalCode !== null) continue
    daemon.kill('SIGTERM')
    await Promise.race([once(daemon, 'exit'), sleep(patience)])
  }
}

async function endOf(daemon: ChildProcess): Promise<Failure> {
  await once(daemon, 'exit')
  const message = `${daemon.spawnfile}, which keeps the encrypted storage, has ended`
  return { code: 'launch/storage-died', message, next: 'mse deploy' }
}

/** The key of an enclave's storage: another platform, another version or another instance has another one. */
export function storageKey(platformSecret: Uint8Array, fingerprint: string, instance: string): Buffer {
  return hkdf(platformSecret, `mse storage v1 ${fingerprint} ${instance}`, 32)
}

async function makeImage(image: string, size: number): Promise<void> {
  closeSync(openSync(image, 'wx', 0o600))
  truncateSync(image, size)
  // Not -m 0: fuse2fs then holds back a tenth.
  const features = ['-t', 'ext4', '-O', '^has_journal,^resize_inode', '-m', '0.01', '-i', '16384']
  const child = spawn('mke2fs', ['-q', '-F', ...features, '-E', 'lazy_itable_init=1,nodiscard,root_owner=0:0', image], {
    stdio: ['ignore', 'ignore', 2],
  })
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new MseError('environment/storage', `mke2fs ended with ${code}`, { next: 'mse doctor' })
}

/**
 * Puts right what a crash left half done; there is no journal. e2fsck says so in bits (e2fsck(8)): 1 and 2 for what it has mended.
 *
 * @throws MseError `environment/storage-damaged` for what it will not mend without being told to
 */
async function mendImage(image: string): Promise<void> {
  const child = spawn('e2fsck', ['-p', image], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (said += data.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== null && code < 4) return
  throw new MseError('environment/storage-damaged', 'the encrypted storage was damaged and is not used again', {
    found: said.trim().slice(-500),
    next: 'mse stop NAME, and then mse deploy: starts anew, with empty storage',
  })
}

/** The master key goes through a pipe; gocryptfs then needs neither a password nor a configuration file. */
function spawnGocryptfs(ciphertext: string, mountPoint: string, key: Uint8Array): ChildProcess {
  const flags = ['-q', '-fg', '-noprealloc', '-nosyslog', '-masterkey=stdin']
  const child = spawn('gocryptfs', [...flags, ciphertext, mountPoint], { stdio: ['pipe', 'ignore', 'pipe'] })
  child.stdin?.end(`${Buffer.from(key).toString('hex')}\n`)
  return child
}

async function mount(daemon: ChildProcess, mountPoint: string): Promise<ChildProcess> {
  let ended = false
  let said = ''
  daemon.stderr?.on('data', (data: Buffer) => (said = `${said}${data.toString()}`.slice(-2_000)))
  daemon.once('error', () => (ended = true))
  daemon.once('exit', () => (ended = true))
  const until = performance.now() + 10_000
  while (!isMounted(mountPoint)) {
    if (ended || performance.now() > until) {
      throw new MseError('environment/storage', `${daemon.spawnfile} cannot mount encrypted storage`, {
        ...(said === '' ? {} : { found: said.trim() }),
        next: 'mse doctor',
      })
    }
    await sleep(2)
  }
  return daemon
}

function isMounted(mountPoint: string): boolean {
  const escaped = mountPoint.replaceAll(/[ \t\n\\]/g, (one) => `\\${one.charCodeAt(0).toString(8).padStart(3, '0')}`)
  return readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .some((line) => line.split(' ')[1] === escaped)
}

function hkdf(key: Uint8Array, info: string, length: number): Buffer {
  return Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), info, length))
}
