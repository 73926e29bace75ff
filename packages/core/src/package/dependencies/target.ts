/** What the wheels are chosen for: CPython of one minor version on the system that an enclave shows, whoever packages it where. */
export interface Target {
  /** `3.11` */
  readonly python: string
}

/** x86-64 Linux is the one system that enclaves have. */
export const targetSystem = { name: 'linux', title: 'Linux', machine: 'x86_64', bits: 64 } as const

/**
 * The oldest GNU C library that a package runs on: that of RHEL 9; Ubuntu 22.04 has 2.35, Debian 12 has 2.36. Not the one of
 * this machine: the choice of wheels would depend on who packages.
 */
export const targetLibc = { major: 2, minor: 34 } as const

/** As people read it, and as the lock says it. */
export function describeTarget({ python }: Target): string {
  const { machine, title } = targetSystem
  return `CPython ${python} on ${machine} ${title} with glibc ${targetLibc.major}.${targetLibc.minor}`
}

/**
 * The variables of environment markers (https://packaging.python.org/en/latest/specifications/dependency-specifiers/#environment-markers).
 * The patch version is 0: a condition such as `python_full_version < "3.11.3"` then adds what only older ones need.
 */
export function markerEnvironment({ python }: Target): Readonly<Record<string, string>> {
  return {
    implementation_name: 'cpython',
    implementation_version: `${python}.0`,
    os_name: 'posix',
    platform_machine: targetSystem.machine,
    platform_python_implementation: 'CPython',
    platform_release: '',
    platform_system: targetSystem.title,
    platform_version: '',
    python_full_version: `${python}.0`,
    python_version: python,
    sys_platform: targetSystem.name,
  }
}

/** Settings of pip that choose wheels for the target, in the place of what pip finds out about the machine that it runs on. */
export function targetSettings({ python }: Target): Readonly<Record<string, string>> {
  return {
    PIP_ABI: `cp${python.replace('.', '')}`,
    PIP_IMPLEMENTATION: 'cp',
    PIP_PLATFORM: platformTags().join(' '),
    PIP_PYTHON_VERSION: python,
  }
}

/** https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/#manylinux ; the newest first. */
function platformTags(): string[] {
  const { major, minor } = targetLibc
  const legacy: Readonly<Record<number, string>> = { 17: 'manylinux2014', 12: 'manylinux2010', 5: 'manylinux1' }
  const tags = Array.from({ length: minor - 4 }, (_, back) => minor - back).flatMap((one) => [
    `manylinux_${major}_${one}`,
    ...(legacy[one] === undefined ? [] : [legacy[one]]),
  ])
  return [...tags, targetSystem.name].map((tag) => `${tag}_${targetSystem.machine}`)
}
