import { examine } from '@mse/core/doctor/examine'
import { MseError } from '@mse/core/error'
import type { Diagnosis } from '@mse/core/doctor/diagnosis'
import type { Machine } from '@mse/core/doctor/machine'
import { combineFixes } from '@mse/core/doctor/combine-fixes'
import { supportBundle } from '@mse/core/doctor/support-bundle'
import { folders } from '@mse/core/state/paths'
import { writeStream } from '@mse/core/state/write-stream'
import { collateralArguments, collateralSettings } from '../collateral-arguments.ts'
import { choice, defineCommand, flag, integer, path, type Command } from '../command.ts'
import { once } from '../output.ts'
import { version } from '../version.ts'

export const command: Command = defineCommand({
  examples: [
    ['mse doctor', 'look at everything that mse needs; exit code 5 if something is missing'],
    ['mse doctor --bundle support.json', 'write the same down for who helps, without names and secrets'],
  ],
  related: ['scaffold', 'deploy', 'explain'],
  arguments: {
    platform: choice(['software', 'container', 'sgx'], 'what the machine shall be ready for; default: what auto takes'),
    port: integer('a port that has to be free', { minimum: 1, maximum: 65535 }),
    online: flag('ask Intel for collateral, too; a PCCS that is configured is asked anyway'),
    bundle: path('write the findings to a file that can be shown to others', { value: 'FILE' }),
    force: flag('replace the file if there is one'),
    ...collateralArguments,
  },
  async run({ platform, port, online, bundle, force, ...collateral }, { env, terminal, signal, now }) {
    const machine: Machine = { root: '/', folders: folders(env), env, signal, now }
    const asked = !collateral.offline && (online || collateral.pccs !== undefined)
    const settings = collateralSettings(collateral)
    const found = await examine(machine, { platform, port, collateral: asked ? settings : undefined })
    const { checks } = found
    const written = bundle === undefined ? {} : { bundle }
    if (bundle !== undefined) {
      const hosts = settings.pccs === undefined ? [] : [new URL(settings.pccs).hostname]
      const text = `${JSON.stringify(await supportBundle(found, machine, version(), hosts), null, 2)}\n`
      await writeStream(bundle, once(Buffer.from(text)), { mode: 0o600, replace: force, signal })
      terminal.say(`Read ${bundle} before you send it: docs/support.md says what is in it.`)
    }
    const failed = checks.filter((one) => one.outcome === 'failed')
    if (failed.length > 0) throw new NotReady(found.platform, checks, failed)
    terminal.checks(checks)
    return { text: 'ready', data: { platform: found.platform, checks, ...written } }
  },
})

/** Carries everything that was looked at, as the refusal of a verdict does. */
class NotReady extends MseError {
  readonly checks: readonly Diagnosis[]

  constructor(platform: string, checks: readonly Diagnosis[], failed: readonly Diagnosis[]) {
    const titles = failed.map((one) => one.title).join(', ')
    super('environment/not-ready', `this machine is not ready for --platform ${platform}: ${titles}`, {
      next: combineFixes(failed).join('\n'),
    })
    this.checks = checks
  }
}
