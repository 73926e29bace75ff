import { readFileSync } from 'node:fs'
import { request } from 'node:https'

export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** An ordinary HTTPS client that trusts one certificate: connection, name and chain are checked as everywhere. */
export function call(
  url: string,
  certificate: string,
  { method = 'GET', body }: { method?: string; body?: string | Buffer } = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'Content-Type': 'application/json' }
    const outgoing = request(url, { method, headers, ca: readFileSync(certificate), agent: false }, (response) => {
      let text = ''
      response.on('data', (part: Buffer) => (text += part.toString()))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }))
      response.on('error', reject)
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}
