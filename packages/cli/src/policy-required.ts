import { examineEvidence, formatPolicy, type Evidence, type Examination, type Given } from '@mse/attest'
import { draftPolicy } from '@mse/core/attest/draft-policy'
import { MseError } from '@mse/core/error'
import { ownSoftwareRoots } from '@mse/core/platform/platforms'
import type { Session } from '@mse/core/session'
import { writeFile } from 'node:fs/promises'
import { factLines } from './fact-lines.ts'

/**
 * Without a policy nothing is asked for, so nothing can be what was asked for: there are facts, and no verdict.
 *
 * @param file where to write a policy that names what was found; never replaces one
 * @throws MseError `policy/required`, `usage/output`; AttestationError
 */
export async function examineWithoutPolicy(
  session: Session,
  evidence: Evidence,
  given: Given,
  file: string | undefined,
): Promise<never> {
  const softwareRoots = await ownSoftwareRoots(session.folders)
  const examination = await examineEvidence(evidence, { ...given, softwareRoots })
  if (file !== undefined) await writeDraft(file, examination)
  throw new PolicyRequired(examination, file)
}

class PolicyRequired extends MseError {
  readonly checks: Examination['checks']
  readonly facts: object

  constructor(examination: Examination, file: string | undefined) {
    super(
      'policy/required',
      `the evidence is genuine, and of a ${examination.platformName}; whether it is what you want, a policy has to say`,
      {
        found: factLines(examination).join('\n'),
        next:
          file === undefined
            ? 'mse verify … --policy FILE, with the policy that the owner has published'
            : `Read ${file}, compare it with what the owner says, and verify again: mse verify … --policy ${file}`,
      },
    )
    const { checks, ...facts } = examination
    this.checks = checks
    this.facts = facts
  }
}

async function writeDraft(file: string, examination: Examination): Promise<void> {
  const draft = JSON.parse(formatPolicy(draftPolicy(examination))) as unknown
  await writeFile(file, `${JSON.stringify(draft, null, 2)}\n`, { flag: 'wx' }).catch((cause: NodeJS.ErrnoException) => {
    throw new MseError('usage/output', `${file} cannot be written, or is there already`, {
      found: cause.code ?? '',
      cause,
    })
  })
}
