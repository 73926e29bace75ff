import type { Diagnosis } from './diagnosis.ts'

const install = 'sudo apt-get install --yes --no-install-recommends '

/** The commands that mend everything: one for all packages, then the others, each once. */
export function combineFixes(diagnoses: readonly Diagnosis[]): string[] {
  const fixes = diagnoses.flatMap(({ fix }) => (fix === undefined ? [] : [fix]))
  const packages = fixes.filter((fix) => fix.startsWith(install)).flatMap((fix) => fix.slice(install.length).split(' '))
  const others = fixes.filter((fix) => !fix.startsWith(install))
  const one = packages.length === 0 ? [] : [install + [...new Set(packages)].toSorted().join(' ')]
  return [...new Set([...one, ...others])]
}
