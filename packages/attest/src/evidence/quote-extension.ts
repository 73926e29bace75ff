import { FormatError } from '../error.ts'
import { platforms } from '../platform.ts'
import type { Extension } from '../x509/extensions.ts'

/**
 * The one extension that carries a quote, the raw quote being its value. Found by walking the extensions, never by
 * scanning bytes, so that nothing hidden in a name or a comment is taken for it.
 *
 * @throws FormatError if there is none, or more than one
 */
export function findQuote(extensions: readonly Extension[]): Extension {
  const oids = Object.values(platforms).map(({ oid }) => oid)
  const [found, ...more] = extensions.filter(({ oid }) => oids.includes(oid))
  if (found === undefined) throw new FormatError('there is no quote')
  if (more.length > 0) throw new FormatError('there is more than one quote')
  return found
}
