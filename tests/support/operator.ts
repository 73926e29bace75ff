import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { freePort } from '../../packages/core/src/launch/port.ts'
import { Person, type Envelope } from './mse.ts'

/** A machine with an operator service, run by a person of its own. */
export class OperatorMachine {
  readonly person: Person
  /** Known once it serves. */
  url = ''
  pin = ''
  private service: ChildProcess | undefined
  private port = 0
  private ports = ''

  constructor(person: Person = new Person()) {
    this.person = person
  }

  get root(): string {
    return join(this.person.state, 'operator')
  }

  get pid(): number | undefined {
    return this.service?.pid
  }

  /** Serves, at the same address as before if it has served before. */
  async serve(...more: string[]): Promise<void> {
    if (this.port === 0) {
      this.port = await freePort('127.0.0.1', 0)
      const first = 20_000 + Math.floor(Math.random() * 30_000)
      this.ports = `${first}-${first + 49}`
    }
    const words = [
      'operator',
      'serve',
      '--port',
      String(this.port),
      '--ports',
      this.ports,
      '--host',
      'localhost',
      ...more,
    ]
    const service = this.person.start(...words)
    this.service = service
    let said = ''
    for await (const line of createInterface({ input: service.stderr as NodeJS.ReadableStream })) {
      said += `${line}\n`
      const found = /mse login (\S+) --pin (\S+)/.exec(line)
      if (found === null) continue
      this.url = found[1] as string
      this.pin = found[2] as string
      return
    }
    throw new Error(`the service does not serve:\n${said}`)
  }

  /** Ends the service, as an operator would or as a crash does; what runs is not the service's. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const { service } = this
    if (service === undefined || service.exitCode !== null || service.signalCode !== null) return
    service.kill(signal)
    await once(service, 'exit')
  }

  /** A token, of an owner. */
  async token(owner: string, ...more: string[]): Promise<string> {
    return (await this.person.mse('operator', 'token', 'create', '--owner', owner, ...more)).stdout.trim()
  }

  /** Somebody with a machine of their own, who is logged in here. */
  async owner(name: string, ...more: string[]): Promise<OperatorsOwner> {
    return new OperatorsOwner(this, await this.token(name, ...more)).login()
  }

  /** The policy that this machine hands to owners who believe it, as a file of theirs. */
  async policy(folder: string): Promise<string> {
    const file = join(mkdtempSync(join(folder, 'policy-')), 'operator.json')
    writeFileSync(file, (await this.person.mse('operator', 'policy')).stdout)
    return file
  }

  /** Ends everything, the applications of these owners included. */
  async leave(...owners: OperatorsOwner[]): Promise<void> {
    for (const owner of owners) await owner.leave()
    await this.end()
    await this.person.leave()
  }
}

export class OperatorsOwner {
  readonly person: Person
  readonly machine: OperatorMachine
  readonly token: string
  policy = ''

  constructor(machine: OperatorMachine, token: string, person: Person = new Person()) {
    this.machine = machine
    this.token = token
    this.person = person
  }

  async login(): Promise<this> {
    const file = join(this.person.home, 'token')
    writeFileSync(file, `${this.token}\n`, { mode: 0o600 })
    const { url, pin } = this.machine
    const { error } = await this.person.json('login', url, '--pin', pin, '--token', file)
    if (error !== null) throw new Error(`cannot log in: ${error.code} ${error.message}`)
    this.policy = await this.machine.policy(this.person.home)
    return this
  }

  /** `mse … --operator URL --json`. */
  json<T = Record<string, unknown>>(
    command: string,
    ...words: string[]
  ): Promise<Envelope<T> & { readonly code: number | null }> {
    return this.person.json<T>(command, ...words, '--operator', this.machine.url)
  }

  deploy<T = Record<string, unknown>>(
    project: string,
    ...more: string[]
  ): Promise<Envelope<T> & { readonly code: number | null }> {
    return this.json<T>('deploy', project, '--platform', 'software', '--policy', this.policy, ...more)
  }

  async leave(): Promise<void> {
    const { data } = await this.json<{ apps: { name: string }[] } | null>('list')
    for (const { name } of data?.apps ?? []) await this.json('remove', name)
    await this.person.leave()
  }
}
