import { FormatError, PolicyMismatch } from '../error.ts'
import { Members } from '../json/members.ts'
import { demandMembers, parseObject } from '../json/parse-object.ts'
import { platforms, type Platform } from '../platform.ts'
import { jsonName, membersOf } from './members.ts'
import { formatPolicy, wasRead } from './format.ts'
import { schema, type Policy } from './policy.ts'

/**
 * Reads a policy: JSON of schema `mse-policy/1`, every member of its platform present, no others, none twice.
 *
 * @throws PolicyMismatch `policy/platform` if it does not name a platform, else `policy/malformed`
 */
export function parsePolicy(text: string): Policy {
  try {
    const policy = readPolicy(text)
    wasRead.add(policy)
    return policy
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    throw new PolicyMismatch('policy/malformed', `the policy is malformed: ${error.message}`, { cause: error })
  }
}

/**
 * The policy if it was read, else the same read: a member that is missing must not mean "any", whoever made the object.
 *
 * @throws PolicyMismatch as `parsePolicy`
 */
export function readOnce(policy: Policy): Policy {
  return wasRead.has(policy) ? policy : parsePolicy(formatPolicy(policy))
}

function readPolicy(text: string): Policy {
  const object = parseObject(text)
  if (object['schema'] !== schema) throw new FormatError(`not of schema ${schema}`)
  if (!Object.hasOwn(object, 'platform')) {
    throw new PolicyMismatch('policy/platform', 'the policy does not name the platform that it accepts', {
      expected: Object.keys(platforms).join(' or '),
    })
  }
  const members = new Members(object, 'the policy')
  const names: readonly Platform[] = ['software', 'sgx', 'tdx']
  const platform = members.word('platform', names)
  const readers = Object.entries(membersOf(platform) ?? {})
  demandMembers(object, ['schema', 'platform', ...readers.map(([name]) => jsonName(name))])
  const values = readers.map(([name, { read }]) => [name, read(members, jsonName(name))] as const)
  // The readers of a platform are those of its kind of policy, member by member: see `MembersOf`.
  return Object.freeze({ platform, ...Object.fromEntries(values) }) as unknown as Policy
}
