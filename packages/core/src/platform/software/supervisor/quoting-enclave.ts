import type { QuotingEnclave } from '@mse/attest/testing'
import type { Duplex } from 'node:stream'

const reportDataSize = 64

/** The report that this enclave's quotes carry, less REPORTDATA. */
export interface EnclaveReport {
  /** 32 bytes each. */
  readonly measurement: Uint8Array
  readonly signer: Uint8Array
}

/** Answers the launcher's requests on the quote channel (spec/3-launch.md), one after the other. */
export async function serveQuotes(channel: Duplex, enclave: QuotingEnclave, report: EnclaveReport): Promise<void> {
  let pending = Buffer.alloc(0)
  channel.on('error', () => undefined) // the launcher has ended
  for await (const data of channel) {
    pending = Buffer.concat([pending, data as Buffer])
    while (pending.length >= reportDataSize) {
      const reportData = Uint8Array.from(pending.subarray(0, reportDataSize))
      pending = pending.subarray(reportDataSize)
      const quote = await enclave.quote({ ...report, reportData })
      const length = Buffer.alloc(4)
      length.writeUInt32LE(quote.length)
      channel.write(Buffer.concat([length, quote]))
    }
  }
}
