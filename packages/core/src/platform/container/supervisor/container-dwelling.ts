import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { MseError } from '../../../error.ts'
import { loaderProgram } from '../../../locations.ts'
import type { ContainerPlan, SupervisorPlan } from '../../software/plan-file.ts'
import type { Builder, Dwelling, Site } from '../../software/supervisor/dwelling.ts'
import { storedFolders } from '../../software/supervisor/storage.ts'
import { logLine } from '../../software/supervisor/log-line.ts'
import { openEngine, type Engine } from '../engine/engine.ts'
import { baseOf } from '../base-of.ts'
import type { Loader } from '../loaders/loader.ts'
import { loaders } from '../loaders/loaders.ts'
import { containerName, containerSettings } from './container-settings.ts'
import { openLifeline, type Lifeline } from './lifeline.ts'
import { startInContainer } from './start-in-container.ts'

/** Milliseconds until process 1 of a container that was started has to be there. */
const patience = 30_000

/** A container of the machine's engine. It ends when its supervisor does, however that ends. */
export const containerDwelling: Builder = {
  kind: (plan) => loaderOf(plan).kind,
  begin: () => async (site) => {
    const { files, plan } = site
    const engine = openEngine(containerOf(plan).engine)
    mkdirSync(files.container, { recursive: true, mode: 0o711 })
    copyFileSync(loaderProgram, join(files.container, 'loader.py'))
    const lifeline = await openLifeline(files.container)
    const name = containerName(plan.instance)
    if (!(await isKept(engine, name))) await begin(engine, name, site)
    await attached(engine, name, lifeline)
    return dwell(site, engine, name, lifeline)
  },
}

function loaderOf(plan: SupervisorPlan): Loader {
  return loaders[containerOf(plan).loader]
}

function containerOf(plan: SupervisorPlan): ContainerPlan {
  if (plan.container !== undefined) return plan.container
  throw new MseError('state/damaged', 'the plan does not say in which container', { next: 'mse deploy' })
}

/** Of a launch that is started again: its container waits for the next supervisor, with what was stored. */
async function isKept(engine: Engine, name: string): Promise<boolean> {
  return (await engine.inspect(name))?.running === true
}

async function begin(engine: Engine, name: string, site: Site): Promise<void> {
  const { files, plan } = site
  const loader = loaderOf(plan)
  if (loader.keeps) {
    for (const folder of storedFolders) mkdirSync(join(files.cipher, folder), { recursive: true, mode: 0o700 })
  }
  // One that has ended and was not removed: nobody uses its name for anything else.
  await engine.remove(name)
  // Root is root in its containers, whoever runs the engine; and engines take long to say what they are.
  const rootless = process.getuid?.() !== 0 && (await engine.isRootless())
  await engine.create(name, containerSettings(site, loader, baseOf(site.artefact), rootless))
  try {
    await engine.start(name)
  } catch (error) {
    await engine.remove(name).catch(() => undefined)
    throw error
  }
}

/** @throws MseError `container/silent`, with what process 1 has printed */
async function attached(engine: Engine, name: string, lifeline: Lifeline): Promise<void> {
  let said = ''
  for (const until = performance.now() + patience; performance.now() < until;) {
    if (await lifeline.attached(250)) return
    said = (await engine.logs(name)) || said
    if ((await engine.inspect(name))?.running !== true) break
  }
  await engine.remove(name).catch(() => undefined)
  throw new MseError('container/silent', 'the container was started, and its process 1 does not answer', {
    ...(said === '' ? {} : { found: said.slice(-500) }),
    next: 'mse doctor; security modules such as SELinux may keep a container from a socket',
  })
}

function dwell(site: Site, engine: Engine, name: string, lifeline: Lifeline): Dwelling {
  const { files, plan } = site
  const loader = loaderOf(plan)
  return {
    start: (doors) => startInContainer(site, loader, lifeline, doors),
    isProvisioned: () => lifeline.isProvisioned(),
    storage: async () => (await lifeline.usage()).storage,
    ended: lifeline.lost.then(() => ({
      code: 'container/ended',
      message: 'the container was ended from outside, or by the kernel for its memory; what it had stored went with it',
      next: 'mse deploy',
    })),
    async close(end) {
      if (end === 'halt' && !loader.keeps) return lifeline.park()
      lifeline.cut()
      await engine.remove(name).catch((error: Error) => logLine(files.log, error.message))
    },
  }
}
