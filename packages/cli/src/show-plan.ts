import type { Plan } from '@mse/core/plan-deployment'
import { readableSize } from './readable-size.ts'

/** What `deploy` would do, as people read it. */
export function planText(plan: Plan): string {
  const { name, action, platform, address, port, expires, measured, encrypted, inClear, sent } = plan
  const { configuration } = measured
  const sealed =
    configuration.restart === 'sealed' ? 'comes back by itself after a crash' : 'needs its owner at each start'
  return [
    `${action} ${name}: ${platform}, ${address} port ${port === 0 ? '(a free one)' : port}${expires === undefined ? '' : `, until ${expires}`}`,
    `measured: ${measured.files} files, ${readableSize(configuration.hardware)} of memory, ${readableSize(configuration.storage)} of storage, ${configuration.threads} threads, ${configuration.python_application}; ${sealed}`,
    `  fingerprint ${measured.fingerprint}`,
    ...(measured.before === undefined || measured.before === measured.fingerprint
      ? []
      : [`  now         ${measured.before}`]),
    `encrypted: ${encrypted.length} ${encrypted.length === 1 ? 'file' : 'files'}`,
    ...encrypted.map((path) => `  ${path}`),
    `in clear: ${inClear.length === 0 ? 'nothing of the code' : inClear.join(', ')}; dependencies, launcher, index`,
    sent.length === 0 ? 'sent: nothing' : 'sent:',
    ...sent.map(({ what, bytes, to }) => `  ${what} (${readableSize(bytes)}) to ${to}`),
  ].join('\n')
}
