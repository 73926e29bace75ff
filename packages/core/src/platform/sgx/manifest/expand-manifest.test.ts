import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { refusal } from '../../../testing/refuses.ts'
import { temporaryFolder } from '../../../testing/temporary-folder.ts'
import { expandManifest } from './expand-manifest.ts'

const folder = temporaryFolder()

/** Expands a manifest in a folder with a file, a folder and the library operating system. */
function expand(manifest: string, chroot?: string): Promise<string> {
  const root = folder()
  mkdirSync(join(root, 'd'), { recursive: true })
  for (const [name, content] of [
    ['libos.so', 'x'],
    ['f', 'f'],
    ['d/x', 'x'],
  ] as const) {
    writeFileSync(join(root, name), content)
  }
  return expandManifest(Buffer.from(manifest), {
    folder: root,
    ...(chroot === undefined ? {} : { chroot }),
    libos: { uri: 'file:/gramine/libos.so', path: join(root, 'libos.so') },
  })
}

const trusting = (files: string): string => `[sgx]\ntrusted_files = ${files}\n`

describe('a manifest is refused', () => {
  it.each([
    ['a file that is not one, but a device', trusting('["dev:tty"]'), 'manifest/uri'],
    ['a URI that is a number', trusting('[{ uri = 5 }]'), 'manifest/uri'],
    ['a folder named like a file', trusting('["file:d"]'), 'manifest/directory'],
    ['a file named like a folder', trusting('["file:f/"]'), 'manifest/directory'],
    ['a folder with the hash of a file', trusting('[{ uri = "file:d/", sha256 = "00" }]'), 'manifest/directory'],
    ['a file that is missing', trusting('["file:nope"]'), 'manifest/missing-file'],
    [
      'two hashes for one file',
      trusting('[{ uri = "file:f", sha256 = "00" }, { uri = "file:f", sha256 = "11" }]'),
      'manifest/hash-conflict',
    ],
    ['a hash under another name', trusting('[{ uri = "file:f", sha1 = "00" }]'), 'manifest/trusted-file'],
    ['a key of JavaScript’s', trusting('[{ uri = "file:f", __proto__ = "00" }]'), 'manifest/trusted-file'],
    ['a number for a file', trusting('[5]'), 'manifest/trusted-file'],
    ['a table for all files', '[sgx.trusted_files]\na = "file:f"\n', 'manifest/trusted-file'],
    ['a name that ends early in C', trusting(String.raw`["file:f\u0000.txt"]`), 'manifest/file-name'],
    ['an entrypoint in the old way', '[loader]\nentrypoint = "file:f"\n', 'manifest/entrypoint'],
    ['an entrypoint that is missing', '[loader.entrypoint]\nuri = "file:gone.so"\n', 'manifest/missing-file'],
    ['a number for the enclave', 'sgx = 5\n', 'manifest/shape'],
    ['a word for the loader', 'loader = "x"\n', 'manifest/shape'],
    ['a list for the processor', '[sgx]\ncpu_features = []\n', 'manifest/shape'],
    ['a byte order mark', '\u{feff}[sgx]\n', 'manifest/syntax'],
    ['a key that stands there twice', '[sgx]\ndebug = false\ndebug = true\n', 'manifest/syntax'],
    ['a table that stands there twice', '[sgx]\ndebug = false\n[sgx]\n', 'manifest/syntax'],
    [
      'a name that is longer than any, with a hash',
      trusting(`[{ uri = "file:${'x'.repeat(300)}", sha256 = "00" }]`),
      'manifest/unreadable',
    ],
    ['brackets without end', `[sgx]\nx = ${'['.repeat(100_000)}`, 'manifest/syntax'],
  ])('%s', async (_what, manifest, code) => {
    await expect(expand(manifest)).rejects.toEqual(refusal(code))
  })

  it('bytes that are not UTF-8', async () => {
    const options = { folder: folder(), libos: { uri: 'file:/libos.so', path: '/nowhere' } }
    await expect(expandManifest(Buffer.from([0x5b, 0xff, 0x5d]), options)).rejects.toEqual(refusal('manifest/syntax'))
  })
})

describe('in another root', () => {
  it.each([
    ['a relative path', ['file:f'], 'manifest/chroot'],
    ['a path through a file', ['file:/f/x'], 'manifest/chroot'],
    ['links in a circle', ['file:/round'], 'manifest/chroot'],
    ['a link that climbs out is stopped at the root', ['file:/out'], 'manifest/missing-file'],
  ])('%s is refused', async (_what, files, code) => {
    symlinkSync('round', join(folder(), 'round'))
    symlinkSync('../../../../hostname', join(folder(), 'out'))
    await expect(expand(trusting(JSON.stringify(files)), '.')).rejects.toEqual(refusal(code))
  })

  it('a link is followed inside and keeps its name', async () => {
    symlinkSync('/d/x', join(folder(), 'link'))
    expect(await expand(trusting('["file:/link"]'), '.')).toContain(
      'uri = "file:/link"\nsha256 = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"',
    )
  })
})
