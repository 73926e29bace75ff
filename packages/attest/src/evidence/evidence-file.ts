import { fromBase64 } from '../base64.ts'
import { FormatError } from '../error.ts'
import { demandMembers, isObject } from '../json/parse-object.ts'
import { collateralFromJson } from './collateral-json.ts'
import { schema, type Evidence, type EvidenceAbout } from './evidence.ts'
import { pemToCertificate } from './pem-certificate.ts'

/**
 * Reads the members of an evidence file, `mse-evidence/1`: `certificate` (PEM) or `quote` (base64), perhaps `collateral` and `about`.
 *
 * @throws FormatError
 */
export function readEvidenceFile(file: Readonly<Record<string, unknown>>): Evidence {
  if (file['schema'] !== schema) throw new FormatError(`not of schema ${schema}`)
  const shown = Object.hasOwn(file, 'quote') ? 'quote' : 'certificate'
  const brought = Object.hasOwn(file, 'collateral')
  const said = Object.hasOwn(file, 'about')
  demandMembers(file, ['schema', shown, ...(brought ? ['collateral'] : []), ...(said ? ['about'] : [])])
  const text = file[shown]
  if (typeof text !== 'string') throw new FormatError(`"${shown}" is not a string`)
  return {
    ...(shown === 'quote' ? { quote: fromBase64(text) } : { certificate: pemToCertificate(text) }),
    ...(brought ? { collateral: collateralFromJson(file['collateral']) } : {}),
    ...(said ? { about: readAbout(file['about']) } : {}),
  }
}

const aboutMembers = {
  name: /^.{1,255}$/su,
  fingerprint: /^[0-9a-f]{64}$/,
  instance: /^[0-9a-f]{32}$/,
} as const

function readAbout(value: unknown): EvidenceAbout {
  if (!isObject(value)) throw new FormatError('"about" is not an object')
  demandMembers(value, Object.keys(aboutMembers))
  const text = (member: keyof typeof aboutMembers): string => {
    const found = value[member]
    if (typeof found === 'string' && aboutMembers[member].test(found)) return found
    throw new FormatError(`"${member}" of "about" is not of its form`)
  }
  return { name: text('name'), fingerprint: text('fingerprint'), instance: text('instance') }
}
