import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { Environment, Interpreter } from '../interpreter.ts'
import { redact } from './redact.ts'
import { targetSettings, type Target } from './target.ts'

/** Settings of pip that say where packages come from, and so decide what a resolution gives. */
const sources = ['CONSTRAINT', 'EXTRA_INDEX_URL', 'FIND_LINKS', 'INDEX_URL', 'NO_INDEX', 'PRE', 'PREFER_BINARY']

/** Settings of pip that say how it gets there. */
const ways = [
  'CACHE_DIR',
  'CERT',
  'CLIENT_CERT',
  'CONFIG_FILE',
  'DEFAULT_TIMEOUT',
  'KEYRING_PROVIDER',
  'NO_CACHE_DIR',
  'PROXY',
  'RESUME_RETRIES',
  'RETRIES',
  'TIMEOUT',
  'TRUSTED_HOST',
  'USE_DEPRECATED',
  'USE_FEATURE',
]

/**
 * The environment of pip: the user's, with those of pip's settings that make sense here. A PIP_TARGET or PIP_USER would
 * change where it installs; the same settings in a configuration file are outvoted, because variables come later.
 * With a target it chooses wheels for that, otherwise for the Python that it runs on. What it leaves when it is killed lies in `temporary`.
 * Nothing is installed into the interpreter itself, so its being externally managed (PEP 668) does not matter.
 */
export function pipEnvironment(env: Environment, temporary: string, target?: Target): Record<string, string> {
  const kept = new Set([...sources, ...ways].map((name) => `PIP_${name}`))
  const theirs: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && (kept.has(name) || !/^(?:PIP_|PYTHON)/.test(name))) theirs[name] = value
  }
  return {
    ...theirs,
    ...(target && targetSettings(target)),
    PIP_BREAK_SYSTEM_PACKAGES: '1',
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    PIP_NO_COLOR: '1',
    PIP_NO_DEPS: '0',
    PIP_NO_INPUT: '1',
    PIP_REQUIRE_HASHES: '0',
    PIP_REQUIRE_VIRTUALENV: '0',
    PIP_ROOT_USER_ACTION: 'ignore',
    PIP_USER: '0',
    TMPDIR: temporary,
  }
}

/** Everything outside the requirements files that decides what a resolution gives, as text, without credentials. */
export function sourceSettings(env: Environment, interpreter: Interpreter): string {
  const variables = sources.map((name) => redact(env[`PIP_${name}`] ?? ''))
  const constraints = (env['PIP_CONSTRAINT'] ?? '').split(/\s+/).filter(Boolean)
  const files = [...configurationFiles(env, interpreter), ...constraints].map((file) => redact(read(file)))
  return JSON.stringify([variables, files])
}

/** https://pip.pypa.io/en/stable/topics/configuration/#location */
function configurationFiles(env: Environment, interpreter: Interpreter): string[] {
  const home = env['HOME'] ?? '/nonexistent'
  const system = (env['XDG_CONFIG_DIRS'] || '/etc/xdg').split(':').map((directory) => join(directory, 'pip/pip.conf'))
  return [
    ...system,
    '/etc/pip.conf',
    '/Library/Application Support/pip/pip.conf',
    join(home, '.pip/pip.conf'),
    join(home, 'Library/Application Support/pip/pip.conf'),
    join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'pip/pip.conf'),
    join(interpreter.prefix, 'pip.conf'),
    ...(env['PIP_CONFIG_FILE'] ? [env['PIP_CONFIG_FILE']] : []),
  ]
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
