import type { InstalledSet, Licence } from './installed-set.ts'
import { roots, type LockedPackage } from './lock.ts'

/**
 * The text of a CycloneDX 1.6 bill of materials (https://cyclonedx.org/docs/1.6/json/): the application, the launcher, and every
 * wheel of the lock with its SHA-256, its licence and what needs it. It has no time and no serial number: the same lock gives the
 * same text, and it is measured like every file of a package.
 */
export function billOfMaterials(application: string, { lock, licences }: InstalledSet): string {
  const launcher = { type: 'application', 'bom-ref': 'mse:launcher', name: 'mse launcher' }
  const wheels = lock.packages.map((one) => component(one, licences[one.name]))
  const rootRefs = { [roots.application]: 'mse:application', [roots.launcher]: launcher['bom-ref'] }
  const refs = new Map([...Object.entries(rootRefs), ...lock.packages.map((one) => [one.name, purl(one)] as const)])
  const needs = (who: string): string[] => lock.packages.filter(({ via }) => via.includes(who)).map(purl)
  const bom = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      tools: { components: [{ type: 'application', name: 'mse' }] },
      component: { type: 'application', 'bom-ref': 'mse:application', name: application },
    },
    components: [launcher, ...wheels],
    dependencies: [...refs].map(([who, ref]) => ({
      ref,
      dependsOn: [...(who === roots.application ? [launcher['bom-ref']] : []), ...needs(who)],
    })),
  }
  return `${JSON.stringify(bom, undefined, 1)}\n`
}

function component(one: LockedPackage, licence: Licence | undefined): object {
  return {
    type: 'library',
    'bom-ref': purl(one),
    name: one.name,
    version: one.version,
    purl: purl(one),
    hashes: [{ alg: 'SHA-256', content: one.sha256 }],
    ...(licence && { licenses: ['expression' in licence ? licence : { license: { name: licence.name } }] }),
  }
}

/** https://github.com/package-url/purl-spec/blob/main/types-doc/pypi-definition.md */
function purl({ name, version }: LockedPackage): string {
  return `pkg:pypi/${name}@${encodeURIComponent(version)}`
}
