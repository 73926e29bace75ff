import { encodeIdentity } from '@mse/core/package/age/keys'
import { Decrypter } from 'age-encryption'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Somebody else's reader of age files: the plaintext, or an error. */
export type OpenAge = (file: Uint8Array, secret: Uint8Array) => Promise<Buffer>

/** Whether the `age` command is there to compare with (sudo apt-get install age). */
export const hasAge: boolean = spawnSync('age', ['--version']).status === 0

/** The `age` command, by the authors of the format. */
export const openWithAge: OpenAge = async (file, secret) => {
  const folder = mkdtempSync(join(tmpdir(), 'mse-age-'))
  try {
    const identity = join(folder, 'identity')
    writeFileSync(identity, `${encodeIdentity(secret)}\n`, { mode: 0o600 })
    const run = spawnSync('age', ['--decrypt', '--identity', identity], { input: file, maxBuffer: 1 << 24 })
    if (run.status !== 0) throw new Error(run.stderr.toString())
    return run.stdout
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The age-encryption package of npm. */
export const openWithTypage: OpenAge = async (file, secret) => {
  const decrypter = new Decrypter()
  decrypter.addIdentity(encodeIdentity(secret))
  return Buffer.from(await decrypter.decrypt(Uint8Array.from(file)))
}
