import { hash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

import { normaliseName } from '../requirement-line.ts'

export interface WheelIndexOptions {
  /** Who may ask: `user:password`; undefined: everybody. */
  readonly credentials?: string
  readonly tls?: { readonly key: string; readonly cert: string }
  /** Whether pages give the SHA-256 of a wheel; some indexes do not. */
  readonly hashes?: boolean
}

export interface WheelIndex {
  /** `127.0.0.1:PORT/simple` */
  readonly address: string
  /** Paths that were answered. */
  readonly answered: readonly string[]
  /** Status codes of what was refused. */
  readonly refused: readonly number[]
  close(): Promise<void>
}

/** A package index over a folder of wheels (https://packaging.python.org/en/latest/specifications/simple-repository-api/). */
export async function openWheelIndex(wheels: string, options: WheelIndexOptions = {}): Promise<WheelIndex> {
  const answered: string[] = []
  const refused: number[] = []
  const refuse = (response: ServerResponse, status: number): void => {
    refused.push(status)
    response.writeHead(status, status === 401 ? { 'www-authenticate': 'Basic realm="wheels"' } : {}).end()
  }
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const path = request.url ?? ''
    if (options.credentials !== undefined && request.headers.authorization !== basic(options.credentials)) {
      return refuse(response, 401)
    }
    const [, kind, name = ''] = /^\/(simple|files)\/([^/]+)\/?$/.exec(path) ?? []
    const files = readdirSync(wheels)
    if (kind === 'files' && files.includes(name)) {
      answered.push(path)
      response.end(readFileSync(join(wheels, name)))
      return
    }
    const mine = files.filter((file) => normaliseName(file.split('-')[0] ?? '') === name)
    if (kind !== 'simple' || mine.length === 0) return refuse(response, 404)
    answered.push(path)
    const links = mine.map((file) => {
      const sha256 =
        options.hashes === false ? '' : `#sha256=${hash('sha256', readFileSync(join(wheels, file)), 'hex')}`
      return `<a href="/files/${file}${sha256}">${file}</a>`
    })
    response.setHeader('content-type', 'text/html')
    response.end(`<!DOCTYPE html><html><body>${links.join('\n')}</body></html>`)
  }
  const server: Server = options.tls === undefined ? createServer(answer) : createTlsServer(options.tls, answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return { address: `127.0.0.1:${port}/simple`, answered, refused, close }
}

function basic(credentials: string): string {
  return `Basic ${Buffer.from(credentials).toString('base64')}`
}
