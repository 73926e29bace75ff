import { gramineDirect, gramineSgx } from './gramine-loaders.ts'
import type { Loader, LoaderName } from './loader.ts'
import { softwareLoader } from './software-loader.ts'

/** By the name in the plan of a container. */
export const loaders: Readonly<Record<LoaderName, Loader>> = {
  software: softwareLoader,
  'gramine-direct': gramineDirect,
  'gramine-sgx': gramineSgx,
}
