// What the applications of a service are made of, as the kernel counts it (proc(5)).
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Seconds over which idle processes are watched. */
const watched = 30

/** Of every application: the proportional share of memory (proc(5), smaps_rollup) of its launcher, and of all that stands around it. */
export function overheads(apps) {
  return supervisors(apps).map(({ pid }) => {
    const all = [pid, ...descendants(pid)].map((one) => ({ pss: pssOf(one), python: isLauncher(one) }))
    const sum = (of) => all.filter(({ python }) => python === of).reduce((total, { pss }) => total + pss, 0)
    return { python: sum(true), beyond: sum(false) }
  })
}

/** @param apps the folder of an owner's applications */
export function supervisors(apps) {
  return readdirSync(apps)
    .filter((name) => !name.endsWith('.lock'))
    .map((name) => JSON.parse(readFileSync(join(apps, name, 'current/supervisor.json'), 'utf8')))
}

/** Percent of one core that all applications, and their launchers of that, take together while nobody asks them anything. */
export async function idleShare(apps) {
  const all = supervisors(apps).flatMap(({ pid }) => [pid, ...descendants(pid)])
  const launchers = all.filter(isLauncher)
  const now = () => [all, launchers].map((some) => sum(some.map(nanoseconds)))
  const before = now()
  await new Promise((done) => setTimeout(done, watched * 1000))
  const [whole, ofLaunchers] = now().map((after, at) => (100 * (after - before[at])) / 1e9 / watched)
  return { all: whole, launchers: ofLaunchers }
}

/** That the threads of a process have run: what takes less than a tick counts, too (schedstat). */
function nanoseconds(pid) {
  const threads = readdirSync(`/proc/${pid}/task`)
  return sum(
    threads.map((thread) => Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0])),
  )
}

function sum(numbers) {
  return numbers.reduce((total, one) => total + one, 0)
}

function descendants(pid) {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter(Boolean)
    .map(Number)
  return children.flatMap((child) => [child, ...descendants(child)])
}

function pssOf(pid) {
  return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) / 1000
}

function isLauncher(pid) {
  const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  return /(^|\/)python3?[.\d]*$/.test(words[0]) && words.includes('/opt/mse/launcher')
}
