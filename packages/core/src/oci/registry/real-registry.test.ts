import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasRegistry, startRegistry, type RealRegistry } from '../../testing/real-registry.ts'
import { refusal } from '../../testing/refuses.ts'
import { makeRegistryCertificate } from '../../testing/registry-certificate.ts'
import { imageOf, pullInto, pushTo, type ClientOptions } from '../../testing/registry-client.ts'
import type { Image } from '../layout/open-image.ts'
import type { Pushed } from './push-image.ts'

/** Against Debian's docker-registry: without it, these tests skip. */
const folder = mkdtempSync(join(tmpdir(), 'mse-registry-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const hasOpenssl = spawnSync('openssl', ['version']).status === 0
const small = randomBytes(1000)
const large = randomBytes(40 << 20)

async function image(name: string, ...layers: Buffer[]): Promise<Image> {
  mkdirSync(join(folder, name))
  return imageOf(join(folder, name), ...layers)
}

const push = (what: Image, reference: string, change?: ClientOptions): Promise<Pushed> =>
  pushTo(reference, what, change)
const pull = (reference: string, to: string, change?: ClientOptions): Promise<Image> =>
  pullInto(join(folder, to), reference, change)

const size = (what: Image): number =>
  what.manifest.layers.reduce((sum, one) => sum + one.size, what.manifest.config.size)

describe.skipIf(!hasRegistry)('a registry without logins (skipped without docker-registry)', () => {
  let registry: RealRegistry
  beforeAll(async () => {
    registry = await startRegistry(mkdtempSync(join(folder, 'plain-')))
  })
  afterAll(() => registry.stop())

  it('gets an image, layers of 40 MB in chunks, and gives it back', async () => {
    const what = await image('first', small, large)
    const reference = `${registry.host}/team/hello`
    expect(await push(what, `${reference}:1`)).toEqual({ sent: size(what), kept: 0 })
    const again = await pull(`${reference}:1`, 'first-again')
    expect(again.digest).toBe(what.digest)
    const blobs = readdirSync(join(folder, 'first-again/blobs/sha256'))
    expect(blobs.toSorted()).toEqual(readdirSync(join(folder, 'first/blobs/sha256')).toSorted())
    for (const name of blobs) {
      const [one, other] = ['first', 'first-again'].map((at) => readFileSync(join(folder, at, 'blobs/sha256', name)))
      expect(one?.equals(other as Buffer)).toBe(true)
    }
  })

  it('gets only the layers that it has not', async () => {
    const what = await image('second', randomBytes(2000), large)
    const sent = size(what) - large.length
    expect(await push(what, `${registry.host}/team/hello:2`)).toEqual({ sent, kept: large.length })
    expect(await push(what, `${registry.host}/team/hello:3`)).toEqual({ sent: 0, kept: size(what) })
  })

  it('gives an image by its digest, with and without a tag', async () => {
    const what = await image('third', small)
    await push(what, `${registry.host}/third@${what.digest}`)
    expect((await pull(`${registry.host}/third@${what.digest}`, 'third-again')).digest).toBe(what.digest)
    const pinned = `${registry.host}/team/hello:1@${what.digest}`
    await expect(pull(pinned, 'third-other')).rejects.toThrow(refusal('registry/not-found'))
  })

  it('has no such image', async () => {
    await expect(pull(`${registry.host}/team/hello:none`, 'none')).rejects.toThrow(refusal('registry/not-found'))
  })

  it('by another name than this machine’s would have to be named for going without TLS', async () => {
    const other = registry.host.replace('127.0.0.1', '127.0.0.1.nip.invalid')
    await expect(pull(`${other}/team/hello:1`, 'other')).rejects.toThrow(refusal('registry/unreachable'))
  })
})

describe.skipIf(!hasRegistry || !hasOpenssl)(
  'a registry with TLS of its own authority, and logins (skipped without docker-registry or openssl)',
  () => {
    let registry: RealRegistry
    let ca: string
    const credentials = { username: 'ada', password: 'correct horse' }
    // bcrypt of the password above
    const entry = 'ada:$2y$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2'

    beforeAll(async () => {
      const home = mkdtempSync(join(folder, 'tls-'))
      makeRegistryCertificate(home)
      ca = readFileSync(join(home, 'certificate.pem'), 'utf8')
      writeFileSync(join(home, 'htpasswd'), `${entry}\n`)
      registry = await startRegistry(
        home,
        `auth: { htpasswd: { realm: registry, path: ${join(home, 'htpasswd')} } }`,
        `  tls: { certificate: ${join(home, 'certificate.pem')}, key: ${join(home, 'key.pem')} }`,
      )
    })
    afterAll(() => registry.stop())
    const local = (): string => registry.host.replace('127.0.0.1', 'localhost')

    it('serves who trusts it and has a login', async () => {
      const what = await image('private', small)
      await push(what, `${local()}/private:1`, { ca, credentials })
      expect((await pull(`${local()}/private:1`, 'private-again', { ca, credentials })).digest).toBe(what.digest)
    })

    it('refuses who has no login, and who has a wrong one', async () => {
      const wrong = { username: 'ada', password: 'wrong' }
      await expect(pull(`${local()}/private:1`, 'no-login', { ca })).rejects.toThrow(refusal('registry/unauthorised'))
      await expect(pull(`${local()}/private:1`, 'wrong', { ca, credentials: wrong })).rejects.toThrow(
        refusal('registry/unauthorised'),
      )
    })

    it('is refused by who does not know its authority: this machine’s own name permits no TLS, not any TLS', async () => {
      await expect(pull(`${local()}/private:1`, 'untrusted', { credentials })).rejects.toThrow(
        refusal('registry/certificate'),
      )
      await expect(pull(`${local()}/private:1`, 'untrusted', { credentials, insecure: [local()] })).rejects.toThrow(
        refusal('registry/certificate'),
      )
    })
  },
)
