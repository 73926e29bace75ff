import { engineWithImage, type EngineWithImage } from '../../packages/core/src/testing/engine-with-image.ts'
import type { RealEngine } from '../../packages/core/src/testing/real-engine.ts'
import { Person } from './mse.ts'

/** A real engine that has a base image, and a person whose commands speak to it. */
export interface ContainerMachine extends EngineWithImage {
  readonly person: Person
  leave(): Promise<void>
}

/** @param layer of the image, over a small system with Python */
export async function containerMachine(
  start: () => Promise<RealEngine>,
  layer?: Uint8Array,
): Promise<ContainerMachine> {
  const machine = await engineWithImage(start, layer)
  const person = new Person({ DOCKER_HOST: `unix://${machine.real.socket}` })
  return {
    ...machine,
    person,
    async leave() {
      await person.leave()
      await machine.real.stop()
    },
  }
}
