import { MseError } from '@mse/core/error'
import type { PlatformName } from '@mse/core/platform/platform'
import type { Service } from '../service/service.ts'

/** @throws MseError `operator/platform` */
export function requireOffered({ platforms }: Pick<Service, 'platforms'>, wanted: PlatformName): void {
  if (platforms.includes(wanted)) return
  throw new MseError('operator/platform', 'this service does not launch enclaves of that kind', {
    expected: platforms.join(', '),
    found: wanted,
  })
}
