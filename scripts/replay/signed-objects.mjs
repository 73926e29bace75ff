import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  FormatError,
  isSignedBy,
  parseSigned,
  readCertificate,
  readCommonName,
  readCrl,
  readEnclaveIdentity,
  readSignedDocument,
  readTcbInfo,
} from '@mse/attest/parts'
import { readBytes } from './index-file.mjs'

const signer = 'Intel SGX TCB Signing'

/** TCB info, an identity, or a list of TCB evaluation numbers, which travels as an identity: whether it is signed, and says what the index says. */
export async function replayDocument(entry, directory) {
  const bytes = readBytes(directory, entry.file)
  const member = entry.kind === 'tcb-info' ? 'tcbInfo' : 'enclaveIdentity'
  const document = readSignedDocument(bytes, member)
  const points = certificatesNamed(directory, signer).map(({ point }) => point)
  const isSigned =
    document.signature !== undefined && document.repeated === undefined && (await anyOf(points, document))
  if (!isSigned) return compare(entry.expect, 'signature:invalid', [])
  return compare(entry.expect, 'signature:valid', differences(entry, member, parseSigned(document)))
}

function differences(entry, member, value) {
  if ('tcbEvalNumbers' in value) return value.id === entry.identity ? [] : ['identity']
  const found = member === 'tcbInfo' ? readTcbInfo(value) : readEnclaveIdentity(value)
  const dates = entry.validity?.body ?? []
  return [
    ...(sameDates(dates, found.issueDate, found.nextUpdate) ? [] : ['validity']),
    ...(entry.levels === undefined || entry.levels === found.levels.length ? [] : ['levels']),
    ...(entry.fmspc === undefined || entry.fmspc.toLowerCase() === found.fmspc ? [] : ['fmspc']),
    ...(entry.identity === undefined || entry.identity === found.id ? [] : ['identity']),
  ]
}

/** A revocation list: whether it is signed, and what it revokes. */
export async function replayCrl(entry, directory) {
  const crl = tryRead(() => readCrl(readBytes(directory, entry.file)))
  if (crl === undefined) return compare(entry.expect, 'signature:invalid', [])
  const issuers = certificatesNamed(directory, entry.issuer)
  if (
    !(await anyOf(
      issuers.map(({ point }) => point),
      crl,
    ))
  )
    return compare(entry.expect, 'signature:invalid', [])
  return compare(entry.expect, 'signature:valid', [
    ...(readCommonName(crl.issuer) === entry.issuer ? [] : ['issuer']),
    ...(crl.revoked.size === entry.revokedCount ? [] : ['revokedCount']),
    // An index may list the first of many.
    ...(entry.revokedSerials.every((serial) => crl.revoked.has(serial)) ? [] : ['revokedSerials']),
    ...(sameDates(entry.validity.crl, crl.thisUpdate, crl.nextUpdate) ? [] : ['validity']),
  ])
}

function tryRead(read) {
  try {
    return read()
  } catch (error) {
    if (error instanceof FormatError) return undefined
    throw error
  }
}

function compare(expected, found, wrong) {
  const words = wrong.length === 0 ? found : `${found}, but other ${wrong.join(', ')}`
  return { passed: expected === found && wrong.length === 0, expected, found: words }
}

function sameDates([from, to] = [], start, end) {
  return (
    from === undefined || (new Date(from).getTime() === start.getTime() && new Date(to).getTime() === end.getTime())
  )
}

async function anyOf(points, { signed, signature }) {
  for (const point of points) if (await isSignedBy(point, signed, signature)) return true
  return false
}

/** Certificates of the folder that bear a name; what cannot be read is none. */
function certificatesNamed(directory, name) {
  return ['certs', 'roots']
    .filter((folder) => existsSync(join(directory, folder)))
    .flatMap((folder) => readdirSync(join(directory, folder)).map((file) => join(folder, file)))
    .flatMap((file) => tryRead(() => readCertificate(readBytes(directory, file))) ?? [])
    .filter(({ subject }) => readCommonName(subject) === name)
}
