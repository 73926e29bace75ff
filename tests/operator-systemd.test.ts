import { X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { afterAll, expect, it } from 'vitest'
import { keyPin } from '../packages/core/src/attest/collateral/pin.ts'
import { freePort } from '../packages/core/src/launch/port.ts'
import { call } from './support/https.ts'
import type { Deployed } from './support/mse.ts'
import { OperatorMachine, OperatorsOwner } from './support/operator.ts'
import { plainApp, writeProject } from './support/project.ts'
import { rebootBelow } from './support/reboot.ts'
import { canManage, UserManager } from './support/user-manager.ts'

const machine = new OperatorMachine()
const manager = new UserManager(machine.person)
let ada: OperatorsOwner | undefined

afterAll(async () => {
  await ada?.leave()
  await manager.end()
  await machine.leave()
})

/** Of whoever serves there: an operator reads it in the journal. */
async function pinAt(port: number): Promise<string> {
  const certificate = await new Promise<X509Certificate>((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerX509Certificate() as X509Certificate)
      socket.destroy()
    })
    socket.once('error', reject)
  })
  return `sha256:${keyPin(certificate)}`
}

it.skipIf(!canManage)(
  'a service and its applications live and return under the service manager of systemd (skipped without root or systemd)',
  { timeout: 240_000 },
  async () => {
    await manager.start()
    const port = await freePort('127.0.0.1', 0)
    const range = 20_000 + 10 * Math.floor(Math.random() * 3_000)
    const words = ['--host', 'localhost', '--port', String(port), '--ports', `${range}-${range + 9}`]
    const { person } = machine
    expect((await person.json('operator', 'install')).error).toBeNull()
    expect((await person.json('operator', 'install', 'serve', ...words)).error).toBeNull()
    const units = ['mse-applications', 'mse-operator']
    const start = (): void => {
      const { status, stderr } = manager.systemctl('start', ...units)
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    }
    manager.systemctl('daemon-reload')
    start()
    machine.url = `https://localhost:${port}`
    await expect.poll(async () => pinAt(port).catch(() => ''), { timeout: 20_000 }).not.toBe('')
    machine.pin = await pinAt(port)
    ada = new OperatorsOwner(machine, await machine.token('ada'))
    await ada.login()
    const files = { 'secrets_to_seal.json': '{"key":"value"}' }
    const toml = 'storage = "16m"\nhardware = "256m"\n'
    const { data, error } = await ada.deploy<Deployed>(
      writeProject(ada.person.home, { name: 'kept', toml, app: plainApp, files }),
    )
    expect(error).toBeNull()
    const sealed = async (): Promise<string> => (await call(`${data.url}/sealed`, data.certificate)).body

    // The service ends, and what it launched does not.
    expect(manager.systemctl('stop', 'mse-operator').status).toBe(0)
    expect((await ada.json('list')).error?.code).toBe('operator/unreachable')
    expect(await sealed()).toBe('{"key":"value"}')
    start()
    await expect.poll(async () => pinAt(port).catch(() => ''), { timeout: 20_000 }).toBe(machine.pin)
    expect((await ada.json('status', 'kept')).data).toMatchObject({ state: 'running' })

    // It crashes, and systemd starts it again.
    expect(manager.systemctl('kill', '--signal', 'SIGKILL', '--kill-who', 'main', 'mse-operator').status).toBe(0)
    await expect.poll(async () => pinAt(port).catch(() => ''), { timeout: 20_000 }).toBe(machine.pin)
    expect(await sealed()).toBe('{"key":"value"}')

    // The machine is started anew: everything is gone, and the units bring it back.
    manager.systemctl('stop', ...units)
    await rebootBelow(join(machine.root, 'owners/ada/apps'))
    start()
    await expect.poll(async () => sealed().catch(() => ''), { timeout: 60_000 }).toBe('{"key":"value"}')
  },
)
