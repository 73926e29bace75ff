import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeRegistryCertificate } from '../packages/core/src/testing/registry-certificate.ts'
import { hasRegistry, startRegistry, type RealRegistry } from '../packages/core/src/testing/real-registry.ts'
import { Person } from './support/mse.ts'
import { plainApp, writeProject } from './support/project.ts'

/** A registry as companies have them: an authority of their own, and logins that docker login or a helper keeps. */
const hasOpenssl = spawnSync('openssl', ['version']).status === 0
const scratch = mkdtempSync(join(tmpdir(), 'mse-private-registry-'))
const at = (...path: string[]): string => join(scratch, ...path)
const login = { auth: Buffer.from('ada:correct horse').toString('base64') }
// bcrypt of the password above
const entry = 'ada:$2y$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2'

describe.skipIf(!hasRegistry || !hasOpenssl)(
  'a registry behind an authority of its own, with logins (skipped without docker-registry or openssl)',
  () => {
    const person = new Person({ DOCKER_CONFIG: at('docker'), PATH: `${at('bin')}:${process.env['PATH']}` })
    const trust = ['--registry-ca', at('home/certificate.pem')]
    let registry: RealRegistry
    let reference: string

    beforeAll(async () => {
      for (const name of ['home', 'docker', 'bin']) mkdirSync(at(name))
      makeRegistryCertificate(at('home'))
      writeFileSync(at('home/htpasswd'), `${entry}\n`)
      registry = await startRegistry(
        at('home'),
        `auth: { htpasswd: { realm: registry, path: ${at('home/htpasswd')} } }`,
        `  tls: { certificate: ${at('home/certificate.pem')}, key: ${at('home/key.pem')} }`,
      )
      reference = `${host()}/team/private:1`
      const project = writeProject(person.home, { name: 'private', toml: 'storage = "64m"\n', app: plainApp })
      expect((await person.mse('package', project, '--output', at('made'))).code).toBe(0)
      writeFileSync(at('docker/config.json'), JSON.stringify({ auths: { [host()]: login } }))
      expect((await person.json('push', at('made'), reference, ...trust)).error).toBeNull()
    })
    afterAll(async () => {
      await person.leave()
      await registry.stop()
      rmSync(scratch, { recursive: true, force: true })
    })
    const host = (): string => registry.host.replace('127.0.0.1', 'localhost')

    it(
      'mse verify --package takes what is needed to reach it, and nothing is trusted without',
      { timeout: 120_000 },
      async () => {
        expect((await person.json('spawn', '--package', reference, ...trust)).error).toBeNull()
        const evidence = await person.mse('evidence', 'private')
        writeFileSync(at('evidence.json'), evidence.stdout)
        const verify = ['verify', at('evidence.json'), '--package', reference, '--platform', 'software']
        expect(await person.json(...verify, ...trust)).toMatchObject({ code: 0, error: null })
        expect((await person.json(...verify)).error?.code).toBe('registry/certificate')
        expect((await person.json(...verify, '--registry-ca', at('none.pem'))).error?.code).toBe('usage/registry-ca')
        expect((await person.mse('stop', 'private', '--remove')).code).toBe(0)
      },
    )

    it('a helper that docker names gives the login', async () => {
      writeFileSync(at('docker/config.json'), JSON.stringify({ credHelpers: { [host()]: 'example' } }))
      const helper = '#!/bin/sh\nread -r server\necho "{\\"Username\\":\\"ada\\",\\"Secret\\":\\"correct horse\\"}"\n'
      writeFileSync(at('bin/docker-credential-example'), helper)
      chmodSync(at('bin/docker-credential-example'), 0o755)
      expect((await person.json('inspect', reference, ...trust)).error).toBeNull()
    })

    it('without a login nothing is given', async () => {
      writeFileSync(at('docker/config.json'), '{}')
      expect((await person.json('inspect', reference, ...trust)).error?.code).toBe('registry/unauthorised')
    })
  },
)
