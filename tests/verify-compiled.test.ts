import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'

const cli = join(import.meta.dirname, '../packages/cli')
const home = mkdtempSync(join(tmpdir(), 'mse-compiled-'))
const cache = join(home, 'bundle/verify.cjs.cache')
let whole: Buffer

beforeAll(() => {
  for (const part of ['bin', 'bundle', 'package.json']) cpSync(join(cli, part), join(home, part), { recursive: true })
  whole = readFileSync(cache)
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

/** Whether `mse verify --help` works, and whether V8 took what it had compiled before. */
function start(): { status: number | null; rejected: string } {
  const load = JSON.stringify(join(home, 'bin/load-verify.cjs'))
  const program = `process.argv.splice(1, 0, 'mse')
    const script = require(${load}).loadVerify()
    process.on('exit', () => process.stderr.write('rejected ' + script.cachedDataRejected))`
  const env = { PATH: process.env['PATH'], HOME: home }
  const { status, stderr } = spawnSync(process.execPath, ['-e', program, 'verify', '--help'], { env, encoding: 'utf8' })
  return { status, rejected: /rejected (\w+)/.exec(stderr)?.[1] ?? '' }
}

it('mse verify is not compiled again', () => {
  writeFileSync(cache, whole)
  expect(start()).toEqual({ status: 0, rejected: 'false' })
})

it('what another version of V8 compiled is not taken, and mse verify works', () => {
  const other = Buffer.from(whole)
  other.writeUInt32LE(~whole.readUInt32LE(4) >>> 0, 4)
  writeFileSync(cache, other)
  expect(start()).toEqual({ status: 0, rejected: 'true' })
})

it('half of it is not taken either', () => {
  writeFileSync(cache, whole.subarray(0, whole.length / 2))
  expect(start()).toEqual({ status: 0, rejected: 'true' })
})

it('without it mse verify works, too', () => {
  rmSync(cache, { force: true })
  expect(start()).toEqual({ status: 0, rejected: 'undefined' })
})
