import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

/** Makes `certificate.pem` and `key.pem` for `localhost` in a folder, with openssl: an authority that nobody knows. */
export function makeRegistryCertificate(folder: string): void {
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-days', '2']
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', join(folder, 'key.pem')]
  spawnSync('openssl', ['req', '-x509', ...key, '-out', join(folder, 'certificate.pem'), ...names])
}
