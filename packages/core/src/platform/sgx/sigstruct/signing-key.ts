import { createPrivateKey, createPublicKey, generateKeyPair, sign, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { MseError } from '../../../error.ts'
import { modulusOf } from './rsa.ts'
import type { Signer } from './sign-sigstruct.ts'

/**
 * A new key to sign enclaves with: RSA-3072, exponent 3, as PKCS#8 in PEM.
 *
 * @param passphrase encrypts it (PBES2, AES-256); undefined leaves it in clear, for whoever encrypts it otherwise
 */
export async function makeSigningKey(passphrase: string | undefined): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 3072, publicExponent: 3 })
  const format = { type: 'pkcs8', format: 'pem' } as const
  const encryption = passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase }
  return privateKey.export({ ...format, ...encryption }).toString()
}

/**
 * A signer that has its key from a PEM file: PKCS#1 or PKCS#8, encrypted or not.
 *
 * @throws MseError `signing/passphrase` when one is missing or wrong, `signing/key` for anything that is not RSA-3072 with exponent 3
 */
export function signerFromPem(pem: string, passphrase: string | undefined): Signer {
  const key = readKey(pem, passphrase)
  const publicKey = createPublicKey(key)
  modulusOf(publicKey)
  return { publicKey, sign: async (data) => sign('sha256', data, key) }
}

function readKey(pem: string, passphrase: string | undefined): KeyObject {
  try {
    return createPrivateKey({ key: pem, ...(passphrase === undefined ? {} : { passphrase }) })
  } catch (cause) {
    const isEncrypted = /ENCRYPTED/.test(pem)
    if (!isEncrypted) {
      throw new MseError('signing/key', 'the file does not hold a private key', {
        expected: 'PEM: PKCS#8 or PKCS#1',
        cause,
      })
    }
    throw new MseError('signing/passphrase', 'the signing key does not open', {
      expected: 'the passphrase that it was encrypted with',
      found: passphrase === undefined ? 'no passphrase' : 'another passphrase',
    })
  }
}
