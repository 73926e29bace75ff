import type { SvnLevel } from '../collateral/svn-level.ts'
import type { TcbLevel } from '../collateral/tcb-info.ts'

/** What a platform shows of its versions in its PCK certificate. */
export interface Versions {
  /** 16; the report's CPUSVN is often above and is not to be used. */
  readonly components: readonly number[]
  readonly pceSvn: number
}

/**
 * The first level that the platform reaches in every number. Never one after the other: a high number makes up for none.
 *
 * @param teeTcbSvn TEE_TCB_SVN of the TD report, 16 bytes; undefined for SGX
 */
export function matchLevel(
  levels: readonly TcbLevel[],
  versions: Versions,
  teeTcbSvn: Uint8Array | undefined,
): TcbLevel | undefined {
  return levels.find(({ components, pceSvn, tdxComponents }) => {
    if (versions.pceSvn < pceSvn || !reaches(versions.components, components, 0)) return false
    return teeTcbSvn === undefined || reaches(teeTcbSvn, tdxComponents, firstOwn(teeTcbSvn))
  })
}

/** From module version 1 on, bytes 0 and 1 are the module's and have an identity of their own. */
function firstOwn(teeTcbSvn: Uint8Array): number {
  return moduleVersion(teeTcbSvn) > 0 ? 2 : 0
}

function reaches(found: ArrayLike<number>, demanded: readonly number[], from: number): boolean {
  return demanded.every((number, index) => index < from || (found[index] ?? -1) >= number)
}

export function moduleVersion(teeTcbSvn: Uint8Array): number {
  return teeTcbSvn[1] ?? 0
}

/** The first level, highest first, that a security version number reaches. */
export function matchSvn(levels: readonly SvnLevel[], isvSvn: number): SvnLevel | undefined {
  return levels.find((level) => isvSvn >= level.isvSvn)
}
