import { podmanWithImage, type PodmanWithImage } from '../../packages/core/src/testing/podman-with-image.ts'
import { Person } from './mse.ts'

/** A real Podman that has a base image, and a person whose commands speak to it. */
export interface ContainerMachine extends PodmanWithImage {
  readonly person: Person
  leave(): Promise<void>
}

/** @param layer of the image, over a small system with Python */
export async function containerMachine(layer?: Uint8Array): Promise<ContainerMachine> {
  const machine = await podmanWithImage(layer)
  const person = new Person({ DOCKER_HOST: `unix://${machine.podman.socket}` })
  return {
    ...machine,
    person,
    async leave() {
      await person.leave()
      await machine.podman.stop()
    },
  }
}
