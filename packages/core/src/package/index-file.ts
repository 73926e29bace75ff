import * as v from 'valibot'
import { MseError } from '../error.ts'
import { canonicalJson, type Json } from './canonical-json.ts'

/** What is measured (spec/2-package.md, "index.json"). */
export interface Index {
  readonly schema: 'mse-index/1'
  readonly configuration: MeasuredConfiguration
  /** Minor version: `3.11`. */
  readonly python: string
  /** Digest of the SGX base image; null: none, the package cannot run on SGX. */
  readonly base: string | null
  /** The owner's raw Ed25519 key, hex. */
  readonly owner: string
  /** Sorted by the bytes of their paths. */
  readonly files: readonly IndexedFile[]
}

export interface IndexedFile {
  readonly path: string
  /** Bytes in the package. */
  readonly size: number
  readonly mode: '0644' | '0755'
  /** Of the bytes in the package, hex. */
  readonly sha256: string
}

export interface MeasuredConfiguration {
  readonly name: string
  readonly python_application: string
  readonly healthcheck_endpoint: string
  readonly argv: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  /** Bytes. */
  readonly hardware: number
  readonly storage: number
  readonly threads: number
  readonly restart: 'sealed' | 'reprovision'
  readonly logs: 'operator'
  readonly log_key: null
  /** Whose certificate it shows: made inside, of an authority for the key made inside, or with a key from outside. */
  readonly tls: 'enclave' | 'request' | 'imported'
  /** PEM of the authorities of clients; null: clients need no certificate. */
  readonly client_ca: string | null
  /** `forwarded`: what X-Forwarded-For and -Proto say is believed. */
  readonly proxy: 'none' | 'forwarded'
}

const hex32 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))
const application = v.pipe(v.string(), v.regex(/^[^:]+:[^:]+$/))
const endpoint = v.pipe(v.string(), v.regex(/^\/[\x21-\x7e]{0,254}$/))
const certificates = /^(-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]+-----END CERTIFICATE-----\n)+$/
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

const file: v.GenericSchema<IndexedFile> = v.strictObject({
  path: v.pipe(v.string(), v.check(isPackagePath, 'not a path of a package')),
  size: count,
  mode: v.picklist(['0644', '0755']),
  sha256: hex32,
})

const configuration: v.GenericSchema<MeasuredConfiguration> = v.strictObject({
  name: v.string(),
  python_application: application,
  healthcheck_endpoint: endpoint,
  argv: v.array(v.string()),
  environment: v.record(v.string(), v.string()),
  hardware: count,
  storage: count,
  threads: count,
  restart: v.picklist(['sealed', 'reprovision']),
  logs: v.literal('operator'),
  log_key: v.null(),
  tls: v.picklist(['enclave', 'request', 'imported']),
  client_ca: v.nullable(v.pipe(v.string(), v.maxLength(65_536), v.regex(certificates))),
  proxy: v.picklist(['none', 'forwarded']),
})

const index: v.GenericSchema<Index> = v.strictObject({
  schema: v.literal('mse-index/1'),
  configuration,
  python: v.pipe(v.string(), v.regex(/^3\.\d+$/)),
  base: v.nullable(v.string()),
  owner: hex32,
  files: v.array(file),
})

/** The two files of a package that its index does not list. */
export const unlisted: readonly string[] = ['index.json', 'signature.json']

export function encodeIndex(value: Index): Buffer {
  return Buffer.from(canonicalJson(value as unknown as Json))
}

/** @throws MseError `package/index` unless the bytes are canonical, complete, sorted and without anything unknown */
export function decodeIndex(bytes: Uint8Array): Index {
  const parsed = v.safeParse(index, parseJson(bytes))
  if (!parsed.success) {
    const [issue] = parsed.issues
    throw new MseError('package/index', `index.json: ${issue.message}`, { found: v.getDotPath(issue) ?? 'index.json' })
  }
  // The schema leaves out members whose names mean something to JavaScript instead of refusing them.
  if (!isEncoding(bytes, parsed.output)) {
    throw new MseError('package/index', 'index.json is not canonical JSON, or has an unknown member')
  }
  const paths = parsed.output.files.map((one) => one.path)
  if (paths.some((path) => unlisted.includes(path))) {
    throw new MseError('package/index', 'index.json: it lists itself, or the signature over it')
  }
  if (paths.some((path, at) => at > 0 && comparePaths(paths[at - 1] as string, path) >= 0)) {
    throw new MseError('package/index', 'index.json: the files are not sorted, or one stands there twice')
  }
  return parsed.output
}

/** Whether it is canonical is asked once, at the end: it takes as long as reading it. */
function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch (cause) {
    throw new MseError('package/index', 'index.json is not JSON in UTF-8', { cause })
  }
}

function isEncoding(bytes: Uint8Array, value: Index): boolean {
  try {
    return encodeIndex(value).equals(bytes)
  } catch (error) {
    // Canonical JSON cannot say it: half characters, keys outside ASCII.
    if (error instanceof MseError) return false
    throw error
  }
}

/** Orders paths by their bytes in UTF-8. JavaScript compares units of UTF-16, which differs for what takes two of them. */
export function comparePaths(left: string, right: string): number {
  if (pairs.test(left) || pairs.test(right)) return Buffer.compare(Buffer.from(left), Buffer.from(right))
  return left < right ? -1 : Number(left > right)
}

const pairs = /[\ud800-\udfff]/

/** Relative, `/`-separated, at most 1,024 bytes, nothing that leaves the folder or confuses a reader. */
export function isPackagePath(path: string): boolean {
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  const clean = path.isWellFormed() && !/[\u0000-\u001f\u007f\\]/.test(path) && Buffer.byteLength(path) <= 1024
  return clean && path.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..')
}

/** The folders that a path lies in, from the innermost outwards: `a/b/c` lies in `a/b` and `a`. */
export function foldersOf(path: string): string[] {
  const end = path.lastIndexOf('/')
  return end === -1 ? [] : [path.slice(0, end), ...foldersOf(path.slice(0, end))]
}
