import { checkSchema } from '@mse/core/platform/sgx/manifest/check-schema'
import { expandManifest, type ExpansionOptions } from '@mse/core/platform/sgx/manifest/expand-manifest'
import { readManifest } from '@mse/core/platform/sgx/manifest/read-manifest'
import nunjucks from 'nunjucks'
import { realpathSync } from 'node:fs'

/** A template with its variables filled in. An unknown variable is an error. */
export function fillIn(template: string, defines: Readonly<Record<string, string>>, pkglibdir: string): string {
  const environment = new nunjucks.Environment(null, { autoescape: false, throwOnUndefined: true })
  const runtime = (libc = 'glibc'): string => resolved(`${pkglibdir}/runtime/${libc}`)
  // A function, and a path where it is not called.
  const runtimedir = Object.assign(runtime, { toString: () => runtime() })
  const gramine = { libos: `${pkglibdir}/libsysdb.so`, pkglibdir, runtimedir }
  return environment.renderString(template, { ...defines, gramine, env: process.env })
}

function resolved(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

/** All that `gramine-manifest` does with what a template gave. */
export async function renderManifest(manifest: string, options: ExpansionOptions): Promise<string> {
  const expanded = await expandManifest(Buffer.from(manifest), options)
  checkSchema(readManifest(Buffer.from(expanded)))
  return expanded
}
