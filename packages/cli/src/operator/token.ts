import { MseError } from '@mse/core/error'
import { readHardware } from '@mse/core/project/hardware'
import { folders } from '@mse/core/state/paths'
import type { Role } from '@mse/operator/api/role'
import { ownerName } from '@mse/operator/api/shapes'
import { operatorFolders } from '@mse/operator/owners/operator-folders'
import type { TokenRecord } from '@mse/operator/tokens/token'
import { TokenStore } from '@mse/operator/tokens/token-store'
import { is } from 'valibot'
import type { Context, Result } from '../command.ts'
import { readExpiry } from '../expiry.ts'

export interface TokenArguments {
  readonly word: string | undefined
  readonly id: string | undefined
  readonly owner: string | undefined
  readonly role: Role
  readonly applications: number
  readonly memory: string
  readonly storage: string
  readonly expires: string | undefined
}

/** `mse operator token create|list|revoke`: works on the files of the service, whether it runs or not. */
export async function token(args: TokenArguments, context: Context): Promise<Result> {
  const store = new TokenStore(operatorFolders(folders(context.env)).tokens)
  if (args.word === 'list') return list(store, context)
  if (args.word === 'create') return create(store, args, context)
  if (args.word === 'revoke') return revoke(store, args, context)
  throw new MseError('usage/bad-value', 'what to do with tokens has to be said', {
    expected: 'mse operator token create, list or revoke',
    found: args.word ?? 'nothing',
  })
}

/** The token is the product; it is shown this once. */
async function create(store: TokenStore, args: TokenArguments, { now, terminal }: Context): Promise<Result> {
  const { owner, role, applications } = args
  if (owner === undefined) throw new MseError('usage/missing', '--owner is missing', { next: 'give --owner NAME' })
  if (!is(ownerName, owner)) {
    throw new MseError('usage/bad-value', '--owner has a value that it does not take', {
      expected: '1 to 63 of a-z, 0-9, ".", "_" and "-", the first of a-z or 0-9',
      found: owner,
    })
  }
  const quota = { applications, memory: size('--memory', args.memory), storage: size('--storage', args.storage) }
  const expires = args.expires === undefined ? undefined : readExpiry(args.expires, now())
  const { token, record } = await store.create({ owner, role, quota, expires }, now())
  terminal.say(`A token of ${owner}, role ${role}, id ${record.id}. It is shown this once.`)
  return { text: token, data: { token, ...shown(record) } }
}

async function list(store: TokenStore, { terminal }: Context): Promise<Result> {
  const tokens = (await store.list()).map(shown)
  const rows = tokens.map(({ id, owner, role, created, expires, revoked }) => ({
    id,
    owner,
    role,
    created,
    expires: expires ?? '',
    revoked: revoked ?? '',
  }))
  if (rows.length === 0) terminal.say('There is no token yet: mse operator token create --owner NAME')
  else terminal.table(rows, ['id', 'owner', 'role', 'created', 'expires', 'revoked'])
  return { data: { tokens } }
}

async function revoke(store: TokenStore, { id }: TokenArguments, { now, terminal }: Context): Promise<Result> {
  if (id === undefined) throw new MseError('usage/missing', 'ID is missing', { next: 'mse operator token list' })
  const record = await store.revoke(id, now())
  terminal.say(`${record.id} of ${record.owner} is good for nothing any more; its applications go on.`)
  return { data: shown(record) }
}

function shown({ sha256: _, schema: __, ...rest }: TokenRecord): Omit<TokenRecord, 'sha256' | 'schema'> {
  return rest
}

function size(option: string, text: string): number {
  const bytes = readHardware(text)
  if (bytes !== undefined) return bytes
  throw new MseError('usage/bad-value', `${option} has a value that it does not take`, {
    expected: 'a whole number of m or g, from 128m to 1024g',
    found: text,
  })
}
