import { MseError } from '../../error.ts'
import { parsePin, type Pin } from './pin.ts'

/** Where collateral comes from, as a person says it. */
export interface CollateralChoice {
  /** Address of a PCCS; Intel's PCS otherwise. */
  readonly pccs?: string | undefined
  /** `sha256:<64 hex>` of the PCCS's certificate or of its key; any of several. */
  readonly pccsPin: readonly string[]
  /** Only what is in the cache or beside the evidence. */
  readonly offline: boolean
  /** Seconds that fetching may take, retries included. */
  readonly collateralTimeout: number
}

/** The same, checked. */
export interface CollateralSettings {
  readonly pccs: string | undefined
  readonly pins: readonly Pin[]
  readonly offline: boolean
  /** Milliseconds. */
  readonly timeout: number
}

/** @throws MseError `usage/bad-value`, `usage/conflict` */
export function readCollateralChoice(choice: CollateralChoice): CollateralSettings {
  const { pccs, pccsPin, offline, collateralTimeout } = choice
  if (pccs === undefined && pccsPin.length > 0) {
    throw new MseError('usage/conflict', '--pccs-pin is about a PCCS, and none is named', { next: 'give --pccs URL' })
  }
  if (pccs !== undefined) requireAddress(pccs)
  return { pccs, pins: pccsPin.map(parsePin), offline, timeout: collateralTimeout * 1000 }
}

function requireAddress(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const plain = url?.username === '' && url.password === '' && url.search === '' && url.hash === ''
  if (url?.protocol === 'https:' && plain) return
  throw new MseError('usage/bad-value', '--pccs has a value that it does not take', {
    expected: 'an address such as https://pccs.example.org:8081, without a password in it',
    ...(plain ? { found: text } : {}),
  })
}
