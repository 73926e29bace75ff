import { existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile, writeNewFile } from '../../state/files.ts'
import type { Folders } from '../../state/paths.ts'
import { renderDirectManifest } from '../sgx/application/direct-manifest.ts'
import { measureSgx } from '../sgx/application/measure-sgx.ts'
import { baseOfPackage, sgxMeasurer } from '../sgx/measurer.ts'
import { readManifest } from '../sgx/manifest/read-manifest.ts'
import { sigstructBody } from '../sgx/sigstruct/sigstruct-body.ts'
import { signSigstruct, type Signer } from '../sgx/sigstruct/sign-sigstruct.ts'
import { makeSigningKey, signerFromPem } from '../sgx/sigstruct/signing-key.ts'
import { besideContainer } from '../software/supervision.ts'
import { ENCLAVE } from './loaders/gramine-loaders.ts'
import type { ContainerPlatform } from './platform.ts'
import { requireSgx, type SgxMachine } from './sgx-machine.ts'
import { measureSoftware } from './software-in-container.ts'

/** No date: the same package signed by the same key is the same file. */
const noDate = '0000-00-00'

/**
 * `--platform sgx`: Gramine on an SGX processor, from the manifest that was measured and a SIGSTRUCT that is made here. Who signs adds
 * nothing to what was measured, and no policy asks: a key of this machine does.
 */
export function sgxInContainer(folders: Folders, machine: SgxMachine): ContainerPlatform {
  return {
    name: 'sgx',
    title: 'SGX enclave',
    container: { loader: 'gramine-sgx', sgx: machine },
    supervision: { isolation: [], isStored: async ({ cipher }) => existsSync(join(cipher, 'key')) },
    measure: (artefact) => sgxMeasurer(folders).measure(artefact),
    requireReady: () => requireSgx(machine),
    async prepare(artefact, folder) {
      const { manifest, mrenclave } = measureSgx(artefact, await baseOfPackage(folders, artefact), { edmm: false })
      if (folder === undefined) return
      const body = sigstructBody(readManifest(Buffer.from(manifest)), Buffer.from(mrenclave, 'hex'), noDate)
      await mkdir(folder, { recursive: true, mode: 0o711 })
      await replaceFile(join(folder, `${ENCLAVE}.manifest.sgx`), manifest)
      await replaceFile(join(folder, `${ENCLAVE}.sig`), await signSigstruct(body, await machineSigner(folders)))
    },
  }
}

/** `--platform gramine-direct`: Gramine without SGX, for trying what an enclave will refuse. A software enclave. */
export function directInContainer(folders: Folders): ContainerPlatform {
  return {
    name: 'gramine-direct',
    title: 'software enclave in Gramine without SGX',
    container: { loader: 'gramine-direct' },
    supervision: besideContainer,
    measure: (artefact) => measureSoftware(folders, artefact),
    requireReady: () => undefined,
    async prepare(artefact, folder, port) {
      const manifest = renderDirectManifest(artefact, await baseOfPackage(folders, artefact), port)
      if (folder === undefined) return
      await mkdir(folder, { recursive: true, mode: 0o711 })
      await replaceFile(join(folder, `${ENCLAVE}.manifest`), manifest)
    },
  }
}

/** Made at first use; of two commands that make it at once, both get the same. */
async function machineSigner({ state }: Folders): Promise<Signer> {
  const path = join(state, 'enclave-signing-key.pem')
  if (!existsSync(path)) {
    await mkdir(state, { recursive: true, mode: 0o700 })
    await writeNewFile(path, await makeSigningKey(undefined), 0o600)
  }
  return signerFromPem(await readFile(path, 'utf8'), undefined)
}
