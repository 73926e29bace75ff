// Where collateral comes from. An entry of its own: whoever is handed collateral needs none of it.
export { cachedSource, type CachedSource, type CollateralCache } from './collateral/cached-source.ts'
export { CollateralError, type CollateralErrorDetails } from './collateral/collateral-error.ts'
export type { Evaluation } from './collateral/evaluation.ts'
export { collateralExpiry, type CollateralExpiry } from './collateral/expiry.ts'
export type { Fetch, FetchAnswer, FetchOptions } from './collateral/fetch.ts'
export { createPccs, pccsRootCaCrl } from './collateral/pccs.ts'
export { createPcs, intelRootCaCrl } from './collateral/pcs.ts'
