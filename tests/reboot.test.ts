import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { call } from './support/https.ts'
import { Person, read, type Deployed } from './support/mse.ts'
import { writeProject } from './support/project.ts'
import { rebootBelow } from './support/reboot.ts'
import { mountsBelow, processesNaming } from './support/traces.ts'

const person = new Person()
const apps = join(person.state, 'apps')
let kept: Deployed
let ended: Deployed

const app = `
import os, pathlib
def app(environ, start_response):
    note = pathlib.Path(os.environ["HOME"], "note")
    if environ["PATH_INFO"] == "/write":
        note.write_text("written before")
        os.sync()
    start_response("200 OK", [])
    sealed = pathlib.Path(os.environ["SEALED_SECRETS_PATH"]).exists()
    return [f"{note.read_text() if note.exists() else 'nothing'}, {sealed}".encode()]
`

beforeAll(async () => {
  for (const name of ['kept', 'stopped']) {
    const files = { 'secrets_to_seal.json': '{"key": "value"}' }
    const project = writeProject(person.home, { name, toml: 'storage = "16m"\n', app, files })
    const { data, error } = await person.json<Deployed>('deploy', project)
    expect(error).toBeNull()
    if (name === 'kept') kept = data
    else ended = data
  }
  expect((await call(`${kept.url}/write`, kept.certificate)).body).toBe('written before, True')
  expect((await person.mse('stop', 'stopped')).code).toBe(0)
}, 120_000)
afterAll(() => person.leave())

const reboot = async (): Promise<void> => rebootBelow(apps)

/** Runs the command of the unit with what systemd would give it: the unit's own variables, and a home. */
async function startUnit(unit: string): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const value = (line: string): string[] => [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word]) => word as string)
  const line = (key: string): string[] => unit.split('\n').filter((text) => text.startsWith(`${key}=`))
  const environment = line('Environment').flatMap(value)
  const [command = []] = line('ExecStart').map(value)
  return person.run('env', ['-i', `HOME=${person.home}`, ...environment, ...command], '/')
}

it(
  'applications return after a reboot with the command of the unit: same certificate, same storage, no provisioning',
  { timeout: 120_000 },
  async () => {
    const installed = await person.json<{ unit: string; changes: { path: string; change: string }[] }>(
      'operator',
      'install',
    )
    expect(installed.data.changes.map((one) => one.change)).toEqual(['written', 'written'])
    const unit = read(person.home, '.config/systemd/user/mse-applications.service')
    expect(unit).toBe(installed.data.unit)
    const certificate = read(kept.certificate)

    await reboot()
    expect((await person.json('status', 'kept')).data).toMatchObject({
      state: 'failed',
      failure: { code: 'launch/machine-restarted' },
    })
    expect(await startUnit(unit)).toMatchObject({ code: 0, stdout: 'resumed  kept\nnothing-kept  stopped\n' })
    expect(read(kept.certificate)).toBe(certificate)
    expect((await call(`${kept.url}/`, kept.certificate)).body).toBe('written before, True')
    expect((await person.json('status', 'stopped')).data).toMatchObject({ state: 'stopped' })

    const again = await startUnit(unit)
    expect(again).toMatchObject({ code: 0, stdout: 'running  kept\nnothing-kept  stopped\n' })
  },
)

it('one that cannot return says why, and keeps none of the others back', { timeout: 120_000 }, async () => {
  await reboot()
  const server = await import('node:net').then(({ createServer }) =>
    createServer().listen(Number(new URL(kept.url).port), '127.0.0.1'),
  )
  try {
    const { code, error } = await person.json('operator', 'resume')
    expect({ code, error: error?.code }).toEqual({ code: 1, error: 'state/not-resumed' })
  } finally {
    server.close()
  }
  expect(processesNaming(apps)).toEqual([])
  expect(mountsBelow(person.state)).toEqual([])
  expect((await person.json('operator', 'resume')).error).toBeNull()
  expect((await call(`${kept.url}/`, kept.certificate)).body).toBe('written before, True')
})

it('uninstalling leaves the applications as they are, and no file', async () => {
  const removed = await person.json<{ changes: { path: string; change: string }[] }>('operator', 'uninstall')
  expect(removed.data.changes.map((one) => one.change)).toEqual(['removed', 'removed'])
  for (const { path } of removed.data.changes) expect(existsSync(path)).toBe(false)
  expect((await call(`${kept.url}/`, kept.certificate)).status).toBe(200)
  expect(ended.url).not.toBe(kept.url)
})
