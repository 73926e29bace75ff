// `mse spawn --no-wait` of what is known: a project, or a package, whose layers are where they are needed.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { mse } from '../../scripts/setup.mjs'
import { run, time, url } from './machine.mjs'

/** @returns of each way the command, and its times; each spawn takes the place of the one before */
export function unwaitedSpawns(owner, machine, rounds) {
  const there = ['--operator', url, '--platform', 'software']
  const project = machine.project('known')
  const layout = join(project, '../known.pkg')
  if (!existsSync(layout)) run(owner, ['package', project, '--output', layout])
  const ways = [
    { what: 'mse spawn PROJECT --no-wait --operator', words: [project, ...there], at: ['--operator', url] },
    {
      what: 'mse spawn --package LAYOUT --no-wait --operator',
      words: ['--package', layout, ...there],
      at: ['--operator', url],
    },
    { what: 'mse spawn PROJECT --no-wait', words: [project], at: [] },
    { what: 'mse spawn --package LAYOUT --no-wait', words: ['--package', layout], at: [] },
  ]
  const measured = ways.map(({ what, words, at }) => {
    const spawned = Array.from({ length: rounds + 1 }, () => {
      const times = time(owner, [mse, 'spawn', ...words, '--no-wait'])
      run(owner, ['status', 'known', '--wait', ...at])
      return times
    })
    return { what, times: spawned.slice(1) }
  })
  for (const at of [['--operator', url], []]) run(owner, ['remove', 'known', ...at])
  return measured
}
