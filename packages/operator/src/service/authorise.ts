import { MseError } from '@mse/core/error'
import type { IncomingMessage } from 'node:http'
import { mayDo, type Role } from '../api/role.ts'
import type { TokenRecord } from '../tokens/token.ts'
import type { Service } from './service.ts'

/**
 * Whose request it is. Strangers are counted by their address, whatever they ask for, so that tokens cannot be tried in quantity.
 *
 * @throws MseError `operator/unauthorised`, `operator/forbidden`, `operator/too-many`
 */
export async function authorise(service: Service, incoming: IncomingMessage, role: Role): Promise<TokenRecord> {
  const token = bearer(incoming.headers.authorization)
  const record = token === undefined ? undefined : await service.tokens.find(token, service.now())
  if (record === undefined) {
    countStranger(service, incoming)
    throw new MseError('operator/unauthorised', 'no token was given, or it is not good any more', {
      next: 'Ask the operator for a token, and run mse login.',
    })
  }
  service.perToken.take(record.id)
  if (mayDo(record.role, role)) return record
  throw new MseError('operator/forbidden', 'the token is not good for that', {
    expected: `role ${role}`,
    found: `role ${record.role}`,
  })
}

/** @throws MseError `operator/too-many` */
export function countStranger({ perStranger }: Service, { socket }: IncomingMessage): void {
  perStranger.take(socket.remoteAddress ?? '')
}

function bearer(header: string | undefined): string | undefined {
  return /^Bearer ([\w-]{1,100})$/i.exec(header ?? '')?.[1]
}
