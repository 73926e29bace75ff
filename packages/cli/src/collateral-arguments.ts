import {
  readCollateralChoice,
  type CollateralChoice,
  type CollateralSettings,
} from '@mse/core/attest/collateral/settings'
import { flag, integer, text, type Argument } from './command.ts'

/** What every command that judges evidence of hardware takes. */
export const collateralArguments: {
  readonly pccs: Argument<string | undefined>
  readonly pccsPin: Argument<readonly string[]>
  readonly offline: Argument<boolean>
  readonly collateralTimeout: Argument<number>
} = {
  pccs: text('PCCS to fetch collateral from, in place of Intel', { env: 'MSE_PCCS', value: 'URL' }),
  pccsPin: text('certificate or key of the PCCS, as sha256:HEX; replaces the certificate authorities', {
    env: 'MSE_PCCS_PIN',
    repeat: true,
    value: 'PIN',
  }),
  offline: flag('fetch no collateral: what is in the cache or in the evidence has to do', { env: 'MSE_OFFLINE' }),
  collateralTimeout: integer('seconds that fetching collateral may take', {
    default: 30,
    minimum: 1,
    maximum: 3600,
    value: 'SECONDS',
  }),
}

/** @throws MseError `usage/bad-value`, `usage/conflict` */
export function collateralSettings(args: CollateralChoice): CollateralSettings {
  return readCollateralChoice(args)
}
