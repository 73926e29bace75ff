import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { currentPath } from '../state/app.ts'

/** The certificate that was verified last, and when it ends, ISO 8601; both undefined before the first time. */
export interface CertificateOnDisk {
  /** PEM. */
  readonly certificate: string | undefined
  readonly certificateExpires: string | undefined
}

/** @param folder of a launch, here or elsewhere */
export async function certificateOf(folder: string): Promise<CertificateOnDisk> {
  const pem = await readFile(join(folder, 'certificate.pem')).catch(() => undefined)
  if (pem === undefined) return { certificate: undefined, certificateExpires: undefined }
  return {
    certificate: join(currentPath(folder), 'certificate.pem'),
    certificateExpires: new Date(new X509Certificate(pem).validTo).toISOString(),
  }
}
