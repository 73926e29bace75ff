import { MseError } from '@mse/core/error'
import { readJson, replaceFile, writeNewFile } from '@mse/core/state/files'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { isToken, newToken, tokenId, tokenRecord, type TokenRecord } from './token.ts'

export type NewToken = Pick<TokenRecord, 'owner' | 'role' | 'quota'> & { readonly expires: Date | undefined }

/** The tokens of a service, one file each in `folder`. Each request reads its own: what is revoked is so at once. */
export class TokenStore {
  private readonly folder: string

  constructor(folder: string) {
    this.folder = folder
  }

  /** @returns the token, which is shown this once */
  async create({ owner, role, quota, expires }: NewToken, now: Date): Promise<{ token: string; record: TokenRecord }> {
    const { id, token, sha256 } = newToken()
    const record: TokenRecord = {
      schema: 'mse-token/1',
      id,
      owner,
      role,
      sha256,
      created: now.toISOString(),
      expires: expires?.toISOString() ?? null,
      revoked: null,
      quota,
    }
    await mkdir(this.folder, { recursive: true, mode: 0o700 })
    await writeNewFile(this.path(id), `${JSON.stringify(record, null, 1)}\n`)
    return { token, record }
  }

  async list(): Promise<TokenRecord[]> {
    const names = (await readdir(this.folder).catch(() => [])).filter((name) => /^[0-9a-f]{12}\.json$/.test(name))
    const records = await Promise.all(names.map((name) => this.read(name.slice(0, 12))))
    return records
      .filter((one) => one !== undefined)
      .toSorted((a, b) => a.owner.localeCompare(b.owner) || a.created.localeCompare(b.created))
  }

  /** @throws MseError `operator/no-token` */
  async revoke(id: string, now: Date): Promise<TokenRecord> {
    const record = /^[0-9a-f]{12}$/.test(id) ? await this.read(id) : undefined
    if (record === undefined) {
      throw new MseError('operator/no-token', 'there is no token of that id', {
        expected: 'the 12 hexadecimal digits of an id',
        next: 'mse operator token list',
      })
    }
    if (record.revoked !== null) return record
    const revoked = { ...record, revoked: now.toISOString() }
    await replaceFile(this.path(id), `${JSON.stringify(revoked, null, 1)}\n`)
    return revoked
  }

  /** Whose token it is; undefined if it is nobody's, or not good any more. */
  async find(token: string, now: Date): Promise<TokenRecord | undefined> {
    const id = tokenId(token)
    const record = id === undefined ? undefined : await this.read(id)
    if (record === undefined || !isToken(token, record) || record.revoked !== null) return undefined
    return record.expires !== null && new Date(record.expires) <= now ? undefined : record
  }

  /** What cannot be read as a token is none. */
  private async read(id: string): Promise<TokenRecord | undefined> {
    const read = v.safeParse(tokenRecord, await readJson<unknown>(this.path(id)))
    return read.success ? read.output : undefined
  }

  private path(id: string): string {
    return join(this.folder, `${id}.json`)
  }
}
