import { closeSync, existsSync, mkdirSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../../testing/temporary-folder.ts'
import { rotateLog } from './rotate-log.ts'

const folder = temporaryFolder()
const files = (): { log: string; olderLog: string } => ({
  log: join(folder(), 'log'),
  olderLog: join(folder(), 'log.1'),
})

it('leaves a log that is not too long, and none', () => {
  rotateLog(files(), 10)
  writeFileSync(files().log, '0123456789')
  rotateLog(files(), 10)
  expect(readFileSync(files().log, 'utf8')).toBe('0123456789')
  expect(existsSync(files().olderLog)).toBe(false)
})

it('what is printed through a descriptor that was open before goes into the log after', () => {
  const printer = openSync(files().log, 'a', 0o600)
  writeSync(printer, 'before\n')
  rotateLog(files(), 5)
  writeSync(printer, 'after\n')
  closeSync(printer)
  expect(readFileSync(files().olderLog, 'utf8')).toBe('before\n')
  expect(readFileSync(files().log, 'utf8')).toBe('after\n')
  expect(statSync(files().olderLog).mode & 0o777).toBe(0o600)
})

it('of a log that grew faster than anybody looked, the end is kept', () => {
  writeFileSync(files().log, 'x'.repeat(1000) + 'the end')
  rotateLog(files(), 10)
  expect(readFileSync(files().olderLog, 'utf8')).toBe(`${'x'.repeat(13)}the end`)
})

it('a log that cannot be copied is cut all the same: it stays bounded', () => {
  writeFileSync(files().log, 'x'.repeat(1000))
  mkdirSync(`${files().olderLog}.new`)
  expect(() => rotateLog(files(), 10)).not.toThrow()
  expect(statSync(files().log).size).toBeLessThan(200)
})
