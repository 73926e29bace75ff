import { paddingOf, endOfArchive, tarHeader } from '@mse/core/oci/tar/tar-header'
import { payloadTypes, signEnvelope } from '@mse/core/package/dsse'
import { blobOf, describeImage } from '@mse/core/package/image/describe-image'
import {
  layerItems,
  layerNames,
  layerOf as layerNameOf,
  type LayerItem,
  type LayerName,
  type PackedFile,
} from '@mse/core/package/image/layers'
import { encodeIndex, type Index } from '@mse/core/package/index-file'
import { exampleIndex } from './index-file.ts'
import { base64, fixedEd25519, sha256, type Case, type VectorFile } from './fixed.ts'

const owner = fixedEd25519('mse vectors/owner')

/** A package with a name of every kind: short, split between two fields, too long for either, outside ASCII, executable. */
const contents: Readonly<Record<string, string>> = {
  'code/app.py.age': 'ciphertext',
  'code/requirements.txt': 'flask\n',
  'code/run.sh.age': 'ciphertext of a script',
  [`launcher/${'d'.repeat(80)}/${'m'.repeat(40)}.py`]: 'x = 1\n',
  'launcher/__main__.py': '',
  'requirements.lock': 'flask==3.1.2\n',
  [`site-packages/${'n'.repeat(120)}.py`]: 'y = 2\n',
  'site-packages/naïve.py': 'z = 3\n',
}

export function imageVectors(): VectorFile {
  return {
    comment:
      'Images of packages (spec 2, "Image"). "layers": the uncompressed layers, base64; null: that of the first case. ok: "files" are those of the package, base64, by path; "members" the texts of the layout around the layers. Anything else is refused with that code.',
    cases: [goodCase(), ...refusedCases()],
  }
}

function goodCase(): Case {
  const { files, index, indexBytes } = packed()
  const layers = goodLayers()
  const described = describeImage(index, indexBytes, layers.map(blobOf))
  return {
    name: 'a package',
    expect: 'ok',
    files: Object.fromEntries([...files].map(([path, bytes]) => [path, base64(bytes)])),
    layers: layers.map(base64),
    digest: described.digest,
    members: Object.fromEntries(Object.entries(described.members).map(([path, bytes]) => [path, bytes.toString()])),
  }
}

function packed(): { files: Map<string, Buffer>; listed: PackedFile[]; index: Index; indexBytes: Buffer } {
  const listed = Object.entries(contents).map(([path, text]): PackedFile => entryOf(path, Buffer.from(text)))
  const sorted = listed.toSorted((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)))
  const index: Index = { ...exampleIndex, files: sorted }
  const indexBytes = encodeIndex(index)
  const signature = Buffer.from(signEnvelope(payloadTypes.index, indexBytes, owner.signing))
  const files = new Map<string, Buffer>(Object.entries(contents).map(([path, text]) => [path, Buffer.from(text)]))
  files.set('index.json', indexBytes).set('signature.json', signature)
  const others = [entryOf('index.json', indexBytes), entryOf('signature.json', signature)]
  return { files, listed: [...sorted, ...others], index, indexBytes }
}

function entryOf(path: string, bytes: Buffer): PackedFile {
  return { path, size: bytes.length, mode: path.endsWith('.sh.age') ? '0755' : '0644', sha256: sha256(bytes) }
}

function goodLayers(): Buffer[] {
  return layerNames.map((name) => layerOf(name, (items) => items))
}

/** A layer whose items were changed on the way. */
function layerOf(name: LayerName, change: (items: LayerItem[]) => readonly LayerItem[]): Buffer {
  const { files } = packed()
  const parts = change(itemsOf(name)).flatMap((item) => {
    const content = item.file === undefined ? Buffer.alloc(0) : (files.get(item.file.path) ?? Buffer.from('evil\n'))
    return [tarHeader(item), content, Buffer.alloc(paddingOf(content.length))]
  })
  return Buffer.concat([...parts, endOfArchive])
}

function itemsOf(name: LayerName): LayerItem[] {
  return layerItems(packed().listed.filter(({ path }) => layerNameOf(path) === name))
}

function refusedCases(): Case[] {
  const evil = (path: string): LayerItem => {
    const file = entryOf(path, Buffer.from('evil\n'))
    return { path, type: 'file', size: file.size, mode: 0o644, file }
  }
  const dependencies = (name: string, expect: string, change: (items: LayerItem[]) => readonly LayerItem[]): Case => {
    return { name, expect, layers: [null, base64(layerOf('dependencies', change)), null] }
  }
  return [
    dependencies('a path that climbs', 'image/path', (items) => [...items, evil('opt/mse/../../etc/passwd')]),
    dependencies('a file twice', 'image/duplicate', (items) => [...items, items.at(-1) as LayerItem]),
    dependencies('a file that the index does not list', 'package/file-added', (items) => [
      ...items,
      evil('opt/mse/site-packages/sitecustomize.py'),
    ]),
    dependencies('a file that is missing', 'package/file-missing', (items) => items.slice(0, -1)),
    dependencies('a folder that is empty', 'image/tar', (items) => [
      ...items,
      { path: 'opt/mse/site-packages/zope', type: 'directory', size: 0, mode: 0o755, file: undefined },
    ]),
    dependencies('another order', 'image/tar', (items) => [...items.slice(0, -2), ...items.slice(-2).toReversed()]),
    dependencies('a second launcher', 'image/entry', () => itemsOf('launcher')),
    { name: 'a layer too few', expect: 'image/layout', layers: [null, null] },
  ]
}
