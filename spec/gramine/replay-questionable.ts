import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { libosOf, type Questionable, type Vectors } from './case.ts'
import { check, mustEqual, mustRefuse, type Check } from './check.ts'
import { renderManifest } from './render.ts'
import { fieldsOf, signManifest } from './sign.ts'

/** The world that the questionable manifests were tried in. */
const files: Readonly<Record<string, string>> = { 'libsysdb.so': 'x', f: 'f', 'd/x': 'x' }

/** The two checks of one questionable manifest: what is refused is refused, what is accepted gives the same bytes. */
export async function replayQuestionable(
  folder: string,
  vectors: Vectors,
  one: Questionable,
  scratch: string,
): Promise<Check[]> {
  const world = mkdtempSync(join(scratch, 'world-'))
  mkdirSync(join(world, 'd'))
  mkdirSync(join(world, 'emptyd'))
  for (const [path, content] of Object.entries(files)) writeFileSync(join(world, path), content)

  const options = {
    folder: world,
    libos: libosOf(folder, vectors, vectors.pkglibdir),
  }
  const sign = () => {
    return signManifest({
      manifest: Buffer.from(one.manifest),
      options,
      libpal: join(folder, 'shared/tiny-a.so'),
      key: join(folder, 'shared/test-key-e3.pem'),
      date: '2024-02-29',
    })
  }
  return [
    await check(`${one.name}: signer ${one.sign_rc === 0 ? 'accepts' : 'refuses'}`, async () => {
      if (one.sign_rc !== 0) return mustRefuse(sign)
      const signed = await sign()
      mustEqual(signed.manifest, one.manifest_sgx)
      mustEqual(signed.mrenclave.toString('hex'), one.mrenclave)
      mustEqual(fieldsOf(signed.sigstruct), one.sigstruct)
    }),
    await check(`${one.name}: renderer ${one.manifest_tool_rc === 0 ? 'accepts' : 'refuses'}`, async () => {
      const render = () => renderManifest(one.manifest, options)
      if (one.manifest_tool_rc === 0) await render()
      else await mustRefuse(render)
    }),
  ]
}
