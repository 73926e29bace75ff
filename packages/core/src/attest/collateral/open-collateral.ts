import {
  cachedSource,
  CollateralError,
  createPccs,
  createPcs,
  type CachedSource,
  type CollateralSource,
  type Fetch,
} from '@mse/attest'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { MseError } from '../../error.ts'
import type { Session } from '../../session.ts'
import { openDiskCache } from './disk-cache.ts'
import { renewWithin } from './expiry-warning.ts'
import { withRetries } from './retry.ts'
import type { CollateralSettings } from './settings.ts'

/** Milliseconds that one request may take. */
const patience = 10_000

/**
 * Collateral for this session: of the cache while it is valid, else of the PCCS that was named, else of Intel's PCS.
 *
 * `collect` throws CollateralError; MseError `collateral/offline` when it may not ask and the cache has none.
 *
 * @param authorities certificate authorities (PEM) in place of those of Node.js
 */
export function openCollateral(
  session: Session,
  settings: CollateralSettings,
  authorities?: readonly string[],
): CachedSource {
  const { now } = session
  const cache = openDiskCache(join(session.folders.cache, 'collateral'), { now, warn: (text) => session.warn(text) })
  if (settings.offline) return cachedSource(offline, { ...cache, now })
  const trust = { pins: settings.pins, ...(authorities === undefined ? {} : { authorities }) }
  // TLS is loaded when somebody is to be asked: with the cache filled it would double the time.
  const get: Fetch = async (url, options) => {
    const { createHttpsGet } = await import('./https-get.ts')
    return createHttpsGet(trust, Math.min(patience, settings.timeout))(url, options)
  }
  const fetch = withRetries(get, {
    now,
    sleep: async (ms, signal) => sleep(ms, undefined, { signal }),
  })
  const service = settings.pccs === undefined ? createPcs({ fetch }) : createPccs({ fetch, url: settings.pccs })
  return cachedSource(shown(session, settings, service), { ...cache, now, renewWithin })
}

/** A source whose work is shown, ends with the session, and ends in time. */
function shown(session: Session, { timeout, pccs }: CollateralSettings, source: CollateralSource): CollateralSource {
  const from = pccs === undefined ? 'Intel' : new URL(pccs).host
  return {
    collect: async (need, signal) =>
      session.phase('collateral', `fetch collateral from ${from}`, async () => {
        const deadline = AbortSignal.timeout(timeout)
        const signals = [session.signal, deadline, ...(signal === undefined ? [] : [signal])]
        try {
          return await source.collect(need, AbortSignal.any(signals))
        } catch (error) {
          session.signal.throwIfAborted()
          signal?.throwIfAborted()
          if (!deadline.aborted) throw error
          throw new CollateralError('collateral/timeout', `collateral did not come from ${from} in time`, {
            expected: `within ${timeout / 1000} s`,
            next: 'Try again, or give more with --collateral-timeout SECONDS.',
            cause: error,
          })
        }
      }),
  }
}

const offline: CollateralSource = {
  async collect({ tee, fmspc, ca }) {
    throw new MseError(
      'collateral/offline',
      'collateral is needed, there is none here, and --offline forbids fetching it',
      {
        expected: `collateral for ${tee.toUpperCase()}, FMSPC ${fmspc}, ${ca} CA`,
        next: 'Run the same command once without --offline: it fills the cache. Or use evidence that brings its collateral.',
      },
    )
  },
}
