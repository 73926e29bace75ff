import { strictSgxPolicy, strictTdxPolicy, type Examination, type Policy } from '@mse/attest'

/**
 * A policy for a person to read before anybody uses it. It names what was measured, as it was found, and asks of the platform what
 * the strict policies ask (decision 0011), whatever was found: to accept a weaker platform, or debugging, is nobody's default.
 */
export function draftPolicy(facts: Examination): Policy {
  if (facts.platform === 'tdx') {
    const { mrtd, rtmr0, rtmr1, rtmr2, rtmr3, mrseam, mrconfigid, mrowner, mrownerconfig } = facts
    return strictTdxPolicy({
      mrtd: [mrtd],
      rtmr0: [rtmr0],
      rtmr1: [rtmr1],
      rtmr2: [rtmr2],
      rtmr3: [rtmr3],
      mrseam: [mrseam],
      mrconfigid: [mrconfigid],
      mrowner: [mrowner],
      mrownerconfig: [mrownerconfig],
    })
  }
  const { measurement, signer } = facts
  const code = { measurement: [measurement], signer: [signer] }
  if (facts.platform === 'software')
    return { platform: 'software', softwareRoots: [facts.root], ...code, debug: 'refused' }
  const { isvProdId, isvSvn, configId } = facts
  return strictSgxPolicy({ ...code, isvProdId: [isvProdId], isvSvnMinimum: isvSvn, configId: [configId] })
}
