import { describe, expect, it } from 'vitest'
import { exampleSession } from '../../../core/src/testing/example-session.ts'
import { refusal } from '../../../core/src/testing/refuses.ts'
import { appHost, appLabel, ownerDomain } from './app-host.ts'

const { folders } = exampleSession('/nowhere')
const label = (name: string): string => appLabel(folders, name)
const settings = { names: { domain: 'apps.example.org', port: 8443 } }
const owner = (name: string): { name: string; files: { folders: typeof folders } } => ({ name, files: { folders } })

describe('the label of an application', () => {
  it('is its name, where that can be one', () => expect(label('hello-world')).toBe('hello-world'))

  it.each([
    ['capital letters', 'Hello'],
    ['a space', 'hello world'],
    ['dots', 'hello.ada'],
    ['no letter of them', '日本'],
    ['the label of another application', label('hello world')],
    ['the label of one without letters', label('日本')],
    ['an instance', 'ab'.repeat(16)],
    ['more than a label holds', 'a'.repeat(64)],
  ])('of a name with %s is that of its folder', (_what, name) => {
    expect(label(name)).not.toBe(name)
    expect(label(name)).toMatch(/^(?:[a-z0-9-]{1,40}-)?[0-9a-f]{8}$/)
  })

  it('is no other application’s', () => {
    const names = ['hello', 'Hello', 'hello!', 'hello-', 'HELLO', label('Hello'), label('hello!')]
    expect(new Set(names.map(label)).size).toBe(names.length)
  })
})

describe('the name of an application', () => {
  it('belongs to its owner alone, whatever owners and applications are called', () => {
    const hosts = [
      appHost(settings, owner('ada'), 'b'),
      appHost(settings, owner('b.ada'), 'b'),
      appHost(settings, owner('b'), 'ada'),
      appHost(settings, owner('ada'), 'b.ada'),
    ]
    expect(new Set(hosts).size).toBe(hosts.length)
    expect(hosts[0]).toBe('b.ada.apps.example.org')
  })

  it('is none of an owner whom no host can be called after', () => {
    for (const name of ['ada_', 'ada-', 'a..b']) {
      expect(ownerDomain(settings, name)).toBeUndefined()
      expect(() => appHost(settings, owner(name), 'b')).toThrow(refusal('operator/no-name'))
    }
  })

  it('is none where there are ports', () => expect(appHost({ names: undefined }, owner('ada'), 'b')).toBeUndefined())
})
