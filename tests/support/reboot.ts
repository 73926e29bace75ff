import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { processesNaming } from './traces.ts'

/** What a reboot is to the applications below a folder: every process is gone at once, and the kernel calls itself by another name. */
export async function rebootBelow(apps: string): Promise<void> {
  for (const line of processesNaming(apps)) {
    try {
      process.kill(Number(line.split(' ')[0]), 'SIGKILL')
    } catch {
      // went with another
    }
  }
  await expect.poll(() => processesNaming(apps), { timeout: 20_000 }).toEqual([])
  for (const home of readdirSync(apps)) {
    const record = join(apps, home, 'current/supervisor.json')
    if (!existsSync(record)) continue
    const name = JSON.parse(readFileSync(record, 'utf8')) as object
    writeFileSync(record, JSON.stringify({ ...name, boot: '00000000-0000-0000-0000-000000000000' }))
  }
}
