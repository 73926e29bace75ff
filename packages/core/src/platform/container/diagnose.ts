import type { Diagnosis } from '../../doctor/diagnosis.ts'
import type { Machine } from '../../doctor/machine.ts'
import { engineSockets } from './engine-sockets.ts'
import { pingEngine, type Engine } from './ping-engine.ts'

const base = { id: 'host/engine', title: 'container engine' } as const
const oldestPodman = 4

/** What containers need of a machine: an engine that this user may speak to. */
export async function diagnose(machine: Machine): Promise<Diagnosis[]> {
  const problems: string[] = []
  for (const socket of engineSockets(machine)) {
    try {
      return [judge(await pingEngine(socket, machine.signal))]
    } catch (error) {
      machine.signal.throwIfAborted()
      problems.push(`${socket}: ${reasonOf(error)}`)
    }
  }
  const fix = problems.some((one) => one.endsWith(forbidden)) ? 'sudo usermod --append --groups docker $USER' : start
  return [{ ...base, outcome: 'failed', detail: `no engine answers: ${problems.join('; ')}`, fix }]
}

function judge({ socket, name, version, api }: Engine): Diagnosis {
  const detail = `${name} ${version}, API ${api}, ${socket}`
  if (!name.startsWith('Podman') || Number.parseInt(version, 10) >= oldestPodman)
    return { ...base, outcome: 'ok', detail }
  const fix = 'sudo apt-get install --yes --no-install-recommends podman'
  return { ...base, outcome: 'failed', detail: `${detail}: Podman ${oldestPodman} or later is needed`, fix }
}

const forbidden = 'this user may not'
const start = 'systemctl --user enable --now podman.socket   # or: sudo systemctl enable --now docker'

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return 'is not there'
  if (code === 'ECONNREFUSED') return 'nobody listens'
  return code === 'EACCES' ? forbidden : message
}
