import { MseError } from '../../error.ts'

/** An image in a registry: `registry.example.org/team/helloworld:1.2`, or `…@sha256:…`, or both. */
export interface Reference {
  /** Host, and port if one is named. */
  readonly host: string
  readonly repository: string
  readonly tag: string | undefined
  readonly digest: string | undefined
}

const host = String.raw`(?:\[[0-9a-fA-F:.]+\]|[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)*)(?::\d{1,5})?`
const part = String.raw`[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*`
const pattern = new RegExp(
  String.raw`^(${host})/(${part}(?:/${part})*)(?::([a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$`,
)

/**
 * Whether a word is meant as a reference and not as a path: its first part is a host as registries have one, with a dot, a port, or
 * `localhost`. No registry is assumed where none is named.
 */
export function isReference(word: string): boolean {
  const first = word.split('/', 1)[0] as string
  return word.includes('/') && !/^\.{0,2}$/.test(first) && (/[.:]/.test(first) || first === 'localhost')
}

/** @throws MseError `usage/reference` unless host, repository and a tag or digest are named */
export function parseReference(word: string): Reference {
  const [, host, repository, tag, digest] = pattern.exec(word) ?? []
  if (host === undefined || repository === undefined || repository.length > 255 || !isReference(word)) {
    throw new MseError('usage/reference', 'not the name of an image in a registry', {
      expected: 'HOST/REPOSITORY:TAG or HOST/REPOSITORY@sha256:DIGEST',
      found: word,
    })
  }
  if (tag === undefined && digest === undefined) {
    throw new MseError('usage/reference', 'the name of an image needs a tag or a digest; none is assumed', {
      expected: `${word}:TAG or ${word}@sha256:DIGEST`,
      found: word,
    })
  }
  return { host, repository, tag, digest }
}

export function formatReference({ host, repository, tag, digest }: Reference): string {
  return `${host}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`
}

/** This machine itself: the one place where a registry may do without TLS unasked. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/:\d+$/, '').toLowerCase()
  return name === 'localhost' || name === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(name)
}
