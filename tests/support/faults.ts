import type { ChildProcess } from 'node:child_process'
import { existsSync, lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { call } from './https.ts'
import { Person, type Deployed } from './mse.ts'
import { writeProject } from './project.ts'
import { everyFile, filesContaining, launcherBelow, mountsBelow, processesNaming } from './traces.ts'

/** What is under way when something is killed, and how long it takes, in milliseconds. */
const scenes = { create: 1600, replace: 3500, run: 900, restart: 1600, stop: 700, remove: 700 } as const
export type Scene = keyof typeof scenes

/** What is killed beside the command: a process of the enclave, by the beginning of its command line. */
const parts = {
  outer: /^\d+ (flock|unshare) /,
  init: /^\d+ sh -c exec/,
  supervisor: /^\d+ \S*node .*supervisor\.cjs/,
  storage: /^\d+ fuse2fs /,
  encryption: /^\d+ gocryptfs /,
  sandbox: /^\d+ bwrap /,
} as const
const victims = ['launcher', ...(Object.keys(parts) as (keyof typeof parts)[])] as const
export type Victim = 'command' | (typeof victims)[number]

export interface Fault {
  readonly scene: Scene
  readonly victim: Victim
  /** Milliseconds after the command was started. */
  readonly at: number
}

/** Marks everything that nobody but the enclave may read. */
const secret = 'KNOWN-BY-THE-ENCLAVE-ALONE'

/** The faults of a seed: always the same ones. Every scene has its turn; half of them hit the command. */
export function faultsOf(seed: number, count: number): Fault[] {
  const random = mulberry32(seed)
  const among = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  const turns = Object.keys(scenes) as Scene[]
  return Array.from({ length: count }, (_, number) => {
    const scene = turns[number % turns.length] as Scene
    const victim = random() < 0.5 ? 'command' : among(victims)
    return { scene, victim, at: Math.floor(random() * scenes[scene]) }
  })
}

/** A machine with one application, on which faults happen one after the other. */
export class FaultyMachine {
  readonly person: Person
  /** Its project; `change` makes another version of it. */
  readonly project: string
  private version = 0

  constructor(person: Person = new Person()) {
    this.person = person
    this.project = writeProject(this.person.home, {
      name: 'victim',
      toml: 'storage = "16m"\n',
      app: '',
      files: { 'secrets_to_seal.json': JSON.stringify({ secret }) },
    })
    this.change()
  }

  /** Prepares the scene, starts its command, kills, and looks at what is left: nothing leaked, and the next commands work. */
  async suffer({ scene, victim, at }: Fault): Promise<void> {
    const served = await this.prepare(scene)
    const child = this.person.start(...this.command(scene))
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
    await sleep(at)
    this.kill(child, victim)
    await ended
    expect(child.exitCode, 'no bug of ours').not.toBe(70)
    await this.expectConsistent()
    if (victim === 'command' && served !== undefined && scene === 'replace') await this.expectServes(served)
    if (scene === 'restart') await this.expectStartsAgain(served as Deployed)
    if (scene === 'stop' || scene === 'remove') await this.expectCanBeStopped()
  }

  async leave(): Promise<void> {
    await this.person.leave()
  }

  change(): void {
    this.version += 1
    writeFileSync(join(this.project, 'mse_src/app.py'), application(this.version))
  }

  private command(scene: Scene): string[] {
    if (scene === 'run') return ['run', '--project', this.project]
    return scene === 'create' || scene === 'replace' ? ['deploy', this.project] : [scene, 'victim']
  }

  /** @returns what is served, where the scene needs an application that serves */
  private async prepare(scene: Scene): Promise<Deployed | undefined> {
    if (scene === 'create' || scene === 'run') {
      await this.person.mse('remove', 'victim')
      if (scene === 'run') expect((await this.person.json('spawn', this.project)).error).toBeNull()
      return undefined
    }
    const { data, error } = await this.person.json<Deployed>('deploy', this.project)
    expect(error, 'the next deploy works').toBeNull()
    await this.expectServes(data)
    if (scene === 'replace') this.change()
    return data
  }

  private kill(command: ChildProcess, victim: Victim): void {
    if (victim === 'command') {
      command.kill('SIGKILL')
      return
    }
    const pid = victim === 'launcher' ? launcherBelow(this.apps) : this.processOf(parts[victim])
    try {
      if (pid !== undefined) process.kill(pid, 'SIGKILL')
    } catch {
      // it was faster
    }
  }

  /** Of two that are alike, the newer. */
  private processOf(pattern: RegExp): number | undefined {
    const lines = processesNaming(this.apps).filter((line) => pattern.test(line))
    return lines.map((line) => Number(line.split(' ')[0])).at(-1)
  }

  /** Everything that runs for it, by number. */
  processes(): number[] {
    return processesNaming(this.apps).map((line) => Number(line.split(' ')[0]))
  }

  private get apps(): string {
    return join(this.person.state, 'apps')
  }

  /** What may be there: one launch that is the application, one that failed, locks; processes and storage of that launch alone. */
  async expectConsistent(): Promise<void> {
    expect((await this.person.json('list')).error).toBeNull()
    const staging = join(this.person.state, 'staging')
    expect(existsSync(staging) ? readdirSync(staging) : []).toEqual([])
    expect(mountsBelow(this.person.state)).toEqual([])
    const homes = (existsSync(this.apps) ? readdirSync(this.apps) : []).filter((name) => !name.endsWith('.lock'))
    const launches = homes.flatMap((home) => {
      const inside = readdirSync(join(this.apps, home))
      expect(inside).toContain('current')
      const folders = inside.filter((name) => lstatSync(join(this.apps, home, name)).isDirectory() && name !== 'failed')
      expect(folders).toHaveLength(1)
      return folders
    })
    // What was told to end may take a moment.
    await expect
      .poll(() => processesNaming(this.apps).filter((line) => !launches.some((name) => line.includes(name))), {
        timeout: 20_000,
      })
      .toEqual([])
    // A supervisor that lives may be writing; what it leaves when it is killed is the next command's to remove.
    const unfinished = (): string[] => everyFile(this.apps).filter((path) => /\.(tmp|new)$/.test(path))
    if (unfinished().length > 0 && processesNaming(this.apps).length === 0) await this.person.mse('list')
    expect(unfinished()).toEqual([])
    expect(filesContaining(this.person.state, [secret])).toEqual([])
  }

  async expectServes({ url, certificate }: Deployed): Promise<void> {
    const reply = await call(`${url}/health`, certificate)
    expect(reply).toMatchObject({ status: 200, body: expect.stringMatching(/^version \d+, sealed$/) as string })
  }

  private async expectStartsAgain(served: Deployed): Promise<void> {
    const before = readFileSync(served.certificate, 'utf8')
    const { error } = await this.person.json('restart', 'victim')
    expect(error, 'it can be started again').toBeNull()
    expect(readFileSync(served.certificate, 'utf8'), 'the identical certificate').toBe(before)
    await this.expectServes(served)
  }

  private async expectCanBeStopped(): Promise<void> {
    const { error } = await this.person.json('stop', 'victim')
    expect([undefined, 'state/no-such-app']).toContain(error?.code)
    expect(processesNaming(this.apps)).toEqual([])
    expect(everyFile(this.apps).filter((path) => path.endsWith('storage.img'))).toEqual([])
  }
}

const application = (version: number): string => `
import os, pathlib

def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    sealed = "${secret.slice(0, 5)}" in pathlib.Path(os.environ["SEALED_SECRETS_PATH"]).read_text()
    return [f"version ${version}, {'sealed' if sealed else 'open'}".encode()]
`

/** A small generator with a seed: the same faults on every machine. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
