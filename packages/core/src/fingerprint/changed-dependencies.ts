import type { Index } from '../package/index-file.ts'
import type { Cause } from './cause.ts'

/**
 * Distributions that came, went or have another version, by the names of their folders (`NAME-VERSION.dist-info`, PyPA "Recording
 * installed projects"). If none has and the installed files differ all the same, the files: another build of the same version. Byte
 * code of another Python is no cause of its own.
 */
export function changedDependencies(one: Index, other: Index): Cause[] {
  const [before, after] = [distributions(one), distributions(other)]
  const names = [...new Set([...before.keys(), ...after.keys()])].toSorted()
  const changed = names.flatMap((name) => cause(name, before.get(name), after.get(name)))
  return changed.length > 0 ? changed : changedFiles(one, other)
}

function distributions({ files }: Index): ReadonlyMap<string, string> {
  return new Map(
    files.flatMap(({ path }) => {
      const [, name, version] = /^site-packages\/([^/]+)-([^-/]+)\.dist-info\/METADATA$/.exec(path) ?? []
      return name === undefined || version === undefined ? [] : [[name.toLowerCase().replaceAll('_', '-'), version]]
    }),
  )
}

function changedFiles(one: Index, other: Index): Cause[] {
  const [before, after] = [installed(one), installed(other)]
  const samePython = one.python === other.python
  const all = [...new Set([...before.keys(), ...after.keys()])].toSorted()
  const paths = all.filter((path) => samePython || !path.endsWith('.pyc'))
  return paths.flatMap((path) => cause(path, before.get(path), after.get(path)))
}

/** Everything beside code and launcher: site-packages, the lock, the bill of materials. */
function installed({ files }: Index): ReadonlyMap<string, string> {
  const own = files.filter(({ path }) => !path.startsWith('code/') && !path.startsWith('launcher/'))
  return new Map(own.map(({ path, size, mode, sha256 }) => [path, `${size} bytes, mode ${mode}, SHA-256 ${sha256}`]))
}

function cause(name: string, before: string | undefined, after: string | undefined): Cause[] {
  return before === after ? [] : [{ kind: 'dependency', name, before, after }]
}
