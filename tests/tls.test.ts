import { spawnSync } from 'node:child_process'
import { createHash, X509Certificate } from 'node:crypto'
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { connect, createServer, type Server } from 'node:tls'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { Authority } from './support/authority.ts'
import { call } from './support/https.ts'
import { hasCurl, Person, type Deployed } from './support/mse.ts'
import { edit, writeProject } from './support/project.ts'

/** The other ways of TLS: a certificate in the owner's name, an imported key, certificates of clients, proxies, renewal. */
const person = new Person()
const authority = new Authority(person.home)
afterAll(() => person.leave())

const app = `
import os, pathlib

def app(environ, start_response):
    start_response("200 OK", [])
    file = pathlib.Path(os.environ["HOME"], "count")
    if environ["PATH_INFO"] == "/count":
        file.write_text(str(int(file.read_text()) + 1) if file.exists() else "1")
        return [file.read_bytes()]
    return [(environ["REMOTE_ADDR"] + " " + environ["wsgi.url_scheme"]).encode()]
`
const small = 'storage = "64m"\n'

interface Channel {
  readonly channel: { readonly proved: boolean; readonly code?: string; readonly pin: string }
}
type Shown = Deployed & Channel

const project = (name: string, toml: string): string => writeProject(person.home, { name, toml: small + toml, app })
const policyOf = (deployed: Deployed): string => join(deployed.folder, 'policy.json')
const pinOf = (certificate: string): string => {
  const key = new X509Certificate(readFileSync(certificate)).publicKey.export({ type: 'spki', format: 'der' })
  return `sha256//${createHash('sha256').update(key).digest('base64')}`
}

describe('tls = "request"', () => {
  it('shows a certificate of an authority for the attested key, in one command', async () => {
    const folder = project('asked', 'tls = "request"\n')
    const { data, error } = await person.json<Shown>('deploy', folder, '--certify', authority.certify)
    expect(error).toBeNull()
    expect(data.channel).toEqual({ proved: true, pin: pinOf(data.certificate) })
    expect((await call(`${data.url}/`, authority.certificate)).body).toBe('127.0.0.1 https')
    const verified = await person.json<Channel & { fresh: boolean }>('verify', data.url, '--policy', policyOf(data))
    expect(verified).toMatchObject({ code: 0, data: { fresh: true, channel: { proved: true } } })
    if (hasCurl) {
      const told = (await person.mse('deploy', folder, '--certify', authority.certify)).stderr
      const line = /^ {2}curl --pinnedpubkey \S+ \S+$/m.exec(told)?.[0] ?? ''
      const curl = await person.run('/bin/sh', [
        '-c',
        line.replace('curl', `curl -sS --cacert ${authority.certificate}`),
      ])
      expect(curl.stdout).toBe('127.0.0.1 https')
    }
    expect((await person.json('restart', 'asked')).error).toBeNull()
    expect((await call(`${data.url}/`, authority.certificate)).status).toBe(200)
  })

  it('goes step by step between two people, and the request is checked to be for the attested key', async () => {
    const folder = project('steps', 'tls = "request"\n')
    const spawned = await person.json<{ folder: string; url: string }>('spawn', folder)
    const [evidence, csr] = [join(person.home, 'steps.json'), join(person.home, 'steps.csr')]
    expect((await person.json('evidence', 'steps', '--output', evidence, '--request', csr)).code).toBe(0)
    const policy = join(spawned.data.folder, 'policy.json')
    expect((await person.json('verify', evidence, '--policy', policy, '--request', csr)).code).toBe(0)
    const bundle = join(person.home, 'steps.bundle')
    const seal = ['seal', folder, '--evidence', 'steps', '--platform', 'software', '--output', bundle]
    expect((await person.json(...seal)).error?.code).toBe('tls/certificate-needed')
    const other = authority.pair('other-than-steps')
    expect((await person.json(...seal, '--certificate', other.certificate)).error?.code).toBe('tls/other-key')
    expect((await person.json(...seal, '--certificate', authority.answer(csr))).error).toBeNull()
    const run = await person.json<Shown>('run', 'steps', '--bundle', bundle)
    expect(run.data.channel.proved).toBe(true)
    expect((await call(`${run.data.url}/`, authority.certificate)).status).toBe(200)
  })

  it('refuses a request that somebody has put in the place of the enclave’s', async () => {
    const { data } = await person.json<Deployed>('spawn', project('swapped', 'tls = "request"\n'))
    authority.pair('stranger')
    const words = ['verify', 'swapped', '--policy', join(data.folder, 'policy.json'), '--request']
    const stranger = await person.json(...words, join(person.home, 'stranger.csr'))
    expect([stranger.code, stranger.error?.code]).toEqual([2, 'tls/other-key'])
    writeFileSync(join(person.home, 'none.csr'), 'hello')
    expect((await person.json(...words, join(person.home, 'none.csr'))).error?.code).toBe('tls/request')
  })

  it.each([
    ['nobody who certifies', [], 'tls/certificate-needed'],
    ['an authority that refuses', ['--certify', 'exit 3'], 'tls/not-certified'],
    ['an authority that answers nothing', ['--certify', 'true'], 'tls/malformed'],
    ['a chain of another key', ['--certify', `cat '${authority.certificate}'`], 'tls/other-key'],
  ])('with %s is refused, and nothing is left', async (what, words, code) => {
    const name = what.replaceAll(' ', '-')
    expect((await person.json('deploy', project(name, 'tls = "request"\n'), ...words)).error?.code).toBe(code)
    expect((await person.json<{ state: string }>('status', name)).data?.state).not.toBe('running')
  })
})

