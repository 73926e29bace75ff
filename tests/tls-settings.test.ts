import { checkProject, loadSource } from '@mse/core/project/load-project'
import { checkRequest } from '@mse/core/provision/certificate-request'
import { checkChain, ownCertificate, shownKey } from '@mse/core/provision/own-certificate'
import { createPublicKey, X509Certificate } from 'node:crypto'
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { Authority } from './support/authority.ts'
import { writeProject } from './support/project.ts'

/** What is refused of a project's certificates before anything is sealed. */
const home = mkdtempSync(join(tmpdir(), 'mse-tls-settings-'))
afterAll(() => rmSync(home, { recursive: true }))
const authority = new Authority(home)
const pair = authority.pair('app.example.org')
const now = new Date()
let count = 0
let folder: string

beforeEach(() => {
  folder = writeProject(home, { name: `one${(count += 1)}`, app: 'app = None\n' })
  for (const [from, to] of [
    [authority.certificate, 'ca.pem'],
    [pair.certificate, 'chain.pem'],
    [pair.key, 'key.pem'],
  ] as const) {
    copyFileSync(from, join(folder, to))
  }
  chmodSync(join(folder, 'key.pem'), 0o600)
})

async function problems(toml: string): Promise<string[]> {
  const file = join(folder, 'mse.toml')
  writeFileSync(file, `${readFileSync(file, 'utf8')}${toml}`)
  return (await checkProject(folder)).problems.map(({ code, message }) => `${code} ${message.split(': ')[0]}`)
}
const codes = async (toml: string): Promise<string[]> =>
  (await problems(toml)).map((one) => one.split(' ')[0] as string)

describe('mse.toml', () => {
  it.each([
    ['an imported key without its files', 'tls = "imported"\n', ['project/missing-key', 'project/missing-key']],
    [
      'a certificate that is not there',
      'tls = "imported"\ncertificate = "x.pem"\nprivate_key = "key.pem"\n',
      ['project/no-such-file'],
    ],
    ['a certificate without tls', 'certificate = "chain.pem"\n', ['project/bad-value']],
    [
      'a chain for a key that does not exist yet',
      'tls = "request"\ncertificate = "chain.pem"\n',
      ['project/bad-value'],
    ],
    ['another way', 'tls = "mutual"\n', ['project/bad-value']],
    ['another proxy', 'proxy = "trusted"\n', ['project/bad-value']],
    ['authorities that are not there', 'client_ca = "x.pem"\n', ['project/no-such-file']],
    ['a leaf in place of an authority', 'client_ca = "chain.pem"\n', ['project/bad-value']],
    ['a key in place of an authority', 'client_ca = "key.pem"\n', ['project/bad-value']],
    ['half of [cloud.ssl]', '[cloud.ssl]\ndomain_name = "a"\ncertificate = "chain.pem"\n', ['project/missing-key']],
    [
      'a certificate given twice',
      'tls = "imported"\ncertificate = "chain.pem"\nprivate_key = "key.pem"\n[cloud.ssl]\ncertificate = "chain.pem"\n',
      ['project/given-twice'],
    ],
  ])('is refused with %s', async (_, toml, expected) => {
    expect(await codes(toml)).toEqual(expected)
  })

  it('is refused with authorities among which a key lies, or a damaged one', async () => {
    const file = join(folder, 'ca.pem')
    writeFileSync(file, readFileSync(file, 'utf8') + readFileSync(pair.key, 'utf8'))
    expect(await codes('client_ca = "ca.pem"\n')).toEqual(['project/bad-value'])
    writeFileSync(file, readFileSync(authority.certificate, 'utf8').replace(/\n.{8}/, '\nAAAAAAAA'))
    expect(await codes('')).toEqual(['project/bad-value'])
  })

  it('measures authorities alone, and not what stands around them', async () => {
    const file = join(folder, 'ca.pem')
    writeFileSync(file, `issued by hand\r\n${readFileSync(file, 'utf8')}and this\n`)
    expect(await codes('client_ca = "ca.pem"\n')).toEqual([])
    const { project } = await checkProject(folder)
    expect(project?.clientCa).toBe(new X509Certificate(readFileSync(authority.certificate)).toString())
  })

  it('is read by an auditor, who has neither certificate nor key', async () => {
    rmSync(join(folder, 'key.pem'))
    expect(await codes('tls = "imported"\ncertificate = "chain.pem"\nprivate_key = "key.pem"\n')).toHaveLength(1)
    expect((await loadSource(folder)).tls.mode).toBe('imported')
  })

  it('warns of a key that others can read', async () => {
    chmodSync(join(folder, 'key.pem'), 0o644)
    expect(await codes('tls = "imported"\ncertificate = "chain.pem"\nprivate_key = "key.pem"\n')).toEqual([])
    expect((await checkProject(folder)).project?.warnings).toEqual([expect.stringContaining('chmod 600')])
  })
})

