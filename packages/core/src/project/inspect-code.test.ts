import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { inspectCode } from './inspect-code.ts'
import { listCodeFiles } from './list-code-files.ts'
import { loadProject } from './load-project.ts'
import { scaffold } from './scaffold.ts'

let parent: string
let root: string

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'mse-inspect-'))
  root = (await scaffold('demo', parent)).root
})
afterEach(() => rm(parent, { recursive: true }))

async function inspect(): Promise<string[]> {
  const project = await loadProject(root)
  return inspectCode(project, await listCodeFiles(project))
}

test('a scaffolded project has nothing to warn about', async () => {
  expect(await inspect()).toEqual([])
})

test('secrets and private keys that would be packaged are named', async () => {
  await rm(join(root, 'mse_src/.mseignore'))
  await mkdir(join(root, 'mse_src/conf'))
  await writeFile(join(root, 'mse_src/conf/secrets.json'), '{}')
  await writeFile(join(root, 'mse_src/code.key'), 'AGE-SECRET-KEY-1ABC')
  await writeFile(join(root, 'mse_src/owner.pem'), '-----BEGIN PRIVATE KEY-----\n')
  await writeFile(join(root, 'mse_src/public.pem'), '-----BEGIN PUBLIC KEY-----\n')
  await writeFile(join(root, 'mse_src/conf/.mseignore'), '')
  const warnings = await inspect()
  expect(warnings.map((warning) => warning.split(' w')[0])).toEqual([
    'the private key code.key',
    'conf/.mseignore has no effect: only the .mseignore at the top of the code folder counts',
    'the secrets conf/secrets.json',
    'the private key owner.pem',
  ])
})

test('the configured secrets are recognised under any name', async () => {
  await writeFile(join(root, 'mse_src/settings.json'), '{}', { mode: 0o600 })
  await rm(join(root, 'secrets.json'))
  await symlink('mse_src/settings.json', join(root, 'secrets.json'))
  expect(await inspect()).toEqual([expect.stringContaining('the secrets settings.json')])
})

test('an application that .mseignore excludes is refused', async () => {
  await writeFile(join(root, 'mse_src/.mseignore'), 'app.py\n')
  await expect(inspect()).rejects.toMatchObject({ code: 'project/module-ignored' })
})
