// Lint, format and types, of both languages.
import { join } from 'node:path'
import { must, pythonEnvironment, root, say, setup, withPath } from './setup.mjs'

setup()
const bin = (name) => join(root, 'node_modules/.bin', name)
const python = pythonEnvironment()
const env = withPath(python)

for (const [title, program, args, cwd = root] of [
  ['lint', bin('oxlint'), ['--deny-warnings']],
  ['format', bin('oxfmt'), ['--check']],
  ['types of the tests', bin('tsc'), ['--noEmit', '-p', 'tsconfig.tests.json']],
  ['launcher: lint', python, ['-m', 'ruff', 'check', 'enclave']],
  ['launcher: format', python, ['-m', 'ruff', 'format', '--check', 'enclave']],
  ['launcher: types', python, ['-m', 'mypy', '--strict'], join(root, 'enclave')],
]) {
  say(`· ${title}`)
  must(program, args, { cwd, env, stdio: ['ignore', 'inherit', 2] })
}
