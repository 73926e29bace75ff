import { examine } from '@mse/core/doctor/examine'
import { MseError } from '@mse/core/error'
import type { Diagnosis } from '@mse/core/doctor/diagnosis'
import { combineFixes } from '@mse/core/doctor/combine-fixes'
import { folders } from '@mse/core/state/paths'
import { defineCommand, type Command } from '../command.ts'

export const command: Command = defineCommand({
  examples: [
    ['mse doctor', 'look at everything that mse needs; exit code 5 if something is missing'],
    ['mse doctor --json', 'the same for programs'],
  ],
  related: ['scaffold', 'deploy'],
  arguments: {},
  async run(_args, { env, terminal }) {
    const checks = await examine(folders(env), env)
    const failed = checks.filter((one) => one.outcome === 'failed')
    if (failed.length > 0) throw new NotReady(checks, failed)
    terminal.checks(checks)
    return { text: 'ready', data: { checks } }
  },
})

/** Carries everything that was looked at, as the refusal of a verdict does. */
class NotReady extends MseError {
  readonly checks: readonly Diagnosis[]

  constructor(checks: readonly Diagnosis[], failed: readonly Diagnosis[]) {
    super('environment/not-ready', `this machine is not ready: ${failed.map((one) => one.title).join(', ')}`, {
      next: combineFixes(failed).join('\n'),
    })
    this.checks = checks
  }
}
