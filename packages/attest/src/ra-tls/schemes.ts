import { platforms } from '../platform.ts'
import { readTaggedEvidence } from './dice.ts'
import { readOpenEnclaveReport } from './open-enclave.ts'

/** The schemes that are read, by the names that a verdict shows. */
export type RaTlsScheme = 'mse' | 'Cosmian' | 'Gramine legacy' | 'DICE' | 'Open Enclave'

/** How quotes travel under one OID. */
export interface Carrier {
  readonly scheme: RaTlsScheme
  readonly oid: string
  /** The platforms whose quotes travel under this OID. */
  readonly platforms: readonly ('sgx' | 'tdx' | 'software')[]
  /** What the extension's value wraps. @throws FormatError */
  readonly unwrap: (value: Uint8Array) => { readonly quote: Uint8Array; readonly claims?: Uint8Array }
}

const raw = (value: Uint8Array): { readonly quote: Uint8Array } => ({ quote: value })

/** Where DICE evidence stands, it alone decides. */
export const dice: Carrier = {
  scheme: 'DICE',
  oid: '2.23.133.5.4.9',
  platforms: ['sgx', 'tdx'],
  unwrap: readTaggedEvidence,
}

/** The others, of which a certificate has one. */
export const carriers: readonly Carrier[] = [
  { scheme: 'mse', oid: platforms.software.oid, platforms: ['software'], unwrap: raw },
  { scheme: 'Cosmian', oid: '1.2.840.113741.1337.6', platforms: ['sgx'], unwrap: raw },
  { scheme: 'Cosmian', oid: '1.2.840.113741.1337.8', platforms: ['tdx'], unwrap: raw },
  // Gramine encoded the OID above twice: the content of this one is the tag, length and content of the other.
  { scheme: 'Gramine legacy', oid: '0.6.9.42.840.113741.1337.6', platforms: ['sgx'], unwrap: raw },
  {
    scheme: 'Open Enclave',
    oid: '1.2.840.113556.10.1.1',
    platforms: ['sgx'],
    unwrap: (value) => ({ quote: readOpenEnclaveReport(value) }),
  },
]

/** The name of what is known to be evidence and is not read; undefined if it is no evidence. */
export function nameOfUnread({ oid, value }: { readonly oid: string; readonly value: Uint8Array }): string | undefined {
  if (oid === '1.2.840.113741.1337.7') return 'Cosmian evidence of AMD SEV-SNP'
  // The SDK took the OID that PCK certificates have for what they say of a platform, which is a SEQUENCE.
  if (oid === '1.2.840.113741.1.13.1' && value[0] !== 0x30) return 'legacy evidence of the Intel SGX SDK'
  return undefined
}
