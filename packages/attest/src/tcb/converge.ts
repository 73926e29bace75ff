import type { LevelStatus, PartStatus } from './status.ts'

/** What platform, quoting enclave and TDX module come to together, as Intel's own library has it. Not a maximum of severities. */
export function converge(platform: LevelStatus, parts: readonly PartStatus[]): LevelStatus {
  if (platform === 'Revoked' || parts.includes('Revoked')) return 'Revoked'
  if (!parts.includes('OutOfDate')) return platform
  return needsConfiguration(platform) ? 'OutOfDateConfigurationNeeded' : 'OutOfDate'
}

export function needsConfiguration(status: LevelStatus): boolean {
  return status.includes('Configuration')
}

export function isOutOfDate(status: LevelStatus): boolean {
  return status === 'OutOfDate' || status === 'OutOfDateConfigurationNeeded'
}
