import { HARDWARE_EXPECTED, readHardware } from './hardware.ts'
import { APPLICATION_EXPECTED, readApplication } from './application.ts'
import { isOperatorAddress } from './operator-address.ts'
import { readStorage, STORAGE_EXPECTED } from './storage.ts'

export type KeyType = 'string' | 'integer' | 'list of strings' | 'date' | 'table'

/** One key of `mse.toml`. */
export interface Key {
  /** `name`, `deploy.platform`, `cloud.code`. */
  readonly path: string
  readonly type: KeyType
  readonly required?: true
  /** What the value must be, and whether it is. */
  readonly expected?: string
  readonly accepts?: (value: never) => boolean
  /** A key of the original system that has no meaning here. */
  readonly meaningless?: true
  /** Known, but this version cannot do it: refused by name, never ignored. */
  readonly notYet?: true | ((value: unknown) => boolean)
}

const text = (value: string): boolean => value.trim() !== '' && value.length <= 255 && !/\p{Cc}/u.test(value)
const TEXT = '1 to 255 characters, without control characters'

const oneOf = (...values: readonly string[]): Pick<Key, 'type' | 'expected' | 'accepts'> => ({
  type: 'string',
  expected: values.map((value) => `"${value}"`).join(' or '),
  accepts: (value: string) => values.includes(value),
})
const path: Pick<Key, 'type' | 'expected' | 'accepts'> = { type: 'string', expected: 'a path', accepts: text }
const hardware: Pick<Key, 'type' | 'expected' | 'accepts'> = {
  type: 'string',
  expected: HARDWARE_EXPECTED,
  accepts: (value: string) => readHardware(value) !== undefined,
}

/** Whether it is the digest of a base (spec/2-package.md, "Base"). */
export function isBaseDigest(value: string): boolean {
  return /^sha256:[0-9a-f]{64}$/.test(value)
}

/** All keys, in the order of spec/1-project.md. */
export const keys: readonly Key[] = [
  { path: 'name', type: 'string', required: true, expected: TEXT, accepts: text },
  {
    path: 'python_application',
    type: 'string',
    required: true,
    expected: APPLICATION_EXPECTED,
    accepts: (value: string) => readApplication(value) !== undefined,
  },
  {
    path: 'healthcheck_endpoint',
    type: 'string',
    required: true,
    expected: 'a path that begins with /, such as "/health", without spaces',
    accepts: (value: string) => /^\/[\x21-\x7e]{0,254}$/.test(value),
  },
  {
    path: 'python',
    type: 'string',
    expected: 'a minor version of Python from "3.10" on, such as "3.11"',
    accepts: (value: string) => /^3\.[1-9]\d$/.test(value),
  },
  {
    path: 'base',
    type: 'string',
    expected: 'the digest that mse base import prints: sha256: and 64 hex digits',
    accepts: isBaseDigest,
  },
  { path: 'tests_cmd', type: 'string', expected: TEXT, accepts: text },
  { path: 'tests_requirements', type: 'list of strings' },
  { path: 'code', ...path },
  { path: 'tests', ...path },
  { path: 'hardware', ...hardware },
  {
    path: 'storage',
    type: 'string',
    expected: STORAGE_EXPECTED,
    accepts: (value: string) => readStorage(value) !== undefined,
  },
  { path: 'secrets', ...path },
  { path: 'secrets_to_seal', ...path },
  { path: 'restart', ...oneOf('sealed', 'reprovision') },
  {
    path: 'threads',
    type: 'integer',
    expected: 'a whole number from 1 to 1000',
    accepts: (value: number) => value >= 1 && value <= 1000,
  },
  { path: 'logs', ...oneOf('operator', 'owner'), notYet: (value) => value === 'owner' },
  { path: 'tls', ...oneOf('enclave', 'request', 'imported') },
  { path: 'certificate', ...path },
  { path: 'private_key', ...path },
  { path: 'client_ca', ...path },
  { path: 'proxy', ...oneOf('none', 'forwarded') },
  { path: 'deploy', type: 'table' },
  { path: 'deploy.platform', ...oneOf('auto', 'software', 'container', 'gramine-direct', 'sgx') },
  {
    path: 'deploy.operator',
    type: 'string',
    expected: 'the address of an operator service, such as "https://op.example.org:8444"',
    accepts: isOperatorAddress,
  },
  { path: 'deploy.expires', type: 'date' },
  { path: 'cloud', type: 'table' },
  { path: 'cloud.code', ...path },
  { path: 'cloud.tests', ...path },
  { path: 'cloud.hardware', ...hardware },
  { path: 'cloud.secrets', ...path },
  { path: 'cloud.docker', type: 'string', meaningless: true },
  { path: 'cloud.project', type: 'string', meaningless: true },
  { path: 'cloud.expiration_date', type: 'date' },
  { path: 'cloud.ssl', type: 'table' },
  { path: 'cloud.ssl.domain_name', type: 'string', expected: TEXT, accepts: text },
  { path: 'cloud.ssl.certificate', ...path },
  { path: 'cloud.ssl.private_key', ...path },
]
