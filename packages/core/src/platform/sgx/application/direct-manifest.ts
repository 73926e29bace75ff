import type { IndexedPackage } from '../../platform.ts'
import type { Table, Value } from '../toml/value.ts'
import { writeDocument } from '../toml/write-document.ts'
import type { SgxBase } from './base.ts'
import { buildManifest, CIPHERTEXT, SEALING_KEY } from './render-manifest.ts'

/** The port at which process 1 of the container plays the quoting enclave; any that is not the launcher's own. */
export function quotePort(port: number): number {
  return port === 7433 ? 7434 : 7433
}

/**
 * The manifest of the same application for Gramine without SGX: the same files are trusted and the same folders mounted. Nobody measures
 * it. It differs where there is no processor to do the work: /key, whose key nobody has, is not encrypted, and the quote channel, which
 * Gramine hands to nobody, is a connection that is made before the launcher runs.
 *
 * @returns the content of `.manifest`
 * @throws MseError as `renderManifest`
 */
export function renderDirectManifest(packed: IndexedPackage, base: SgxBase, port: number): string {
  const manifest = buildManifest(packed, base, { edmm: false })
  const [loader, fs, sgx] = ['loader', 'fs', 'sgx'].map((name) => manifest.get(name) as Table) as [Table, Table, Table]
  const [python, ...argv] = loader.get('argv') as readonly [string, ...string[]]
  loader.set('argv', [python, ...withQuoteChannel(argv, quotePort(port))])
  fs.set('mounts', (fs.get('mounts') as readonly Table[]).map(withoutProcessor))
  sgx.set('remote_attestation', 'none')
  sgx.set('allowed_files', [`file:${CIPHERTEXT}/key/`])
  return writeDocument(manifest)
}

/** Runs the launcher as `python3 FOLDER` would, with a connection on descriptor 3. */
function withQuoteChannel(argv: readonly string[], port: number): string[] {
  const program = argv.at(-1) as string
  const lines = [
    'import os, runpy, socket, sys',
    `channel = socket.create_connection(("127.0.0.1", ${port}))`,
    'number = channel.detach()',
    'os.dup2(number, 3)',
    'number == 3 or os.close(number)',
    `sys.path.insert(0, "${program}")`,
    `runpy.run_path("${program}/__main__.py", run_name="__main__")`,
  ]
  return [...argv.slice(0, -1), '-c', lines.join('\n')]
}

function withoutProcessor(mount: Table): Table {
  if (mount.get('key_name') !== SEALING_KEY) return mount
  return new Map<string, Value>([
    ['type', 'chroot'],
    ['path', mount.get('path') as Value],
    ['uri', mount.get('uri') as Value],
  ])
}
