import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'

import { MseError } from '../../error.ts'
import { compareHashes, type ResolvedPackage } from './compare-hashes.ts'
import { explain } from './explain/explain.ts'
import { normaliseName, type RequirementLine } from './requirement-line.ts'
import type { Requirements } from './requirements.ts'
import { run } from './run.ts'
import { wheelsOnly, type Workshop } from './workshop.ts'

/** Chooses a wheel for everything that the requirements need: one resolution for application and launcher. */
export async function resolveRequirements(read: Requirements, workshop: Workshop): Promise<ResolvedPackage[]> {
  const { folder, onProgress } = workshop
  const report = join(folder, 'report.json')
  // One line of the file for one line of ours, so that pip's "(line 7)" leads back to the line that a person wrote.
  writeFileSync(join(folder, 'requirements.txt'), text(read.requirements))
  writeFileSync(join(folder, 'constraints.txt'), text(read.constraints))
  writeFileSync(join(folder, 'options.txt'), read.options.map((line) => `${line}\n`).join(''))
  onProgress?.({ step: 'resolve' })
  const files = ['-r', 'requirements.txt', '-c', 'constraints.txt', '-r', 'options.txt']
  const { ok, output } = await run(
    [...workshop.pip, 'install', '--dry-run', '--ignore-installed', '--report', report, ...wheelsOnly, ...files],
    {
      cwd: folder,
      env: workshop.env,
      signal: workshop.signal,
      onLine: (line) => {
        const name = /^Collecting ([A-Za-z0-9._-]+)/.exec(line)?.[1]
        if (name) onProgress?.({ step: 'resolve', detail: name })
      },
    },
  )
  if (!ok) throw await explain(output, read, workshop)
  const packages = v.parse(Report, JSON.parse(readFileSync(report, 'utf8'))).install.map(toPackage)
  compareHashes(packages, read)
  return packages
}

function text(lines: readonly RequirementLine[]): string {
  return lines.map((line) => `${line.text}\n`).join('')
}

/** https://pip.pypa.io/en/stable/reference/installation-report/ ; `hash` is how pip 22.2 wrote it. */
const Wheel = v.object({
  metadata: v.object({ name: v.string(), version: v.string(), requires_dist: v.optional(v.array(v.string()), []) }),
  download_info: v.object({
    url: v.string(),
    archive_info: v.optional(
      v.object({ hash: v.optional(v.string()), hashes: v.optional(v.record(v.string(), v.string())) }),
    ),
  }),
})
const Report = v.object({ install: v.array(Wheel) })

function toPackage({ metadata, download_info: from }: v.InferOutput<typeof Wheel>): ResolvedPackage {
  const { hash, hashes } = from.archive_info ?? {}
  const sha256 = hashes?.['sha256'] ?? hash?.match(/^sha256=(.*)$/)?.[1] ?? ''
  const name = normaliseName(metadata.name)
  if (!new URL(from.url).pathname.endsWith('.whl')) {
    throw new MseError('dependencies/no-wheel', `${name} ${metadata.version}: pip chose something that is not a wheel`)
  }
  if (!/^[0-9a-f]{64}$/.test(sha256)) {
    throw new MseError('dependencies/failed', `${name} ${metadata.version}: the index gives no SHA-256 of the wheel`)
  }
  const needs = metadata.requires_dist.map((one) => normaliseName(/^[\w.-]+/.exec(one)?.[0] ?? ''))
  return { name, version: metadata.version, sha256, needs }
}
