import { expect, it } from 'vitest'
import { folders } from '../state/paths.ts'
import { redact, redactionFor } from './redact.ts'

const env = { HOME: '/home/ada', USER: 'ada', XDG_STATE_HOME: '/data/ada-state' }
const redaction = redactionFor({ folders: folders(env), env }, ['pccs.example.org'])
const clean = (text: string): string => redact(text, redaction)

it.each([
  ['/home/ada/project/mse.toml', 'HOME/project/mse.toml'],
  ['/data/ada-state/mse/apps', 'STATE/apps'],
  ['/home/grace/x and /Users/grace/y', 'HOME/x and HOME/y'],
  ['ada may not', 'USER may not'],
  ['pccs.example.org:8081 answers', 'HOST:8081 answers'],
  ['connect 192.0.2.7:443', 'connect ADDRESS:443'],
  ['127.0.0.1 and 0.0.0.0 say nothing', '127.0.0.1 and 0.0.0.0 say nothing'],
  ['AGE-SECRET-KEY-1QQPQYQSZQGPQYQSZQGP', 'SECRET'],
  ['-----BEGIN PRIVATE KEY-----\nMC4CAQAw\n-----END PRIVATE KEY-----', 'SECRET'],
  ['Authorization: Bearer abc.def', 'Authorization: Bearer SECRET'],
  ['{"password": "hunter2"}', '{"password": SECRET'],
  ['https://ada:hunter2@example.org', 'https://SECRET@example.org'],
  ['f877c299adb256e7ae48a8956c682df8ce4e61d5', 'SECRET'],
  ['1.47.0, /usr/sbin/mke2fs', '1.47.0, /usr/sbin/mke2fs'],
  [
    'sudo apt-get install --yes --no-install-recommends bubblewrap',
    'sudo apt-get install --yes --no-install-recommends bubblewrap',
  ],
])('%s becomes %s', (text, expected) => expect(clean(text)).toBe(expected))
