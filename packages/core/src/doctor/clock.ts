import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Reached } from './collateral.ts'
import type { Diagnosis } from './diagnosis.ts'
import type { Machine } from './machine.ts'

const base = { id: 'host/clock', title: 'clock' } as const
const mend = 'sudo timedatectl set-ntp true'

/** Seconds: an HTTP date has whole ones, and an answer takes some. */
const tolerated = 10
/** Seconds that a launcher's clock may be behind its owner's (spec 5, `provision/clock`). */
const refused = 120

/** The clock against that of the service of collateral, if that was asked; else whether anybody keeps it. */
export async function diagnoseClock({ clock }: Reached, { root }: Pick<Machine, 'root'>): Promise<Diagnosis> {
  if (clock === undefined) return kept(root)
  const seconds = Math.round((clock.ours.getTime() - clock.theirs.getTime()) / 1000)
  const detail = `${Math.abs(seconds)} s ${seconds < 0 ? 'behind' : 'ahead of'} the service of collateral`
  if (Math.abs(seconds) <= tolerated) return { ...base, outcome: 'ok', detail: 'agrees with the service of collateral' }
  return { ...base, outcome: Math.abs(seconds) > refused ? 'failed' : 'warning', detail, fix: mend }
}

/** systemd-timesyncd.service(8): the file is there once the clock was set by a server. */
function kept(root: string): Diagnosis {
  if (existsSync(join(root, 'run/systemd/timesync/synchronized'))) {
    return { ...base, outcome: 'ok', detail: 'kept by systemd-timesyncd' }
  }
  return { ...base, outcome: 'skipped', detail: 'there is nothing to compare it with', fix: 'mse doctor --online' }
}
