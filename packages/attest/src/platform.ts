export type Platform = 'sgx' | 'tdx' | 'software'

export type Tee = 'sgx' | 'tdx'

/** What tells one platform from another, besides the root that its chains reach. */
interface Traits {
  readonly title: 'software enclave' | 'SGX enclave' | 'TDX trust domain'
  /** Of the certificate's extension that carries the quote, as mse itself makes them. */
  readonly oid: string
  /** QE vendor id in the quote's header, 32 hex digits. */
  readonly vendorId: string
  /** Common names of the certificates of a quote's chain, from the PCK certificate up. */
  readonly names: readonly [leaf: readonly string[], ca: readonly string[], root: readonly string[]]
  /**
   * Whether the vendor keeps saying which of its platforms can still be trusted. A software root forgets its keys when it is
   * made, so nothing can be issued, updated or revoked under it.
   */
  readonly needsCollateral: boolean
  /** `id` of the identity of its quoting enclave. */
  readonly quotingEnclave: 'QE' | 'TD_QE'
  /** What evidence of this platform does not prove, however genuine. */
  readonly caveats: readonly string[]
}

const intel = {
  vendorId: '939a7233f79c4ca9940a0db3957f0607',
  names: [
    ['Intel SGX PCK Certificate'],
    ['Intel SGX PCK Processor CA', 'Intel SGX PCK Platform CA'],
    ['Intel SGX Root CA'],
  ],
  needsCollateral: true,
  caveats: ['whoever can open the machine may attack the processor itself; no quote tells'],
} as const

export const platforms: Readonly<Record<Platform, Traits>> = {
  sgx: { ...intel, title: 'SGX enclave', oid: '1.2.840.113741.1337.6', quotingEnclave: 'QE' },
  tdx: { ...intel, title: 'TDX trust domain', oid: '1.2.840.113741.1337.8', quotingEnclave: 'TD_QE' },
  software: {
    title: 'software enclave',
    oid: '2.999.109.115.101.1',
    vendorId: '6d73652d736f6674776172652d716500',
    names: [['mse software enclave PCK'], ['mse software enclave platform CA'], ['mse software enclave root']],
    needsCollateral: false,
    quotingEnclave: 'QE',
    caveats: [
      'a software enclave: the operator of the machine can read everything; it is not hardware',
      'the Python of the host is not measured',
      'nobody looks after its platform: there is no revocation and no TCB level of software enclaves',
    ],
  },
}

/**
 * What evidence does not prove because of where a software enclave lives, by its ISVPRODID (spec/4-evidence.md): a sandbox with
 * encrypted storage, a container, Gramine without SGX.
 */
const dwellings: readonly (readonly string[])[] = [
  [],
  ['it lives in a container: what it stores is memory of the machine, not encrypted, and goes with the container'],
  ['it runs in Gramine without SGX: what it stores goes with its container, and nothing is encrypted by a processor'],
]

/** @param kind ISVPRODID */
export function dwellingCaveats(kind: number): readonly string[] {
  return (
    dwellings[kind] ?? [`it lives in a way that this version does not know (${kind}): nothing is known of its storage`]
  )
}

/** Common name of the certificate that signs TCB info and QE identities. */
export const tcbSignerName = 'Intel SGX TCB Signing'

/** Hex SHA-256 of the SubjectPublicKeyInfo of the Intel SGX Root CA: of both its certificates, of which one ends in 2033. */
export const intelRoot: string = 'a0af031289f5d5d4132f9186068a7fc13628633ba235777472e29b6b6c67a49e'

/** Which roots lead to which platform. */
export interface Roots {
  /** Hex SHA-256 of a SubjectPublicKeyInfo, each. */
  readonly softwareRoots: readonly string[]
  /**
   * Roots that are believed to be Intel's, in place of Intel's: for tests of hardware that nobody has. Whoever believes one
   * of these believes anything that its owner makes up; a verdict under one says so.
   */
  readonly rootsForTesting?: readonly string[] | undefined
}

/**
 * The platform that a root is pinned for, with the TEE that the quote is of. This is the only way to a platform: no field of
 * the evidence leads from a software root to hardware, or back.
 *
 * @param root hex SHA-256 of the root's SubjectPublicKeyInfo
 */
export function platformOfRoot(root: string, tee: Tee, roots: Roots): Platform | undefined {
  if (isHardwareRoot(root, roots)) return tee
  return tee === 'sgx' && roots.softwareRoots.includes(root) ? 'software' : undefined
}

function isHardwareRoot(root: string, { rootsForTesting }: Roots): boolean {
  return (rootsForTesting ?? [intelRoot]).includes(root)
}

/**
 * The platform that evidence claims to be of, when OID and vendor id agree. A claim proves nothing and is good for one
 * thing: to refuse early and say why, when evidence does not even claim to be what the policy asks for.
 *
 * @param carried the platforms whose quotes travel as this one did; all, of a quote alone
 */
export function claimedPlatform(vendorId: string, tee: Tee, carried: readonly Platform[] = all): Platform | undefined {
  const names: readonly Platform[] = tee === 'sgx' ? ['sgx', 'software'] : ['tdx']
  return names.find((name) => platforms[name].vendorId === vendorId && carried.includes(name))
}

const all: readonly Platform[] = ['sgx', 'tdx', 'software']
