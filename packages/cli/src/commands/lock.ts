import { lockProject, type Locked } from '@mse/core/package/lock-project'
import { loadSource } from '@mse/core/project/load-project'
import { defineCommand, flag, path, positional, type Command } from '../command.ts'
import { startSession } from '../session.ts'

export const command: Command = defineCommand({
  examples: [
    ['mse lock', 'write requirements.lock beside mse.toml: commit it, and every packaging obeys it'],
    ['mse lock --upgrade', 'the same with the newest versions that the requirements allow'],
  ],
  related: ['check', 'package', 'deploy'],
  arguments: {
    project: positional(path('the folder of mse.toml, or the file', { default: '.' })),
    upgrade: flag('choose every version anew; otherwise those of an earlier lock stay, if all of them can'),
    withoutByteCode: flag(
      'leave byte code out, so that any Python can make the package; the application starts more slowly',
    ),
  },
  async run({ project: place, upgrade, withoutByteCode }, context) {
    const session = await startSession(context)
    const project = await loadSource(place)
    const locked = await lockProject(session, project, {
      upgrade: upgrade === true,
      byteCode: withoutByteCode !== true,
    })
    const changes = changesOf(locked)
    for (const change of changes) context.terminal.say(change)
    const { target, byteCode, packages } = locked.lock
    const shown = packages.map(({ name, version, sha256, via }) => ({ name, version, sha256, via }))
    return {
      text: locked.path,
      data: { lock: locked.path, python: target.python, byteCode, packages: shown, changes },
    }
  },
})

function changesOf({ lock, before }: Locked): string[] {
  const versions = (packages: Locked['lock']['packages']): Map<string, string> =>
    new Map(packages.map(({ name, version }) => [name, version]))
  const [old, now] = [versions(before?.packages ?? []), versions(lock.packages)]
  return [...new Set([...old.keys(), ...now.keys()])].toSorted().flatMap((name) => {
    const [from, to] = [old.get(name), now.get(name)]
    return from === to ? [] : [`${name} ${from === undefined ? '' : `${from} → `}${to ?? 'removed'}`]
  })
}
