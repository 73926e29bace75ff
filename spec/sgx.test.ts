import { decodeIndex } from '@mse/core/package/index-file'
import { measureSgx } from '@mse/core/platform/sgx/application/measure-sgx'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readVectors, refuseUnknown } from './read-vectors.ts'
import { asMaps, type BaseVector } from './vectors/making/sgx.ts'

interface SgxCase {
  readonly name: string
  readonly expect: string
  readonly index: string
  readonly base: BaseVector
  readonly edmm: boolean
  readonly manifest?: string
  readonly mrenclave?: string
}

describe('sgx.json', () => {
  it.each(readVectors<SgxCase>('sgx.json'))('$name: $expect', ({ name: _, expect: code, ...given }) => {
    const { index, base, edmm, manifest, mrenclave, ...unknown } = given
    refuseUnknown(unknown)
    const indexBytes = Buffer.from(index)
    const loader = readFileSync(join(import.meta.dirname, 'vectors/gramine/shared', base.loader))
    const measure = () => {
      return measureSgx({ index: decodeIndex(indexBytes), indexBytes }, { ...asMaps(base), loader }, { edmm })
    }
    if (code === 'ok') expect(measure()).toMatchObject({ manifest, mrenclave })
    else expect(measure).toThrow(expect.objectContaining({ code }))
  })
})
