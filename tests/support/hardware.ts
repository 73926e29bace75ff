import { certificateToPem, collateralNeed, type Collateral } from '@mse/attest'
import { createHardware, makeEnclave, type Hardware, type MakeBelieveEnclave } from '@mse/attest/testing'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { startCollateralService, type Fault } from '../../packages/core/src/testing/collateral-service.ts'

/** A machine with SGX that is up to date, under a root of its own, an enclave on it, and what plays Intel. */
export interface Machine {
  readonly hardware: Hardware
  readonly enclave: MakeBelieveEnclave
  readonly collateral: Collateral
}

export async function startMachine(now: Date): Promise<Machine> {
  const hardware = await createHardware({ now, tee: 'sgx' })
  const measurement = new Uint8Array(32).fill(0xab)
  const signer = new Uint8Array(32).fill(0xcd)
  const enclave = await makeEnclave(hardware, { now, measurement, scheme: 'Cosmian', report: { signer } })
  return { hardware, enclave, collateral: await hardware.collateral() }
}

/** A PCCS that has this collateral, as a command line names it: pinned. `fault`: what goes wrong with its answers. */
export async function startPccs(
  { enclave }: Machine,
  collateral: Collateral,
  fault?: (path: string, count: number) => Fault | undefined,
): Promise<{ readonly words: readonly string[]; readonly asked: readonly string[]; stop(): Promise<void> }> {
  const need = collateralNeed(enclave.evidence)
  if (need === undefined) throw new TypeError('a machine needs collateral')
  const service = await startCollateralService({ kind: 'pccs', held: [{ need, collateral }], ...(fault && { fault }) })
  const pin = new X509Certificate(service.certificate).fingerprint256.replaceAll(':', '').toLowerCase()
  return { ...service, words: ['--pccs', service.url, '--pccs-pin', `sha256:${pin}`] }
}

/** Serves an enclave over TLS with its own key. `knowsChallenge`: as a launcher of mse, it quotes nonces. */
export async function serve(
  { evidence, tlsKey, ...enclave }: MakeBelieveEnclave,
  knowsChallenge: boolean,
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', tlsKey.privateKey)).toString('base64')
  const key = `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n`
  const server = createServer({ key, cert: certificateToPem(evidence.certificate) }, (request, response) => {
    const nonce = /^\/\.well-known\/mse\/fresh\/([0-9a-f]+)$/.exec(request.url ?? '')?.[1]
    if (nonce === undefined || !knowsChallenge) return void response.writeHead(404).end('no such page')
    void enclave
      .answer(Uint8Array.from(Buffer.from(nonce, 'hex')))
      .then((quote) =>
        response.end(JSON.stringify({ schema: 'mse-fresh/1', nonce, quote: Buffer.from(quote).toString('base64') })),
      )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
