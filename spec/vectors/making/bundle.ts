import { canonicalJson, type Json } from '@mse/core/package/canonical-json'
import { payloadTypes, signEnvelope } from '@mse/core/package/dsse'
import { base64, fixedBytes, fixedEd25519, fixedX25519, sha256, type Case, type VectorFile } from './fixed.ts'
import { writeAge } from './write-age.ts'

type Members = Record<string, unknown>

const day = 24 * 3600
const now = 1_781_524_800
const enclave = fixedX25519('mse vectors/enclave')
const owner = fixedEd25519('mse vectors/owner')
const stranger = fixedEd25519('mse vectors/stranger')
const codeKey = fixedBytes('mse vectors/code key', 32)
const secrets = Buffer.from('{"login":"guest"}')
const sealed = Buffer.from('{"password":"correct horse"}')
const reportData = Buffer.concat([fixedBytes('mse vectors/hash of a TLS key', 32), enclave.recipient]).toString('hex')

/** What the enclave of every case is and knows. */
const judge = {
  sealing_secret: enclave.secret.toString('hex'),
  owner: owner.owner,
  fingerprint: sha256('mse vectors/fingerprint'),
  report_data: reportData,
  now,
}

/** What a good bundle says. */
const claim: Members = {
  schema: 'mse-bundle/1',
  fingerprint: judge.fingerprint,
  report_data: reportData,
  issued: now - 60,
  expires: now - 60 + day,
  code_key: base64(codeKey),
  sealed_secrets: base64(sealed),
  secrets: null,
  secrets_sha256: null,
  tls: null,
}
const chain = Buffer.from('-----BEGIN CERTIFICATE-----')

const withSecretsBeside: Members = { ...claim, secrets_sha256: sha256(secrets) }
const withSecretsInside: Members = { ...withSecretsBeside, secrets: base64(secrets) }

export function bundleVectors(): VectorFile {
  return {
    comment:
      'Bundles (spec 5). An enclave with the X25519 secret sealing_secret and that fingerprint and report_data, of a package of "owner", is posted {"bundle": …, "secrets": …} at "now", or the text "body" as it stands. ok: it then holds what "gives" says; code_key in hex, the others in base64 or null.',
    cases: [
      ...goodCases(),
      ...bodyCases(),
      ...sealCases(),
      ...envelopeCases(),
      ...payloadCases(),
      ...claimCases(),
      ...secretsCases(),
    ],
  }
}

function goodCases(): Case[] {
  return [
    ok('sealed secrets only', claim, null, { sealed_secrets: base64(sealed) }),
    ok('no secrets at all', { ...claim, sealed_secrets: null }, null, {}),
    ok('secrets inside', withSecretsInside, null, { sealed_secrets: base64(sealed), secrets: base64(secrets) }),
    ok('secrets through the operator', withSecretsBeside, base64(secrets), {
      sealed_secrets: base64(sealed),
      secrets: base64(secrets),
    }),
    ok('a certificate', { ...claim, tls: base64(chain) }, null, { sealed_secrets: base64(sealed), tls: base64(chain) }),
    ok('empty secrets', { ...claim, sealed_secrets: '' }, null, { sealed_secrets: '' }),
    ok('in the last second', { ...claim, expires: now }, null, { sealed_secrets: base64(sealed) }),
    ok('for seven days', { ...claim, expires: now - 60 + 7 * day }, null, { sealed_secrets: base64(sealed) }),
    ok('a clock 120 seconds behind', { ...claim, issued: now + 120, expires: now + day }, null, {
      sealed_secrets: base64(sealed),
    }),
  ]
}

function bodyCases(): Case[] {
  const good = base64(bundle('body', claim))
  const malformed = (name: string, body: string): Case => ({ name, expect: 'provision/malformed', ...judge, body })
  return [
    malformed('a body that is empty', ''),
    malformed('a body that is not JSON', '{"bundle":'),
    malformed('a body that is a list', `[{"bundle":"${good}","secrets":null}]`),
    malformed('a body without secrets', `{"bundle":"${good}"}`),
    malformed('a body with an unknown member', `{"bundle":"${good}","secrets":null,"restart":"sealed"}`),
    malformed('a bundle that is not text', '{"bundle":null,"secrets":null}'),
    malformed('a bundle in base64 without padding', `{"bundle":"${unpadded()}","secrets":null}`),
    malformed(
      'a bundle in base64 with line ends',
      `{"bundle":"${good.slice(0, 64)}\\n${good.slice(64)}","secrets":null}`,
    ),
    malformed('secrets that are not base64', `{"bundle":"${good}","secrets":"{}"}`),
  ]
}

/** A good envelope whose payload needs padding in base64, without it. */
function envelopeWithoutPadding(): string {
  const payloads = ['', 'c2VjcmV0'].map((sealed_secrets) => canonicalJson({ ...claim, sealed_secrets } as Json))
  const payload = payloads.find((one) => one.length % 3 !== 0) as string
  const envelope = signEnvelope(payloadTypes.bundle, Buffer.from(payload), owner.signing)
  return envelope.replace(base64(payload), base64(payload).replaceAll('=', ''))
}

