import type { LaunchOptions } from '@mse/core/launch/launch-options'
import type { PlatformChoice } from '@mse/core/platform/platforms'
import type { Project } from '@mse/core/project/project'
import { choice, integer, text, type Argument } from './command.ts'
import { readExpiry } from './expiry.ts'

type Optional<T> = Argument<T | undefined>

/** What `spawn` and `deploy` take beside their project. None of it is measured. */
export const launchArguments: {
  readonly platform: Optional<PlatformChoice>
  readonly host: Argument<string>
  readonly port: Argument<number>
  readonly san: Argument<readonly string[]>
  readonly expires: Optional<string>
  readonly timeout: Argument<number>
} = {
  platform: choice(
    ['auto', 'software', 'container', 'gramine-direct', 'sgx'],
    'where to run it; replaces [deploy] platform of mse.toml',
  ),
  host: text('IP address to listen on', { default: '127.0.0.1', value: 'ADDRESS' }),
  port: integer('port to listen on; 0 takes the one it had before, or a free one', {
    default: 0,
    minimum: 0,
    maximum: 65535,
  }),
  san: text('name or address that the certificate is for', { repeat: true, value: 'NAME' }),
  expires: text(
    'when it ends by itself: a date and time, or 90m, 12h, 30d from now; replaces [deploy] expires of mse.toml',
    {
      value: 'WHEN',
    },
  ),
  timeout: integer('seconds that each step may take', { default: 60, minimum: 1, value: 'SECONDS' }),
}

/** Seconds that an enclave waits for its owner. */
const patience = 24 * 3600

export function launchOptions(
  args: {
    readonly host: string
    readonly port: number
    readonly san: readonly string[]
    readonly expires: string | undefined
    readonly timeout: number
  },
  now: Date,
  project?: Project,
): LaunchOptions {
  const own = args.host === '127.0.0.1' || args.host === '0.0.0.0' || args.host === '::' ? [] : [args.host]
  const named = project?.tls.domain === undefined ? [] : [project.tls.domain]
  const names = args.san.length > 0 ? args.san : [...named, ...own, 'localhost', '127.0.0.1']
  const expires = args.expires === undefined ? project?.deploy.expires : readExpiry(args.expires, now)
  return { address: args.host, port: args.port, names, timeout: args.timeout * 1000, patience, expires }
}

/** What the command line says, else what the project says, else `auto`. */
export function platformChoice(argument: PlatformChoice | undefined, project?: Project): PlatformChoice {
  return argument ?? project?.deploy.platform ?? 'auto'
}
