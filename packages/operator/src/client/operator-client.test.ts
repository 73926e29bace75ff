import { once } from 'node:events'
import { createServer } from 'node:https'
import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { exampleSession } from '../../../core/src/testing/example-session.ts'
import { refusal } from '../../../core/src/testing/refuses.ts'
import { temporaryFolder } from '../../../core/src/testing/temporary-folder.ts'
import { operatorFolders } from '../owners/operator-folders.ts'
import { ownIdentity, pinOf } from '../service/tls-identity.ts'
import { newLogin } from './login.ts'
import { OperatorClient, type Asking } from './operator-client.ts'

const home = temporaryFolder()
const token = `mse_${'0'.repeat(12)}_${'A'.repeat(43)}`

/** What a client makes of somebody who answers like this; who has the key of its service, if nothing else is `trusted`. */
async function asked(
  answer: RequestListener,
  asking: Asking = {},
  trusted?: { authorities: string },
): Promise<unknown> {
  const folders = operatorFolders(exampleSession(home()).folders)
  const identity = await ownIdentity(folders, 'localhost', new Date())
  const server = createServer({ key: identity.key, cert: identity.certificate }, answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}`)
  try {
    const proof =
      trusted === undefined ? { pin: pinOf(identity), authorities: undefined } : { pin: undefined, ...trusted }
    const login = newLogin({ url, token, ...proof })
    return await new OperatorClient(login, new AbortController().signal).ask('about', asking)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

it.each<[string, RequestListener]>([
  ['a page for people', (_, response) => void response.end('<html>hello</html>')],
  ['JSON of somebody else', (_, response) => void response.end('{"schema":"other/1"}')],
  ['more than anybody asked for', (_, response) => void response.end(Buffer.alloc((8 << 20) + 1, ' '))],
])('a service that answers with %s is none', async (_, answer) => {
  await expect(asked(answer)).rejects.toThrow(refusal('operator/not-a-service'))
})

it('a failure that has no code of a service is told as one', async () => {
  await expect(asked((_, response) => void response.writeHead(502).end('bad gateway'))).rejects.toThrow(
    refusal('operator/failed'),
  )
})

it('a service that ends in the middle of an answer is out of reach', async () => {
  const broken: RequestListener = (_, response) => {
    response.writeHead(200, { 'Content-Length': '100' }).write('{')
    setTimeout(() => response.destroy(), 20)
  }
  await expect(asked(broken)).rejects.toThrow(refusal('operator/unreachable'))
})

it('a service that never answers is given up', async () => {
  await expect(asked(() => undefined, { timeout: 200 })).rejects.toThrow(refusal('operator/timeout'))
})

it('a service that the authorities of --ca have not certified gets no token', async () => {
  let heard = 0
  const other = await ownIdentity(
    operatorFolders(exampleSession(join(home(), 'other')).folders),
    'localhost',
    new Date(),
  )
  const answer: RequestListener = (_, response) => {
    heard += 1
    response.end()
  }
  await expect(asked(answer, {}, { authorities: other.certificate })).rejects.toThrow(refusal('operator/untrusted'))
  expect(heard).toBe(0)
})

describe('connections', () => {
  /** A service that counts them, and what a client of it makes of some questions. */
  async function counted(answer: RequestListener, ask: (client: OperatorClient) => Promise<void>): Promise<number> {
    const identity = await ownIdentity(operatorFolders(exampleSession(home()).folders), 'localhost', new Date())
    const server = createServer({ key: identity.key, cert: identity.certificate }, answer).listen(0, '127.0.0.1')
    await once(server, 'listening')
    let opened = 0
    server.on('secureConnection', () => (opened += 1))
    const url = new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}`)
    const login = newLogin({ url, token, pin: pinOf(identity), authorities: undefined })
    try {
      await ask(new OperatorClient(login, new AbortController().signal))
      return opened
    } finally {
      server.closeAllConnections()
      server.close()
    }
  }
  const about = JSON.stringify({ schema: 'mse-operator/1', version: '1', platforms: [], host: null })
  const answers: RequestListener = (_, response) => void response.end(about)

  it('are kept: questions one after the other share one', async () => {
    const several = async (client: OperatorClient): Promise<void> => {
      for (let asked = 0; asked < 5; asked += 1) await client.ask('about')
    }
    expect(await counted(answers, several)).toBe(1)
  })

  it('are at most two, however many ask at once', async () => {
    const atOnce = async (client: OperatorClient): Promise<void> => {
      await Promise.all(Array.from({ length: 8 }, () => client.ask('about')))
    }
    expect(await counted(answers, atOnce)).toBe(2)
  })

  it('that a service has closed are not used again, and an answer that takes long is waited for', async () => {
    let asked = 0
    const closing: RequestListener = (_, response) => {
      response.setHeader('Connection', (asked += 1) === 1 ? 'close' : 'keep-alive')
      setTimeout(() => response.end(about), asked === 2 ? 2500 : 0)
    }
    const several = async (client: OperatorClient): Promise<void> => {
      await client.ask('about')
      await client.ask('about')
      await client.ask('about')
    }
    expect(await counted(closing, several)).toBe(2)
  })
})
