import { parsePolicy, type Policy } from '@mse/attest'
import type { Policies } from '@mse/core/attest/verify-under'
import { MseError } from '@mse/core/error'
import { readFile } from 'node:fs/promises'
import { path, type Argument } from './command.ts'

/** Policies come from the caller's own disk. */
export const policyArgument: Argument<readonly string[]> = path('policy that the evidence has to satisfy', {
  repeat: true,
  value: 'FILE',
})

/** @throws MseError `policy/malformed` when a file cannot be read; the verifier's own refusals of what stands in it */
export async function readPolicies(files: readonly string[]): Promise<Policy[]> {
  return Promise.all(
    files.map(async (file) => {
      const content = await readFile(file, 'utf8').catch((cause: unknown) => {
        throw new MseError('policy/malformed', `the policy ${file} cannot be read`, { cause })
      })
      return parsePolicy(content)
    }),
  )
}

/** Whether there is at least one. */
export function areGiven(policies: readonly Policy[]): policies is Policies {
  return policies.length > 0
}
