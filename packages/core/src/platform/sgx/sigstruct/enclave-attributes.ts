import { MseError } from '../../../error.ts'
import type { Table, Value } from '../toml/value.ts'

/** What of the processor's state an enclave may use, and which bits of it are fixed (Intel SDM vol. 3D, ATTRIBUTES, MISCSELECT). */
export interface Attributes {
  readonly flags: bigint
  readonly flagsMask: bigint
  /** Extended features: the bits of XCR0. */
  readonly xfrm: bigint
  readonly xfrmMask: bigint
  readonly misc: number
  readonly miscMask: number
}

const DEBUG = 0x2n
const MODE_64_BIT = 0x4n
const LEGACY_FEATURES = 0x3n
const FEATURES_MASK = 0xffff_ffff_fff9_ff1bn
const EXCEPTION_INFORMATION = 1

/** In the order in which Gramine applies them; AVX-512 includes the bit of AVX. */
const features: readonly (readonly [name: string, bits: bigint, mayBeUnspecified: boolean])[] = [
  ['avx', 0x4n, true],
  ['avx512', 0xe4n, true],
  ['amx', 0x60000n, true],
  ['mpx', 0x18n, false],
  ['pkru', 0x200n, false],
]

/**
 * @param manifest an expanded one. Switches count only when they are exactly `true`
 * @throws MseError `manifest/value` for an unknown word in `sgx.cpu_features`
 */
export function enclaveAttributes(manifest: Table): Attributes {
  const sgx = manifest.get('sgx') as Table
  return {
    flags: MODE_64_BIT | (sgx.get('debug') === true ? DEBUG : 0n),
    flagsMask: 0xffff_ffff_ffff_ffffn,
    ...featureBits(sgx.get('cpu_features') as Table),
    misc: sgx.get('use_exinfo') === true ? EXCEPTION_INFORMATION : 0,
    miscMask: 0xffff_ffff,
  }
}

function featureBits(wanted: Table): Pick<Attributes, 'xfrm' | 'xfrmMask'> {
  let [xfrm, xfrmMask] = [LEGACY_FEATURES, FEATURES_MASK]
  for (const [name, bits, mayBeUnspecified] of features) {
    const word: Value | undefined = wanted.get(name)
    if (word === 'required' || word === 'disabled') {
      xfrm = word === 'required' ? xfrm | bits : xfrm & ~bits
      xfrmMask |= bits
    } else if (word !== 'unspecified' || !mayBeUnspecified) {
      throw new MseError('manifest/value', `sgx.cpu_features.${name} has a value that it does not take`, {
        expected: `"required" or "disabled"${mayBeUnspecified ? ' or "unspecified"' : ''}`,
        found: typeof word === 'string' ? JSON.stringify(word) : typeof word,
      })
    }
  }
  return { xfrm, xfrmMask }
}
