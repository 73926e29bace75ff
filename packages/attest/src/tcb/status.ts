/** What Intel says of a TCB level (Intel PCS API, version 4, "TCB info"). */
export const levelStatuses = [
  'UpToDate',
  'SWHardeningNeeded',
  'ConfigurationNeeded',
  'ConfigurationAndSWHardeningNeeded',
  'OutOfDate',
  'OutOfDateConfigurationNeeded',
  'Revoked',
] as const

export type LevelStatus = (typeof levelStatuses)[number]

/** What Intel says of a quoting enclave or a TDX module. */
export const partStatuses = ['UpToDate', 'OutOfDate', 'Revoked'] as const

export type PartStatus = (typeof partStatuses)[number]

/** What a policy can accept: whatever an evaluation can come to, but Revoked. */
export const tcbStatuses = [
  'UpToDate',
  'SWHardeningNeeded',
  'ConfigurationNeeded',
  'ConfigurationAndSWHardeningNeeded',
  'OutOfDate',
  'OutOfDateConfigurationNeeded',
  'TDRelaunchAdvised',
  'TDRelaunchAdvisedConfigurationNeeded',
] as const

export type TcbStatus = (typeof tcbStatuses)[number]
