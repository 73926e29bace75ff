import type { Descriptor } from '../manifest.ts'
import { MseError } from '../../error.ts'

/**
 * An OCI image layout (OCI Image Format 1.1, image-layout.md), wherever it lies: members by their paths, `index.json` or
 * `blobs/sha256/…`.
 */
export interface Layout {
  /** What people call it: a path or a reference. */
  readonly name: string
  /**
   * Opens a member.
   *
   * @throws MseError `image/layout` unless it is there and a file
   */
  open(member: string): Promise<Member>
  close(): Promise<void>
}

export interface Member {
  readonly size: number
  /**
   * Its bytes, once.
   *
   * @param scratch where pieces may be put, each good until the next one is asked for
   */
  read(scratch?: Buffer): AsyncIterable<Buffer>
}

/** Where a layout keeps the blob with that digest. */
export function blobPath(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`
}

/**
 * A member that fits into memory.
 *
 * @throws MseError `image/too-large`
 */
export async function readMember(layout: Layout, path: string, limit: number): Promise<Buffer> {
  const member = await layout.open(path)
  if (member.size > limit) throw tooLarge(path, limit, member.size)
  const parts: Buffer[] = []
  for await (const part of member.read()) parts.push(part)
  return Buffer.concat(parts)
}

export function tooLarge(what: string, limit: number, found: number): MseError {
  return new MseError('image/too-large', `${what} is larger than anything that belongs there`, {
    expected: `at most ${limit}`,
    found: `${found}`,
  })
}

/** How the bytes of a blob are got: as a stream, not looked at yet. */
export async function openBlob(
  layout: Layout,
  { digest, size }: Descriptor,
  scratch?: Buffer,
): Promise<AsyncIterable<Buffer>> {
  const member = await layout.open(blobPath(digest))
  if (member.size !== size) {
    throw new MseError('image/digest', `the blob ${digest} is not what it is said to be`, {
      expected: `${size} bytes`,
      found: `${member.size} bytes`,
    })
  }
  return member.read(scratch)
}
