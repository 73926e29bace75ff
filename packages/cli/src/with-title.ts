import { titleOf } from '@mse/attest/checks'

/** A check with what it proves in words. The verifier names its checks by their codes; others have titles of their own. */
export function withTitle<T extends object>(check: T): T & { readonly title: string } {
  const { code = '', title } = check as { readonly code?: unknown; readonly title?: unknown }
  return { ...check, title: typeof title === 'string' ? title : (titleOf(String(code)) ?? String(code)) }
}
