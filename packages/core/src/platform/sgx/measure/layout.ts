import { MseError } from '../../../error.ts'
import { PAGE, roundUp, type Loader } from './loader.ts'
import type { EnclaveSettings } from './enclave-settings.ts'

/** State save area: two frames of four pages for each thread. */
export const SSA_FRAME_SIZE: number = 4 * PAGE
export const SSA_FRAMES = 2
const SSA_SIZE = SSA_FRAMES * SSA_FRAME_SIZE
const STACK_SIZE = 64 * PAGE
const SIGNAL_STACK_SIZE = 16 * PAGE
/** Pages that each thread takes: state, TCS, TLS and both stacks. */
export const THREAD_PAGES: number = (SSA_SIZE + STACK_SIZE + SIGNAL_STACK_SIZE) / PAGE + 2
/** Below it nothing is mapped, so that null pointers trap. */
export const LOWEST_ADDRESS = 0x10000

/** Kinds of pages (SECINFO.FLAGS, Intel SDM vol. 3D): type in the second byte, permissions R 1, W 2, X 4 in the first. */
export const REGULAR = 0x200
const READ_ONLY = REGULAR | 1
const READ_WRITE = REGULAR | 3
const EVERYTHING = REGULAR | 7
const THREAD_CONTROL = 0x100

export type AreaName = 'manifest' | 'ssa' | 'tcs' | 'tls' | 'stack' | 'sig_stack' | 'pal' | 'free'

/** A range of addresses, in bytes from the start of the enclave. */
export interface Area {
  readonly name: AreaName
  readonly address: number
  readonly size: number
  /** SECINFO flags; the loader's own segments add theirs. */
  readonly flags: number
}

type Unplaced = Omit<Area, 'address'> & { readonly address?: number }

/**
 * Gramine's layout of an enclave, in the order in which it is measured. Areas are placed from the top downwards; what is left
 * between is free memory.
 *
 * @param manifestSize bytes, the NUL at its end included
 * @throws MseError `enclave/size` when not everything fits
 */
export function layOut(settings: EnclaveSettings, manifestSize: number, loader: Loader): Area[] {
  const { areas, lowest } = place(wanted(settings, manifestSize, loader), settings.size)
  refuseCollisions(areas, settings.size)
  return settings.edmm ? areas : [...areas, ...freeAreas(areas, lowest)]
}

function wanted({ threads }: EnclaveSettings, manifestSize: number, loader: Loader): Unplaced[] {
  const each = (name: AreaName, size: number): Unplaced[] => {
    return Array.from({ length: threads }, () => ({ name, size, flags: READ_WRITE }))
  }
  const fixed = loader.low > 0 ? { address: loader.low } : {}
  return [
    { name: 'manifest', size: roundUp(manifestSize), flags: READ_ONLY },
    { name: 'ssa', size: threads * SSA_SIZE, flags: READ_WRITE },
    { name: 'tcs', size: threads * PAGE, flags: THREAD_CONTROL },
    { name: 'tls', size: threads * PAGE, flags: READ_WRITE },
    ...each('stack', STACK_SIZE),
    ...each('sig_stack', SIGNAL_STACK_SIZE),
    { name: 'pal', size: loader.high - loader.low, flags: REGULAR, ...fixed },
  ]
}

function place(areas: readonly Unplaced[], size: number): { areas: Area[]; lowest: number } {
  let lowest = size
  const placed = areas.map((area) => {
    if (area.address !== undefined) return { ...area, address: area.address }
    lowest -= area.size
    if (lowest < LOWEST_ADDRESS) {
      throw new MseError('enclave/size', 'the enclave is too small for its manifest, its threads and the loader', {
        expected: `at least ${LOWEST_ADDRESS + areas.reduce((sum, one) => sum + one.size, 0)} bytes`,
        found: `${size} bytes`,
      })
    }
    return { ...area, address: lowest }
  })
  return { areas: placed, lowest }
}

/** A loader with an address of its own can lie where the stacks are, or outside. */
function refuseCollisions(areas: readonly Area[], size: number): void {
  const sorted = areas.filter((area) => area.size > 0).sort((a, b) => a.address - b.address)
  const collides = sorted.some((area, at) => {
    return area.address + area.size > (sorted[at + 1]?.address ?? size)
  })
  if (collides || sorted[0]?.name !== 'pal') {
    throw new MseError('enclave/size', 'the loader’s own address is not free in an enclave of this size')
  }
}

/** What Gramine adds as free memory: below the stacks where the loader is elsewhere, then from the lowest address upwards. */
function freeAreas(areas: readonly Area[], lowest: number): Area[] {
  const free: Area[] = []
  let end = lowest
  for (const { address, size } of areas) {
    if (address + size >= end) continue
    free.push({ name: 'free', address: address + size, size: roundUp(end - address - size), flags: EVERYTHING })
    end = address
  }
  if (end > LOWEST_ADDRESS) {
    free.push({ name: 'free', address: LOWEST_ADDRESS, size: roundUp(end - LOWEST_ADDRESS), flags: EVERYTHING })
  }
  return free
}
