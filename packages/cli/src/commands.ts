import type { Command, Entry } from './command.ts'

/** The commands, in the order of an application's life. */
export const commands: readonly Entry[] = [
  { name: 'scaffold', summary: 'start a project', load: () => import('./commands/scaffold.ts') },
  { name: 'check', summary: 'check mse.toml and the code folder', load: () => import('./commands/check.ts') },
]

/** What `mse --help` starts with. */
export const examples: readonly (readonly [line: string, effect: string])[] = [
  ['mse scaffold helloworld', 'start a project in the folder helloworld'],
  ['mse check helloworld', 'say what is wrong with it'],
]

export async function findCommand(name: string | undefined): Promise<{ entry: Entry; command: Command } | undefined> {
  const entry = commands.find((candidate) => candidate.name === name)
  return entry && { entry, command: (await entry.load()).command }
}
