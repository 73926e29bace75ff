import { strictSgxPolicy } from '@mse/attest'
import { createHash } from 'node:crypto'
import { baseState, loadBase } from '../../base/base-cache.ts'
import { loaderPath, type Base } from '../../base/base.ts'
import { MseError } from '../../error.ts'
import { launchValues } from '../../launch/plan.ts'
import { Memory } from '../../state/memory.ts'
import type { Folders } from '../../state/paths.ts'
import type { EnclaveKind, Fingerprint, IndexedPackage, Measurer } from '../platform.ts'
import type { SgxBase } from './application/base.ts'
import { measureSgx } from './application/measure-sgx.ts'
import { describeAreas } from './describe-areas.ts'

/**
 * What an SGX processor measures of a package on its base, which has to have been imported. Memory of the enclave is there from the
 * start, or is added on demand (EDMM, SGX2): two enclaves of the same content, of which the operator's processor decides.
 */
export function sgxMeasurer(folders: Folders, memory: Memory = new Memory(folders)): Measurer {
  const bases = new Map<string, Promise<SgxBase>>()
  const baseOf = ({ index }: IndexedPackage): Promise<SgxBase> => {
    const digest = demandBase(index.base)
    const known = bases.get(digest) ?? loadBase(folders, digest).then(withLoader)
    bases.set(digest, known)
    return known
  }
  const measured = async (packed: IndexedPackage, edmm: boolean): Promise<Fingerprint> => {
    const { mrenclave, manifest, areas } = measureSgx(packed, await baseOf(packed), { edmm })
    return { measurement: mrenclave, parts: describeAreas(areas, manifest) }
  }
  /** Bytes of the index and files of the base are all that is measured. */
  const remembered = async (packed: IndexedPackage, edmm: boolean): Promise<Fingerprint> => {
    const state = baseState(folders, demandBase(packed.index.base))
    const index = createHash('sha256').update(packed.indexBytes).digest('hex')
    const inputs = ['sgx', String(edmm), index, JSON.stringify(state ?? null)]
    const known = state && (await memory.recall(inputs))
    if (known !== undefined) return JSON.parse(known) as Fingerprint
    const fingerprint = await measured(packed, edmm)
    await memory.keep(inputs, JSON.stringify(fingerprint))
    return fingerprint
  }
  const kinds: readonly EnclaveKind[] = [
    { name: 'sgx', unmeasured, fingerprint: (packed) => remembered(packed, false) },
    { name: 'sgx-edmm', unmeasured, fingerprint: (packed) => remembered(packed, true) },
  ]
  return {
    name: 'sgx',
    title: 'SGX enclave',
    kinds,
    async measure(packed) {
      const measurement = []
      for (const kind of kinds) measurement.push((await kind.fingerprint(packed)).measurement)
      // Who signs the enclave for the processor adds nothing to what was measured.
      const { debug: _, ...policy } = strictSgxPolicy({ measurement, signer: 'any' })
      return policy
    },
  }
}

const unmeasured = [
  ...launchValues,
  'the time, and what answers on the network',
  'name servers, search domains, options of the resolver and the name of the host, from the operator’s configuration',
]

/** The base that a package names. @throws MseError `sgx/base`, `sgx/base-file`, `base/*` */
export async function baseOfPackage(folders: Folders, { index }: IndexedPackage): Promise<SgxBase> {
  return withLoader(await loadBase(folders, demandBase(index.base)))
}

/** @throws MseError `sgx/base` */
function demandBase(digest: string | null): string {
  if (digest !== null) return digest
  throw new MseError('sgx/base', 'the package is for no base image, and cannot run on SGX', {
    next: 'Say base = "sha256:…" in mse.toml and package again; mse base import prints the digest.',
  })
}

function withLoader(base: Base): SgxBase {
  const { loader } = base
  if (loader !== undefined) return { ...base, loader }
  throw new MseError('sgx/base-file', `the base image has no /${loaderPath}`, {
    expected: 'an image with Gramine',
    next: 'mse base import IMAGE',
  })
}
