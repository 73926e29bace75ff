import { MseError } from '@mse/core/error'
import type { Rate } from './settings.ts'

/** A bucket of requests for each of many askers; those that were not heard of for longest are forgotten. */
export class RateLimiter {
  private readonly rate: Rate
  private readonly now: () => number
  private readonly buckets = new Map<string, { left: number; at: number }>()

  /** @param now milliseconds, from any beginning */
  constructor(rate: Rate, now: () => number) {
    this.rate = rate
    this.now = now
  }

  /** @throws MseError `operator/too-many` */
  take(asker: string): void {
    const { perSecond, burst } = this.rate
    const now = this.now()
    const before = this.buckets.get(asker) ?? { left: burst, at: now }
    const left = Math.min(burst, before.left + ((now - before.at) / 1000) * perSecond)
    this.buckets.delete(asker)
    this.buckets.set(asker, { left: Math.max(0, left - 1), at: now })
    if (this.buckets.size > most) this.buckets.delete(this.buckets.keys().next().value as string)
    if (left >= 1) return
    throw new MseError('operator/too-many', 'too many requests', {
      expected: `at most ${perSecond} in a second`,
      next: 'Wait a second.',
    })
  }
}

const most = 10_000