/** A good bundle whose base64 needs padding, without it. */
function unpadded(): string {
  const needsPadding = ['', 'c2VjcmV0', 'c2VjcmV0IHNlY3JldCBz'].map((sealed_secrets) =>
    bundle('unpadded', { ...claim, sealed_secrets }),
  )
  const text = base64(needsPadding.find((one) => one.length % 3 !== 0) as Buffer)
  return text.replaceAll('=', '')
}

function sealCases(): Case[] {
  const good = bundle('seal', claim)
  const posted = (name: string, expect: string, age: Buffer): Case => ({
    name,
    expect,
    ...judge,
    bundle: base64(age),
    secrets: null,
  })
  const other = fixedX25519('mse vectors/another enclave')
  const envelope = Buffer.from(
    signEnvelope(payloadTypes.bundle, Buffer.from(canonicalJson(claim as Json)), owner.signing),
  )
  return [
    posted(
      'sealed to another key: another enclave, or an earlier launch',
      'provision/unopenable',
      writeAge('other', envelope, { recipients: [other.recipient] }),
    ),
    posted('not an age file', 'provision/malformed', envelope),
    posted('no bytes', 'provision/malformed', Buffer.alloc(0)),
    posted('truncated in the header', 'provision/malformed', good.subarray(0, 100)),
    posted('truncated by a byte', 'provision/malformed', good.subarray(0, -1)),
    posted('extended by a byte', 'provision/malformed', Buffer.concat([good, Buffer.of(0)])),
    posted('a bit flipped', 'provision/malformed', flipped(good, good.length - 40)),
    posted(
      'sealed to this enclave and to another',
      'provision/malformed',
      writeAge('two', envelope, { recipients: [enclave.recipient, other.recipient] }),
    ),
  ]
}

function envelopeCases(): Case[] {
  const payload = Buffer.from(canonicalJson(claim as Json))
  const good = JSON.parse(signEnvelope(payloadTypes.bundle, payload, owner.signing)) as {
    payload: string
    signatures: [{ sig: string }]
  }
  const byStranger = JSON.parse(signEnvelope(payloadTypes.bundle, payload, stranger.signing)) as typeof good
  const sealedAs = (name: string, expect: string, envelope: string | object): Case => {
    const text = typeof envelope === 'string' ? envelope : JSON.stringify(envelope)
    return { name, expect, ...judge, bundle: base64(seal(name, text)), secrets: null }
  }
  return [
    sealedAs('signed by another owner', 'provision/signature', byStranger),
    sealedAs("signed by another owner under this owner's name", 'provision/signature', {
      ...good,
      signatures: [{ ...good.signatures[0], sig: byStranger.signatures[0].sig }],
    }),
    sealedAs('signed as a policy', 'provision/signature', signEnvelope(payloadTypes.policy, payload, owner.signing)),
    sealedAs('signed as an index', 'provision/signature', signEnvelope(payloadTypes.index, payload, owner.signing)),
    sealedAs('signed as a policy, labelled as a bundle', 'provision/signature', {
      ...(JSON.parse(signEnvelope(payloadTypes.policy, payload, owner.signing)) as object),
      payloadType: payloadTypes.bundle,
    }),
    sealedAs('the payload changed after signing', 'provision/signature', {
      ...good,
      payload: base64(canonicalJson({ ...claim, code_key: base64(Buffer.alloc(32)) })),
    }),
    sealedAs('a bit of the signature flipped', 'provision/signature', {
      ...good,
      signatures: [{ ...good.signatures[0], sig: base64(flipped(Buffer.from(good.signatures[0].sig, 'base64'), 0)) }],
    }),
    sealedAs('two signatures', 'provision/malformed', {
      ...good,
      signatures: [good.signatures[0], byStranger.signatures[0]],
    }),
    sealedAs('no signature', 'provision/malformed', { ...good, signatures: [] }),
    sealedAs('the payload in base64 without padding', 'provision/malformed', envelopeWithoutPadding()),
    sealedAs('an envelope that is not JSON', 'provision/malformed', 'hello'),
    sealedAs('the bare payload without an envelope', 'provision/malformed', payload.toString()),
  ]
}

