import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { MseError } from '../error.ts'
import type { Interpreter } from '../package/interpreter.ts'
import { likelyPython } from '../package/likely-python.ts'
import type { Packaged } from '../package/package-project.ts'
import type { Session } from '../session.ts'
import { exampleRunning, type Asked } from '../testing/example-platform.ts'
import { exampleSession } from '../testing/example-session.ts'
import { refusal } from '../testing/refuses.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { makeReady, type Ready } from './make-ready.ts'

const folder = temporaryFolder()
const session = (env = { PATH: '/usr/bin' }): Session => exampleSession(folder(), { env })
const old = { executable: '/usr/bin/python3.11', version: '3.11.2' } as Interpreter
const recent = { executable: '/usr/bin/python3.13', version: '3.13.1' } as Interpreter

/** Writes down what is made, and with which Python; `fails`: with that one no package can be made. */
async function ready(
  asked: Asked,
  python: Promise<Interpreter>,
  fails?: Interpreter,
  user = session(),
): Promise<Ready> {
  return makeReady(user, python, {
    pack: async (answer, name) => {
      const interpreter = await answer
      asked.push(`${name} ${interpreter.version}`)
      if (interpreter.version === fails?.version) throw new MseError('dependencies/not-found', 'no')
      return { interpreter } as Packaged
    },
    prepare: async (answer) => {
      asked.push(`prepare ${(await answer).version}`)
      const place = { port: 1, replaces: undefined }
      return { folder: join(folder(), 'launch'), instance: '', place, running: exampleRunning(asked) }
    },
  })
}

it('begins when the machine has answered, and with its answer the next time', async () => {
  const first: Asked = []
  expect((await ready(first, Promise.resolve(old))).packed.interpreter).toEqual(old)
  expect(first).toEqual(['prepare 3.11.2', 'package 3.11.2'])
  const again: Asked = []
  let answer: (python: Interpreter) => void = () => undefined
  const made = ready(again, new Promise((resolve) => (answer = resolve)))
  await expect.poll(() => again).toEqual(['prepare 3.11.2', 'guess 3.11.2'])
  answer(old)
  expect((await made).packed.interpreter).toEqual(old)
  expect(again).toHaveLength(2)
})

it('a Python that has changed since: what was begun is ended, and made anew', async () => {
  await ready([], Promise.resolve(old))
  const asked: Asked = []
  expect((await ready(asked, Promise.resolve(recent))).packed.interpreter).toEqual(recent)
  expect(asked).toEqual(['prepare 3.11.2', 'guess 3.11.2', 'stop', 'prepare 3.13.1', 'package 3.13.1'])
  expect(await likelyPython(session())).toEqual(recent)
})

it('a Python that is gone: what it cannot make is no reason', async () => {
  await ready([], Promise.resolve(old))
  const asked: Asked = []
  expect((await ready(asked, Promise.resolve(recent), old)).packed.interpreter).toEqual(recent)
  expect(asked).toEqual(['prepare 3.11.2', 'guess 3.11.2', 'stop', 'prepare 3.13.1', 'package 3.13.1'])
})

it('what the right Python cannot make is not tried twice', async () => {
  await ready([], Promise.resolve(old))
  const asked: Asked = []
  await expect(ready(asked, Promise.resolve(old), old)).rejects.toThrow(refusal('dependencies/not-found'))
  expect(asked).toEqual(['prepare 3.11.2', 'guess 3.11.2', 'stop'])
})

it('a machine without a Python: what was begun with the one that it had is ended', async () => {
  await ready([], Promise.resolve(old))
  const asked: Asked = []
  const none = Promise.reject(new MseError('environment/python', 'none'))
  await expect(ready(asked, none)).rejects.toThrow(refusal('environment/python'))
  expect(asked).toEqual(['prepare 3.11.2', 'guess 3.11.2', 'stop'])
})

it('another path, and a file that was damaged, are no reason to guess', async () => {
  await ready([], Promise.resolve(old))
  expect(await likelyPython(session({ PATH: '/opt/bin' }))).toBeUndefined()
  mkdirSync(session().folders.cache, { recursive: true })
  writeFileSync(join(session().folders.cache, 'python.json'), '{')
  expect(await likelyPython(session())).toBeUndefined()
})
