import { installUnit, uninstallUnit, type Change } from '@mse/core/boot/install-unit'
import { unitText } from '@mse/core/boot/unit'
import { folders } from '@mse/core/state/paths'
import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Context, Result } from '../command.ts'

/** The program as it runs now: another version elsewhere is another program. */
const program = [process.execPath, fileURLToPath(new URL('../bin/mse.js', import.meta.url))]

export async function install({ dryRun }: { readonly dryRun: boolean }, context: Context): Promise<Result> {
  const { env, terminal } = context
  const text = unitText(program, env)
  const changes = await installUnit(configHome(context), text, dryRun)
  terminal.say(text)
  if (!existsSync('/run/systemd/system')) terminal.warn('systemd does not run here: nothing will read the unit')
  const { username } = userInfo()
  if (!existsSync(`/var/lib/systemd/linger/${username}`)) {
    terminal.say(`Not done: without it they return when you log in.  sudo loginctl enable-linger ${username}`)
  }
  return shown(changes, dryRun, { unit: text })
}

export async function uninstall({ dryRun }: { readonly dryRun: boolean }, context: Context): Promise<Result> {
  return shown(await uninstallUnit(configHome(context), dryRun), dryRun, {})
}

function configHome({ env }: Context): string {
  return dirname(folders(env).config)
}

function shown(changes: readonly Change[], dryRun: boolean, more: object): Result {
  const lines = changes.map(({ path, change }) => `${dryRun ? 'would be ' : ''}${change}  ${path}`)
  return { text: lines.join('\n'), data: { dryRun, changes, ...more } }
}
