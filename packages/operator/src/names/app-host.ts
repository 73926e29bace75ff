import { MseError } from '@mse/core/error'
import { appFolder, type Folders } from '@mse/core/state/paths'
import { basename, dirname, join } from 'node:path'
import type { OwnerFolders } from '../owners/operator-folders.ts'
import type { OperatorSettings } from '../service/settings.ts'
import { isHostName } from './host-name.ts'

/** Labels that are not an application's own name: those of its folder (spec/6-state.md), and those of instances. */
const folderName = /^(?:[a-z0-9-]+-)?[0-9a-f]{8}$/
const instance = /^[0-9a-f]{32}$/
/** A label as it is kept for applications: with 41 characters or more it could be that of a folder. */
const own = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/

/**
 * The label of an application: its name, where that is one; else the name of its folder, which ends in 8 hex digits of a hash. No two
 * applications of one owner have the same.
 */
export function appLabel(folders: Folders, name: string): string {
  if (own.test(name) && !folderName.test(name) && !instance.test(name)) return name
  return basename(appFolder(folders, name))
}

/** The folder of the application that a label can be of; whether it is, the application's record says. */
export function folderOfLabel(folders: Folders, label: string): string {
  const otherwise = appFolder(folders, label)
  return folderName.test(label) ? join(dirname(otherwise), label) : otherwise
}

/**
 * Below which all applications of an owner have their names, and nothing of anybody else: `<owner>.<domain>`. The name of an owner can
 * have dots; whose a name is stays clear, because that of an application is one label in front of it. Undefined where there are no
 * names, or the owner has a name that no host can have.
 */
export function ownerDomain({ names }: Pick<OperatorSettings, 'names'>, owner: string): string | undefined {
  const name = `${owner}.${names?.domain ?? ''}`
  return isHostName(name) ? name : undefined
}

/** The name of an application, where there are names. @throws MseError `operator/no-name` */
export function appHost(
  settings: Pick<OperatorSettings, 'names'>,
  { name: owner, files }: { readonly name: string; readonly files: Pick<OwnerFolders, 'folders'> },
  name: string,
): string | undefined {
  if (settings.names === undefined) return undefined
  const domain = ownerDomain(settings, owner)
  if (domain !== undefined) return `${appLabel(files.folders, name)}.${domain}`
  throw new MseError('operator/no-name', 'the name of this owner cannot be part of the name of a host', {
    expected: 'a-z, 0-9 and "-", in parts with dots in between',
    found: owner,
    next: 'The operator makes a token for an owner with another name.',
  })
}
