import type { KeyObject } from 'node:crypto'
import * as v from 'valibot'
import { MseError } from '../error.ts'
import { decrypt } from '../package/age/decrypt.ts'
import type { Identity } from '../package/age/x25519-stanza.ts'
import { parseCanonicalJson } from '../package/canonical-json.ts'
import { openEnvelope, payloadTypes } from '../package/dsse.ts'
import { bundleLimit } from './bundle.ts'

/** What a bundle says, but for the code key and secrets.json, which only an enclave has use for. */
export interface OpenedBundle {
  /** Hex. */
  readonly fingerprint: string
  /** Hex. */
  readonly reportData: string
  readonly issued: Date
  readonly expires: Date
  readonly sealedSecrets: Buffer | undefined
  /** Of the secrets.json that goes with it; hex. */
  readonly secretsSha256: string | undefined
}

const hex = (bytes: number): v.GenericSchema<string> =>
  v.pipe(v.string(), v.regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`)))
const seconds = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(253_402_300_799))
const base64 = v.pipe(
  v.string(),
  v.check((text) => Buffer.from(text, 'base64').toString('base64') === text),
)
const claim = v.strictObject({
  schema: v.literal('mse-bundle/1'),
  fingerprint: hex(32),
  report_data: hex(64),
  issued: seconds,
  expires: seconds,
  code_key: v.pipe(base64, v.length(44)),
  sealed_secrets: v.nullable(base64),
  secrets: v.nullable(base64),
  secrets_sha256: v.nullable(hex(32)),
  tls: v.nullable(v.pipe(base64, v.minLength(1))),
})

/**
 * Opens a bundle as the enclave that it is sealed to would: with that enclave's key, for bundles of that owner. Whether it is
 * for this launch, and in time, is for the enclave to judge (spec/5-provision.md).
 *
 * @throws MseError `age/*`, `provision/oversized`, `provision/signature`, `provision/malformed`
 */
export async function openBundle(
  bundle: AsyncIterable<Uint8Array>,
  identities: readonly Identity[],
  owner: KeyObject,
): Promise<OpenedBundle> {
  const parts: Buffer[] = []
  let size = 0
  for await (const chunk of decrypt(bundle, identities)) {
    size += chunk.length
    if (size > bundleLimit) throw new MseError('provision/oversized', `a bundle has at most ${bundleLimit} bytes`)
    parts.push(chunk)
  }
  const payload = attempt('provision/signature', 'not a bundle that this owner signed', () =>
    openEnvelope(payloadTypes.bundle, Buffer.concat(parts).toString(), owner),
  )
  const said = attempt('provision/malformed', 'the owner has signed something other than a bundle', () =>
    v.parse(claim, parseCanonicalJson(payload)),
  )
  const bytes = (text: string | null): Buffer | undefined => (text === null ? undefined : Buffer.from(text, 'base64'))
  return {
    fingerprint: said.fingerprint,
    reportData: said.report_data,
    issued: new Date(said.issued * 1000),
    expires: new Date(said.expires * 1000),
    sealedSecrets: bytes(said.sealed_secrets),
    secretsSha256: said.secrets_sha256 ?? undefined,
  }
}

/** Nothing of what was inside enters the error. */
function attempt<T>(code: string, message: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    const { expected, found } = error instanceof MseError ? error : {}
    const next = 'mse decrypt opens any age file; mse unseal opens bundles of mse seal.'
    const seen = code === 'provision/signature' ? { ...(expected && { expected }), ...(found && { found }) } : {}
    throw new MseError(code, message, { ...seen, next })
  }
}
