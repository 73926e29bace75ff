import { encodeUnmeasured, type Unmeasured } from '@mse/core/launch/plan'
import { describe, expect, it } from 'vitest'
import { readVectors, refuseUnknown } from './read-vectors.ts'

interface LaunchCase {
  readonly name: string
  readonly expect: string
  readonly text: string
  readonly launch?: Values
}

interface Values extends Omit<Unmeasured, 'notAfter'> {
  readonly not_after: number
}

const write = ({ not_after, ...values }: Values): string =>
  encodeUnmeasured({ ...values, notAfter: new Date(not_after * 1000) })

describe('launch.json: TypeScript only writes', () => {
  it.each(readVectors<LaunchCase>('launch.json'))('$name: $expect', ({ name: _, expect: code, ...given }) => {
    const { text, launch, ...unknown } = given
    refuseUnknown(unknown)
    if (code === 'ok') return expect(write(launch as Values)).toBe(text)
    expect(code).toBe('launch/malformed')
    const values = valuesIn(text)
    if (values !== undefined) expect(attempt(values), 'what the launcher refuses is never written').not.toBe(text)
  })
})

/** What a caller could have given to end up with this text, as far as its types allow. */
function valuesIn(text: string): Values | undefined {
  try {
    const { address, port, instance, names, not_after } = JSON.parse(text) as Values
    const typed = [address, instance].every((one) => typeof one === 'string') && typeof port === 'number'
    const listed = Array.isArray(names) && names.every((name) => typeof name === 'string')
    return typed && listed && typeof not_after === 'number' ? { address, port, instance, names, not_after } : undefined
  } catch {
    return undefined
  }
}

function attempt(values: Values): string | undefined {
  try {
    return write(values)
  } catch (error) {
    expect(error).toMatchObject({ code: 'launch/malformed' })
    return undefined
  }
}
