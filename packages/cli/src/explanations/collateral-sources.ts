import type { Family } from './explanation.ts'

const elsewhere = 'Use another source: mse verify … --pccs URL, or Intel by leaving it out.'

/** Why there is no collateral. None of these says anything about the evidence. */
export const collateralSources: Family = {
  'collateral/certificate': [
    'The PCCS shows a certificate that no authority vouches for: a PCCS signs its own, unless its keeper gave it another.',
    'Ask its keeper for the SHA-256 of its key, over another way, and pin it: --pccs-pin sha256:HEX.',
  ],
  'collateral/evaluation-number': [
    'One TCB evaluation data number was asked for, and the service sent TCB information of another.',
    'Ask for another number or for none; an older PCCS does not know the parameter.',
  ],
  'collateral/malformed': [
    'What came with status 200 is not collateral: something between has answered, or the address is that of another service.',
    'Open the address in a browser; a captive portal or a proxy shows there.',
  ],
  'collateral/missing': [
    'There is a quote of hardware and nothing that says whether this hardware can still be trusted.',
    'Let mse fetch it (leave out --offline), or have it sent with the evidence: mse evidence --collateral.',
  ],
  'collateral/not-found': [
    'The service knows no platform with this FMSPC. A PCCS knows the platforms that are registered with it.',
    'Have its keeper register the platform, or ask Intel by leaving --pccs out.',
  ],
  'collateral/offline': [
    'Collateral is needed, --offline forbids fetching it, and neither the cache nor the evidence has any that is valid.',
    'Run the same command once without --offline, which fills the cache.',
  ],
  'collateral/pin': [
    'The PCCS shows another certificate than the pinned one: it was replaced, or something between answers in its place.',
    'Ask its keeper, over another way. Pin the new one only if they have changed it.',
  ],
  'collateral/refused': ['The service does not take the request.', 'Check the address: --pccs https://HOST:8081.'],
  'collateral/throttled': [
    'The service wants fewer requests, and longer pauses than mse makes by itself.',
    'Wait as long as it says. mse keeps what it has fetched; for many machines, run a PCCS.',
  ],
  'collateral/timeout': [
    'The service did not answer in time, or only in drops.',
    'Try again, or give it more with --collateral-timeout SECONDS.',
  ],
  'collateral/too-large': ['The service sends more than collateral can be; reading was stopped.', elsewhere],
  'collateral/unavailable': ['The service fails, and went on failing while it was asked again.', elsewhere],
  'collateral/unreachable': [
    'Nothing answers at the address of the service, or it does not speak TLS.',
    'Check the address and the network. With --offline, collateral from the cache is used.',
  ],
  'collateral/withdrawn': [
    'The service no longer has what was asked for: a TCB evaluation data number, or interface v3.',
    'Ask for a newer number or none; end the address of a PCCS with /sgx/certification/v4.',
  ],
}
