import * as cctv from 'cctv-age'
import { inflateSync } from 'node:zlib'

/** A vector of the authors of the format (https://c2sp.org/CCTV/age). */
export interface AgeVector {
  readonly name: string
  readonly expect: 'success' | 'no match' | 'HMAC failure' | 'header failure' | 'payload failure' | 'armor failure'
  /** Hex SHA-256 of all plaintext that a reader gives out, also before it refuses. */
  readonly payload: string | undefined
  /** Hex. */
  readonly fileKey: string | undefined
  readonly identities: readonly string[]
  readonly passphrases: readonly string[]
  readonly armored: boolean
  readonly file: Buffer
}

const known = ['expect', 'payload', 'file key', 'identity', 'passphrase', 'armored', 'compressed', 'comment']

/** All of them; a key that is not known here is an error, so that no vector is half understood. */
export const ageVectors: readonly AgeVector[] = Object.entries(cctv)
  .filter((entry): entry is [string, Uint8Array] => entry[1] instanceof Uint8Array)
  .map(([name, bytes]) => readVector(name, Buffer.from(bytes)))

function readVector(name: string, bytes: Buffer): AgeVector {
  const end = bytes.indexOf('\n\n')
  const lines = bytes.toString('latin1', 0, end).split('\n')
  const fields = lines.map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)] as const)
  const unknown = fields.find(([key]) => !known.includes(key))
  if (unknown !== undefined) throw new Error(`${name} has a key that this reader does not know: ${unknown[0]}`)
  const all = (key: string): string[] => fields.filter(([given]) => given === key).map(([, value]) => value)
  const file = bytes.subarray(end + 2)
  return {
    name,
    expect: all('expect')[0] as AgeVector['expect'],
    payload: all('payload')[0],
    fileKey: all('file key')[0],
    identities: all('identity'),
    passphrases: all('passphrase'),
    armored: all('armored')[0] === 'yes',
    file: all('compressed')[0] === 'zlib' ? inflateSync(file) : file,
  }
}
