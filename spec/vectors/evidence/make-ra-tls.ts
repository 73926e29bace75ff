/**
 * Writes ra-tls.json beside this file: `npm run build && node spec/vectors/evidence/make-ra-tls.ts` with a Node that strips
 * types (22.18 or later). Made once, as software.json is: keys and signatures are random.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { extension, generateKey, raTlsCertificate, showKey } from '@mse/attest/testing'

type Scheme = Parameters<typeof showKey>[0]
type Kind = NonNullable<Parameters<typeof generateKey>[0]>

const now = new Date('2026-06-15T12:00:00Z')
const day = 86_400_000
const quote = Uint8Array.from({ length: 48 }, (_, index) => index)
const zero = new Uint8Array(32)
const ones = new Uint8Array(32).fill(1)
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

interface Wish {
  readonly scheme: Scheme
  readonly kind?: Kind
  readonly size?: number
  /** REPORTDATA[32:64]. */
  readonly rest?: Uint8Array
  /** The rule by which the key is bound, if another. */
  readonly rule?: Scheme
  /** Binds another key. */
  readonly swapped?: boolean
  /** Shows good evidence of this scheme, too. */
  readonly beside?: Scheme
  readonly notAfter?: Date
  /** Signs with another key. */
  readonly forged?: boolean
}

async function make(name: string, expect: string, wish: Wish) {
  const { scheme, kind = 'P-256', rest = zero, rule = scheme } = wish
  const [tlsKey, other] = await Promise.all([generateKey(kind, wish.size), generateKey(kind, wish.size)])
  const { oid, wrap } = await showKey(scheme, (wish.swapped ? other : tlsKey).publicKey, rest)
  const { reportData } = await showKey(rule, (wish.swapped ? other : tlsKey).publicKey, rest)
  const beside = wish.beside === undefined ? undefined : await showKey(wish.beside, tlsKey.publicKey, rest)
  const extensions = [
    extension(oid, wrap(quote)),
    ...(beside === undefined ? [] : [extension(beside.oid, beside.wrap(Uint8Array.of(...quote, 0)))]),
  ]
  const certificate = await raTlsCertificate({
    quote,
    tlsKey,
    commonName: 'app',
    names: [],
    notBefore: new Date(now.getTime() - day),
    notAfter: wish.notAfter ?? new Date(now.getTime() + 29 * day),
    odd: { extensions, ...(wish.forged ? { signedBy: other.privateKey } : {}) },
  })
  const facts = expect === 'ok' ? { scheme, quote: hex(quote) } : {}
  const encoded = Buffer.from(certificate).toString('base64')
  return { name, expect, now: now.toISOString(), certificate: encoded, report_data: hex(reportData), ...facts }
}

const schemes: readonly Scheme[] = ['mse', 'Cosmian', 'Gramine legacy', 'Open Enclave', 'DICE']
const binding = 'certificate/key-binding'
const cases = await Promise.all([
  ...schemes.map(async (scheme) => make(scheme, 'ok', { scheme })),
  make('Cosmian, a P-384 key', 'ok', { scheme: 'Cosmian', kind: 'P-384' }),
  make('Cosmian, an RSA key', 'ok', { scheme: 'Cosmian', kind: 'RSA' }),
  make('Cosmian, data of the application', 'ok', { scheme: 'Cosmian', rest: ones }),
  make('Gramine legacy, a P-384 key', 'ok', { scheme: 'Gramine legacy', kind: 'P-384' }),
  make('DICE, a P-384 key', 'ok', { scheme: 'DICE', kind: 'P-384' }),
  make('DICE, an RSA key', 'ok', { scheme: 'DICE', kind: 'RSA' }),
  make('DICE beside Gramine legacy', 'ok', { scheme: 'DICE', beside: 'Gramine legacy' }),
  ...schemes.map(async (scheme) => make(`${scheme}, another key`, binding, { scheme, swapped: true })),
  make('Cosmian by the rule of Gramine', binding, { scheme: 'Cosmian', rule: 'Gramine legacy' }),
  make('Gramine by the rule of Cosmian', binding, { scheme: 'Gramine legacy', rule: 'Cosmian' }),
  make('DICE by the rule of Gramine', binding, { scheme: 'DICE', rule: 'Gramine legacy' }),
  make('bad DICE beside good Gramine', binding, { scheme: 'DICE', swapped: true, beside: 'Gramine legacy' }),
  make('Cosmian and Gramine', 'evidence/no-quote', { scheme: 'Cosmian', beside: 'Gramine legacy' }),
  make('Gramine with data of the application', 'certificate/report-data', { scheme: 'Gramine legacy', rest: ones }),
  make('DICE with data of the application', 'certificate/report-data', { scheme: 'DICE', rest: ones }),
  make('an RSA key of 1024 bits', 'certificate/key-strength', { scheme: 'DICE', kind: 'RSA', size: 1024 }),
  make('a certificate that has lapsed', 'certificate/validity', { scheme: 'DICE', notAfter: new Date(now.getTime() - 1000) }),
  make('a certificate that another key signed', 'certificate/signature', { scheme: 'DICE', forged: true }),
])
const comment =
  'certificate: DER in base64, whose quote is no quote; report_data: what its quote would report; now: when it is judged. ok: scheme and quote are what it carries. Every key was thrown away.'
writeFileSync(join(import.meta.dirname, 'ra-tls.json'), `${JSON.stringify({ comment, cases }, null, 2)}\n`)
