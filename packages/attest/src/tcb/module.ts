import { isZero, toHex } from '../bytes.ts'
import type { ModuleIdentity, ModuleSigner, TcbInfo } from '../collateral/tcb-info.ts'
import type { Ledger } from '../ledger.ts'
import type { TdReport } from '../quote/td-report.ts'
import { moduleVersion } from './match.ts'

/**
 * Judges who made the TDX module that launched a trust domain.
 *
 * @throws AttestationError `tcb/module`, `tcb/module-signer`, `tcb/module-attributes`
 */
export function judgeModule(ledger: Ledger, info: TcbInfo, report: TdReport): void {
  const expected = signerOf(info, report.teeTcbSvn)
  if (expected === undefined) throw ledger.refusal('tcb/module', { found: moduleId(report.teeTcbSvn) })
  ledger.pass('tcb/module')
  const [mrsigner, attributes] = [toHex(report.mrsignerseam), toHex(report.seamAttributes)]
  ledger.require('tcb/module-signer', mrsigner === expected.mrsigner, { expected: expected.mrsigner, found: mrsigner })
  const alike = attributes === expected.attributes
  // All bits of SEAMATTRIBUTES are reserved so far: none may be set, and no mask leaves any out, as Intel's library has it.
  ledger.require('tcb/module-attributes', alike && isZero(report.seamAttributes), {
    expected: expected.attributes,
    found: attributes,
  })
}

function signerOf(info: TcbInfo, teeTcbSvn: Uint8Array): ModuleSigner | undefined {
  return moduleVersion(teeTcbSvn) === 0 ? info.module : identityOf(info, teeTcbSvn)
}

/** Of a module from version 1 on. */
export function identityOf({ modules }: TcbInfo, teeTcbSvn: Uint8Array): ModuleIdentity | undefined {
  return modules.find(({ id }) => id === moduleId(teeTcbSvn))
}

/** `TDX_` and two hex digits: version 16 is TDX_10. */
export function moduleId(teeTcbSvn: Uint8Array): string {
  return `TDX_${moduleVersion(teeTcbSvn).toString(16).padStart(2, '0').toUpperCase()}`
}
