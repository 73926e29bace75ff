import { createHash, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { rawPublicKey } from '../owner/ed25519.ts'
import type { Artefact } from '../package/artefact.ts'
import { payloadTypes, signEnvelope } from '../package/dsse.ts'
import { comparePaths, encodeIndex, type Index } from '../package/index-file.ts'
import { writeHashed } from '../package/write-hashed.ts'

/** Writes a small signed package of files in clear, by path. One whose path ends in `.sh` is executable. `change` replaces of its index. */
export async function writePackage(
  directory: string,
  files: Readonly<Record<string, string>>,
  change: Partial<Index> = {},
): Promise<Artefact & { readonly owner: KeyObject }> {
  const owner = generateKeyPairSync('ed25519').privateKey
  const written = await Promise.all(
    Object.entries(files).map(([path, text]) =>
      writeHashed(directory, path, Buffer.from(text), path.endsWith('.sh') ? '0755' : '0644'),
    ),
  )
  const index = { ...exampleIndex(owner, written), ...change }
  const indexBytes = encodeIndex(index)
  await writeFile(join(directory, 'index.json'), indexBytes)
  await writeFile(join(directory, 'signature.json'), signEnvelope(payloadTypes.index, indexBytes, owner))
  return { directory, index, indexBytes, owner }
}

/** The index of a package that runs in the software enclave. */
export function exampleIndex(owner: KeyObject, files: Index['files']): Index {
  return {
    schema: 'mse-index/1',
    configuration: {
      name: 'hello',
      python_application: 'app:app',
      healthcheck_endpoint: '/health',
      argv: ['-I', '-S', '-B', '/opt/mse/launcher'],
      environment: {},
      hardware: 2 ** 30,
      storage: 10 ** 9,
      threads: 10,
      restart: 'sealed',
      logs: 'operator',
      log_key: null,
      tls: 'enclave',
      client_ca: null,
      proxy: 'none',
    },
    python: '3.11',
    base: null,
    owner: rawPublicKey(createPublicKey(owner)).toString('hex'),
    files: files.toSorted((a, b) => comparePaths(a.path, b.path)),
  }
}

export function sha256(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex')
}