function payloadCases(): Case[] {
  const good = canonicalJson(claim as Json)
  const malformed = (name: string, payload: string | Members): Case => judged(name, 'provision/malformed', payload)
  return [
    malformed('a payload that is not canonical: a space', good.replace(':', ': ')),
    malformed('a payload in another order', JSON.stringify({ schema: claim['schema'], ...claim })),
    malformed('a payload with a line end', `${good}\n`),
    malformed('a member twice', good.replace('{', `{"code_key":"${base64(Buffer.alloc(32))}",`)),
    malformed('a time with a fraction', good.replace(/"issued":(\d+)/, '"issued":$1.0')),
    malformed('an unknown member', { ...claim, restart: 'sealed' }),
    ...Object.keys(claim).map((member) =>
      malformed(`${member} is missing`, Object.fromEntries(Object.entries(claim).filter(([name]) => name !== member))),
    ),
    malformed('another schema', { ...claim, schema: 'mse-bundle/2' }),
    malformed('a fingerprint in upper case', { ...claim, fingerprint: judge.fingerprint.toUpperCase() }),
    malformed('report data of 32 bytes', { ...claim, report_data: judge.report_data.slice(64) }),
    malformed('a time as text', { ...claim, issued: String(now) }),
    malformed('a time before 1970', { ...claim, issued: -1 }),
    malformed('a code key of 31 bytes', { ...claim, code_key: base64(codeKey.subarray(1)) }),
    malformed('a code key of 33 bytes', { ...claim, code_key: base64(Buffer.concat([codeKey, Buffer.of(0)])) }),
    malformed('no code key', { ...claim, code_key: null }),
    malformed('sealed secrets that are not base64', { ...claim, sealed_secrets: '{}' }),
    malformed('a certificate that is empty', { ...claim, tls: '' }),
    malformed('a certificate that is not base64', { ...claim, tls: '-----BEGIN CERTIFICATE-----' }),
    malformed('a digest of secrets of 16 bytes', { ...claim, secrets_sha256: sha256('x').slice(32) }),
  ]
}

function claimCases(): Case[] {
  const otherReport = fixedBytes('mse vectors/other report data', 64).toString('hex')
  const refused = (name: string, code: string, change: Members): Case => judged(name, code, { ...claim, ...change })
  return [
    refused('for another fingerprint', 'provision/fingerprint', { fingerprint: sha256('another') }),
    refused('for other evidence', 'provision/report-data', { report_data: otherReport }),
    refused('for evidence of another TLS key and this sealing key', 'provision/report-data', {
      report_data: otherReport.slice(0, 64) + judge.report_data.slice(64),
    }),
    refused('expired a second ago', 'provision/expired', { expires: now - 1 }),
    refused('good for seven days and a second', 'provision/expired', { expires: now - 60 + 7 * day + 1 }),
    refused('expires before it was issued', 'provision/expired', { issued: now + 60, expires: now - 60 }),
    refused('a clock 121 seconds behind', 'provision/clock', { issued: now + 121, expires: now + day }),
    refused('the fingerprint is judged before the evidence', 'provision/fingerprint', {
      fingerprint: sha256('another'),
      report_data: otherReport,
    }),
    refused('the evidence is judged before the times', 'provision/report-data', {
      report_data: otherReport,
      expires: now - 1,
    }),
    refused('the end is judged before the clock', 'provision/expired', { issued: now + 121, expires: now - 1 }),
  ]
}

function secretsCases(): Case[] {
  const refused = (name: string, content: Members, supplied: string | null): Case =>
    judged(name, 'provision/secrets', content, supplied)
  return [
    refused('the secrets that the owner named are missing', withSecretsBeside, null),
    refused('other secrets than the owner named', withSecretsBeside, base64('{"login":"root"}')),
    refused('secrets that nobody asked for', claim, base64(secrets)),
    refused('other secrets beside than inside', withSecretsInside, base64('{}')),
    refused('secrets inside, without their digest', { ...withSecretsInside, secrets_sha256: null }, null),
    refused('other secrets inside than their digest says', { ...withSecretsInside, secrets: base64('{}') }, null),
    judged(
      'the times are judged before the secrets',
      'provision/expired',
      { ...withSecretsBeside, expires: now - 1 },
      null,
    ),
  ]
}

function ok(name: string, content: Members, supplied: string | null, gives: Members): Case {
  const given = { code_key: codeKey.toString('hex'), sealed_secrets: null, secrets: null, tls: null, ...gives }
  return { name, expect: 'ok', ...judge, bundle: base64(bundle(name, content)), secrets: supplied, gives: given }
}

function judged(name: string, expect: string, content: string | Members, supplied: string | null = null): Case {
  return { name, expect, ...judge, bundle: base64(bundle(name, content)), secrets: supplied }
}

function bundle(label: string, content: string | Members): Buffer {
  const payload = typeof content === 'string' ? content : canonicalJson(content as Json)
  return seal(label, signEnvelope(payloadTypes.bundle, Buffer.from(payload), owner.signing))
}

function seal(label: string, envelope: string): Buffer {
  return writeAge(`mse vectors/bundle/${label}`, Buffer.from(envelope), { recipients: [enclave.recipient] })
}

function flipped(bytes: Buffer, at: number): Buffer {
  const other = Buffer.from(bytes)
  other[at] = (bytes[at] as number) ^ 1
  return other
}
