import { checksumOf } from '../oci/tar/tar-header.ts'

/** An entry of an archive as somebody wants it, right or wrong. */
export interface RawEntry {
  readonly name: string
  /** `0` file, `1` hard link, `2` link, `3` and `4` devices, `5` folder, `6` pipe, `x` extended header, … */
  readonly flag?: string
  readonly content?: string | Uint8Array
  readonly link?: string
  readonly mode?: number
  /** What the header says, if not the truth. */
  readonly size?: number
  readonly checksum?: number
}

/** An archive of these entries, whatever they are, with a proper end. */
export function rawTar(entries: readonly RawEntry[], end: Uint8Array = Buffer.alloc(1024)): Buffer {
  return Buffer.concat([...entries.flatMap(rawEntry), end])
}

/** Content of an extended header. */
export function pax(records: Readonly<Record<string, string>>): string {
  return Object.entries(records)
    .map(([key, value]) => {
      const rest = Buffer.byteLength(` ${key}=${value}\n`)
      const digits = String(rest + String(rest).length).length
      return `${rest + digits} ${key}=${value}\n`
    })
    .join('')
}

function rawEntry({ name, flag = '0', content = '', link = '', mode = 0o644, size, checksum }: RawEntry): Buffer[] {
  const bytes = Buffer.from(content)
  const block = Buffer.alloc(512)
  const octal = (value: number, at: number, digits: number): void =>
    void block.write(value.toString(8).padStart(digits, '0'), at, 'latin1')
  block.write(name, 0, 100)
  octal(mode, 100, 7)
  octal(0, 108, 7)
  octal(0, 116, 7)
  octal(size ?? bytes.length, 124, 11)
  octal(0, 136, 11)
  block.write(flag, 156, 'latin1')
  block.write(link, 157, 100)
  block.write('ustar\u000000', 257, 'latin1')
  octal(0, 329, 7)
  octal(0, 337, 7)
  octal(checksum ?? checksumOf(block), 148, 6)
  block.write('\u0000 ', 154, 'latin1')
  return [block, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]
}
