/** Descriptors that the supervisor is started with (enclave/door.py): the listener of its address, and the one of meanwhile. */
export const publicDoor = 4
export const meanwhileDoor = 5

/** The listeners that a launcher gets: the one that it accepts on, and another that it opens when it is told to. */
export interface Doors {
  readonly first: number
  readonly next: number | undefined
}

/** @param open whether the enclave has taken over its address */
export function doorsFor(open: boolean): Doors {
  return open ? { first: publicDoor, next: undefined } : { first: meanwhileDoor, next: publicDoor }
}