describe('tls = "imported"', () => {
  const imported = (name: string): string => {
    const { key, certificate } = authority.pair('localhost')
    const folder = project(name, 'tls = "imported"\ncertificate = "chain.pem"\nprivate_key = "key.pem"\n')
    copyFileSync(certificate, join(folder, 'chain.pem'))
    copyFileSync(key, join(folder, 'key.pem'))
    return folder
  }

  it('serves, and every verdict says that the channel is not proved', async () => {
    const { data, error, warnings } = await person.json<Shown>('deploy', imported('imported'))
    expect(error).toBeNull()
    expect(warnings).toContain('tls key: imported, channel not proved')
    expect(data.channel).toMatchObject({ proved: false, code: 'channel/not-proved' })
    expect((await call(`${data.url}/`, authority.certificate)).status).toBe(200)
    const words = ['verify', data.url, '--policy', policyOf(data)]
    const refused = await person.json(...words)
    expect([refused.code, refused.error?.code]).toEqual([3, 'channel/not-proved'])
    const accepted = await person.json<Channel>(...words, '--allow-unproved-channel')
    expect(accepted).toMatchObject({ code: 0, data: { channel: { proved: false, code: 'channel/not-proved' } } })
    expect((await person.mse(...words, '--allow-unproved-channel')).stdout).toMatch(/, channel not proved\n$/)
    const status = await person.json<{ tls: string }>('status', 'imported')
    expect([status.data.tls, status.warnings[0]]).toEqual(['imported', 'tls key: imported, channel not proved'])
    expect((await person.json('restart', 'imported')).error).toBeNull()
    const again = await person.json<Shown>('deploy', join(person.home, 'imported'))
    expect(again.data).toMatchObject({ unchanged: true, channel: { proved: false } })
  })

  it('is what [cloud.ssl] of the original system means, under the name that it gives', async () => {
    const folder = imported('original')
    const table = '[cloud.ssl]\ndomain_name = "localhost"\ncertificate = "chain.pem"\nprivate_key = "key.pem"\n'
    edit(join(folder, 'mse.toml'), /tls = [^]*/, table)
    const { data, error } = await person.json<Shown>('deploy', folder)
    expect(error).toBeNull()
    expect(new URL(data.url).hostname).toBe('localhost')
    expect(data.channel.proved).toBe(false)
    edit(join(folder, 'mse.toml'), 'localhost', 'other.example.org')
    expect((await person.json('deploy', folder)).error?.code).toBe('tls/other-name')
  })

  it.each([
    ['the key of another certificate', 'key.pem', () => readFileSync(authority.pair('another').key), 'tls/other-key'],
    ['a certificate that is none', 'chain.pem', () => 'hello', 'tls/malformed'],
    ['a key that is none', 'key.pem', () => 'hello', 'tls/malformed'],
  ])('is refused with %s', async (what, file, content, code) => {
    const folder = imported(what.replaceAll(' ', '-'))
    writeFileSync(join(folder, file), content())
    expect((await person.json('deploy', folder)).error?.code).toBe(code)
  })
})

