import { describe, expect, it } from 'vitest'
import { refusal } from '../../testing/refuses.ts'
import { formatReference, isLoopback, isReference, parseReference } from './reference.ts'

const digest = `sha256:${'ab'.repeat(32)}`

it.each([
  'registry.example.org/hello:1.2',
  'registry.example.org:5000/team/hello_world/api:1.2-rc.1',
  `localhost/hello@${digest}`,
  `127.0.0.1:5000/hello:latest@${digest}`,
  '[::1]:5000/hello:1',
])('reads %s and writes it again', (text) => {
  expect(isReference(text)).toBe(true)
  expect(formatReference(parseReference(text))).toBe(text)
})

describe('refuses', () => {
  it.each([
    ['no registry: none is assumed', 'hello:1'],
    ['a registry by a name without a dot', 'library/hello:1'],
    ['neither tag nor digest: none is assumed', 'registry.example.org/hello'],
    ['a repository that climbs', 'registry.example.org/../hello:1'],
    ['a repository in capitals', 'registry.example.org/Hello:1'],
    ['a query in the repository', 'registry.example.org/hello?x=1:1'],
    ['a login in the host', 'ada:secret@registry.example.org/hello:1'],
    ['a scheme', 'https://registry.example.org/hello:1'],
    ['a digest of another algorithm', 'registry.example.org/hello@md5:d41d8cd98f00b204e9800998ecf8427e'],
    ['a digest that is too short', 'registry.example.org/hello@sha256:abcd'],
    ['a line break', 'registry.example.org/hello:1\n'],
    ['nothing', ''],
  ])('%s', (_, text) => {
    expect(() => parseReference(text)).toThrow(refusal('usage/reference'))
  })
})

it.each(['helloworld.pkg', './registry.example.org/hello:1', '../a.b/c', '/var/a.b/c', 'folder/hello'])(
  'takes %s for a path',
  (word) => {
    expect(isReference(word)).toBe(false)
  },
)

it('only this machine itself is a loopback', () => {
  expect(['localhost', 'localhost:5000', '127.0.0.1:5000', '[::1]:5000'].map(isLoopback)).not.toContain(false)
  expect(
    ['localhost.example.org', '127.0.0.1.example.org', '10.0.0.1:5000', 'example.org'].map(isLoopback),
  ).not.toContain(true)
})
