import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { everyFile, filesContaining, wordsIn } from './traces.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mse-traces-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

it('finds words anywhere below a folder', () => {
  mkdirSync(join(folder, 'a/b'), { recursive: true })
  writeFileSync(join(folder, 'a/b/c'), '\0\x01needle\0')
  expect(filesContaining(folder, ['needle', 'thread'])).toEqual([`${join(folder, 'a/b/c')}: needle`])
})

it('what another process has deleted since it was listed is no failure', () => {
  expect(wordsIn(join(folder, 'gone'), ['needle'])).toEqual([])
  expect(everyFile(join(folder, 'gone'))).toEqual([])
  writeFileSync(join(folder, 'file'), '')
  expect(wordsIn(join(folder, 'file/below'), ['needle'])).toEqual([])
})
