import type { QuotingEnclave } from '@mse/attest/testing'
import type { Duplex } from 'node:stream'

const reportDataSize = 64

/** The report that this enclave's quotes carry, less REPORTDATA. */
export interface EnclaveReport {
  /** 32 bytes each. */
  readonly measurement: Uint8Array
  readonly signer: Uint8Array
  /** Where it lives: ISVPRODID (spec/4-evidence.md). */
  readonly isvProdId: number
}

/**
 * Answers the launcher's requests on the quote channel (spec/3-launch.md), one after the other: the next is looked at when the
 * answer has been taken, so that what asks without end fills nobody's memory.
 */
export async function serveQuotes(channel: Duplex, enclave: QuotingEnclave, report: EnclaveReport): Promise<void> {
  let pending = Buffer.alloc(0)
  for await (const data of untilItEnds(channel)) {
    pending = Buffer.concat([pending, data])
    while (pending.length >= reportDataSize) {
      const reportData = Uint8Array.from(pending.subarray(0, reportDataSize))
      pending = pending.subarray(reportDataSize)
      const quote = await enclave.quote({ ...report, reportData })
      const length = Buffer.alloc(4)
      length.writeUInt32LE(quote.length)
      await new Promise<void>((resolve) => channel.write(Buffer.concat([length, quote]), () => resolve()))
    }
  }
}

/** A launcher may end in the middle of anything, and its channel then breaks; that is no error of the supervisor's. */
async function* untilItEnds(channel: Duplex): AsyncGenerator<Buffer> {
  channel.on('error', () => undefined)
  try {
    for await (const data of channel) yield data as Buffer
  } catch {
    // the launcher has ended
  }
}
