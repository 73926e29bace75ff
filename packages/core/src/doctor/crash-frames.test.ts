import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { crashFrames } from './crash-frames.ts'

const state = temporaryFolder()

it('keeps the places of a trace, and neither its message nor the folders', async () => {
  const trace = [
    '2026-11-26T10:00:00.000Z',
    'mse 0.1.0, node v20.20.2, linux x64, command deploy',
    '',
    'TypeError: cannot read hunter2 of /home/ada/secrets.json',
    '    at withLock (file:///home/ada/mse/packages/cli/bundle/deploy-ABC.js:12:3)',
    '    at async Object.run (/home/ada/mse/run.js:1:2)',
    '    at node:internal/process/task_queues:95:5',
    'caused by Error: hunter2',
    '    at /home/ada/hunter2/x.js:7:8',
  ]
  for (const day of ['01', '02', '03', '04'])
    writeFileSync(join(state(), `crash-2026-11-${day}T10-00-00-000Z-7.log`), trace.join('\n'))
  writeFileSync(join(state(), 'crash-of-somebody-else.log'), 'hunter2')
  const crashes = await crashFrames(state())
  expect(crashes.map((one) => one.file.slice(0, 16))).toEqual([
    'crash-2026-11-02',
    'crash-2026-11-03',
    'crash-2026-11-04',
  ])
  expect(crashes[0]).toMatchObject({
    about: 'mse 0.1.0, node v20.20.2, linux x64, command deploy',
    frames: ['withLock deploy-ABC.js:12:3', 'async Object.run run.js:1:2', 'task_queues:95:5', 'x.js:7:8'],
  })
  expect(JSON.stringify(crashes)).not.toMatch(/hunter2|ada/)
})

it('a folder that was never made has had no crashes', async () => {
  expect(await crashFrames(join(state(), 'nowhere'))).toEqual([])
})
