import { hostname, networkInterfaces, userInfo } from 'node:os'
import type { Machine } from './machine.ts'

/** What a text must not name, and what stands there instead. */
export type Redaction = readonly (readonly [found: RegExp, instead: string])[]

/** What tells a stranger who uses this machine, and what looks like a key or a token. */
export function redactionFor({ folders, env }: Pick<Machine, 'folders' | 'env'>, hosts: readonly string[]): Redaction {
  const { username, homedir } = userInfo()
  const own: readonly (readonly [string, string])[] = [
    [folders.state, 'STATE'],
    [folders.config, 'CONFIG'],
    [folders.cache, 'CACHE'],
    [env['XDG_RUNTIME_DIR'] ?? '', 'RUNTIME'],
    [env['HOME'] ?? '', 'HOME'],
    [homedir, 'HOME'],
    ...hosts.map((host) => [host, 'HOST'] as const),
    [hostname(), 'HOST'],
    [env['USER'] ?? '', 'USER'],
    [username, 'USER'],
    ...addresses().map((address) => [address, 'ADDRESS'] as const),
  ]
  return [
    ...own.filter(([word]) => word.length > 1).map(([word, instead]) => [whole(word), instead] as const),
    ...shapes,
  ]
}

export function redact(text: string, redaction: Redaction): string {
  return redaction.reduce((rest, [found, instead]) => rest.replaceAll(found, instead), text)
}

/** Recognised by their form: PEM, age, what follows a telling name, long words of random letters, addresses, other homes. */
const shapes: Redaction = [
  [/-----BEGIN [\s\S]*?(-----END [^-]*-----|$)/g, 'SECRET'],
  [/AGE-(SECRET-KEY|PLUGIN)-[A-Z0-9-]+/gi, 'SECRET'],
  [/\b(bearer|basic)\s+\S+/gi, '$1 SECRET'],
  [/\b(\w*(?:secret|token|password|passwd|key)\w*["']?\s*[=:]\s*)\S+/gi, '$1SECRET'],
  [/:\/\/[^/\s@]+@/g, '://SECRET@'],
  [/(?<![\w.])(?=[\w+=-]*\d)(?=[\w+=-]*[a-z])[\w+=-]{20,}/gi, 'SECRET'],
  [/\/(?:home|Users)\/[^/\s]+/g, 'HOME'],
  [/(?<![\w.])(?!127\.|0\.0\.0\.0)\d{1,3}(?:\.\d{1,3}){3}(?![\w.])/g, 'ADDRESS'],
]

function whole(word: string): RegExp {
  return new RegExp(`(?<![\\w])${word.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}(?![\\w])`, 'gi')
}

function addresses(): string[] {
  return Object.values(networkInterfaces())
    .flat()
    .flatMap((one) => (one === undefined || one.internal ? [] : [one.address]))
}
