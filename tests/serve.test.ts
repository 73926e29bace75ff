import { afterAll, describe, expect, it } from 'vitest'
import { call } from './support/https.ts'
import { Person, read, type Deployed } from './support/mse.ts'
import { writeProject } from './support/project.ts'

/** How an application starts, and how deploy says that it does not. */
const person = new Person()
afterAll(() => person.leave())

const answering = (status: string): string => `
def app(environ, start_response):
    start_response("${status}", [])
    return [b"answered"]
`

async function deploy(
  name: string,
  app: string,
  ...more: string[]
): Promise<{ code: string | undefined; warnings: string[]; data: Deployed }> {
  const project = writeProject(person.home, { name, toml: 'storage = "64m"\n', app })
  const { data, error, warnings } = await person.json<Deployed>('deploy', project, ...more)
  return { code: error?.code, warnings, data }
}

describe('a health check', () => {
  it('that answers 404 is a warning: the application serves', async () => {
    const { code, warnings, data } = await deploy('nothing-there', answering('404 Not Found'))
    expect(code).toBeUndefined()
    expect(warnings).toContain('/health answers 404; healthcheck_endpoint should be answered 200')
    expect((await call(`${data.url}/`, data.certificate)).status).toBe(404)
  })

  it('that goes on answering 500 fails the deploy', async () => {
    const { code } = await deploy('broken', answering('500 Internal Server Error'), '--timeout', '2')
    expect(code).toBe('serve/unhealthy')
  })
})

describe('an application that cannot be imported', () => {
  it.each([
    ['a module that is not there', 'import no_such_module_at_all\n', 'no_such_module_at_all'],
    ['a variable that is not there', 'application = None\n', 'app'],
    ['an error of its own', 'raise RuntimeError("cannot start today")\n', 'cannot start today'],
  ])('because of %s fails the deploy, and the log says why', async (what, app, reason) => {
    const name = what.replaceAll(' ', '-')
    expect((await deploy(name, app)).code).toBe('serve/import-failed')
    const { data } = await person.json<{ state: string }>('status', name)
    expect(data.state).toBe('failed')
    expect((await person.mse('logs', name)).stdout).toContain(reason)
  })
})

describe('a port', () => {
  it('that is taken is refused before anything is started', async () => {
    const { data } = await deploy('first', answering('200 OK'))
    const { code } = await deploy('second', answering('200 OK'), '--port', new URL(data.url).port)
    expect(code).toBe('launch/port-taken')
  })

  it('and names are in the certificate, and measured nowhere', async () => {
    const one = await deploy('named', answering('200 OK'))
    const other = await deploy('named', answering('200 OK'), '--san', 'app.example', '--san', 'localhost')
    expect(other.data.url).toMatch(/^https:\/\/app\.example:/)
    expect(other.data.verdict.measurement).toBe(one.data.verdict.measurement)
  })
})

describe('mse logs', () => {
  it('prints the last lines, and follows', async () => {
    const { data } = await deploy(
      'chatty',
      'import itertools\ncount = itertools.count()\n' +
        answering('200 OK').replace('    start', '    print("line", next(count), flush=True)\n    start'),
    )
    for (let request = 0; request < 5; request += 1) await call(data.url, data.certificate)
    const last = await person.mse('logs', 'chatty', '--lines', '200')
    expect(last.stdout).toMatch(/line 4\n/)
    const follower = person.start('logs', 'chatty', '--follow', '--lines', '0')
    let followed = ''
    follower.stdout?.on('data', (part: Buffer) => (followed += part.toString()))
    const until = Date.now() + 10_000
    while (!followed.includes('line') && Date.now() < until) await call(data.url, data.certificate)
    follower.kill('SIGINT')
    expect(followed).toMatch(/line \d+/)
    expect(read(data.folder, 'log')).toContain(followed.trimEnd().split('\n')[0])
  })
})
