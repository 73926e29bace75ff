import { MseError } from '../../../error.ts'
import type { Answer, Question } from './exchange.ts'

/** What an engine's refusal means. Engines have no codes: what cannot be told by the status is told by their words, or not at all. */
const meanings: readonly (readonly [pattern: RegExp, code: string, message: string, next: string])[] = [
  [
    /no such image|image not known|unable to find .*image/i,
    'container/image',
    'the container engine does not have the base image of the package',
    'podman load -i IMAGE, or podman pull IMAGE (docker does the same): the image that mse base import was given',
  ],
  [
    /already in use|name .* is in use/i,
    'container/exists',
    'there is a container of this name already',
    'mse stop NAME',
  ],
  [
    /(sgx_enclave|sgx_provision|\/dev\/sgx).*(no such file|does not exist|cannot find)|(no such file|does not exist).*\/dev\/sgx/i,
    'environment/sgx',
    'this machine has no SGX device',
    'Switch SGX on in the firmware, use Linux 5.11 or later, or deploy with --platform container',
  ],
  [
    /exec.*no such file or directory|executable file .*not found|stat .*python.*: no such file/i,
    'container/python',
    'the base image has no Python of the version that the package is for',
    'Package it for the Python of the image: python = "3.N" in mse.toml',
  ],
  [
    /no space left on device/i,
    'environment/disk-full',
    'the disk of the container engine is full',
    'Make room: podman system prune, or docker system prune',
  ],
  [
    /memory.*(cgroup|controller)|cgroup.*memory|pids.*(cgroup|controller)/i,
    'environment/engine-limits',
    'the container engine cannot limit what a container uses',
    'Use an engine of the machine, or hand cgroup controllers to this user (systemd: Delegate=yes)',
  ],
]

/** What a status that nobody expected means to a person. */
export function engineRefusal({ method, path }: Question, { status, body }: Answer): MseError {
  const said = messageOf(body)
  const found = `HTTP status ${status} for ${method} ${path.split('?')[0]}: ${said}`
  for (const [pattern, code, message, next] of meanings) {
    if (pattern.test(said)) return new MseError(code, message, { found, next })
  }
  return new MseError('container/refused', 'the container engine refuses', { found, next: 'mse doctor' })
}

/** What Docker says went wrong after it had answered 200: a line of JSON among others, with `error`. */
export function streamedError(body: unknown): string | undefined {
  const lines: readonly unknown[] = typeof body === 'string' ? body.split('\n') : [body]
  for (const line of lines) {
    const said = typeof line === 'string' ? attempt(line) : line
    const { error } = (typeof said === 'object' && said !== null ? said : {}) as { readonly error?: unknown }
    if (typeof error === 'string') return error
  }
  return undefined
}

function attempt(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/** Docker says `message`; Podman adds `cause`, which is the shorter of the two. */
function messageOf(body: unknown): string {
  const { message } = (typeof body === 'object' && body !== null ? body : {}) as { readonly message?: unknown }
  const text = typeof message === 'string' ? message : typeof body === 'string' ? body : ''
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 500) || 'it does not say why'
}
