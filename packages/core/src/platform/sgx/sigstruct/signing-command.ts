import { spawn } from 'node:child_process'
import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import { MseError } from '../../../error.ts'
import { modulusOf, NUMBER_SIZE } from './rsa.ts'
import type { Signer } from './sign-sigstruct.ts'

export interface SigningCommand {
  /** Program and arguments; no shell is asked. */
  readonly command: readonly [program: string, ...args: string[]]
  /** PEM: the public half of the key that the program signs with. */
  readonly publicKey: string
  /** What the program reads: the 256 bytes that are signed, or their SHA-256 (32 bytes). */
  readonly input: 'data' | 'digest'
  readonly env: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
}

/** More than a signature in any encoding. */
const MAXIMUM_ANSWER = 64 * 1024

/**
 * A signer whose key lives elsewhere (an HSM by PKCS#11, a service): a program gets what is to be signed on standard input and
 * writes the 384 bytes of the signature to standard output. The answer is verified like every other.
 *
 * @throws MseError `signing/key` for a public key that cannot sign enclaves, `signing/command` when the program fails
 */
export function signerFromCommand(settings: SigningCommand): Signer {
  const publicKey = readPublicKey(settings.publicKey)
  modulusOf(publicKey)
  return {
    publicKey,
    sign: (data) => run(settings, settings.input === 'data' ? data : createHash('sha256').update(data).digest()),
  }
}

function readPublicKey(pem: string): KeyObject {
  try {
    return createPublicKey(pem)
  } catch (cause) {
    throw new MseError('signing/key', 'the file does not hold a public key', { expected: 'PEM', cause })
  }
}

function run({ command, env, signal }: SigningCommand, input: Uint8Array): Promise<Buffer> {
  const [program, ...args] = command
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: { ...env }, signal, stdio: ['pipe', 'pipe', 'inherit'] })
    const answer: Buffer[] = []
    let size = 0
    child.stdout.on('data', (part: Buffer) => {
      size += part.length
      if (size > MAXIMUM_ANSWER) child.kill('SIGKILL')
      else answer.push(part)
    })
    // It may decide without reading all of its input.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
    child.once('error', (cause) => reject(signal.aborted ? cause : failed(program, 'could not be started', cause)))
    child.once('close', (code, killed) => {
      if (code === 0) resolve(Buffer.concat(answer))
      else reject(failed(program, size > MAXIMUM_ANSWER ? 'wrote too much' : `ended with ${code ?? killed}`))
    })
  })
}

function failed(program: string, what: string, cause?: unknown): MseError {
  return new MseError('signing/command', `the signing command ${program} ${what}`, {
    expected: `${NUMBER_SIZE} bytes on standard output, exit code 0`,
    cause,
  })
}
