import { MseError } from '@mse/core/error'
import { failedFolder } from '@mse/core/launch/launched'
import { readLogs } from '@mse/core/serve/logs'
import { homeOf } from '@mse/core/state/app'
import { find } from './apps.ts'
import type { Call, Handler } from './call.ts'

/** Lines from the end, where nobody says how many. */
const ordinary = '1000'

export const logs: Handler<'logs'> = async (call) => {
  const { owner, name, query, signal } = call
  const { folder } = await find(owner, name)
  const from = query['failed'] === 'true' ? failedFolder(homeOf(folder)) : folder
  const lines = Number(query['lines'] ?? ordinary)
  const text = readLogs(from, { lines, follow: query['follow'] === 'true', signal })
  // A log that cannot be read is refused before anything is answered.
  const first = await text.next()
  return { text: counted(call, first.done === true ? '' : first.value, text) }
}

/** Who reads slowly holds a place, too. */
async function* counted(
  { service, token }: Call<'logs'>,
  first: string,
  rest: AsyncIterable<string>,
): AsyncGenerator<string> {
  const { followers, limits } = service
  const before = followers.get(token.id) ?? 0
  if (before >= limits.followers) throw new MseError('operator/busy', 'too many logs are being read with this token')
  followers.set(token.id, before + 1)
  try {
    yield first
    yield* rest
  } finally {
    const now = (followers.get(token.id) ?? 1) - 1
    if (now === 0) followers.delete(token.id)
    else followers.set(token.id, now)
  }
}
