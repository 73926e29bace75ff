import { createHmac, timingSafeEqual } from 'node:crypto'
import { MseError } from '../../error.ts'
import { decodeUnpadded, encodeUnpadded } from './base64.ts'
import type { ByteSource } from './byte-source.ts'
import { hkdf } from './hkdf.ts'
import { encodeStanza, headerError, parseStanza, type Stanza } from './stanza.ts'

const version = 'age-encryption.org/v1'

/** Bytes of a header at most, which is 10,000 recipients; age itself sets no limit. */
const headerLimit = 1 << 20

/** The header of an age v1 file, before anything in it is believed. */
export interface Header {
  readonly stanzas: readonly Stanza[]
  /** What the MAC is over. */
  readonly text: string
  /** 32 bytes. */
  readonly mac: Buffer
}

/** https://age-encryption.org/v1, "Header". `fileKey` has 16 bytes. */
export function encodeHeader(stanzas: readonly Stanza[], fileKey: Uint8Array): Buffer {
  const text = `${version}\n${stanzas.map(encodeStanza).join('')}---`
  return Buffer.from(`${text} ${encodeUnpadded(headerMac(text, fileKey))}\n`)
}

/** @throws MseError `age/header` */
export async function readHeader(bytes: ByteSource): Promise<Header> {
  let left = headerLimit
  let text = ''
  const next = async (): Promise<string> => {
    const line = await bytes.line(left)
    if (line === undefined) throw headerError('its header has no end')
    left -= line.length + 1
    text += `${line}\n`
    return line
  }
  const first = await next()
  if (first !== version) {
    const other = first.startsWith('age-encryption.org/')
    throw headerError(other ? `its version is not ${version}` : `it does not begin with ${version}`)
  }
  const stanzas: Stanza[] = []
  for (;;) {
    const line = await next()
    if (!line.startsWith('---')) {
      stanzas.push(await parseStanza(line, next))
      continue
    }
    const mac = line.startsWith('--- ') ? decodeUnpadded(line.slice(4)) : undefined
    if (mac?.length !== 32 || stanzas.length === 0) throw headerError('its header does not end as it should')
    return { stanzas, text: text.slice(0, text.length - line.length - 1 + 3), mac }
  }
}

/** @throws MseError `age/mac` */
export function checkMac({ text, mac }: Header, fileKey: Uint8Array): void {
  if (timingSafeEqual(headerMac(text, fileKey), mac)) return
  throw new MseError('age/mac', 'the header of this age file was changed after it was written')
}

/** The 32-byte key of the payload, from the file key and the 16-byte nonce that precedes the payload. */
export function payloadKey(fileKey: Uint8Array, nonce: Uint8Array): Buffer {
  return hkdf(fileKey, nonce, 'payload')
}

function headerMac(text: string, fileKey: Uint8Array): Buffer {
  return createHmac('sha256', hkdf(fileKey, Buffer.alloc(0), 'header'))
    .update(text, 'latin1')
    .digest()
}
