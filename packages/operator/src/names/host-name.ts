/** A label of a host's name (RFC 1123, §2.1), in lower case. */
const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'
const hostName = new RegExp(`^${label}(?:\\.${label})*$`)

/** Whether it is the name of a host, in lower case and without the root's dot. */
export function isHostName(text: string): boolean {
  return text.length <= 253 && hostName.test(text)
}