describe('somebody in the middle', () => {
  let server: Server
  afterEach(() => server.close())

  it('who passes on genuine evidence with a certificate of the right name is found out', async () => {
    const { data } = await person.json<Deployed>('deploy', project('honest', ''))
    const { key, certificate } = authority.pair('localhost')
    const port = Number(new URL(data.url).port)
    server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (client) => {
      const enclave = connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
      client.pipe(enclave).pipe(client)
      client.on('error', () => enclave.destroy())
      enclave.on('error', () => client.destroy())
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `https://localhost:${(server.address() as AddressInfo).port}`
    expect((await call(`${url}/`, authority.certificate)).status).toBe(200)
    const { code, error } = await person.json('verify', url, '--policy', policyOf(data))
    expect([code, error?.code]).toEqual([3, 'channel/not-proved'])
  })
})

describe('certificates of clients', () => {
  it('let in those who have one; health check and evidence are for everybody', async () => {
    const folder = project('members', 'client_ca = "members.pem"\n')
    copyFileSync(authority.certificate, join(folder, 'members.pem'))
    const { data, error } = await person.json<Deployed>('deploy', folder)
    expect(error).toBeNull()
    expect((await call(`${data.url}/`, data.certificate)).status).toBe(403)
    expect((await call(`${data.url}/health`, data.certificate)).status).toBe(200)
    expect((await person.json('verify', data.url, '--policy', policyOf(data))).code).toBe(0)
    const member = authority.pair('member')
    expect(await status(data, member)).toBe(200)
    const stranger = new Authority(person.home, 'stranger').pair('somebody')
    await expect(status(data, stranger)).rejects.toThrow()
  })

  it('are measured', async () => {
    const folder = project('measured', '')
    const before = await person.json<{ fingerprints: unknown }>('fingerprint', folder)
    edit(join(folder, 'mse.toml'), small, `${small}client_ca = "members.pem"\n`)
    copyFileSync(authority.certificate, join(folder, 'members.pem'))
    const after = await person.json<{ fingerprints: unknown }>('fingerprint', folder)
    expect(after.error).toBeNull()
    expect(after.data).not.toEqual(before.data)
  })

  function status(deployed: Deployed, pair: { key: string; certificate: string }): Promise<number> {
    return new Promise((resolve, reject) => {
      const [ca, key, cert] = [deployed.certificate, pair.key, pair.certificate].map((file) => readFileSync(file))
      const outgoing = request(`${deployed.url}/`, { ca, key, cert, agent: false }, (answer) => {
        answer.resume()
        resolve(answer.statusCode ?? 0)
      })
      outgoing.on('error', reject)
      outgoing.end()
    })
  }
})

describe('proxy = "forwarded"', () => {
  it('is deployed with a warning; the enclave itself is verified as others', async () => {
    const { data, warnings, error } = await person.json<Deployed>('deploy', project('proxied', 'proxy = "forwarded"\n'))
    expect(error).toBeNull()
    expect(warnings.filter((one) => one.includes('channel not proved'))).toHaveLength(1)
    expect((await person.json('status', 'proxied')).warnings.join()).toContain('channel not proved')
    expect((await person.json('verify', data.url, '--policy', policyOf(data))).code).toBe(0)
  })
})

describe('renewal', { timeout: 240_000 }, () => {
  const pinned = (file: string, url: string): Record<string, () => boolean> => ({
    ...(hasCurl ? { curl: () => spawnSync('curl', ['-sS', '--cacert', file, url]).status === 0 } : {}),
    Python: () => {
      const code =
        'import ssl,sys,urllib.request as r; r.urlopen(sys.argv[2], context=ssl.create_default_context(cafile=sys.argv[1]))'
      return spawnSync('python3', ['-c', code, file, url]).status === 0
    },
    Node: () => {
      const code = `require('https').get(process.argv[2],{ca:require('fs').readFileSync(process.argv[1])},r=>process.exit(r.statusCode===200?0:1))`
      return spawnSync(process.execPath, ['-e', code, file, url]).status === 0
    },
  })
  const working = (file: string, url: string): string[] =>
    Object.entries(pinned(file, url)).flatMap(([name, works]) => (works() ? [name] : []))

  it('keeps storage, fingerprint and every client that has got both certificates', async () => {
    const folder = project('lasting', '')
    const { data } = await person.json<Deployed>('deploy', folder)
    const all = Object.keys(pinned('', ''))
    const old = join(person.home, 'old.pem')
    copyFileSync(data.certificate, old)
    expect((await call(`${data.url}/count`, old)).body).toBe('1')
    expect((await person.json('renew', folder, '--finish')).error?.code).toBe('renewal/not-begun')

    expect((await person.json('renew', folder)).error).toBeNull()
    const both = join(person.home, 'both.pem')
    writeFileSync(both, (await call(`${data.url}/.well-known/mse/certificates.pem`, old)).body)
    expect(readFileSync(both, 'utf8')).toBe(readFileSync(data.certificate, 'utf8'))
    expect(readFileSync(both, 'utf8').match(/BEGIN/g)).toHaveLength(2)
    expect([working(old, data.url), working(both, data.url)]).toEqual([all, all])

    const finished = await person.json<Deployed>('renew', folder, '--finish')
    expect(finished.error).toBeNull()
    expect(finished.data.verdict.measurement).toBe(data.verdict.measurement)
    expect([working(old, data.url), working(both, data.url)]).toEqual([[], all])
    expect(readFileSync(both, 'utf8')).toContain(readFileSync(data.certificate, 'utf8'))
    expect((await call(`${data.url}/count`, both)).body).toBe('2')
    expect((await person.json('restart', 'lasting')).error).toBeNull()
    expect(working(both, data.url)).toEqual(all)
    expect((await call(`${data.url}/count`, both)).body).toBe('3')
    expect((await person.json<Deployed>('deploy', folder)).data.unchanged).toBe(true)
  })

  it('gives a new key a certificate of the authority', async () => {
    const folder = project('again', 'tls = "request"\n')
    const { data } = await person.json<Shown>('deploy', folder, '--certify', authority.certify)
    expect((await person.json('renew', folder)).error).toBeNull()
    expect((await person.json('renew', folder, '--finish')).error?.code).toBe('tls/certificate-needed')
    const { data: renewed, error } = await person.json<Shown>(
      'renew',
      folder,
      '--finish',
      '--certify',
      authority.certify,
    )
    expect(error).toBeNull()
    expect(renewed.channel.proved).toBe(true)
    expect(renewed.channel.pin).not.toBe(data.channel.pin)
    expect((await call(`${data.url}/`, authority.certificate)).status).toBe(200)
  })

  it('does not finish with another certificate than the one that was published', async () => {
    const folder = project('changed', '')
    await person.json('deploy', folder)
    expect((await person.json('renew', folder)).error).toBeNull()
    expect((await person.json('restart', 'changed')).error).toBeNull()
    expect((await person.json('renew', folder, '--finish')).error?.code).toBe('renewal/changed')
    expect((await person.json('renew', folder)).error).toBeNull()
    expect((await person.json('renew', folder, '--finish')).error).toBeNull()
  })

  it('goes between two people, by a bundle for the certificate that is to come', async () => {
    const folder = project('between', '')
    const { data } = await person.json<Deployed>('deploy', folder)
    const [evidence, bundle] = ['between.json', 'between.bundle'].map((name) => join(person.home, name)) as [
      string,
      string,
    ]
    const successor = ['evidence', 'between', '--successor', '--output', evidence]
    expect((await person.json(...successor)).error?.code).toBe('renewal/not-begun')
    expect((await person.json('renew', '--app', 'between')).error).toBeNull()
    expect((await person.json(...successor)).error).toBeNull()
    const seal = ['seal', folder, '--platform', 'software', '--output', bundle, '--evidence']
    expect((await person.json(...seal, 'between')).error).toBeNull()
    expect((await person.json('run', 'between', '--bundle', bundle)).error?.code).toBe('provision/unopenable')
    rmSync(bundle)
    expect((await person.json(...seal, evidence)).error).toBeNull()
    const run = await person.json<Deployed>('run', 'between', '--bundle', bundle)
    expect(run.error).toBeNull()
    expect(run.data.verdict.reportData).not.toBe(data.verdict.reportData)
    expect((await call(`${data.url}/`, run.data.certificate)).status).toBe(200)
  })

  it('is refused where nothing is kept', async () => {
    const folder = project('forgetful', 'restart = "reprovision"\n')
    await person.json('deploy', folder)
    expect((await person.json('renew', folder)).error?.code).toBe('renewal/reprovision')
  })
})
