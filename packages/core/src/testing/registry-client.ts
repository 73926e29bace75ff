import { folderLayout } from '../oci/layout/folder-layout.ts'
import { openImage, type Image } from '../oci/layout/open-image.ts'
import { pullImage } from '../oci/registry/pull-image.ts'
import { pushImage, type Pushed } from '../oci/registry/push-image.ts'
import { parseReference } from '../oci/registry/reference.ts'
import { Registry, type RegistryOptions } from '../oci/registry/registry.ts'
import type { BlobStore } from '../oci/store/blob-store.ts'
import { writeLayout } from './write-layout.ts'

/** What a test changes of how registries are reached. */
export interface ClientOptions extends Partial<RegistryOptions> {
  readonly store?: BlobStore
}

/** How tests speak to a registry: without a login, and without waiting before they try again. */
export function registryOptions(change: Partial<RegistryOptions> = {}): RegistryOptions {
  return {
    credentials: undefined,
    ca: undefined,
    insecure: [],
    retryAfter: 1,
    signal: new AbortController().signal,
    ...change,
  }
}

/** An image of these layers, in a new layout in an existing folder. */
export async function imageOf(directory: string, ...layers: readonly Buffer[]): Promise<Image> {
  writeLayout(directory, { layers: layers.map((bytes) => ({ bytes })) })
  return openImage(folderLayout(directory))
}

export async function pushTo(reference: string, image: Image, change: ClientOptions = {}): Promise<Pushed> {
  const parsed = parseReference(reference)
  const registry = await Registry.connect(parsed, 'pull,push', registryOptions(change))
  return pushImage(registry, image, parsed, () => undefined)
}

export async function pullInto(
  directory: string,
  reference: string,
  { store, ...change }: ClientOptions = {},
): Promise<Image> {
  const parsed = parseReference(reference)
  const registry = await Registry.connect(parsed, 'pull', registryOptions(change))
  return openImage(await pullImage(registry, parsed, directory, { update: () => undefined, store }))
}
