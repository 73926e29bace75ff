import type { Explanation } from './explanation.ts'
import { age } from './age.ts'
import { chain } from './chain.ts'
import { collateralSources } from './collateral-sources.ts'
import { collateral } from './collateral.ts'
import { container } from './container.ts'
import { dependencies } from './dependencies.ts'
import { environment } from './environment.ts'
import { gramine } from './gramine.ts'
import { image } from './image.ts'
import { evidence } from './evidence.ts'
import { launch } from './launch.ts'
import { manifest } from './manifest.ts'
import { operator } from './operator.ts'
import { owner } from './owner.ts'
import { artefact } from './package.ts'
import { policy } from './policy.ts'
import { project } from './project.ts'
import { provision } from './provision.ts'
import { quote } from './quote.ts'
import { serve } from './serve.ts'
import { sgx } from './sgx.ts'
import { signing } from './signing.ts'
import { state } from './state.ts'
import { tcb } from './tcb.ts'
import { test } from './test.ts'
import { tls } from './tls.ts'
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
    container,
    gramine,
    launch,
    evidence,
    quote,
    chain,
    collateralSources,
    collateral,
    tcb,
    policy,
    provision,
    tls,
    serve,
    test,
    state,
    operator,
  ].flatMap((family) => Object.entries(family)),
)
