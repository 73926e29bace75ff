import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readdirSync, realpathSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { call } from './support/https.ts'
import { Person, type Deployed } from './support/mse.ts'
import { writeProject } from './support/project.ts'
import { everyFile, filesContaining, mountsBelow, processesNaming, wordsIn } from './support/traces.ts'

/** Promise 8: what the application has and writes is ciphertext on the host, and gone when it is stopped. */
const person = new Person()
let deployed: Deployed

const marker = 'MARKER-written-by-the-application-at-run-time'
const secret = 'SECRET-that-the-operator-may-not-choose'
const sealed = 'SECRET-that-the-operator-may-not-read'
const line = 'LINE-of-the-source-that-nobody-else-may-read'
const words = [marker, secret, sealed, line]

/** Writes the marker everywhere it can, in pieces so that the source does not contain it, and fails with a traceback. */
const app = `
import os, pathlib
def app(environ, start_response):
    if environ["PATH_INFO"] == "/write":
        text = "MARKER" + "-written-by-the-" + "application-at-run-time"
        for folder in [os.environ["HOME"], os.environ["TMP_PATH"], os.environ["MODULE_PATH"]]:
            pathlib.Path(folder, "marked.txt").write_text(text * 1000)
            pathlib.Path(folder, text).write_text("also in a name")
    if environ["PATH_INFO"] == "/fail":
        raise ValueError("LINE-of-the-source" "-that-nobody-else-may-read"[:0])  # ${line}
    start_response("200 OK", [])
    return [b"ok"]
`

beforeAll(async () => {
  const files = {
    'secrets.json': JSON.stringify({ login: secret }),
    'secrets_to_seal.json': JSON.stringify({ key: sealed }),
  }
  const project = writeProject(person.home, { name: 'private', toml: 'storage = "64m"\n', app, files })
  const { data, error } = await person.json<Deployed>('deploy', project)
  expect(error).toBeNull()
  deployed = data
  expect((await call(`${deployed.url}/write`, deployed.certificate)).status).toBe(200)
  expect((await call(`${deployed.url}/fail`, deployed.certificate)).status).toBe(500)
})
afterAll(() => person.leave())

describe('while the application runs', () => {
  it('keeps its data, its secrets and its source out of every file of the state folder, package and log included', () => {
    expect(everyFile(person.state).length).toBeGreaterThan(100)
    expect(filesContaining(person.state, words)).toEqual([])
  })

  it('keeps them out of everything below the folder of temporary files', () => {
    const made = everyFile(tmpdir()).filter((path) => {
      const ours = !path.startsWith(person.home) && !path.startsWith(join(person.home, '..', 'mse-person-'))
      return ours && (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) > startedAt
    })
    expect(made.flatMap((path) => wordsIn(path, words))).toEqual([])
  })

  it('keeps them out of what other processes show of themselves', () => {
    expect([secret, sealed, line].flatMap((word) => processesNaming(word))).toEqual([])
  })

  it('mounts nothing that the host can see', () => {
    expect(mountsBelow(person.state)).toEqual([])
    expect(readdirSync(join(deployed.folder, 'plain'))).toEqual([])
    expect(readdirSync(join(deployed.folder, 'cipher'))).toEqual([])
  })

  it('lets nobody else into the state folder', () => {
    expect(statSync(person.state).mode & 0o077).toBe(0)
    for (const name of readdirSync(join(person.state, 'apps'))) {
      if (name.endsWith('.lock')) continue
      expect(statSync(join(person.state, 'apps', name)).mode & 0o077).toBe(0)
    }
  })
})

describe('after mse stop', () => {
  it('leaves no ciphertext, no process, no mount and no temporary file', async () => {
    expect((await person.mse('stop', 'private')).code).toBe(0)
    expect(readdirSync(deployed.folder).toSorted()).toEqual([
      'app.json',
      'log',
      'policy.json',
      'report.json',
      'supervisor.lock',
    ])
    expect(processesNaming(realpathSync(deployed.folder))).toEqual([])
    expect(mountsBelow(person.state)).toEqual([])
    expect(readdirSync(join(person.state, 'staging'))).toEqual([])
    expect(filesContaining(person.state, words)).toEqual([])
  })
})

const startedAt = Date.now()
