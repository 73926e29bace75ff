import { MseError } from '../../../error.ts'
import { measureEnclave } from '../measure/measure-enclave.ts'
import type { Area } from '../measure/layout.ts'
import { enclaveSettings } from '../measure/enclave-settings.ts'
import { writeDocument } from '../toml/write-document.ts'
import { loaderOf, type SgxBase } from './base.ts'
import { buildManifest, type SgxOptions } from './render-manifest.ts'
import type { IndexedPackage } from '../../platform.ts'

export interface SgxMeasurement {
  /** The content of `.manifest.sgx`: these bytes are measured, and Gramine has to be given these bytes. */
  readonly manifest: string
  /** Hex. */
  readonly mrenclave: string
  /** In the order in which they were measured. */
  readonly areas: readonly Area[]
}

/**
 * What an SGX enclave of a package is and measures, from bytes alone (spec/7-sgx.md).
 *
 * @throws MseError `sgx/base` when the package is for no base or for another one, `sgx/base-file`, `sgx/file-name`, `sgx/hardware`,
 *   `enclave/size`, `enclave/loader`
 */
export function measureSgx(packed: IndexedPackage, base: SgxBase, options: SgxOptions): SgxMeasurement {
  refuseOtherBase(packed.index.base, base.digest)
  const document = buildManifest(packed, base, options)
  const manifest = writeDocument(document)
  const { mrenclave, areas } = measureEnclave(Buffer.from(manifest), enclaveSettings(document), loaderOf(base))
  return { manifest, mrenclave: mrenclave.toString('hex'), areas }
}

function refuseOtherBase(wanted: string | null, given: string): void {
  if (wanted === given) return
  throw new MseError('sgx/base', 'the package is not for this base image', {
    expected: wanted ?? 'no base: this package cannot run on SGX',
    found: given,
    next: 'Package again with this base, or measure with the base of the package.',
  })
}
