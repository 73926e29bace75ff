export type Platform = 'sgx' | 'software'

/** What tells one platform from another, besides the root that its chains reach. */
interface Traits {
  readonly title: 'software enclave' | 'SGX enclave'
  /** Of the extension under which this platform's launcher carries its quote. */
  readonly oid: string
  /** QE vendor id in the quote's header, 32 hex digits. */
  readonly vendorId: string
  /** What evidence of this platform does not prove, however genuine. */
  readonly caveats: readonly string[]
}

const unchecked = 'revocation, TCB level and the identity of the quoting enclave are not checked'

export const platforms: Readonly<Record<Platform, Traits>> = {
  sgx: {
    title: 'SGX enclave',
    oid: '1.2.840.113741.1337.6',
    vendorId: '939a7233f79c4ca9940a0db3957f0607',
    caveats: [unchecked],
  },
  software: {
    title: 'software enclave',
    oid: '2.25.245857643000160422224046758601957359357',
    vendorId: '6d73652d736f6674776172652d716500',
    caveats: [
      'a software enclave: the operator of the machine can read everything; it is not hardware',
      'the Python of the host is not measured',
      unchecked,
    ],
  },
}

/**
 * The platform that a root is pinned for. This is the only way to a platform: no field of the evidence leads to one.
 * Intel's root is not pinned while revocation and TCB level are not checked, so that SGX is never half judged.
 *
 * @param root hex SHA-256 of the root's SubjectPublicKeyInfo
 */
export function platformOfRoot(root: string, softwareRoots: readonly string[]): Platform | undefined {
  return softwareRoots.includes(root) ? 'software' : undefined
}

/**
 * The platform that evidence claims to be of, when OID and vendor id agree. A claim proves nothing and is good for one
 * thing: to refuse early and say why, when evidence does not even claim to be what the policy asks for.
 *
 * @param carried the platforms whose quotes travel under the OID
 */
export function claimedPlatform(carried: readonly string[], vendorId: string): Platform | undefined {
  const names: readonly Platform[] = ['sgx', 'software']
  return names.find((name) => carried.includes(name) && platforms[name].vendorId === vendorId)
}
