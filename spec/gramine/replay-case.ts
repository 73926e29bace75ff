import { readFileSync, existsSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join, resolve } from 'node:path'
import { libosOf, type Case, type Vectors } from './case.ts'
import { check, mustEqual, type Check } from './check.ts'
import { layOut } from './lay-out.ts'
import { listAreas } from './list-areas.ts'
import { fillIn, renderManifest } from './render.ts'
import { fieldsOf, signManifest, type Signed } from './sign.ts'

/** Every check of one golden case. */
export async function replayCase(folder: string, vectors: Vectors, one: Case, scratch: string): Promise<Check[]> {
  const home = join(folder, one.cwd)
  const options = {
    folder: layOut(home, one.files.tree, scratch),
    ...(one.chroot === null ? {} : { chroot: one.chroot }),
    libos: libosOf(folder, vectors, one.pkglibdir),
  }
  const input = {
    options,
    libpal: resolve(home, one.libpal),
    key: resolve(home, one.key),
    date: one.date,
    ...passphrase(one.argv),
  }
  const manifest = readFileSync(join(home, one.files.manifest))
  const named = (what: string): string => `${one.name}: ${what}`
  let signed: Signed | undefined
  const done = (): Signed => {
    if (signed === undefined) throw new Error('there is no result to compare')
    return signed
  }
  const checks = [
    await check(named('signs'), async () => {
      signed = await signManifest({ ...input, manifest })
    }),
    await check(named('expanded manifest'), () => {
      mustEqual(done().manifest, readFileSync(join(home, one.files.manifest_sgx), 'utf8'))
      mustEqual(sha256(done().manifest), one.expected.manifest_sgx_sha256)
    }),
    await check(named('layout'), () => {
      mustEqual(listAreas(done().areas, done().loader), one.expected.areas_in_hash_order)
    }),
    await check(named('MRENCLAVE'), () => mustEqual(done().mrenclave.toString('hex'), one.expected.mrenclave)),
    await check(named('SIGSTRUCT'), () => {
      const sig = join(home, one.files.sig)
      if (existsSync(sig)) mustEqual(done().sigstruct.toString('hex'), readFileSync(sig, 'hex'))
      mustEqual(sha256(done().sigstruct), one.expected.sig_sha256)
    }),
    await check(named('fields of the SIGSTRUCT'), () => {
      mustEqual(fieldsOf(done().sigstruct), one.expected.sigstruct)
      mustEqual(fieldsOf(done().sigstruct).mr_signer, one.expected.mrsigner)
    }),
    await check(named('signing the result again'), async () => {
      const again = await signManifest({ ...input, manifest: Buffer.from(done().manifest) })
      mustEqual(again.manifest, done().manifest)
      mustEqual(again.sigstruct.equals(done().sigstruct), true)
    }),
  ]
  const { template } = one
  if (template === undefined) return checks
  const rendered = await check(named('rendered template'), async () => {
    const filled = fillIn(readFileSync(join(home, template), 'utf8'), one.defines ?? {}, one.pkglibdir)
    mustEqual(await renderManifest(filled, options), manifest.toString())
  })
  return [...checks, rendered]
}

/** What the signer was given on its command line to open the key. */
function passphrase(argv: readonly string[]): { passphrase?: string } {
  const at = argv.findIndex((word) => ['--passphrase', '--password', '-p'].includes(word))
  return at === -1 ? {} : { passphrase: argv[at + 1] ?? '' }
}

function sha256(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}
