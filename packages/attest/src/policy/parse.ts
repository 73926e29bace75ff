import { FormatError, PolicyMismatch } from '../error.ts'
import { demandMembers, parseObject } from '../json.ts'
import { platforms, type Platform } from '../platform.ts'
import { schema, type Pin, type Policy } from './policy.ts'

/**
 * Reads a policy: JSON of schema `mse-policy/1`, every member present, no others, none twice.
 *
 * @throws PolicyMismatch `policy/platform` if it does not name a platform, else `policy/malformed`
 */
export function parsePolicy(text: string): Policy {
  try {
    return readPolicy(text)
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    throw new PolicyMismatch('policy/malformed', `the policy is malformed: ${error.message}`, { cause: error })
  }
}

function readPolicy(text: string): Policy {
  const members = parseObject(text)
  if (members['schema'] !== schema) throw new FormatError(`not of schema ${schema}`)
  if (!Object.hasOwn(members, 'platform')) {
    throw new PolicyMismatch('policy/platform', 'the policy does not name the platform that it accepts', {
      expected: Object.keys(platforms).join(' or '),
    })
  }
  demandMembers(members, ['schema', 'platform', 'software_roots', 'measurement', 'signer', 'debug'])
  return {
    platform: readPlatform(members['platform']),
    softwareRoots: readHashes(members['software_roots'], 'software_roots'),
    measurement: readPin(members['measurement'], 'measurement'),
    signer: readPin(members['signer'], 'signer'),
    debug: readDebug(members['debug']),
  }
}

function readPlatform(value: unknown): Platform {
  if (value === 'sgx' || value === 'software') return value
  throw new FormatError('"platform" is not one that is known')
}

function readDebug(value: unknown): Policy['debug'] {
  if (value === 'refused' || value === 'any') return value
  throw new FormatError('"debug" is neither "refused" nor "any"')
}

function readPin(value: unknown, member: string): Pin<string> {
  return value === 'any' ? 'any' : readHashes(value, member)
}

function readHashes(value: unknown, member: string): readonly string[] {
  if (Array.isArray(value) && value.every(isHash)) return Object.freeze([...value])
  throw new FormatError(`"${member}" is not a list of 64 lower-case hex digits each`)
}

function isHash(item: unknown): item is string {
  return typeof item === 'string' && /^[0-9a-f]{64}$/.test(item)
}
