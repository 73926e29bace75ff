import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commands } from '../packages/cli/src/commands.ts'
import { originalCommands } from '../packages/cli/src/original/commands.ts'
import { originalGlobals, originalOptions } from '../packages/cli/src/original/options.ts'
import { Person, root } from './support/mse.ts'
import { plainApp, writeProject } from './support/project.ts'

/** Every command line of the original system, as its users know it, typed in a fresh home. */
const person = new Person()
let project: string
beforeAll(async () => {
  const toml = 'tests_cmd = "true"\n[cloud]\ncode = "mse_src"\nhardware = "1g-eu-001"\nproject = "default"\n'
  project = writeProject(person.home, { name: 'helloworld', toml, app: plainApp, files: { 'tests/.keep': '' } })
})
afterAll(() => person.leave())

const refusedCommand = 'usage/original-command'
const refusedOption = 'usage/original-option'

/** A line, and `ok` or the code that it is refused with. PROJECT stands for the folder of a project. */
const lines: readonly (readonly [line: string, expected: string])[] = [
  ['home scaffold fresh', 'ok'],
  ['home scaffold fresh', 'project/exists'],
  ['home localtest --project PROJECT', refusedCommand],
  ['home localtest --code src --dockerfile Dockerfile --config mse.toml --test tests --no-tests', refusedCommand],
  ['home package --project PROJECT --output out --encrypt', refusedOption],
  ['home package --code src --dockerfile Dockerfile --config mse.toml --test tests --output out', refusedOption],
  ['home package PROJECT --output out --encrypt', refusedOption],
  ['home package PROJECT --output out', 'ok'],
  ['home spawn helloworld --package out --output o --san localhost --size 4096', refusedOption],
  ['home spawn helloworld --package out --host 127.0.0.1 --port 8443 --san localhost', 'usage/conflict'],
  ['home spawn helloworld --package out --san localhost --subject CN=example.org', refusedOption],
  ['home spawn helloworld --package out --san localhost --days 365', refusedOption],
  ['home spawn helloworld --package out --san localhost --signer-key key.pem', refusedOption],
  ['home spawn helloworld --package out --san localhost --pccs https://pccs.example.org', refusedOption],
  ['home spawn --package out --san localhost --timeout 60', 'ok'],
  ['home evidence helloworld --output .', 'usage/output'],
  ['home evidence helloworld --output evidence.json', 'ok'],
  ['home verify --package out --evidence evidence.json --output .', refusedOption],
  ['home verify evidence.json --package out', 'sgx/base'],
  ['home seal --input s.json --receiver-enclave cert.pem --output s.sealed', refusedOption],
  ['home seal --input s.json --receiver-public-key key.pub --output s.sealed', refusedOption],
  ['home seal --secrets s.json --cert cert.pem', refusedOption],
  ['home unseal --input s.sealed --private-key key --output s.json', refusedOption],
  ['home encrypt --input file --key key --output file.enc', refusedOption],
  ['home decrypt --input file.enc --key key --output file', refusedOption],
  ['home decrypt file.enc --key key', refusedOption],
  ['keygen --symmetric --output key', refusedOption],
  ['keygen --asymmetric --output key --force', refusedOption],
  ['home run helloworld --secrets secrets.json', 'usage/secrets'],
  ['home run helloworld --secrets secrets.json --sealed-secrets s.sealed', refusedOption],
  ['home run helloworld --key code.key --timeout 60', refusedOption],
  ['home run --project PROJECT', 'ok'],
  ['home test helloworld --test tests --config mse.toml', refusedOption],
  ['home test PROJECT', 'ok'],
  ['home status helloworld', 'ok'],
  ['home list', 'ok'],
  ['home logs helloworld', 'ok'],
  ['home restart helloworld', 'ok'],
  ['home stop helloworld', 'ok'],
  ['home stop helloworld --remove', 'ok'],
  ['cloud login', 'usage/missing'],
  ['cloud login --whoami', refusedOption],
  ['cloud logout', 'usage/missing'],
  ['cloud init', refusedCommand],
  ['cloud scaffold other', 'ok'],
  ['cloud localtest --path PROJECT --no-tests', refusedCommand],
  ['cloud deploy --path PROJECT', refusedOption],
  ['cloud deploy PROJECT -y', refusedOption],
  ['cloud deploy PROJECT --no-verify', refusedOption],
  ['cloud deploy PROJECT --untrusted-ssl', refusedOption],
  ['cloud deploy PROJECT --workspace w', refusedOption],
  ['cloud deploy PROJECT --timeout 60', 'ok'],
  ['cloud verify example.org', 'usage/url'],
  [`cloud verify example.org --fingerprint ${'a'.repeat(64)}`, refusedOption],
  ['cloud verify example.org --context context.mse --code src', refusedOption],
  ['cloud verify example.org --workspace w', refusedOption],
  ['cloud status helloworld', 'ok'],
  ['cloud list', 'ok'],
  ['cloud list default', 'usage/too-many'],
  ['cloud list --all', refusedOption],
  ['cloud logs helloworld', 'ok'],
  ['cloud test PROJECT', 'ok'],
  ['cloud stop helloworld other', 'usage/too-many'],
  ['cloud stop helloworld', 'ok'],
  ['cloud context --list', refusedCommand],
  ['cloud context --remove 3fa85f64-5717-4562-b3fc-2c963f66afa6', refusedCommand],
  ['cloud context --purge', refusedCommand],
  ['cloud context --export 3fa85f64-5717-4562-b3fc-2c963f66afa6', refusedCommand],
  ['--color never home list', refusedOption],
  ['home list --color always', refusedOption],
  ['test-dev', refusedCommand],
  ['--version', 'ok'],
]

