import { once } from 'node:events'
import { open } from 'node:fs/promises'
import { connect } from 'node:net'
import { basename, dirname } from 'node:path'

/** What a supervisor is asked for, one line for each connection (spec/6-state.md). `door` is asked by enclave/door.py. */
export type ControlWord = 'metrics' | 'serves' | 'stop' | 'halt' | 'retire'

/**
 * Says a word to the supervisor that listens at `path` and returns its answer; undefined if nobody is there or answers in time.
 * The path of a Unix socket has at most 107 bytes: it is reached by way of its folder.
 */
export async function askSupervisor(path: string, word: ControlWord, timeout: number): Promise<string | undefined> {
  const folder = await open(dirname(path), 'r').catch(() => undefined)
  if (folder === undefined) return undefined
  const socket = connect(`/proc/self/fd/${folder.fd}/${basename(path)}`)
  socket.setTimeout(timeout, () => socket.destroy(new Error('too late')))
  let answer = ''
  try {
    socket.setEncoding('utf8')
    socket.on('data', (text: string) => (answer += text))
    socket.end(`${word}\n`)
    await once(socket, 'close')
    return answer
  } catch {
    return undefined
  } finally {
    socket.destroy()
    await folder.close()
  }
}
