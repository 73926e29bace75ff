import { certificateToPem } from '@mse/attest'
import type { Machine } from './hardware.ts'

/** As `mse home evidence` of the original system wrote it. */
export function originalEvidence({ enclave, collateral }: Machine): string {
  return JSON.stringify({
    input_args: {},
    ratls_certificate: certificateToPem(enclave.evidence.certificate),
    root_ca_crl: pem('X509 CRL', collateral.rootCaCrl),
    pck_platform_crl: pem('X509 CRL', collateral.pckCrl),
    tcb_info: Buffer.from(Buffer.from(collateral.tcbInfo).toString('hex')).toString('base64'),
    qe_identity: Buffer.from(collateral.qeIdentity).toString('base64'),
    tcb_cert: `${collateral.tcbInfoIssuerChain.split('-----END CERTIFICATE-----')[0]}-----END CERTIFICATE-----\n`,
    signer_pk: '',
  })
}

const pem = (label: string, der: Uint8Array): string =>
  `-----BEGIN ${label}-----\n${Buffer.from(der).toString('base64').replaceAll(/.{64}/g, '$&\n')}\n-----END ${label}-----\n`
