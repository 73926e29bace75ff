import { MseError } from '../../../error.ts'
import { readDocument } from '../toml/read-document.ts'
import type { Table } from '../toml/value.ts'

/**
 * A manifest's bytes as a table. Line ends of Windows and of old Macintoshes count as LF; a byte order mark is an error.
 *
 * @throws MseError `manifest/syntax`
 */
export function readManifest(bytes: Uint8Array): Table {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new MseError('manifest/syntax', 'the manifest is not UTF-8', { cause })
  }
  return readDocument(text.replaceAll(/\r\n?/g, '\n'))
}
