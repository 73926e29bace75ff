import { fromHex } from '../bytes.ts'

/** The versions of the machine of `createHardware`: its TCB info says that they are up to date. */
export const hardwareVersions: {
  /** 16. */
  readonly components: readonly number[]
  readonly pceSvn: number
  /** 6 bytes. */
  readonly fmspc: Uint8Array
} = {
  components: [4, 4, 2, 2, 3, 1, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0],
  pceSvn: 13,
  fmspc: fromHex('00806f050000'),
}
