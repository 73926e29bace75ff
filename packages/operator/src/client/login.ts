import { parsePin } from '@mse/core/attest/collateral/pin'
import { MseError } from '@mse/core/error'
import { refuseWide } from '@mse/core/owner/refuse-wide'
import { isOperatorAddress } from '@mse/core/project/operator-address'
import { readJson, replaceFile } from '@mse/core/state/files'
import type { Folders } from '@mse/core/state/paths'
import { existsSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { operatorSlug } from './operator-slug.ts'

/** How one user reaches one operator service (spec/8-operator-api.md, "Login"). */
export interface Login {
  readonly schema: 'mse-login/1'
  /** Its origin. */
  readonly url: string
  readonly token: string
  /** 64 hex, of its certificate or key; or else the authorities (PEM) that vouch for it. */
  readonly pin: string | null
  readonly authorities: string | null
}

const shape: v.GenericSchema<Login> = v.strictObject({
  schema: v.literal('mse-login/1'),
  url: v.string(),
  token: v.string(),
  pin: v.nullable(v.string()),
  authorities: v.nullable(v.string()),
})

/** The address of a service as it is compared and kept. @throws MseError `usage/url` */
export function operatorUrl(text: string): URL {
  if (isOperatorAddress(text)) return new URL(text)
  throw new MseError('usage/url', 'that is no address of an operator service', {
    expected: 'https://host or https://host:port',
    found: URL.canParse(text) && new URL(text).password !== '' ? 'an address with a password in it' : text,
  })
}

export interface Credentials {
  readonly url: URL
  readonly token: string
  /** As `--pin` takes it. */
  readonly pin: string | undefined
  /** PEM. */
  readonly authorities: string | undefined
}

/**
 * A login that was not tried yet. Nobody is believed at first sight: whoever logs in says what the service has to show.
 *
 * @throws MseError `usage/missing`, `usage/bad-value`
 */
export function newLogin({ url, token, pin, authorities }: Credentials): Login {
  if (pin === undefined && authorities === undefined) {
    throw new MseError('usage/missing', 'how the service proves itself has to be said', {
      next: 'give --pin sha256:… as the operator has told you (mse operator serve prints it), or --ca FILE',
    })
  }
  const parsed = pin === undefined ? null : parsePin(pin)
  return { schema: 'mse-login/1', url: url.origin, token, pin: parsed, authorities: authorities ?? null }
}

export async function keepLogin(folders: Folders, login: Login): Promise<void> {
  const path = pathOf(folders, login.url)
  await mkdir(join(path, '..'), { recursive: true, mode: 0o700 })
  await replaceFile(path, `${JSON.stringify(login, null, 1)}\n`)
}

/** @throws MseError `operator/not-logged-in`, `owner/key-permissions` when others could read the token, `state/damaged` */
export async function readLogin(folders: Folders, url: URL): Promise<Login> {
  const path = pathOf(folders, url.origin)
  if (!existsSync(path)) {
    throw new MseError('operator/not-logged-in', `you are not logged in to ${url.origin}`, {
      next: `mse login ${url.origin} --pin sha256:…`,
    })
  }
  await refuseWide(path, 0o600)
  const read = v.safeParse(shape, await readJson<unknown>(path))
  if (read.success) return read.output
  throw new MseError('state/damaged', `${path} does not hold a login any more`, { next: `mse login ${url.origin}` })
}

/** @returns whether there was a login */
export async function forgetLogin(folders: Folders, url: URL): Promise<boolean> {
  const path = pathOf(folders, url.origin)
  const was = existsSync(path)
  await rm(path, { force: true })
  return was
}

function pathOf({ config }: Folders, origin: string): string {
  return join(config, 'operators', `${operatorSlug(origin)}.json`)
}
