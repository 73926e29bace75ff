import { LOWEST_ADDRESS, SSA_FRAME_SIZE, SSA_FRAMES, type Area, type AreaName } from './layout.ts'
import { PAGE, type Loader } from './loader.ts'

/** Replaced by a random one before anything returns from a function. */
const STACK_CANARY = 0xbadbadbadbad
/** Size of the registers at the end of a state save area frame (Intel SDM vol. 3D, GPRSGX). */
const SAVED_REGISTERS = 184

/** Pages that tell each thread of an enclave where everything is. */
export interface ThreadPages {
  /** Thread control structures (Intel SDM vol. 3D, TCS), one page for each thread. */
  readonly tcs: Buffer
  /** Gramine's own record of each thread, one page for each. */
  readonly tls: Buffer
}

export function threadPages(areas: readonly Area[], loader: Loader, size: number, manifestSize: number): ThreadPages {
  const [ssa, tcs, tls, pal] = [only(areas, 'ssa'), only(areas, 'tcs'), only(areas, 'tls'), only(areas, 'pal')]
  const stacks = areas.filter((area) => area.name === 'stack')
  const signalStacks = areas.filter((area) => area.name === 'sig_stack')
  const pages = { tcs: Buffer.alloc(tcs.size), tls: Buffer.alloc(tls.size) }
  for (const [thread, stack] of stacks.entries()) {
    const signalStack = signalStacks[thread] as Area
    const frames = ssa.address + thread * SSA_FRAMES * SSA_FRAME_SIZE
    const control = tcs.address + thread * PAGE
    const own = tls.address + thread * PAGE
    writeFields(pages.tcs, thread * PAGE, {
      16: frames,
      32: pal.address + loader.entry,
      56: own,
    })
    pages.tcs.writeUInt32LE(SSA_FRAMES, thread * PAGE + 28)
    pages.tcs.writeUInt32LE(0xfff, thread * PAGE + 64)
    pages.tcs.writeUInt32LE(0xfff, thread * PAGE + 68)
    writeFields(pages.tls, thread * PAGE, {
      0x000: own,
      0x008: STACK_CANARY,
      0x110: size,
      0x118: control,
      0x120: stack.address + stack.size,
      0x130: signalStack.address,
      0x138: signalStack.address + signalStack.size,
      0x148: frames,
      0x150: frames + SSA_FRAME_SIZE - SAVED_REGISTERS,
      0x1a0: manifestSize,
      0x1a8: LOWEST_ADDRESS,
      0x1b0: pal.address,
    })
  }
  return pages
}

/** Fields of 64 bits, by their offsets in the page. */
function writeFields(pages: Buffer, page: number, fields: Readonly<Record<number, number>>): void {
  for (const [offset, value] of Object.entries(fields)) pages.writeBigUInt64LE(BigInt(value), page + Number(offset))
}

function only(areas: readonly Area[], name: AreaName): Area {
  return areas.find((area) => area.name === name) as Area
}
