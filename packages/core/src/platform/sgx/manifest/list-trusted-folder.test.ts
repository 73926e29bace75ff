import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { refusal } from '../../../testing/refuses.ts'
import { temporaryFolder } from '../../../testing/temporary-folder.ts'
import { listTrustedFolder } from './list-trusted-folder.ts'

const folder = temporaryFolder()
const list = (): string[] => listTrustedFolder({ named: 'd', path: folder() }, () => undefined)

it('lists by code point, not by UTF-16 unit, and depth first', () => {
  mkdirSync(join(folder(), 'a'))
  for (const name of ['\u{ff5e}', '\u{1f600}', 'a-b', 'a/x', 'a.txt', '.hidden', '10', '9', 'Z']) {
    writeFileSync(join(folder(), name), '')
  }
  expect(list()).toEqual(
    ['.hidden', '10', '9', 'Z', 'a/x', 'a-b', 'a.txt', '\u{ff5e}', '\u{1f600}'].map((name) => `d/${name}`),
  )
})

it('leaves out links that lead to folders or nowhere', () => {
  symlinkSync('/', join(folder(), 'root'))
  symlinkSync('nowhere', join(folder(), 'dangling'))
  writeFileSync(join(folder(), 'file'), '')
  symlinkSync('file', join(folder(), 'link'))
  expect(list()).toEqual(['d/file', 'd/link'])
})

it('refuses a name that is not UTF-8', () => {
  writeFileSync(Buffer.concat([Buffer.from(`${folder()}/`), Buffer.from([0x66, 0xff])]), '')
  expect(list).toThrow(refusal('manifest/file-name'))
})

it('refuses a link of which cannot be found out where it leads', () => {
  symlinkSync('x'.repeat(300), join(folder(), 'link'))
  expect(list).toThrow(refusal('manifest/unreadable'))
})

it('refuses a link into a folder that lets nobody look at what is in it', () => {
  mkdirSync(join(folder(), 'd/locked'), { recursive: true })
  writeFileSync(join(folder(), 'd/locked/file'), '')
  symlinkSync('locked/file', join(folder(), 'd/link'))
  chmodSync(folder(), 0o755)
  chmodSync(join(folder(), 'd/locked'), 0)
  asAnybody(() => {
    expect(() => listTrustedFolder({ named: 'd', path: join(folder(), 'd') }, () => undefined)).toThrow(
      refusal('manifest/unreadable'),
    )
  })
  chmodSync(join(folder(), 'd/locked'), 0o700) // so that whoever is not root can remove it
})

/** Root may read everything. */
function asAnybody(work: () => void): void {
  if (process.geteuid?.() !== 0) return work()
  process.seteuid?.(65_534)
  try {
    return work()
  } finally {
    process.seteuid?.(0)
  }
}
