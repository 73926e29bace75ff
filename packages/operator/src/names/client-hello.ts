import { MseError } from '@mse/core/error'
import { demand, Fields } from './fields.ts'
import { isHostName } from './host-name.ts'

/** Bytes that a client may send before its ClientHello is whole. */
const limit = 16 << 10
const handshake = 22
const clientHello = 1
/** Of extensions, and of names in them (RFC 6066, §3). */
const serverName = 0
const hostName = 0

/**
 * Reads the first message of a TLS client as far as the name that it asks for (RFC 8446, §4.1.2 and §5.1). It can be in several
 * records, and those in any number of packets.
 */
export class ClientHelloReader {
  private seen = 0
  private pending: Buffer = Buffer.alloc(0)
  private message: Buffer = Buffer.alloc(0)

  /**
   * Takes what has come.
   *
   * @returns the name in lower case; undefined as long as more has to come
   * @throws MseError `names/malformed`, `names/oversized`, `names/none`
   */
  read(packet: Buffer): string | undefined {
    this.seen += packet.length
    this.pending = Buffer.concat([this.pending, packet])
    for (;;) {
      if (this.pending.length > 0) demand(this.pending[0] === handshake, 'what was sent first is no TLS handshake')
      if (this.pending.length > 1) demand(this.pending[1] === 3, 'a record of no version of TLS')
      const length = this.pending.length < 5 ? undefined : this.pending.readUInt16BE(3)
      if (length !== undefined) demand(length > 0 && length <= 1 << 14, 'a record that is empty or too long')
      if (length === undefined || this.pending.length < 5 + length) break
      this.message = Buffer.concat([this.message, this.pending.subarray(5, 5 + length)])
      this.pending = this.pending.subarray(5 + length)
      const name = nameIn(this.message)
      if (name !== undefined) return name
    }
    if (this.seen > limit) throw new MseError('names/oversized', 'a ClientHello that is longer than any that is taken')
    return undefined
  }
}

function nameIn(message: Buffer): string | undefined {
  demand(message[0] === clientHello, 'the first message is no ClientHello')
  const length = message.length < 4 ? 0 : message.readUIntBE(1, 3)
  if (length > limit) throw new MseError('names/oversized', 'a ClientHello that is longer than any that is taken')
  if (message.length < 4 || message.length < 4 + length) return undefined
  const body = new Fields(message.subarray(4, 4 + length))
  body.skip(2 + 32)
  body.vector(1)
  body.vector(2)
  body.vector(1)
  if (body.left === 0) throw noName()
  const extensions = body.vector(2)
  demand(body.left === 0, 'something behind the extensions')
  const names: Fields[] = []
  while (extensions.left > 0) {
    const type = extensions.number(2)
    const content = extensions.vector(2)
    if (type === serverName) names.push(content)
  }
  demand(names.length <= 1, 'an extension that is there twice')
  if (names[0] === undefined) throw noName()
  return hostIn(names[0])
}

/** The one name of a ServerNameList. */
function hostIn(extension: Fields): string {
  const list = extension.vector(2)
  demand(extension.left === 0 && list.number(1) === hostName, 'a list of names of an unknown kind')
  const name = list.vector(2).text().toLowerCase()
  demand(list.left === 0, 'several names')
  demand(isHostName(name), 'a name that no host can have')
  return name
}

function noName(): MseError {
  return new MseError('names/none', 'the client asks for no name', { next: 'Use a client that sends SNI.' })
}
