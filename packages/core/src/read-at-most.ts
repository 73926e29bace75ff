/** The whole of what somebody else sends, if it is not more than `most` bytes; undefined, and no more of it read, if it is. */
export async function readAtMost(source: AsyncIterable<Uint8Array>, most: number): Promise<Buffer | undefined> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of source) {
    size += part.length
    if (size > most) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts)
}
