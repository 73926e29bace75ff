import { MseError } from '@mse/core/error'
import type { Obtain } from '@mse/core/provision/own-certificate'
import { spawn } from 'node:child_process'
import { path, text, type Argument, type Context } from './command.ts'
import { readWholeInput } from './input.ts'

type Optional = Argument<string | undefined>

export const certifyArgument: Optional = text(
  'with tls = "request": a command that reads a request (PKCS#10, PEM) and prints the chain (PEM)',
  { value: 'COMMAND' },
)

export const certificateArgument: Optional = path('with tls = "request": the chain that an authority has answered', {
  value: 'FILE',
})

/** Bytes of a chain at most. */
export const chainLimit: number = 256 * 1024

/** Where a certificate comes from that has to be asked for: a command that asks, or a file that has the answer. */
export function obtainWith(
  { certify, certificate }: { readonly certify?: string | undefined; readonly certificate?: string | undefined },
  context: Context,
): Obtain | undefined {
  if (certify !== undefined && certificate !== undefined) {
    throw new MseError('usage/conflict', '--certificate is the answer of an authority, --certify asks for it', {
      next: 'Leave one of them out.',
    })
  }
  if (certificate !== undefined) return () => readWholeInput(certificate, chainLimit, context)
  return certify === undefined ? undefined : (request) => ask(certify, request, context)
}

/** Runs a command in a shell; what it says on standard error is for the person who runs mse. */
async function ask(command: string, request: string, { cwd, env, signal }: Context): Promise<Buffer> {
  const child = spawn('/bin/sh', ['-c', command], { cwd, env: { ...env }, signal, stdio: ['pipe', 'pipe', 'inherit'] })
  const parts: Buffer[] = []
  let size = 0
  child.stdout.on('data', (part: Buffer) => {
    size += part.length
    if (size > chainLimit) child.kill()
    else parts.push(part)
  })
  child.stdin.on('error', () => undefined) // it may not want to read
  child.stdin.end(request)
  const status = await new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, killed) => resolve(code === null ? String(killed) : `exit code ${code}`))
  })
  signal.throwIfAborted()
  if (status === 'exit code 0' && size <= chainLimit) return Buffer.concat(parts)
  throw new MseError('tls/not-certified', 'the command of --certify has not answered with a certificate', {
    expected: 'exit code 0, and at most 256 KiB',
    found: status,
  })
}
