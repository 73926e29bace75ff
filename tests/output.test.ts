import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { join } from 'node:path'
import { bin, hasCurl, Person, read, root, type Deployed } from './support/mse.ts'

/** What people and scripts see of a deploy: stdout is the product, stderr the conversation. */
const person = new Person()
let project: string

beforeAll(async () => {
  expect((await person.mse('scaffold', 'greeter')).code).toBe(0)
  project = join(person.home, 'greeter')
})
afterAll(() => person.leave())

describe('mse deploy in a scaffolded project', () => {
  it('leaves just the URL in x=$(mse deploy)', async () => {
    const script = `x=$('${process.execPath}' '${bin}' deploy 2>/dev/null); printf '[%s]' "$x"`
    const { stdout } = await person.run('bash', ['-c', script], project)
    expect(stdout).toMatch(/^\[https:\/\/localhost:\d+\]$/)
  })

  it.skipIf(!hasCurl).each([
    ['with the certificate as a file', /^ *curl --cacert /],
    ['with the pin of its key', /^ *curl --insecure --pinnedpubkey /],
  ])('prints a curl line that works as it is printed, %s (skipped without curl)', async (_, wanted) => {
    const { stderr } = await person.run(process.execPath, [bin, 'deploy'], project)
    const line = stderr.split('\n').find((one) => wanted.test(one))
    const { code, stdout } = await person.run('bash', ['-c', `${line} --silent --show-error --fail`])
    expect({ code, stdout }).toMatchObject({ code: 0 })
    expect(stdout).not.toBe('')
  })

  it.skipIf(!hasCurl)('gives a pin that no other key has (skipped without curl)', async () => {
    const { data } = await person.json<Deployed & { pin: string }>('deploy', project)
    const other = `sha256//${Buffer.alloc(32).toString('base64')}`
    const call = (pin: string): string =>
      `curl --insecure --pinnedpubkey '${pin}' '${data.url}' --silent --output /dev/null`
    expect((await person.run('bash', ['-c', call(data.pin)])).code).toBe(0)
    expect((await person.run('bash', ['-c', call(other)])).code).toBe(90) // CURLE_SSL_PINNEDPUBKEYNOTMATCH
  })

  it.each([
    ['', []],
    [', for a name that this machine does not know', ['--san', 'app.example.invalid']],
  ])('prints a verify line that works as it is printed%s', async (_, more) => {
    const { stderr } = await person.run(process.execPath, [bin, 'deploy', ...more], project)
    const line = stderr.split('\n').find((one) => one.trim().startsWith('mse verify ')) ?? ''
    const { code, stdout } = await person.run('bash', ['-c', line.replace('mse', `'${process.execPath}' '${bin}'`)])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^verified software [0-9a-f]{64}\n$/)
  })

  it('prints the checks, the verdict and the warnings that README.md shows', async () => {
    const { stderr } = await person.run(process.execPath, [bin, 'deploy'], project)
    const printed = stderr.split('\n')
    const shown = read(root, 'README.md').split('\n')
    const wanted = /^( {2}passed |Verified: |warning: )/
    const lines = shown.filter((line) => wanted.test(line))
    expect(lines.length).toBeGreaterThan(5)
    expect(printed).toEqual(expect.arrayContaining(lines))
    const passed = (list: readonly string[]): number => list.filter((line) => line.startsWith('  passed ')).length
    const more = Number(shown.join('\n').match(/\[…\] (\d+) more/)?.[1])
    expect(passed(printed)).toBe(passed(shown) + more)
  })

  it('says one line for each phase, and calls a software enclave a software enclave', async () => {
    await person.mse('remove', 'greeter')
    const { stderr } = await person.run(process.execPath, [bin, 'deploy'], project)
    const phases = stderr.split('\n').filter((line) => line.startsWith('ok '))
    expect(phases.map((line) => line.split(/\s+/)[1])).toEqual(['package', 'launch', 'verify', 'provision', 'serve'])
    expect(stderr).toContain('software enclave')
    expect(stderr).not.toContain('\r')
  })

  it('changes nothing when nothing has changed', async () => {
    const { data } = await person.json<Deployed>('deploy', project)
    const again = await person.json<Deployed>('deploy', project)
    expect(again.data).toMatchObject({ url: data.url, unchanged: true })
    expect(again.data.verdict.reportData).toBe(data.verdict.reportData)
  })

  it('replaces the application at the same URL when a secret has changed', async () => {
    const before = await person.json<Deployed>('deploy', project)
    await person.run('bash', ['-c', `echo '{"login": "somebody-else"}' > '${join(project, 'secrets.json')}'`])
    const after = await person.json<Deployed>('deploy', project)
    expect(after.data).toMatchObject({ url: before.data.url, unchanged: false })
    expect(after.data.verdict.measurement).toBe(before.data.verdict.measurement)
  })

  it('means the same under its old names', async () => {
    // What is measured of a running application moves from one command to the next.
    const { metrics: _, ...data } = (await person.json('status', 'greeter')).data
    for (const group of ['home', 'cloud']) {
      expect((await person.json(group, 'status', 'greeter')).data).toMatchObject(data)
    }
  })
})
