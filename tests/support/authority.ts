import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A certificate authority made of `openssl`, in a folder. */
export class Authority {
  readonly certificate: string
  /** A command that answers a request on standard input with a chain. */
  readonly certify: string
  readonly #folder: string
  readonly #key: string

  constructor(folder: string, name = 'authority') {
    this.#folder = folder
    this.certificate = join(folder, `${name}.pem`)
    this.#key = join(folder, `${name}.key`)
    openssl(
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '30',
    )(...['-subj', `/CN=${name}`, '-keyout', this.#key, '-out', this.certificate])
    const sign = `openssl x509 -req -CA '${this.certificate}' -CAkey '${this.#key}' -copy_extensions copy -days 30`
    this.certify = `${sign} 2>/dev/null && cat '${this.certificate}'`
  }

  /** Answers a request in a file; returns the file of the chain. */
  answer(request: string): string {
    const { stdout } = spawnSync('/bin/sh', ['-c', `(${this.certify}) < '${request}'`], { encoding: 'utf8' })
    const file = `${request}.chain`
    writeFileSync(file, stdout)
    return file
  }

  /** A key of its own for a name, and its chain: two files. */
  pair(name: string): { readonly key: string; readonly certificate: string } {
    const [key, request] = [join(this.#folder, `${name}.key`), join(this.#folder, `${name}.csr`)]
    openssl(
      'req',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
    )(...['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`, '-keyout', key, '-out', request])
    return { key, certificate: this.answer(request) }
  }
}

function openssl(...first: string[]): (...more: string[]) => void {
  return (...more) => {
    const { status, stderr } = spawnSync('openssl', [...first, ...more], { encoding: 'utf8' })
    if (status !== 0) throw new Error(stderr)
  }
}
