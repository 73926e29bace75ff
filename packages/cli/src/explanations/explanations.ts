import type { Explanation } from './explanation.ts'
import { age } from './age.ts'
import { dependencies } from './dependencies.ts'
import { environment } from './environment.ts'
import { image } from './image.ts'
import { launch } from './launch.ts'
import { manifest } from './manifest.ts'
import { owner } from './owner.ts'
import { artefact } from './package.ts'
import { project } from './project.ts'
import { provision } from './provision.ts'
import { serve } from './serve.ts'
import { sgx } from './sgx.ts'
import { signing } from './signing.ts'
import { state } from './state.ts'
import { test } from './test.ts'
import { usage } from './usage.ts'

/** Every error code, in the order of an application's life. */
export const explanations: ReadonlyMap<string, Explanation> = new Map(
  [
    usage,
    project,
    dependencies,
    artefact,
    image,
    age,
    owner,
    manifest,
    sgx,
    signing,
    environment,
    launch,
    provision,
    serve,
    test,
    state,
  ].flatMap((family) => Object.entries(family)),
)
