import { describe, expect, it } from 'vitest'
import { hostilePackage, inside } from '../../testing/hostile-package.ts'
import { pax, rawTar, type RawEntry } from '../../testing/raw-tar.ts'
import { refusal } from '../../testing/refuses.ts'

/** Entries of a layer: nothing gets out of the package, and nothing is spelt in two ways. */
const { check, good, hostile, withEntries } = hostilePackage()

describe('an entry of a layer', () => {
  it.each<[string, string, RawEntry]>([
    ['that climbs out', 'image/path', { name: 'opt/mse/../../etc/passwd' }],
    ['that climbs out from the start', 'image/path', { name: '../opt/mse/x' }],
    ['with an absolute path', 'image/path', { name: '/etc/passwd' }],
    ['with an absolute path into the package', 'image/path', { name: `/${inside}` }],
    ['beside the package', 'image/path', { name: 'etc/passwd' }],
    ['beside the package, with its name as a beginning', 'image/path', { name: 'opt/mse-other' }],
    ['in the place of the package', 'image/path', { name: 'opt/mse' }],
    ['with a dot', 'image/path', { name: './opt/mse/requirements.lock' }],
    ['with a double slash', 'image/path', { name: 'opt/mse//requirements.lock' }],
    ['with a control character', 'image/path', { name: 'opt/mse/\u001b[2J' }],
    ['with a backslash', 'image/path', { name: 'opt/mse/..\\..\\x' }],
    ['that ends like a folder', 'image/path', { name: `${inside}/` }],
    ['that is a link out of it', 'image/entry', { name: inside, flag: '2', link: '/etc/passwd' }],
    ['that is a link within it', 'image/entry', { name: inside, flag: '2', link: 'index.json' }],
    ['that is a link in place of a folder', 'image/entry', { name: 'opt/mse/site-packages', flag: '2', link: '/' }],
    ['that is a hard link', 'image/entry', { name: inside, flag: '1', link: '/etc/shadow' }],
    ['that is a character device', 'image/entry', { name: inside, flag: '3' }],
    ['that is a block device', 'image/entry', { name: inside, flag: '4' }],
    ['that is a pipe', 'image/entry', { name: inside, flag: '6' }],
    ['that belongs into another layer', 'image/entry', { name: 'opt/mse/signature.json', content: 'evil' }],
    [
      'that removes a file of another layer (whiteout), as an engine sees it',
      'package/file-missing',
      { name: 'opt/mse/.wh.code' },
    ],
    ['that runs as its owner', 'image/tar', { name: inside, mode: 0o4755 }],
    ['that everybody may write', 'image/tar', { name: inside, mode: 0o666 }],
    ['that is a folder nobody needs', 'image/tar', { name: 'opt/mse/site-packages/empty/', flag: '5', mode: 0o755 }],
    ['that is a sparse file', 'image/tar', { name: inside, flag: 'S' }],
    ['that is larger than the archive', 'image/tar', { name: inside, content: 'x', size: 1 << 30 }],
  ])('%s', async (_, code, entry) => {
    withEntries(entry)
    await expect(check()).rejects.toThrow(refusal(code))
  })

  it('whose path of pax is another than that of the header', async () => {
    withEntries({ name: 'pax', flag: 'x', content: pax({ path: 'opt/mse/../../etc/passwd' }) }, { name: inside })
    await expect(check()).rejects.toThrow(refusal('image/path'))
  })

  it('whose extended header says what needs no saying', async () => {
    withEntries({ name: 'pax', flag: 'x', content: pax({ path: inside }) }, { name: inside })
    await expect(check()).rejects.toThrow(refusal('image/tar'))
  })

  it('whose name no file system takes', async () => {
    withEntries({ name: 'pax', flag: 'x', content: pax({ path: `opt/mse/${'a'.repeat(256)}` }) }, { name: inside })
    await expect(check()).rejects.toThrow(refusal('image/path'))
  })

  it('whose path is longer than any', async () => {
    const path = `opt/mse/${'a/'.repeat(600)}a`
    withEntries({ name: 'pax', flag: 'x', content: pax({ path }) }, { name: inside })
    await expect(check()).rejects.toThrow(refusal('image/path'))
  })

  it('that stands there twice', async () => {
    withEntries({ name: inside, content: 'one' }, { name: inside, content: 'two' })
    await expect(check()).rejects.toThrow(refusal('image/duplicate'))
  })

  it('out of order', async () => {
    withEntries({ name: inside }, { name: 'opt/mse/a' })
    await expect(check()).rejects.toThrow(refusal('image/tar'))
  })

  it('behind the end', async () => {
    const bytes = Buffer.concat([good[1], rawTar([{ name: 'opt/mse/z' }])])
    hostile({ layers: [{ bytes: good[0] }, { bytes }, { bytes: good[2] }] })
    await expect(check()).rejects.toThrow(refusal('image/tar'))
  })

  it('zeros behind the end: another spelling of the same layer', async () => {
    const bytes = Buffer.concat([good[1], Buffer.alloc(512)])
    hostile({ layers: [{ bytes: good[0] }, { bytes }, { bytes: good[2] }] })
    await expect(check()).rejects.toThrow(refusal('image/tar'))
  })
})
