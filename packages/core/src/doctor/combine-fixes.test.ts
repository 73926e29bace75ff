import { expect, it } from 'vitest'
import { combineFixes } from './combine-fixes.ts'
import type { Diagnosis } from './diagnosis.ts'

const install = 'sudo apt-get install --yes --no-install-recommends'
const failed = (fix?: string): Diagnosis => ({
  id: 'tool/x',
  title: 'x',
  outcome: 'failed',
  detail: 'not installed',
  ...(fix === undefined ? {} : { fix }),
})

it('installs all packages with one command, each once, before anything else', () => {
  expect(
    combineFixes([
      failed('sudo modprobe fuse'),
      failed(`${install} fuse3`),
      failed(`${install} bubblewrap e2fsprogs`),
      failed(`${install} fuse3`),
      failed(),
      failed('sudo modprobe fuse'),
    ]),
  ).toEqual([`${install} bubblewrap e2fsprogs fuse3`, 'sudo modprobe fuse'])
})

it('has nothing to say when nothing is wrong', () => {
  expect(combineFixes([failed()])).toEqual([])
})
