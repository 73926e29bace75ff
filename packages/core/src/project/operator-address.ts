/** Whether it can be the address of an operator service (spec/8-operator-api.md): a secret has no place in it, nor has a path. */
export function isOperatorAddress(value: string): boolean {
  if (!URL.canParse(value)) return false
  const { protocol, username, password, pathname, search, hash } = new URL(value)
  return protocol === 'https:' && [username, password, search, hash].every((part) => part === '') && pathname === '/'
}
