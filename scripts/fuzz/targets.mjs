// Every parser of the verifier, and the files that its inputs are made of.
import { formatPolicy, parsePolicy, strictSgxPolicy, strictTdxPolicy } from '@mse/attest'
import { decodeEvidence, encodeEvidence } from '@mse/attest/evidence'
import {
  Ledger,
  decodeQuote,
  openCertificate,
  parseSigned,
  pemToDers,
  readCbor,
  readCertificate,
  readClaims,
  readCrl,
  readEnclaveIdentity,
  readSgxExtension,
  readSignedDocument,
  readTaggedEvidence,
  readTcbInfo,
} from '@mse/attest/parts'
import { join } from 'node:path'
import { readBytes, readCollateral, readIndex } from '../replay/index-file.mjs'

const text = (bytes) => new TextDecoder().decode(bytes)
const utf8 = (string) => new TextEncoder().encode(string)

/** @param folder laid out as data/dcap @returns name, parser and files of each target */
export function targets(folder) {
  const entries = readIndex(folder)
  const files = (kind, member, most = 24) =>
    entries
      .filter((entry) => entry.kind === kind && entry[member] !== undefined)
      .slice(0, most)
      .map((entry) => readBytes(folder, entry[member]))
  const quotes = files('quote', 'file', 60)
  const collateral = entries
    .filter(({ kind, origin }) => kind === 'verify' && origin === 'real')
    .slice(0, 8)
    .map((entry) => readCollateral(folder, entry.collateral))
  const certificates = quotes.flatMap(certificatesOf)
  const raTls = [...files('ratls', 'cert', 60), ...files('ratls-real', 'cert')]
  const policies = [
    strictSgxPolicy({ measurement: 'any', signer: ['00'.repeat(32)] }),
    strictTdxPolicy({ mrtd: 'any', rtmr0: 'any', rtmr1: 'any', rtmr2: 'any', rtmr3: ['00'.repeat(48)] }),
  ]
  return [
    { name: 'quote', files: quotes, parse: (bytes) => decodeQuote(new Ledger(), bytes) },
    { name: 'certificate', files: certificates, parse: (bytes) => readSgxExtension(readCertificate(bytes).extensions) },
    { name: 'RA-TLS certificate', files: raTls, parse: (bytes) => openCertificate(new Ledger(), bytes) },
    { name: 'CRL', files: files('crl', 'file'), parse: readCrl },
    {
      name: 'TCB info',
      files: files('tcb-info', 'file'),
      parse: (bytes) => readTcbInfo(parseSigned(readSignedDocument(bytes, 'tcbInfo'))),
    },
    {
      name: 'QE identity',
      files: files('enclave-identity', 'file'),
      parse: (bytes) => readEnclaveIdentity(parseSigned(readSignedDocument(bytes, 'enclaveIdentity'))),
    },
    {
      name: 'PEM',
      files: collateral.map(({ tcbInfoIssuerChain }) => utf8(tcbInfoIssuerChain)),
      parse: (bytes) => pemToDers(text(bytes)),
    },
    {
      name: 'evidence file',
      files: [
        ...collateral.map((one, index) => encodeEvidence({ quote: quotes[index], collateral: one })),
        ...raTls.slice(0, 8).map((certificate) => encodeEvidence({ certificate })),
        readBytes(folder, join('evidence', 'cosmian-mse-evidence.json')),
      ],
      parse: decodeEvidence,
    },
    {
      name: 'CBOR',
      files: cborFiles,
      parse: (bytes) => [attempt(() => readTaggedEvidence(bytes)), attempt(() => readClaims(bytes)), readCbor(bytes)],
    },
    {
      name: 'policy',
      files: policies.map((policy) => utf8(formatPolicy(policy))),
      parse: (bytes) => parsePolicy(text(bytes)),
    },
  ]
}

function certificatesOf(quote) {
  try {
    return decodeQuote(new Ledger(), quote).ders
  } catch {
    return []
  }
}

/** The error of a first parser must not keep a second from the same bytes; anything but a FormatError goes on. */
function attempt(parse) {
  try {
    return parse()
  } catch (error) {
    if (error.name !== 'FormatError') throw error
    return undefined
  }
}

/** Claims and evidence as DICE has them: {"pubkey-hash": bytes([1, 32 bytes]), "nonce": bytes}, 60000([quote, claims]). */
const cborFiles = (() => {
  const hash = [0x82, 0x01, 0x58, 0x20, ...new Uint8Array(32)]
  const claims = [
    0xa2,
    0x6b,
    ...utf8('pubkey-hash'),
    0x58,
    hash.length,
    ...hash,
    0x65,
    ...utf8('nonce'),
    0x44,
    1,
    2,
    3,
    4,
  ]
  return [
    Uint8Array.from(claims),
    Uint8Array.from([0xd9, 0xea, 0x60, 0x82, 0x44, 1, 2, 3, 4, 0x58, claims.length, ...claims]),
  ]
})()
