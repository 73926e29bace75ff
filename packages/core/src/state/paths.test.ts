import { basename } from 'node:path'
import { homedir } from 'node:os'
import { describe, expect, it } from 'vitest'
import { endpointOf, urlOf } from './endpoint.ts'
import type { App } from './app.ts'
import { appFolder, folders, lockPath } from './paths.ts'

describe('folders', () => {
  it('follow the XDG Base Directory Specification', () => {
    const env = { HOME: '/home/a', XDG_CONFIG_HOME: '/c', XDG_STATE_HOME: '/s', XDG_CACHE_HOME: '/x' }
    expect(folders(env)).toMatchObject({ config: '/c/mse', state: '/s/mse', cache: '/x/mse' })
    const home = { config: '/home/a/.config/mse', state: '/home/a/.local/state/mse', cache: '/home/a/.cache/mse' }
    expect(folders({ HOME: '/home/a' })).toMatchObject(home)
    expect(folders({ HOME: '/home/a', XDG_CONFIG_HOME: '', XDG_STATE_HOME: '', XDG_CACHE_HOME: '' })).toMatchObject(
      home,
    )
    expect(folders({}).config).toBe(`${homedir()}/.config/mse`)
  })
})

describe('the folder of an application', () => {
  const name = (application: string): string => basename(appFolder(folders({ HOME: '/h' }), application))

  it('is recognised by people, and lies below apps whatever the name', () => {
    expect(name('Hello World!')).toMatch(/^hello-world-[0-9a-f]{8}$/)
    for (const odd of ['../../etc', '/etc', '..', '.', '', 'a\0b', '日本', 'x'.repeat(300), '-rf']) {
      expect(name(odd)).toMatch(/^([a-z0-9]+(-[a-z0-9]+)*-?-)?[0-9a-f]{8}$/)
      expect(appFolder(folders({ HOME: '/h' }), odd).startsWith('/h/.local/state/mse/apps/')).toBe(true)
      expect(name(odd).length).toBeLessThanOrEqual(49)
    }
  })

  it('tells names apart that look alike', () => {
    const names = ['hello', 'Hello', 'hello ', 'hello!', 'héllo'].map(name)
    expect(new Set(names).size).toBe(names.length)
  })

  it('has its lock beside it', () => {
    expect(lockPath('/s/apps/hello-12345678')).toBe('/s/apps/hello-12345678.lock')
  })
})

describe('endpoint and URL', () => {
  const app = (address: string, names: string[]): App => ({ address, port: 8443, names }) as unknown as App

  it.each([
    ['127.0.0.1', ['localhost'], '127.0.0.1', 'https://localhost:8443'],
    ['0.0.0.0', ['app.example'], '127.0.0.1', 'https://app.example:8443'],
    ['::', ['::1'], '::1', 'https://[::1]:8443'],
    ['10.0.0.7', ['10.0.0.7'], '10.0.0.7', 'https://10.0.0.7:8443'],
  ])('of %s as %j', (address, names, host, url) => {
    expect(endpointOf(app(address, names))).toEqual({ host, port: 8443, serverName: names[0] })
    expect(urlOf(app(address, names))).toBe(url)
  })
})
