import { formatPolicy } from '@mse/attest'
import { MseError } from '@mse/core/error'
import { chooseBase } from '@mse/core/fingerprint/choose-base'
import { enclaveKinds, fingerprintsOf } from '@mse/core/fingerprint/fingerprints'
import { openSubject } from '@mse/core/fingerprint/open-subject'
import { packageMemory } from '@mse/core/fingerprint/package-memory'
import { publishedPolicy } from '@mse/core/fingerprint/published-policy'
import type { IndexedPackage } from '@mse/core/platform/platform'
import type { Session } from '@mse/core/session'
import { choice, defineCommand, flag, positional, text, type Command, type Context, type Result } from '../command.ts'
import { readHash } from '../hash.ts'
import { once, writeOutput } from '../output.ts'
import { registryAccess, registryArguments } from '../registry-arguments.ts'
import { startSession } from '../session.ts'
import { differenceResult } from '../show-causes.ts'
import { explain } from '../show-fingerprint.ts'
import { sayMemory } from '../show-memory.ts'

export const command: Command = defineCommand({
  examples: [
    ['mse fingerprint helloworld.pkg', 'what every platform measures of a package, from bytes alone'],
    ['mse fingerprint diff old.pkg new.pkg', 'why two packages have different ones'],
  ],
  related: ['package', 'inspect', 'verify', 'base'],
  arguments: {
    packages: positional(
      text('package or project; default: the one in this folder; or diff and two', { repeat: true }),
    ),
    platform: choice(enclaveKinds, 'print this fingerprint, and nothing else'),
    base: text('digest of the base for SGX, or an image to import; default: what the package names', { value: 'BASE' }),
    policy: text('write the policy to publish with the release; --platform says for which', { value: 'FILE' }),
    softwareRoot: text('software root that the policy believes; default: none', { repeat: true, value: 'HEX' }),
    signer: text('MRSIGNER that the policy asks of SGX enclaves; default: any', { value: 'HEX' }),
    force: flag('replace the policy if it is there'),
    explain: flag('say what was measured, in which order, and what was not'),
    memory: flag('say what an SGX enclave of it has to hold, from what it uses where it runs here'),
    ...registryArguments,
  },
  async run(args, context) {
    const session = await startSession(context)
    const options = { cwd: context.cwd, access: registryAccess(args) }
    const base = args.base === undefined ? undefined : await chooseBase(session, args.base, options)
    const open = (word: string): Promise<IndexedPackage> => openSubject(session, word, { ...options, base })
    const words = args.packages
    if (words[0] === 'diff') return difference(words.slice(1), open)
    if (words.length > 1) {
      throw new MseError('usage/too-many', 'one package has one fingerprint', { next: 'mse fingerprint diff A B' })
    }
    return show(session, await open(words[0] ?? '.'), args, context)
  },
})

interface Shown {
  readonly platform: (typeof enclaveKinds)[number] | undefined
  readonly policy: string | undefined
  readonly softwareRoot: readonly string[]
  readonly signer: string | undefined
  readonly force: boolean
  readonly explain: boolean
  readonly memory: boolean
}

async function difference(words: readonly string[], open: (word: string) => Promise<IndexedPackage>): Promise<Result> {
  const [one, other, ...more] = words
  if (one === undefined || other === undefined || more.length > 0) {
    throw new MseError('usage/missing', 'diff takes two packages', { next: 'mse fingerprint diff A B' })
  }
  return differenceResult((await open(one)).index, (await open(other)).index)
}

async function show(session: Session, packed: IndexedPackage, args: Shown, context: Context): Promise<Result> {
  const { terminal } = context
  const { found, missing } = await fingerprintsOf(session.folders, packed, args.platform)
  for (const { kind, reason } of missing) terminal.say(`${kind}: none, ${reason.message}`)
  if (args.explain) explain(terminal, packed, found)
  const memory = args.memory ? await packageMemory(session.folders, packed) : undefined
  if (memory !== undefined) sayMemory(terminal, memory)
  const written = args.policy === undefined ? undefined : await publish(session, packed, args, context)
  const lines = found.map(({ kind, measurement }) =>
    args.platform ? measurement : `${kind.padEnd(8)}  ${measurement}`,
  )
  return {
    text: lines.join('\n'),
    data: {
      name: packed.index.configuration.name,
      base: packed.index.base,
      fingerprints: Object.fromEntries(found.map(({ kind, measurement }) => [kind, measurement])),
      ...(args.explain && {
        measured: Object.fromEntries(found.map(({ kind, parts }) => [kind, parts])),
        unmeasured: Object.fromEntries(found.map(({ kind, unmeasured }) => [kind, unmeasured])),
      }),
      ...(memory !== undefined && { memory: { ...memory, used: memory.used ?? null } }),
      ...(written !== undefined && { policy: written }),
    },
  }
}

/** Which platform a release is for is a decision of trust: the owner says it. */
async function publish(session: Session, packed: IndexedPackage, args: Shown, context: Context): Promise<string> {
  const output = args.policy as string
  if (args.platform === undefined) {
    throw new MseError('usage/missing', '--platform is missing: a policy is for one platform', {
      next: 'mse fingerprint … --platform sgx --policy FILE, or --platform software',
    })
  }
  const platform = args.platform === 'software' ? 'software' : 'sgx'
  const softwareRoots = args.softwareRoot.map((root) => readHash('--software-root', root))
  const signer = args.signer === undefined ? undefined : readHash('--signer', args.signer)
  const policy = await publishedPolicy(session.folders, packed, { platform, softwareRoots, signer })
  if (policy.platform === 'software' && softwareRoots.length === 0) {
    context.terminal.warn(
      'the policy believes no software root and refuses every enclave: whose platform runs it, its operator has to say; then --software-root HEX',
    )
  }
  await writeOutput(once(Buffer.from(formatPolicy(policy))), { output, force: args.force }, 'text', context)
  return output
}
