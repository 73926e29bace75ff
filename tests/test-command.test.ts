import { afterAll, beforeAll, expect, it } from 'vitest'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Person } from './support/mse.ts'
import { plainApp, writeProject } from './support/project.ts'

const person = new Person()
let project: string

beforeAll(async () => {
  project = writeProject(person.home, { name: 'tested', app: plainApp, files: { 'tests/.keep': '' } })
  testsAre('true')
  expect((await person.json('deploy', project)).error).toBeNull()
}, 120_000)
afterAll(() => person.leave())

const toml = (command: string, more: string): string =>
  `name = "tested"\npython_application = "app:app"\nhealthcheck_endpoint = "/health"\ntests_cmd = ${JSON.stringify(command)}\n${more}\n`
const testsAre = (command: string, more = ''): void => writeFileSync(join(project, 'mse.toml'), toml(command, more))
const refusal = async (folder: string): Promise<{ code: number | null; error: string | undefined }> => {
  const { code, error } = await person.json('test', folder)
  return { code, error: error?.code }
}

it('tests that pass give their output', async () => {
  testsAre('echo seen at $TEST_REMOTE_URL')
  const { code, data } = await person.json<{ output: string; url: string }>('test', project)
  expect({ code, output: data.output }).toEqual({ code: 0, output: `seen at ${data.url}\n` })
})

it('tests that fail give theirs as well, in the envelope and on standard output: exit code 1', async () => {
  testsAre('echo first; echo second >&2; exit 3')
  const { code, data, error } = await person.json<{ output: string }>('test', project)
  expect({ code, error: error?.code }).toEqual({ code: 1, error: 'test/failed' })
  expect(data.output.split('\n').toSorted()).toEqual(['', 'first', 'second'])
  const people = await person.mse('test', project)
  expect({ code: people.code, out: people.stdout.includes('first\n') }).toEqual({ code: 1, out: true })
})

it('output without end does not fill the memory: the envelope has the last of it', async () => {
  testsAre('head -c 20000000 /dev/zero | tr "\\\\0" x; echo end; exit 1')
  const { data } = await person.json<{ output: string }>('test', project)
  expect(data.output.length).toBeLessThanOrEqual(1 << 20)
  expect(data.output.endsWith('xend\n')).toBe(true)
})

it('a project that does not say how it is tested: test/no-command, exit code 2', async () => {
  const other = writeProject(person.home, { name: 'silent', app: plainApp })
  expect(await refusal(other)).toEqual({ code: 2, error: 'test/no-command' })
})

it('an application that is not there to be tested: test/not-running', async () => {
  testsAre('touch run')
  expect((await person.json('stop', 'tested')).error).toBeNull()
  expect(await refusal(project)).toEqual({ code: 1, error: 'test/not-running' })
  expect(existsSync(join(project, 'tests/run'))).toBe(false)
  expect((await person.json('deploy', project)).error).toBeNull()
})

it('tests that need what cannot be installed: test/requirements, and none is run', async () => {
  testsAre('touch run', `tests_requirements = ["${person.home}/nowhere-1.0-py3-none-any.whl"]`)
  expect(await refusal(project)).toEqual({ code: 1, error: 'test/requirements' })
  expect(existsSync(join(project, 'tests/run'))).toBe(false)
})
