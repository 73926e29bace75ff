import type { Ledger } from '../ledger.ts'
import type { Extension } from '../x509/extensions.ts'
import type { RaTlsCertificate } from './certificate.ts'
import { readClaims, type Claims } from './dice.ts'
import { carriers, dice, nameOfUnread, type Carrier, type RaTlsScheme } from './schemes.ts'

/** How a certificate carries its quote. */
export interface RaTls {
  readonly scheme: RaTlsScheme
  /** Of the extension. */
  readonly oid: string
  /** The platforms whose quotes may travel so. */
  readonly platforms: readonly ('sgx' | 'tdx' | 'software')[]
  /** Raw; nothing in it is judged yet. */
  readonly quote: Uint8Array
  /** What the enclave claims beside the quote, as encoded and decoded; DICE only. */
  readonly claims: (Claims & { readonly encoded: Uint8Array }) | undefined
}

/**
 * Finds the quote of a certificate by walking its extensions, never by scanning bytes, so that nothing hidden in a name or a
 * comment is taken for it. The scheme follows from the OID alone. DICE evidence decides where there is some, good or bad:
 * Gramine shows a legacy quote beside it. Of the other schemes there has to be exactly one.
 *
 * @throws AttestationError `evidence/no-quote`, `evidence/scheme`, `evidence/wrapper`, `evidence/claims`
 */
export function readRaTls(ledger: Ledger, { extensions }: Pick<RaTlsCertificate, 'extensions'>): RaTls {
  const { carrier, value } = choose(ledger, extensions)
  ledger.pass('evidence/no-quote')
  ledger.pass('evidence/scheme', carrier.scheme)
  const { quote, claims: encoded } = ledger.decode('evidence/wrapper', () => carrier.unwrap(value))
  ledger.pass('evidence/wrapper')
  const { scheme, oid, platforms } = carrier
  if (encoded === undefined) return { scheme, oid, platforms, quote, claims: undefined }
  const claims = ledger.decode('evidence/claims', () => ({ ...readClaims(encoded), encoded }))
  ledger.pass('evidence/claims')
  return { scheme, oid, platforms, quote, claims }
}

function choose(ledger: Ledger, extensions: readonly Extension[]): { carrier: Carrier; value: Uint8Array } {
  const withDice = find(extensions, [dice])
  const [found, ...more] = withDice.length > 0 ? withDice : find(extensions, carriers)
  if (found !== undefined && more.length === 0) return found
  if (found !== undefined) throw ledger.refusal('evidence/no-quote', { detail: 'there is more than one' })
  const unread = extensions.map(nameOfUnread).find((name) => name !== undefined)
  if (unread === undefined) throw ledger.refusal('evidence/no-quote', { detail: 'there is none' })
  throw ledger.refusal('evidence/scheme', { found: unread })
}

function find(
  extensions: readonly Extension[],
  among: readonly Carrier[],
): readonly { readonly carrier: Carrier; readonly value: Uint8Array }[] {
  return among.flatMap((carrier) =>
    extensions.filter(({ oid }) => oid === carrier.oid).map(({ value }) => ({ carrier, value })),
  )
}
