import { toText } from '../utf8.ts'
import { readDer, type DerValue } from './der.ts'
import { Fields } from './fields.ts'
import * as Tag from './tag.ts'
import { readOid } from './oid.ts'

/** As `commonNameOf`. @param name DER */
export function readCommonName(name: Uint8Array): string | undefined {
  return commonNameOf(readDer(name))
}

/** The common name (2.5.4.3) of a Name, if it has exactly one, as UTF8String or PrintableString. */
export function commonNameOf(name: DerValue): string | undefined {
  const found: (string | undefined)[] = []
  for (const set of name.children) {
    for (const attribute of set.children) {
      const fields = new Fields(attribute, 'a name')
      if (readOid(fields.takeAny(), 'a name') !== '2.5.4.3') continue
      const { tag, content } = fields.takeAny()
      const isText = tag === Tag.utf8String || tag === Tag.printableString
      found.push(isText ? toText(content, 'a name that is not UTF-8') : undefined)
    }
  }
  return found.length === 1 ? found[0] : undefined
}
