import type { Collateral, CollateralNeed } from '@mse/attest'
import { X509Certificate } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Held } from './collateral-service.ts'

/** The folder of real collateral, if MSE_SHARED names a place that has it. */
export const sharedCollateralFolder: string | undefined = find(process.env['MSE_SHARED'])

function find(shared: string | undefined): string | undefined {
  const folder = shared === undefined ? undefined : join(shared, 'data/dcap/collateral')
  return folder !== undefined && existsSync(folder) ? folder : undefined
}

/** Collateral of a folder of JSON files: signed texts and signatures apart, lists in hexadecimal, chains in PEM. */
export function readCollateralFolder(folder: string): readonly Held[] {
  return readdirSync(folder).map((name) => readCollateralFile(join(folder, name)))
}

/** One of them. */
export function readCollateralFile(path: string): Held {
  const set = JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, string>>
  return { need: needOf(set), collateral: toCollateral(set) }
}

function toCollateral(set: Readonly<Record<string, string>>): Collateral {
  const text = (name: string): string => set[name] ?? ''
  const signed = (member: string, name: string): Uint8Array =>
    new TextEncoder().encode(`{"${member}":${text(name)},"signature":"${text(`${name}_signature`)}"}`)
  return {
    tcbInfo: signed('tcbInfo', 'tcb_info'),
    tcbInfoIssuerChain: text('tcb_info_issuer_chain'),
    qeIdentity: signed('enclaveIdentity', 'qe_identity'),
    qeIdentityIssuerChain: text('qe_identity_issuer_chain'),
    pckCrl: Uint8Array.from(Buffer.from(text('pck_crl'), 'hex')),
    pckCrlIssuerChain: text('pck_crl_issuer_chain'),
    rootCaCrl: Uint8Array.from(Buffer.from(text('root_ca_crl'), 'hex')),
  }
}

function needOf(set: Readonly<Record<string, string>>): CollateralNeed {
  const { id = 'SGX', fmspc } = JSON.parse(set['tcb_info'] ?? '') as { readonly id?: string; readonly fmspc: string }
  const { subject } = new X509Certificate(set['pck_crl_issuer_chain'] ?? '')
  return {
    tee: id === 'TDX' ? 'tdx' : 'sgx',
    fmspc: fmspc.toLowerCase(),
    ca: subject.includes('Platform') ? 'platform' : 'processor',
  }
}
