import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { startService, type ExampleService } from './example-service.ts'

/** A real listener that waits for nobody long, and lets strangers ask 100 times, at whatever speed; for all tests of one file. */
export interface ImpatientService {
  /** HOME of the operator. */
  home: string
  service: ExampleService
  /** The token of an owner. */
  ada: string
}

export function impatientService(): ImpatientService {
  const started = {} as ImpatientService
  beforeAll(async () => {
    started.home = mkdtempSync(join(tmpdir(), 'mse-operator-'))
    const waits = { headersTimeout: 1000, requestTimeout: 2000, handshakeTimeout: 1000 }
    started.service = await startService(started.home, {
      ...waits,
      part: 1 << 16,
      perStranger: { perSecond: 0.1, burst: 100 },
    })
    started.ada = await started.service.token()
  })
  afterAll(async () => {
    await started.service.close()
    rmSync(started.home, { recursive: true, force: true })
  })
  return started
}
