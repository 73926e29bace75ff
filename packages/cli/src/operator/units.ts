import { installUnit, uninstallUnit, type Change } from '@mse/core/boot/install-unit'
import { unitText } from '@mse/core/boot/unit'
import { applicationsUnit, routeUnit, serveUnit, unitNames, type Unit, type UnitKind } from '@mse/core/boot/units'
import { folders } from '@mse/core/state/paths'
import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Context, Result } from '../command.ts'
import { badValue } from './bad-value.ts'
import { requireRoute, routeWords, type RouteArguments } from './route.ts'
import { requireServe, serveWords, type ServeArguments } from './serve.ts'

/** The program as it runs now: another version elsewhere is another program. */
const program = [process.execPath, fileURLToPath(new URL('../bin/mse.js', import.meta.url))]

interface InstallArguments extends ServeArguments, RouteArguments {
  readonly word: string | undefined
  readonly dryRun: boolean
}

/** `mse operator install`, `install serve`, `install route`: the last two with the flags that the unit shall give. */
export async function install(args: InstallArguments, context: Context): Promise<Result> {
  const { env, terminal } = context
  const { dryRun } = args
  const unit = unitOf(kindOf(args.word), args, context)
  const text = unitText(unit, program, env)
  const changes = await installUnit(configHome(context), unit.name, text, dryRun)
  terminal.say(text)
  if (!existsSync('/run/systemd/system')) terminal.warn('systemd does not run here: nothing will read the unit')
  else
    terminal.say(
      `Not done: it starts at the next boot, or with  systemctl --user daemon-reload; systemctl --user start ${unit.name}`,
    )
  if (unit.name === unitNames.serve)
    terminal.say(`What it says, the line for owners among it:  journalctl --user --unit ${unit.name}`)
  const { username } = userInfo()
  if (!existsSync(`/var/lib/systemd/linger/${username}`)) {
    terminal.say(`Not done: without it units start when you log in.  sudo loginctl enable-linger ${username}`)
  }
  return shown(changes, dryRun, { unit: text })
}

export async function uninstall(
  { word, dryRun }: Pick<InstallArguments, 'word' | 'dryRun'>,
  context: Context,
): Promise<Result> {
  return shown(await uninstallUnit(configHome(context), unitNames[kindOf(word)], dryRun), dryRun, {})
}

function kindOf(word: string = 'applications'): UnitKind {
  if (word === 'applications' || word === 'serve' || word === 'route') return word
  throw badValue('what to install', 'serve or route; nothing, for the applications of this user', word)
}

function unitOf(kind: UnitKind, args: InstallArguments, { cwd }: Context): Unit {
  switch (kind) {
    case 'applications':
      return applicationsUnit
    case 'serve':
      requireServe(args)
      if (args.port === 0) throw badValue('--port', 'a port that owners find again', '0')
      if (args.namesPort === 0) throw badValue('--names-port', 'a port that clients find again', '0')
      return serveUnit(serveWords(args, cwd))
    case 'route':
      requireRoute(args)
      if (args.namesPort === 0) throw badValue('--names-port', 'a port that clients find again', '0')
      return routeUnit(routeWords(args))
  }
}

function configHome({ env }: Context): string {
  return dirname(folders(env).config)
}

function shown(changes: readonly Change[], dryRun: boolean, more: object): Result {
  const lines = changes.map(({ path, change }) => `${dryRun ? 'would be ' : ''}${change}  ${path}`)
  return { text: lines.join('\n'), data: { dryRun, changes, ...more } }
}
