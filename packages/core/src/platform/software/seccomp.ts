/**
 * The seccomp filter of the software enclave, as the raw `sock_filter` array that the kernel and bubblewrap take
 * (seccomp(2), linux/filter.h): x86-64 only. An enclave is one process, so whatever would make another one answers EAGAIN,
 * as Gramine does; threads are allowed. What the enclave could not do on SGX either, or what widens the kernel's surface
 * without use to a web application, is refused.
 */

const eperm = 1
const eagain = 11
const enosys = 38

/** clone(2) with this flag makes a thread. */
const cloneThread = 0x10000
/** ioctl(2) requests that put input into a terminal. */
const terminalInput = [0x5412 /* TIOCSTI */, 0x541c /* TIOCLINUX */]

const fork = 57
const vfork = 58
const clone = 56
const clone3 = 435
const ioctl = 16

/** System calls that are not there: SysV memory, anonymous files (memory that no limit counts), io_uring. */
const absent = [
  29, 30, 31, 67 /* shm* */, 319 /* memfd_create */, 447 /* memfd_secret */, 425, 426, 427 /* io_uring_* */,
]

const forbidden = [
  101 /* ptrace */, 135 /* personality */, 155 /* pivot_root */, 159 /* adjtimex */, 161 /* chroot */, 163 /* acct */,
  164 /* settimeofday */, 165 /* mount */, 166 /* umount2 */, 167, 168 /* swapon, swapoff */, 169 /* reboot */, 172,
  173 /* iopl, ioperm */, 175, 176, 313 /* modules */, 179 /* quotactl */, 227 /* clock_settime */, 246,
  320 /* kexec */, 248, 249, 250 /* keys */, 272 /* unshare */, 298 /* perf_event_open */, 303, 304 /* file handles */,
  308 /* setns */, 310, 311 /* process_vm_* */, 321 /* bpf */, 323 /* userfaultfd */, 428, 429, 430, 431, 432, 433,
  442 /* mount API */,
]

/** One instruction: code, jump if true, jump if false, constant. */
type Instruction = readonly [code: number, jt: number, jf: number, k: number]

const load = 0x20 // BPF_LD | BPF_W | BPF_ABS
const jumpEqual = 0x15 // BPF_JMP | BPF_JEQ | BPF_K
const jumpSet = 0x45 // BPF_JMP | BPF_JSET | BPF_K
const jumpGreaterEqual = 0x35 // BPF_JMP | BPF_JGE | BPF_K
const ret = 0x06 // BPF_RET | BPF_K

const allow = 0x7fff0000
const kill = 0x80000000
const errno = (number: number): number => 0x00050000 | number

/** Offsets in struct seccomp_data. */
const nr = 0
const architecture = 4
const argument = (at: number): number => 16 + 8 * at

const x86_64 = 0xc000003e
const x32Bit = 0x40000000

const answer = (call: number, value: number): Instruction[] => [
  [jumpEqual, 0, 1, call],
  [ret, 0, 0, value],
]

function program(): Instruction[] {
  return [
    [load, 0, 0, architecture],
    [jumpEqual, 1, 0, x86_64],
    [ret, 0, 0, kill],
    [load, 0, 0, nr],
    [jumpGreaterEqual, 0, 1, x32Bit],
    [ret, 0, 0, kill],
    ...answer(fork, errno(eagain)),
    ...answer(vfork, errno(eagain)),
    ...answer(clone3, errno(enosys)), // the C library then uses clone, whose flags can be looked at
    ...absent.flatMap((call) => answer(call, errno(enosys))),
    ...forbidden.flatMap((call) => answer(call, errno(eperm))),
    [jumpEqual, 0, 4, clone],
    [load, 0, 0, argument(0)],
    [jumpSet, 1, 0, cloneThread],
    [ret, 0, 0, errno(eagain)],
    [ret, 0, 0, allow],
    [jumpEqual, 0, 4, ioctl],
    [load, 0, 0, argument(1)],
    [jumpEqual, 1, 0, terminalInput[0] as number],
    [jumpEqual, 0, 1, terminalInput[1] as number],
    [ret, 0, 0, errno(eperm)],
    [ret, 0, 0, allow],
  ]
}

/** The filter's bytes: 8 for each instruction, little-endian. */
export function seccompFilter(): Buffer {
  const instructions = program()
  const bytes = Buffer.alloc(8 * instructions.length)
  instructions.forEach(([code, jt, jf, k], at) => {
    bytes.writeUInt16LE(code, 8 * at)
    bytes.writeUInt8(jt, 8 * at + 2)
    bytes.writeUInt8(jf, 8 * at + 3)
    bytes.writeUInt32LE(k >>> 0, 8 * at + 4)
  })
  return bytes
}
