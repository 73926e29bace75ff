import { expect, it, vi } from 'vitest'
import { exampleApp } from '../../../core/src/testing/example-app.ts'
import { refusal } from '../../../core/src/testing/refuses.ts'
import { Candidate, type Started } from './candidate.ts'

const started: Started = { folder: '/nowhere', app: exampleApp(), port: 1 }
const launch = async (begun: (started: Started) => Promise<void>): Promise<Started> => {
  await begun(started)
  return started
}

it('becomes the application when its owner settles it', async () => {
  const candidate = new Candidate(launch, 60_000)
  expect(await candidate.started).toBe(started)
  expect(await candidate.settle()).toBe(started)
})

it('ends with the reason that its owner gives', async () => {
  const candidate = new Candidate(launch, 60_000)
  await candidate.abandon({ code: 'policy/signer', message: 'refused' })
  await expect(candidate.ended).rejects.toEqual(refusal('policy/signer'))
})

it('ends when its owner is silent, and not while they are there', async () => {
  vi.useFakeTimers()
  try {
    const candidate = new Candidate(launch, 1000)
    await candidate.started
    await vi.advanceTimersByTimeAsync(900)
    candidate.renew()
    await vi.advanceTimersByTimeAsync(900)
    expect(await Promise.race([candidate.ended, Promise.resolve('lives')])).toBe('lives')
    await vi.advanceTimersByTimeAsync(200)
    await expect(candidate.ended).rejects.toEqual(refusal('operator/abandoned'))
  } finally {
    vi.useRealTimers()
  }
})

it('that was given up cannot be settled', async () => {
  const candidate = new Candidate(launch, 60_000)
  await candidate.abandon(undefined)
  await expect(candidate.settle()).rejects.toEqual(refusal('operator/abandoned'))
})

it('that does not start says why to who waits for it', async () => {
  const candidate = new Candidate(async () => {
    throw new TypeError('no')
  }, 60_000)
  await expect(candidate.started).rejects.toThrow('no')
})
