import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { exampleSession } from '../../../core/src/testing/example-session.ts'
import { refusal } from '../../../core/src/testing/refuses.ts'
import { temporaryFolder } from '../../../core/src/testing/temporary-folder.ts'
import { serveOperator } from './serve-operator.ts'

const home = temporaryFolder()

it('a port where somebody else listens is not taken from them', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  const settings = {
    address: '127.0.0.1',
    port,
    host: undefined,
    ports: { first: 30_000, last: 30_099 },
    names: undefined,
    platforms: ['software'] as const,
  }
  const serving = serveOperator(
    exampleSession(home()),
    { settings, version: 'test', identity: undefined },
    () => undefined,
  )
  await expect(serving).rejects.toThrow(refusal('operator/listen'))
  other.close()
})
