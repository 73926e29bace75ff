import { createHash } from 'node:crypto'
import { Ledger, decodeQuote, openQuote, proveQuote, readCommonName, readSgxExtension, toHex } from '@mse/attest/parts'
import { AttestationError } from '@mse/attest'
import { readBytes } from './index-file.mjs'

/** A quote taken apart: whether every field is what the index says, and every link of its signatures. */
export async function replayQuote(entry, directory) {
  const bytes = readBytes(directory, entry.file)
  const wrong = createHash('sha256').update(bytes).digest('hex') === entry.sha256 ? [] : ['sha256']
  const opened = tryOpen(bytes)
  if (opened === undefined) {
    // Without a chain inside, a quote is refused for that, and not because it could not be read.
    const found = refusalOf(bytes)
    const passed = entry.facts.certDataType !== 5 && found === 'quote/certification'
    return { passed, expected: `certification data of type ${entry.facts.certDataType}`, found }
  }
  const found = { ...headerFacts(opened, bytes), ...bodyFacts(opened) }
  for (const [name, value] of Object.entries(entry.facts)) {
    if (name in found ? found[name] !== value : true) wrong.push(`facts.${name}`)
  }
  wrong.push(...pckDifferences(entry.pck, opened), ...(await linkDifferences(entry.signatureChecks, opened)))
  const expected = `${Object.keys(entry.facts).length} facts`
  return { passed: wrong.length === 0, expected, found: wrong.length === 0 ? 'the same' : `other ${wrong.join(', ')}` }
}

function tryOpen(bytes) {
  try {
    return openQuote(new Ledger(), bytes, {})
  } catch (error) {
    if (error instanceof AttestationError) return undefined
    throw error
  }
}

function refusalOf(bytes) {
  try {
    decodeQuote(new Ledger(), bytes)
    return 'decoded'
  } catch (error) {
    return error.code
  }
}

function headerFacts({ quote }, bytes) {
  const { header, signed } = quote
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const length = view.getUint32(signed.length, true)
  return {
    version: header.version,
    attestationKeyType: header.keyType,
    teeType: header.teeType,
    qeSvnOrReserved: header.qeSvn,
    pceSvnOrReserved: header.pceSvn,
    userData: toHex(header.userData),
    signatureDataLength: length,
    totalLength: signed.length + 4 + length,
    certDataType: quote.certification.type,
    qeAuthDataLength: quote.qeAuthentication.length,
    qeMrSigner: toHex(quote.qeReport.signer),
    qeMrEnclave: toHex(quote.qeReport.measurement),
    qeIsvProdId: quote.qeReport.isvProdId,
    qeIsvSvn: quote.qeReport.isvSvn,
    reportData: toHex(quote.body.reportData),
    ...(header.version === 5 ? { bodyType: view.getUint16(48, true), bodySize: view.getUint32(50, true) } : {}),
  }
}

function bodyFacts({ quote: { body } }) {
  if (body.tee === 'sgx') {
    return {
      cpuSvn: toHex(body.cpuSvn),
      miscSelect: toHex(body.miscSelect),
      attributes: toHex(body.attributes),
      mrEnclave: toHex(body.measurement),
      mrSigner: toHex(body.signer),
      isvProdId: body.isvProdId,
      isvSvn: body.isvSvn,
    }
  }
  const [rtmr0, rtmr1, rtmr2, rtmr3] = body.rtmrs.map(toHex)
  return {
    teeTcbSvn: toHex(body.teeTcbSvn),
    mrSeam: toHex(body.mrseam),
    mrSignerSeam: toHex(body.mrsignerseam),
    seamAttributes: toHex(body.seamAttributes),
    tdAttributes: toHex(body.tdAttributes),
    xfam: toHex(body.xfam),
    mrTd: toHex(body.mrtd),
    mrConfigId: toHex(body.mrconfigid),
    mrOwner: toHex(body.mrowner),
    mrOwnerConfig: toHex(body.mrownerconfig),
    rtmr0,
    rtmr1,
    rtmr2,
    rtmr3,
    ...(body.teeTcbSvn2 === undefined
      ? {}
      : { teeTcbSvn2: toHex(body.teeTcbSvn2), mrServiceTd: toHex(body.mrservicetd) }),
  }
}

function pckDifferences(pck, { leaf }) {
  if (pck === undefined) return []
  const sgx = readSgxExtension(leaf.extensions)
  const iso = (date) => date.toISOString().replace('.000Z', 'Z')
  const found = {
    subject: readCommonName(leaf.subject),
    issuer: readCommonName(leaf.issuer),
    serial: toHex(leaf.serial),
    notBefore: iso(leaf.notBefore),
    notAfter: iso(leaf.notAfter),
    fmspc: toHex(sgx.fmspc),
    pceId: toHex(sgx.pceId),
    ppid: toHex(sgx.ppid),
    sgxType: sgx.sgxType,
    tcbComponents: [...sgx.components],
    pceSvn: sgx.pceSvn,
    cpuSvn: toHex(sgx.cpuSvn),
    platformInstanceId: sgx.platformInstance && toHex(sgx.platformInstance),
    configuration: sgx.configuration,
  }
  const same = (name, value) => JSON.stringify(found[name]).toLowerCase() === JSON.stringify(value).toLowerCase()
  return Object.entries(pck).flatMap(([name, value]) => (name in found && same(name, value) ? [] : [`pck.${name}`]))
}

async function linkDifferences(expected, opened) {
  if (expected === undefined) return []
  const { quote } = opened
  const proofs = await proveQuote(opened)
  const found = {
    rootToIntermediate: proofs.caIsSigned,
    intermediateToLeaf: proofs.leafIsSigned,
    leafToQeReport: proofs.qeReportIsSigned,
    qeReportBindsAk: toHex(quote.qeReport.reportData.subarray(0, 32)) === toHex(proofs.attestationKeyHash),
    akToQuote: proofs.quoteIsSigned,
  }
  return Object.entries(expected).flatMap(([name, value]) => (found[name] === value ? [] : [`signatureChecks.${name}`]))
}
