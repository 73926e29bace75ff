import { MseError } from '@mse/core/error'

/** Where an application listens on the machine of an operator is the operator's to say. @throws MseError `usage/conflict` */
export function requireTheirs({ port, host }: { readonly port: number; readonly host: string }): void {
  if (port === 0 && host === '127.0.0.1') return
  throw new MseError('usage/conflict', '--host and --port are of this machine; an operator service gives a port itself')
}