describe('the command lines of the original system, one after the other', () => {
  it.each(lines)('mse %s: %s', { timeout: 60_000 }, async (line, expected) => {
    const words = line.split(' ').map((word) => (word === 'PROJECT' ? project : word))
    const { code, error } = await person.json(...words)
    expect(error?.code ?? 'ok').toBe(expected)
    expect(code === 0).toBe(expected === 'ok')
    if (expected === refusedCommand || expected === refusedOption) {
      expect(code).toBe(2)
      expect(error?.next, 'what takes its place').toMatch(/\bmse \w|mse\.toml|^nothing\b|NO_COLOR/)
    } else if (expected !== 'ok') expect(error?.next, 'what to do').toBeTruthy()
  })
})

describe('what takes the place of the original', () => {
  const page = readFileSync(join(root, 'docs/from-the-original.md'), 'utf8')

  it('is said of every command and option that is refused, on the page as well', () => {
    for (const command of Object.keys(originalCommands)) expect(page, command).toContain(`\`${command}`)
    const options = [originalGlobals, ...Object.values(originalOptions)].flatMap(Object.keys)
    for (const option of options) expect(page, option).toMatch(new RegExp(`\`[^\`]*${option}\\b`))
  })

  it('is not said of commands that there are', () => {
    const names = commands.map((entry) => entry.name)
    expect(names.filter((name) => Object.hasOwn(originalCommands, name))).toEqual([])
    expect(Object.keys(originalOptions).filter((name) => !names.includes(name))).toEqual([])
  })

  it('is not said of options that there are', async () => {
    for (const [name, options] of Object.entries(originalOptions)) {
      const { stdout } = await person.mse(name, '--help')
      for (const option of Object.keys(options))
        expect(stdout, `${name} ${option}`).not.toMatch(new RegExp(` ${option}\\b`))
    }
  })

  it('commands that it names are there', () => {
    const texts = [originalCommands, originalGlobals, ...Object.values(originalOptions)].flatMap(Object.values)
    const named = texts.flatMap((text) => [...text.matchAll(/\bmse ([a-z]+)\b/g)].map(([, name]) => name))
    const names = commands.map((entry) => entry.name)
    for (const name of named.filter((name) => !['always', 'asks', 'colours', 'makes', 'for'].includes(name as string)))
      expect(names).toContain(name)
  })
})
