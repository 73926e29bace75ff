import { CollateralError } from './collateral-error.ts'

/**
 * What a status other than 200 means (Intel PCS API v4, "Status Codes"; the PCCS adds 460 to 462).
 *
 * @param retryAfter the header of that name
 */
export function refusedStatus(url: string, status: number, retryAfter: string | null): CollateralError {
  const [code, message, next] = meaning(status)
  const wait = retryAfter === null ? '' : `, Retry-After ${retryAfter}`
  return new CollateralError(`collateral/${code}`, `${message}: ${url}`, { found: `HTTP ${status}${wait}`, next })
}

type Meaning = readonly [code: string, message: string, next: string]

function meaning(status: number): Meaning {
  const known = meanings[status]
  if (known !== undefined) return known
  if (status >= 500 || status === 460) {
    return ['unavailable', 'the service fails', 'Try again later, or use another source of collateral.']
  }
  return ['refused', 'the service does not take the request', 'Look at the address of the service.']
}

const unknownPlatform: Meaning = [
  'not-found',
  'the service has nothing about such a platform',
  'If the service is a cache, its keeper has to register the platform; if it is Intel, the quote names no platform of theirs.',
]

const meanings: Readonly<Record<number, Meaning>> = {
  404: unknownPlatform,
  410: [
    'withdrawn',
    'the service has withdrawn what was asked for',
    'Ask for another TCB evaluation data number or for none; of an old cache, for interface v4.',
  ],
  429: ['throttled', 'the service wants fewer requests', 'Wait as long as it says; keep a cache.'],
  461: unknownPlatform,
  462: unknownPlatform,
}
