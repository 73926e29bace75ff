import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { afterAll, expect, it } from 'vitest'
import { freePort } from '../packages/core/src/launch/port.ts'
import { Person, read } from './support/mse.ts'

const person = new Person()
afterAll(() => person.leave())

interface Installed {
  readonly unit: string
  readonly changes: readonly { readonly path: string; readonly change: string }[]
}

const install = async (...words: string[]): ReturnType<typeof person.json<Installed>> =>
  person.json<Installed>('operator', 'install', ...words)

/** Runs the command of a unit as systemd would, until it has said where it serves. @returns that line */
async function startOnce(unit: string): Promise<string> {
  const words = (key: string): string[] => {
    const lines = unit.split('\n').filter((line) => line.startsWith(`${key}=`))
    return lines.flatMap((line) => [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word]) => word as string))
  }
  const child = spawn('env', ['-i', `HOME=${person.home}`, ...words('Environment'), ...words('ExecStart')], {
    cwd: '/',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  try {
    for await (const line of createInterface({ input: child.stdout })) return line
    throw new Error('it ended and said nothing')
  } finally {
    child.kill()
    await once(child, 'exit')
  }
}

it('the unit of the service serves what it was installed with, and ends nothing but itself', async () => {
  const port = await freePort('127.0.0.1', 0)
  const words = ['--port', String(port), '--host', 'op.example.org', '--ports', '30000-30009', '--offer', 'software']
  const { data, error } = await install('serve', ...words, '--names', 'apps.example.org', '--names-port', '9443')
  expect(error).toBeNull()
  expect(data.changes.map((one) => one.change)).toEqual(['written', 'written'])
  expect(data.unit).toContain('\nKillMode=process\n')
  expect(read(person.home, '.config/systemd/user/mse-operator.service')).toBe(data.unit)
  expect(await startOnce(data.unit)).toBe(`https://op.example.org:${port}`)
})

it('the unit of the names passes connections on', async () => {
  const port = await freePort('127.0.0.1', 0)
  const { data, error } = await install('route', '--names', 'apps.example.org', '--names-port', String(port))
  expect(error).toBeNull()
  expect(read(person.home, '.config/systemd/user/mse-operator-route.service')).toBe(data.unit)
  expect(await startOnce(data.unit)).toBe(`apps.example.org:${port}`)
})

it('each is removed by itself', async () => {
  const changes = async (...words: string[]): Promise<string[]> => {
    const { data } = await person.json<Installed>('operator', 'uninstall', ...words)
    return data.changes.map((one) => one.change)
  }
  expect(await changes()).toEqual(['absent', 'absent'])
  expect(await changes('serve')).toEqual(['removed', 'removed'])
  expect(await changes('serve')).toEqual(['absent', 'absent'])
  expect(await changes('route')).toEqual(['removed', 'removed'])
})

it.each([
  ['another word', ['everything'], 'usage/bad-value'],
  ['a service at a port that changes', ['serve', '--port', '0'], 'usage/bad-value'],
  ['a service at no address', ['serve', '--address', 'here'], 'usage/bad-value'],
  ['a certificate without its key', ['serve', '--certificate', 'chain.pem'], 'usage/conflict'],
  ['names at a port that changes', ['route', '--names', 'apps.example.org', '--names-port', '0'], 'usage/bad-value'],
  ['no names', ['route'], 'usage/missing'],
])('installs nothing for %s', async (_, words, code) => {
  expect((await install(...words)).error?.code).toBe(code)
})

it('files of the command line are found from any folder', async () => {
  const { data } = await install('serve', '--certificate', 'chain.pem', '--key', '/etc/key.pem', '--dry-run')
  expect(data.unit).toMatch(/"--certificate" "\/[^"]*\/chain\.pem" "--key" "\/etc\/key\.pem"\n/)
})
