import type { AppTls } from '@mse/core/serve/app-tls'

/** A verdict's own line of a channel to a key that was not attested. */
export const notProved = 'tls key: imported, channel not proved'

/** What clients of an application cannot prove, however genuine its enclave. */
export function tlsWarnings({ tls, proxy }: Pick<AppTls, 'tls' | 'proxy'>): string[] {
  return [
    ...(tls === 'imported' ? [notProved, 'who has the imported key can read and change what clients send'] : []),
    ...(proxy === 'forwarded'
      ? [
          'proxy = "forwarded": TLS of clients ends outside of the enclave, channel not proved',
          'who runs the proxy can read and change what clients send, and say that it comes from any address',
        ]
      : []),
  ]
}
