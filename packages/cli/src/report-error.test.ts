import { MseError } from '@mse/core/error'
import { expect, test } from 'vitest'
import { describeFailure } from './report-error.ts'

const traces: unknown[] = []
const describeIt = (error: unknown, aborted = false): ReturnType<typeof describeFailure> =>
  describeFailure(error, aborted, (trace) => {
    traces.push(trace)
    return '/log'
  })

test('our error: code, sides, next command, exit code', () => {
  const error = new MseError('policy/measurement', 'not the one', { expected: 'aa', found: 'bb', next: 'mse verify' })
  expect(describeIt(error)).toMatchObject({
    exit: 3,
    data: null,
    report: { code: 'policy/measurement', message: 'not the one', expected: 'aa', found: 'bb', next: 'mse verify' },
  })
})

test('an error of the verifier is recognised by what it carries, and its checks are shown', () => {
  class AttestationError extends Error {
    readonly code = 'quote/signature'
    readonly expected = undefined
    readonly found = undefined
    readonly checks = [{ code: 'chain/root', outcome: 'ok', detail: 'pinned' }]
  }
  expect(describeIt(new AttestationError('refused'))).toMatchObject({
    exit: 3,
    report: { code: 'quote/signature', expected: null, next: null },
    checks: [{ title: 'the chain ends in a pinned root', outcome: 'ok', detail: 'pinned' }],
    data: { checks: [{ code: 'chain/root' }] },
  })
})

test.each([
  new TypeError('x is not a function'),
  Object.assign(new Error('ENOENT: …'), { code: 'ENOENT' }),
  'a string',
  undefined,
])('anything else is a bug of ours: %s', (error) => {
  const failure = describeIt(error)
  expect(failure.exit).toBe(70)
  expect(failure.report).toMatchObject({ code: 'internal/bug', next: 'read or report /log' })
  expect(traces.at(-1)).toBe(error)
})

test('what an abort tears down is an interruption; a refusal stays a refusal', () => {
  expect(describeIt(new Error('aborted'), true)).toMatchObject({ exit: 130, report: { code: 'interrupted' } })
  expect(describeIt(new MseError('policy/signer', 'no'), true)).toMatchObject({ exit: 3 })
})

test('a disk that is full is no bug, whatever was being written', () => {
  const error = Object.assign(new Error('ENOSPC: …'), { code: 'ENOSPC', path: '/state/file' })
  expect(describeIt(error)).toMatchObject({ exit: 5, report: { code: 'environment/disk-full', found: '/state/file' } })
})
