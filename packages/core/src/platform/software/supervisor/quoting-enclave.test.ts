import { examineEvidence } from '@mse/attest'
import { createPlatform, generateKey, raTlsCertificate } from '@mse/attest/testing'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createConnection, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../testing/temporary-folder.ts'
import { serveQuotes } from './quoting-enclave.ts'

const folder = temporaryFolder()

describe('the quoting enclave', () => {
  const report = { measurement: new Uint8Array(32).fill(1), signer: new Uint8Array(32).fill(2), isvProdId: 1 }
  const now = new Date()

  async function pair(): Promise<[Socket, Socket]> {
    const server = createServer().listen(join(folder(), 'socket'))
    await once(server, 'listening')
    const inside = createConnection(join(folder(), 'socket'))
    const [outside] = (await once(server, 'connection')) as [Socket]
    server.close()
    return [inside, outside]
  }

  it('quotes what it is asked for, under the measurement of the platform', async () => {
    const platform = await createPlatform({ now })
    const tlsKey = await generateKey()
    const [inside, outside] = await pair()
    void serveQuotes(outside, await platform.quotingEnclave(), report)
    const point = Buffer.from(await crypto.subtle.exportKey('raw', tlsKey.publicKey))
    const reportData = Buffer.concat([createHash('sha256').update(point).digest(), Buffer.alloc(32, 7)])
    inside.write(reportData.subarray(0, 10))
    await sleep(20)
    inside.write(reportData.subarray(10))
    const quote = await readAnswer(inside)
    const notBefore = new Date(now.getTime() - 1_000)
    const certificate = await raTlsCertificate({
      quote,
      tlsKey,
      commonName: 'app',
      names: ['localhost'],
      notBefore,
      notAfter: new Date(now.getTime() + 86_400_000),
    })
    const examined = await examineEvidence({ certificate }, { now, softwareRoots: [platform.rootKeyHash] })
    expect(examined).toMatchObject({
      measurement: '01'.repeat(32),
      signer: '02'.repeat(32),
      isvProdId: 1,
      reportData: reportData.toString('hex'),
      platform: 'software',
      debug: false,
    })
    inside.destroy()
  })

  it('a launcher that dies before it has read its quote ends nothing else', async () => {
    const quoting = await (await createPlatform({ now })).quotingEnclave()
    const broken = new Duplex({ read: () => undefined, write: (_, __, done) => done() })
    const serving = serveQuotes(broken, quoting, report)
    broken.push(Buffer.alloc(64))
    broken.destroy(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }))
    await expect(serving).resolves.toBeUndefined()
  })

  it('a launcher that asks and asks and never reads is not answered into memory', async () => {
    const quoting = await (await createPlatform({ now })).quotingEnclave()
    const [inside, outside] = await pair()
    void serveQuotes(outside, quoting, report)
    inside.write(Buffer.alloc(64 * 2_000))
    await sleep(1_000)
    expect(outside.writableLength).toBeLessThan(1 << 20)
    inside.destroy()
    await expect.poll(() => outside.destroyed).toBe(true)
  })

  async function readAnswer(socket: Socket): Promise<Uint8Array> {
    let text = Buffer.alloc(0)
    for await (const data of socket.iterator({ destroyOnReturn: false })) {
      text = Buffer.concat([text, data as Buffer])
      if (text.length >= 4 && text.length === 4 + text.readUInt32LE()) break
    }
    return Uint8Array.from(text.subarray(4))
  }
})