describe('an imported certificate', () => {
  const own = (change: object = {}, at = now) =>
    ownCertificate(
      { mode: 'imported', certificateFile: pair.certificate, privateKeyFile: pair.key, domain: undefined, ...change },
      at,
    )

  it('is not asked for where it is imported', async () => {
    const tls = {
      mode: 'imported',
      certificateFile: pair.certificate,
      privateKeyFile: pair.key,
      domain: undefined,
    } as const
    const asked = ownCertificate(tls, now, () => Promise.resolve(Buffer.alloc(0)))
    await expect(asked).rejects.toMatchObject({ code: 'tls/not-asked-for' })
  })

  it('is its key and its chain', async () => {
    const found = await own({ domain: 'app.example.org' })
    expect(found?.kind).toBe('imported')
    const pem = found?.kind === 'imported' ? found.pem : Buffer.alloc(0)
    const spki = new X509Certificate(readFileSync(pair.certificate)).publicKey.export({ type: 'spki', format: 'der' })
    expect(shownKey(pem).equals(spki)).toBe(true)
  })

  it.each([
    ['of another name', { domain: 'other.example.org' }, now, 'tls/other-name'],
    ['of another key', { certificateFile: authority.certificate }, now, 'tls/other-key'],
    ['that is over', {}, new Date(now.getTime() + 40 * 86_400_000), 'tls/expired'],
    ['that is to come', {}, new Date(now.getTime() - 86_400_000), 'tls/expired'],
    ['that cannot be read', { certificateFile: '/nowhere' }, now, 'tls/unreadable'],
    ['whose key is a certificate', { privateKeyFile: pair.certificate }, now, 'tls/malformed'],
  ])('%s is refused', async (_, change, at, code) => {
    await expect(own(change, at)).rejects.toMatchObject({ code })
  })
})

describe('a request', () => {
  const pem = readFileSync(join(home, 'app.example.org.csr'))
  const key = createPublicKey(readFileSync(pair.key)).export({ type: 'spki', format: 'der' })

  it('is for the key, or is refused', () => {
    expect(checkRequest(pem, key)).toBe(pem.toString())
    const other = new X509Certificate(readFileSync(authority.certificate)).publicKey
    expect(() => checkRequest(pem, other.export({ type: 'spki', format: 'der' }))).toThrow(
      expect.objectContaining({ code: 'tls/other-key' }),
    )
  })

  it('that was changed, cut or wrapped is refused', () => {
    const der = Buffer.from(pem.toString().replaceAll(/-----.*-----|\n/g, ''), 'base64')
    const wrapped = (bytes: Buffer): Buffer =>
      Buffer.from(
        `-----BEGIN CERTIFICATE REQUEST-----\n${bytes.toString('base64').replaceAll(/.{64}/g, '$&\n')}\n-----END CERTIFICATE REQUEST-----\n`,
      )
    expect(() => checkRequest(wrapped(der), key)).not.toThrow()
    const flipped = Buffer.from(der)
    flipped[der.length - 3] = (flipped[der.length - 3] as number) ^ 1
    for (const bad of [flipped, der.subarray(0, -1), der.subarray(0, 40), Buffer.alloc(0), Buffer.of(0x30, 0x80)]) {
      expect(() => checkRequest(wrapped(bad), key)).toThrow(expect.objectContaining({ code: 'tls/request' }))
    }
    for (const text of [`x${pem.toString()}`, pem.toString() + pem.toString(), '']) {
      expect(() => checkRequest(Buffer.from(text), key)).toThrow(expect.objectContaining({ code: 'tls/request' }))
    }
  })

  it('is answered with a chain for its key, in one spelling', () => {
    const chain = readFileSync(pair.certificate)
    expect(checkChain(Buffer.concat([Buffer.from('text\n'), chain]), key, now).toString()).toMatch(/^-----BEGIN CERT/)
    expect(() => checkChain(Buffer.from('text'), key, now)).toThrow(expect.objectContaining({ code: 'tls/malformed' }))
  })
})
