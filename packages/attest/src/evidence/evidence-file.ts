import { fromBase64 } from '../base64.ts'
import { FormatError } from '../error.ts'
import { demandMembers } from '../json/parse-object.ts'
import { collateralFromJson } from './collateral-json.ts'
import { schema, type Evidence } from './evidence.ts'
import { pemToCertificate } from './pem-certificate.ts'

/**
 * Reads the members of an evidence file, `mse-evidence/1`: `certificate` (PEM) or `quote` (base64), perhaps `collateral`.
 *
 * @throws FormatError
 */
export function readEvidenceFile(file: Readonly<Record<string, unknown>>): Evidence {
  if (file['schema'] !== schema) throw new FormatError(`not of schema ${schema}`)
  const shown = Object.hasOwn(file, 'quote') ? 'quote' : 'certificate'
  const brought = Object.hasOwn(file, 'collateral')
  demandMembers(file, ['schema', shown, ...(brought ? ['collateral'] : [])])
  const text = file[shown]
  if (typeof text !== 'string') throw new FormatError(`"${shown}" is not a string`)
  return {
    ...(shown === 'quote' ? { quote: fromBase64(text) } : { certificate: pemToCertificate(text) }),
    ...(brought ? { collateral: collateralFromJson(file['collateral']) } : {}),
  }
}
