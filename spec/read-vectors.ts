import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The cases of a vector file. */
export function readVectors<Case>(file: string): readonly Case[] {
  const text = readFileSync(join(import.meta.dirname, 'vectors', file), 'utf8')
  return (JSON.parse(text) as { readonly cases: readonly Case[] }).cases
}

/** A test fails on a member that it does not know, so that a new vector cannot be half understood. */
export function refuseUnknown(unknown: object): void {
  const names = Object.keys(unknown)
  if (names.length > 0) throw new Error(`this test does not know the members ${names.join(', ')}`)
}
