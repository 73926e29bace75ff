import { hash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'

/** What a wheel for a test holds. */
export interface WheelContent {
  readonly requires?: readonly string[]
  readonly requiresPython?: string
  readonly extras?: readonly string[]
  /** Further lines of METADATA. */
  readonly metadata?: readonly string[]
  /** `py3-none-any` unless said otherwise. */
  readonly tag?: string
  /** Text by path; a path that ends in `*` is executable. */
  readonly files?: Readonly<Record<string, string>>
}

/** Writes NAME-VERSION-TAG.whl into the folder. */
export function makeWheel(folder: string, name: string, version: string, content: WheelContent = {}): string {
  const record = `${name}-${version}.dist-info`
  const tag = content.tag ?? 'py3-none-any'
  const metadata = [
    'Metadata-Version: 2.1',
    `Name: ${name}`,
    `Version: ${version}`,
    ...(content.requires ?? []).map((one) => `Requires-Dist: ${one}`),
    ...(content.extras ?? []).map((one) => `Provides-Extra: ${one}`),
    ...(content.metadata ?? []),
    ...(content.requiresPython ? [`Requires-Python: ${content.requiresPython}`] : []),
  ]
  const files: Record<string, string> = {
    [`${name}.py`]: `version = '${version}'\n`,
    ...content.files,
    [`${record}/METADATA`]: `${metadata.join('\n')}\n`,
    [`${record}/WHEEL`]: `Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: ${tag}\n`,
  }
  const rows = Object.entries(files).map(([path, text]) => {
    const digest = Buffer.from(hash('sha256', text, 'hex'), 'hex').toString('base64url')
    return `${field(path.replace(/\*$/, ''))},sha256=${digest},${Buffer.byteLength(text)}\n`
  })
  files[`${record}/RECORD`] = `${rows.join('')}${record}/RECORD,,\n`
  const wheel = join(folder, `${name}-${version}-${tag}.whl`)
  writeFileSync(wheel, zip(files))
  return wheel
}

function field(path: string): string {
  return /[",]/.test(path) ? `"${path.replaceAll('"', '""')}"` : path
}

/** A zip archive without compression (APPNOTE.TXT 4.3). */
function zip(files: Readonly<Record<string, string>>): Buffer {
  const locals: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const [path, text] of Object.entries(files)) {
    const name = Buffer.from(path.replace(/\*$/, ''))
    const data = Buffer.from(text)
    const shared = Buffer.alloc(26)
    shared.writeUInt16LE(20, 0) // version needed
    shared.writeUInt16LE(0x0800, 2) // names are UTF-8
    shared.writeUInt16LE(0x21, 8) // 1980-01-01
    shared.writeUInt32LE(crc32(data), 10)
    shared.writeUInt32LE(data.length, 14)
    shared.writeUInt32LE(data.length, 18)
    shared.writeUInt16LE(name.length, 22)
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), shared, name, data])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(((path.endsWith('*') ? 0o100755 : 0o100644) << 16) >>> 0, 6)
    tail.writeUInt32LE(offset, 10)
    central.push(Buffer.from('PK\u0001\u0002'), Buffer.from([20, 3]), shared, tail, name)
    locals.push(local)
    offset += local.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(Object.keys(files).length, 4)
  end.writeUInt16LE(Object.keys(files).length, 6)
  end.writeUInt32LE(directory.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...locals, directory, Buffer.from('PK\u0005\u0006'), end])
}
