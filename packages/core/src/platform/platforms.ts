import { existsSync } from 'node:fs'
import type { Diagnosis } from '../doctor/diagnosis.ts'
import type { Machine } from '../doctor/machine.ts'
import type { Folders } from '../state/paths.ts'
import { directInContainer, sgxInContainer } from './container/gramine-in-container.ts'
import { containerPlatform, type ContainerPlatform } from './container/platform.ts'
import { thisMachine } from './container/sgx-machine.ts'
import { softwareInContainer } from './container/software-in-container.ts'
import { diagnose as diagnoseContainer } from './container/diagnose.ts'
import { diagnose as diagnoseSgx } from './sgx/diagnose.ts'
import { diagnose as diagnoseSoftware } from './software/diagnose.ts'
import type { Measurement, Measurer, Platform, PlatformName } from './platform.ts'
import { softwarePlatform } from './software/platform.ts'
import { existingRoot, identityFile, shareIdentity, softwareIdentity } from './software/identity.ts'
import { softwareMeasurer } from './software/measurer.ts'
import { sgxMeasurer } from './sgx/measurer.ts'

export type PlatformChoice = 'auto' | PlatformName

/** What a machine can be made ready for. */
export type Readiness = Exclude<PlatformName, 'gramine-direct'>

/** What a platform needs of a machine. */
export interface Needs {
  /** The platforms whose needs are its needs, too. */
  readonly includes: readonly Readiness[]
  /** Whether its evidence is nothing without collateral. */
  readonly collateral: boolean
  /** Looked at now. */
  diagnose(machine: Machine): Promise<Diagnosis[]>
}

/** Of every platform, whether this version launches it or not. SGX enclaves are started in containers. */
export const needs: Readonly<Record<Readiness, Needs>> = {
  software: { includes: [], collateral: false, diagnose: diagnoseSoftware },
  container: { includes: [], collateral: false, diagnose: diagnoseContainer },
  sgx: { includes: ['container'], collateral: true, diagnose: diagnoseSgx },
}

/** The platform that `auto` stands for on this very machine. */
export function autoPlatform(): 'software' | 'sgx' {
  return existsSync(thisMachine.enclave) ? 'sgx' : 'software'
}

/**
 * The only place that chooses a platform. `auto` is resolved from facts of this very machine, before anything is launched; it
 * never becomes `software` because somebody else said so.
 */
export function choosePlatform(choice: PlatformChoice, folders: Folders): Platform {
  const name = choice === 'auto' ? autoPlatform() : choice
  if (name === 'software') return softwarePlatform(folders)
  return containerPlatform(folders, inContainer[name](folders))
}

const inContainer: Readonly<Record<Exclude<PlatformName, 'software'>, (folders: Folders) => ContainerPlatform>> = {
  container: softwareInContainer,
  'gramine-direct': directInContainer,
  sgx: (folders) => sgxInContainer(folders, thisMachine),
}

/** Who knows what platforms measure: of all of them, whether this machine can launch them or not. */
export function measurers(folders: Folders): Measurer[] {
  return [softwareMeasurer(folders), sgxMeasurer(folders)]
}

/** What evidence of an enclave there is of: all that have no hardware under them are software enclaves. */
export function measuredAs(name: PlatformName): Measurement['platform'] {
  return name === 'sgx' ? 'sgx' : 'software'
}

/** What this machine launches for others, unless its operator says something else: software enclaves, and those of SGX where it has it. */
export function offeredPlatforms(): PlatformName[] {
  return [...new Set<PlatformName>(['software', autoPlatform()])]
}

/**
 * The software platform of a machine, for applications that are kept apart in folders of their own: they prove themselves under its one
 * root. Made if there is none yet.
 */
export async function shareSoftwarePlatform(machine: Folders, owner: Folders, now: () => Date): Promise<void> {
  await shareIdentity(identityFile(machine.state), identityFile(owner.state), now)
}

/** The root under which software enclaves of this user prove themselves; made if there is none yet. */
export async function makeSoftwareRoot(folders: Folders, now: () => Date): Promise<string> {
  return (await softwareIdentity(identityFile(folders.state), now)).platform.rootKeyHash
}

/** Roots of the software platforms that this user made; empty if there is none yet. */
export async function ownSoftwareRoots(folders: Folders): Promise<string[]> {
  const root = await existingRoot(identityFile(folders.state))
  return root === undefined ? [] : [root]
}
