import { expect, it } from 'vitest'
import type { Context } from './command.ts'
import { readInput } from './input.ts'
import { once, writeOutput, type Content } from './output.ts'
import { lenientSettings } from './settings.ts'
import { createTerminal } from './terminal.ts'

/** Somebody who looks at a terminal, or a pipe. */
function context(isTTY: boolean): { context: Context; shown: () => string } {
  let shown = ''
  const stdout = {
    isTTY,
    write(data: string | Uint8Array, done?: () => void) {
      shown += Buffer.from(data).toString('latin1')
      done?.()
    },
  }
  const host = { stdout, stderr: { write: () => undefined }, env: {}, clock: () => 0 }
  const terminal = createTerminal({ ...lenientSettings([]), progress: 'none' }, host)
  const stdin = () => ({ isTTY, [Symbol.asyncIterator]: () => once(Buffer.from('typed')) })
  const given = { terminal, stdin, signal: new AbortController().signal, cwd: '/', env: {}, now: () => new Date(0) }
  return { context: given, shown: () => shown }
}

const nowhere = { output: undefined, force: false }

it.each<[string, Content, Buffer]>([
  ['a secret key', 'secret', Buffer.from('AGE-SECRET-KEY-1')],
  ['ciphertext', 'binary', Buffer.from('age-encryption.org/v1')],
  ['plaintext that is no text', 'any', Buffer.from([0x89, 0x50, 0x4e, 0x47])],
  ['plaintext with a zero byte', 'any', Buffer.from('a\0b')],
])('%s is not written to a terminal', async (_, content, bytes) => {
  const { context: terminal, shown } = context(true)
  const writing = writeOutput(once(bytes), nowhere, content, terminal)
  await expect(writing).rejects.toThrow(expect.objectContaining({ code: 'usage/terminal' }))
  expect(shown()).toBe('')
})

it('text is shown on a terminal, and cannot steer it', async () => {
  const { context: terminal, shown } = context(true)
  await writeOutput(once(Buffer.from('hello\x1b]0;title\x07\n')), nowhere, 'any', terminal)
  expect(shown()).toBe('hello\\x1b]0;title\\x07\n')
})

it.each<Content>(['secret', 'binary', 'text', 'any'])('%s goes through a pipe as it is', async (content) => {
  const { context: pipe, shown } = context(false)
  await writeOutput(once(Buffer.from([0, 0x1b, 0xff])), nowhere, content, pipe)
  expect(shown()).toBe('\0\x1b\xff')
})

it('nothing is waited for on a terminal that nobody was told to type at', async () => {
  await expect(readInput(undefined, context(true).context)).rejects.toThrow(
    expect.objectContaining({ code: 'usage/missing' }),
  )
})
