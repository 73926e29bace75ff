import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const cli = join(import.meta.dirname, '../packages/cli')
const home = mkdtempSync(join(tmpdir(), 'mse-compiled-'))

beforeAll(() => {
  for (const part of ['bin', 'bundle', 'package.json']) cpSync(join(cli, part), join(home, part), { recursive: true })
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

/** Whether the program works, and whether V8 took what it had compiled before. */
function start(name: string, words: readonly string[]): { status: number | null; rejected: string } {
  const load = JSON.stringify(join(home, 'bin/load-program.cjs'))
  const program = `process.argv.splice(1, 0, 'mse')
    const script = require(${load}).loadProgram(${JSON.stringify(name)})
    process.on('exit', () => process.stderr.write('rejected ' + script.cachedDataRejected))`
  const env = { PATH: process.env['PATH'], HOME: home }
  const { status, stderr } = spawnSync(process.execPath, ['-e', program, ...words], { env, encoding: 'utf8' })
  return { status, rejected: /rejected (\w+)/.exec(stderr)?.[1] ?? '' }
}

describe.each([
  ['verify', ['verify', '--help']],
  ['main', ['list', '--help']],
])('what is kept compiled of %s', (name, words) => {
  const cache = join(home, `bundle/${name}.cjs.cache`)
  let whole: Buffer
  beforeAll(() => {
    whole = readFileSync(cache)
  })

  it('is taken', () => {
    writeFileSync(cache, whole)
    expect(start(name, words)).toEqual({ status: 0, rejected: 'false' })
  })

  it('is not taken if another version of V8 compiled it, and the program works', () => {
    const other = Buffer.from(whole)
    other.writeUInt32LE(~whole.readUInt32LE(4) >>> 0, 4)
    writeFileSync(cache, other)
    expect(start(name, words)).toEqual({ status: 0, rejected: 'true' })
  })

  it('is not taken if it is half of it', () => {
    writeFileSync(cache, whole.subarray(0, whole.length / 2))
    expect(start(name, words)).toEqual({ status: 0, rejected: 'true' })
  })

  it('can be missing', () => {
    rmSync(cache, { force: true })
    expect(start(name, words)).toEqual({ status: 0, rejected: 'undefined' })
  })
})
