import type { Examination, TcbFacts } from '@mse/attest'

/** Said by other lines, or by the checks. */
const elsewhere: readonly string[] = [
  'platformName',
  'checks',
  'caveats',
  'machine',
  'tcb',
  'names',
  'notAfter',
  'measurement',
  'mrtd',
]

/** What genuine evidence says, one fact a line, under the names that policies have for it. */
export function factLines(facts: Examination): readonly string[] {
  const { machine, tcb, names, notAfter } = facts
  const own = Object.entries(facts).filter(([name, value]) => !elsewhere.includes(name) && value !== undefined)
  const measured = facts.platform === 'tdx' ? 'mrtd' : 'measurement'
  const certificate = facts.scheme === undefined ? [] : [['certificate for', names.join(', ') || 'no name']]
  return [
    [measured, facts.measurement],
    ...own,
    ...Object.entries(machine).filter(([, value]) => value !== undefined),
    ...certificate,
    ['good until', notAfter.toISOString()],
    ...(tcb === undefined ? [] : tcbLines(tcb)),
  ].map(([name, value]) => `${snake(name)} ${String(value)}`)
}

/** What Intel says of the machine, and until when it counts. */
export function tcbLines(tcb: TcbFacts): readonly (readonly [name: string, value: string])[] {
  const parts = [
    `platform ${tcb.platform.status}`,
    `quoting enclave ${tcb.qe.status}`,
    ...(tcb.module === undefined ? [] : [`${tcb.module.id} ${tcb.module.status}`]),
  ]
  return [
    ['TCB status', `${tcb.status} (${parts.join(', ')}), known flaws mended up to ${day(tcb.date)}`],
    ['advisories', tcb.advisories.join(', ') || 'none stands open'],
    ['evaluation', `number ${tcb.evaluationNumber}, TCB info of version ${tcb.tcbInfoVersion}`],
    ['collateral', `good until ${tcb.nextUpdate.toISOString()}`],
  ]
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10)
}

function snake(name: string): string {
  return name.replaceAll(/(?<=[a-z])[A-Z](?=[a-z])/g, (letter) => `_${letter.toLowerCase()}`)
}
