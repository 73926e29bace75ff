import type { SvnLevel } from '../collateral/svn-level.ts'
import type { TcbLevel } from '../collateral/tcb-info.ts'

/** What a platform shows of its versions: the numbers of the PCK certificate, and for TDX those of the TD report. */
export interface Versions {
  /** 16, of the certificate; the report's CPUSVN is often above and is not to be used. */
  readonly components: readonly number[]
  readonly pceSvn: number
  /** TEE_TCB_SVN, 16 bytes; undefined for SGX. */
  readonly teeTcbSvn: Uint8Array | undefined
}

/** The first level that the platform reaches in every number. Never one after the other: a high number makes up for none. */
export function matchLevel(levels: readonly TcbLevel[], versions: Versions): TcbLevel | undefined {
  return levels.find(({ components, pceSvn, tdxComponents }) => {
    if (versions.pceSvn < pceSvn || !reaches(versions.components, components, 0)) return false
    const { teeTcbSvn } = versions
    return teeTcbSvn === undefined || reaches([...teeTcbSvn], tdxComponents, firstOwn(teeTcbSvn))
  })
}

/** From module version 1 on, bytes 0 and 1 are the module's and have an identity of their own. */
function firstOwn(teeTcbSvn: Uint8Array): number {
  return moduleVersion(teeTcbSvn) > 0 ? 2 : 0
}

function reaches(found: readonly number[], demanded: readonly number[], from: number): boolean {
  return demanded.every((number, index) => index < from || (found[index] ?? -1) >= number)
}

export function moduleVersion(teeTcbSvn: Uint8Array): number {
  return teeTcbSvn[1] ?? 0
}

/** The first level, highest first, that a security version number reaches. */
export function matchSvn(levels: readonly SvnLevel[], isvSvn: number): SvnLevel | undefined {
  return levels.find((level) => isvSvn >= level.isvSvn)
}
