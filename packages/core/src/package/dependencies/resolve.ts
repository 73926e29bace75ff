import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'

import { MseError } from '../../error.ts'
import { compareHashes, type ResolvedPackage } from './compare-hashes.ts'
import { explain } from './explain/explain.ts'
import type { LockedPackage } from './lock.ts'
import { normaliseName, type RequirementLine } from './requirement-line.ts'
import type { Requirements } from './requirements.ts'
import { run, type Outcome } from './run.ts'
import { wheelsOnly, type Workshop } from './workshop.ts'

/**
 * Chooses a wheel for everything that the requirements need: one resolution for application and launcher. Versions to keep
 * are kept if all of them can be; otherwise every version is chosen anew.
 */
export async function resolveRequirements(
  read: Requirements,
  keep: readonly LockedPackage[],
  workshop: Workshop,
): Promise<ResolvedPackage[]> {
  const { folder } = workshop
  const report = join(folder, 'report.json')
  // One line of the file for one line of ours, so that pip's "(line 7)" leads back to the line that a person wrote.
  writeFileSync(join(folder, 'requirements.txt'), text(read.requirements))
  writeFileSync(join(folder, 'constraints.txt'), text(read.constraints))
  writeFileSync(join(folder, 'options.txt'), read.options.map((line) => `${line}\n`).join(''))
  writeFileSync(join(folder, 'keep.txt'), keep.map(({ name, version }) => `${name}==${version}\n`).join(''))
  workshop.onProgress?.({ step: 'resolve' })
  const kept = keep.length > 0 ? await resolveOnce(report, ['-c', 'keep.txt'], workshop) : undefined
  const { ok, output } = kept?.ok ? kept : await resolveOnce(report, [], workshop)
  if (!ok) throw await explain(output, read, [], workshop)
  const packages = await readReport(report, workshop)
  compareHashes(packages, read)
  return packages
}

function resolveOnce(report: string, more: readonly string[], workshop: Workshop): Promise<Outcome> {
  const { pip, folder, env, signal, onProgress } = workshop
  const files = ['-r', 'requirements.txt', '-c', 'constraints.txt', '-r', 'options.txt', ...more]
  const rules = ['--dry-run', '--ignore-installed', '--target', 'nowhere', '--report', report, ...wheelsOnly]
  return run([...pip.command, 'install', ...rules, ...files], {
    cwd: folder,
    env,
    signal,
    onLine: (line) => {
      const name = /^Collecting ([A-Za-z0-9._-]+)/.exec(line)?.[1]
      if (name) onProgress?.({ step: 'resolve', detail: name })
    },
  })
}

function text(lines: readonly RequirementLine[]): string {
  return lines.map((line) => `${line.text}\n`).join('')
}

/** https://pip.pypa.io/en/stable/reference/installation-report/ ; `hash` is how pip 22.2 wrote it. */
const Wheel = v.object({
  metadata: v.object({ name: v.string(), version: v.string() }),
  download_info: v.object({
    url: v.string(),
    archive_info: v.optional(
      v.object({ hash: v.optional(v.string()), hashes: v.optional(v.record(v.string(), v.string())) }),
    ),
  }),
})
const Report = v.object({ install: v.array(Wheel) })
const Needs = v.record(v.string(), v.array(v.string()))

async function readReport(report: string, { pip, folder, env, signal }: Workshop): Promise<ResolvedPackage[]> {
  const { install } = v.parse(Report, JSON.parse(readFileSync(report, 'utf8')))
  const { ok, output } = await run([...pip.needs, report], { cwd: folder, env, signal })
  if (!ok) throw new MseError('dependencies/failed', 'the report of pip cannot be read', { found: output })
  const needs = v.parse(Needs, JSON.parse(output))
  return install.map((wheel) => toPackage(wheel, needs))
}

function toPackage({ metadata, download_info: from }: v.InferOutput<typeof Wheel>, needs: Needs): ResolvedPackage {
  const { hash, hashes } = from.archive_info ?? {}
  const sha256 = hashes?.['sha256'] ?? hash?.match(/^sha256=(.*)$/)?.[1] ?? ''
  const name = normaliseName(metadata.name)
  if (!new URL(from.url).pathname.endsWith('.whl')) {
    throw new MseError('dependencies/no-wheel', `${name} ${metadata.version}: pip chose something that is not a wheel`)
  }
  if (!/^[0-9a-f]{64}$/.test(sha256)) {
    throw new MseError('dependencies/failed', `${name} ${metadata.version}: the index gives no SHA-256 of the wheel`)
  }
  return { name, version: metadata.version, sha256, needs: needs[name] ?? [] }
}

type Needs = v.InferOutput<typeof Needs>
