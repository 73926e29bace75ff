/** Bytes of stack of a thread that does not ask for more, as usual: with 1 MiB numpy and Python from 3.12 on overrun it, with 4 MiB OpenBLAS on some processors. */
export const stackSize: number = 8 << 20
/** Open files, sockets included: each holds memory of the kernel that no limit of the enclave counts. */
export const openFiles: number = 4096

/** Bytes of /tmp, which is memory: a quarter of the enclave's. */
export function temporarySpace(hardware: number): number {
  return Math.floor(hardware / 4)
}

/** Bytes of private data that the launcher may have; with /tmp it makes up the enclave's memory. */
export function dataLimit(hardware: number): number {
  return hardware - temporarySpace(hardware)
}
