import { MseError } from '../../error.ts'
import { ByteSource } from './byte-source.ts'

const begin = '-----BEGIN AGE ENCRYPTED FILE-----'
const end = '-----END AGE ENCRYPTED FILE-----'
const columns = 64
const bytesInLine = 48

/** Bytes of white space that may stand before and after. */
const outside = 1024

/** Whether what follows is an age file as text rather than as bytes. */
export async function isArmored(bytes: ByteSource): Promise<boolean> {
  const start = (await bytes.peek(outside)).toString('latin1')
  return /^[ \t\r\n]*-----/.test(start)
}

/** An age file as text (https://age-encryption.org/v1, "ASCII armor"): PEM in its strictest form. */
export async function* armor(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const bytes = new ByteSource(source)
  try {
    yield Buffer.from(`${begin}\n`)
    for (let last = false; !last;) {
      const block = await bytes.take(1024 * bytesInLine)
      last = await bytes.atEnd()
      const lines = block.toString('base64').match(/.{1,64}/g) ?? []
      yield Buffer.from(lines.map((line) => `${line}\n`).join(''))
    }
    yield Buffer.from(`${end}\n`)
  } finally {
    await bytes.close()
  }
}

/**
 * The bytes of the age file within.
 *
 * @throws MseError `age/armor`
 */
export async function* unarmor(bytes: ByteSource): AsyncGenerator<Buffer> {
  const blank = (await bytes.peek(outside)).toString('latin1').search(/[^ \t\r\n]/)
  await bytes.take(blank)
  if ((await nextLine(bytes)) !== begin) throw armorError(`it does not begin with ${begin}`)
  let lines: Buffer[] = []
  yield* wholeLines(bytes)
  for (let last = false; ;) {
    const line = await nextLine(bytes)
    if (line === end) break
    if (last) throw armorError('a line that is shorter than the others is not the last one')
    const decoded = Buffer.from(line, 'base64')
    const canonical = decoded.toString('base64') === line && line !== ''
    if (!canonical || line.length > columns) throw armorError('a line is not canonical base64')
    last = decoded.length < bytesInLine
    lines.push(decoded)
    if (lines.length < 1024) continue
    yield Buffer.concat(lines)
    lines = []
    if (!last) yield* wholeLines(bytes)
  }
  yield Buffer.concat(lines)
  const after = await bytes.take(outside + 1)
  if (after.length > outside || /[^ \t\r\n]/.test(after.toString('latin1')))
    throw armorError('something follows its end')
}

/** Lines of full length that end in LF, many at a time: canonical by their letters alone. */
async function* wholeLines(bytes: ByteSource): AsyncGenerator<Buffer> {
  const length = 1024 * (columns + 1)
  for (;;) {
    const ahead = (await bytes.peek(length)).toString('latin1')
    if (ahead.length < length || !/^(?:[A-Za-z0-9+/]{64}\n)+$/.test(ahead)) return
    await bytes.take(length)
    yield Buffer.from(ahead, 'base64')
  }
}

/** Ends in LF or CRLF; the last line may end with the file. */
async function nextLine(bytes: ByteSource): Promise<string> {
  const ahead = await bytes.peek(columns + 2)
  const at = ahead.indexOf(0x0a)
  const line = (await bytes.take(at === -1 ? ahead.length : at + 1)).toString('latin1')
  return line.replace(/\r?\n$/, '')
}

function armorError(message: string): MseError {
  return new MseError('age/armor', `not an age file as text, or damaged: ${message}`, {
    next: 'Get the file again; a mail program may have changed it.',
  })
}
