import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root, say } from '../setup.mjs'

const chromium = '/usr/bin/chromium'

/** Whether there is a Chromium to test in: Debian's is installed if there is none and this user may. */
export function hasChromium() {
  if (existsSync(chromium)) return true
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false
  say('Installing Chromium, to run the tests of the verifier in it.')
  const apt = (...args) => spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0
  return (
    apt('update', '-qq') && apt('install', '-y', '-qq', '--no-install-recommends', 'chromium') && existsSync(chromium)
  )
}

/** The arguments of vitest for the suite of the browser. */
export const browserArguments = ['run', '-c', join(root, 'vitest.browser.config.ts')]
