import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { freePort } from '@mse/core/launch/port'
import { launchFolder, makeCurrent, writeApp } from '@mse/core/state/app'
import { appFolder } from '@mse/core/state/paths'
import { exampleApp } from '../../../core/src/testing/example-app.ts'
import { exampleSession } from '../../../core/src/testing/example-session.ts'
import { refusal } from '../../../core/src/testing/refuses.ts'
import { temporaryFolder } from '../../../core/src/testing/temporary-folder.ts'
import { PortRange } from './port-range.ts'

const home = temporaryFolder()
const one = async (range: PortRange): Promise<number | undefined> =>
  range.withPorts([exampleSession(home()).folders], 1, async ([port]) => port)

it('gives one port to one launch at a time, and gives it again afterwards', async () => {
  const first = await freePort('127.0.0.1', 0)
  const range = new PortRange('127.0.0.1', { first, last: first })
  await range.withPorts([], 1, async ([port]) => {
    expect(port).toBe(first)
    await expect(one(range)).rejects.toEqual(refusal('operator/ports'))
  })
  expect(await one(range)).toBe(first)
})

it('does not give a port that somebody listens on', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await expect(one(new PortRange('127.0.0.1', { first: port, last: port }))).rejects.toEqual(refusal('operator/ports'))
  server.close()
})

it('does not give the port of an application that has stopped', async () => {
  const port = await freePort('127.0.0.1', 0)
  const { folders } = exampleSession(home())
  const app = exampleApp({ port })
  const folder = launchFolder(appFolder(folders, app.name), app.instance)
  await writeApp(folder, app)
  await makeCurrent(folder)
  await expect(one(new PortRange('127.0.0.1', { first: port, last: port }))).rejects.toEqual(refusal('operator/ports'))
})
