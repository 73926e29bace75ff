import type { SoftwarePolicy } from '@mse/attest'
import { launchValues } from '../../launch/plan.ts'
import { SOFTWARE_LABEL, softwareFingerprint } from '../../package/fingerprint.ts'
import type { Folders } from '../../state/paths.ts'
import type { IndexedPackage, MeasuredPart, Measurer } from '../platform.ts'
import { existingRoot, identityFile } from './identity.ts'
import { keyDigest } from './key-digest.ts'

/** What a software enclave measures. Roots are this user's own, if there is one yet. */
export function softwareMeasurer(folders: Folders): Measurer {
  return {
    name: 'software',
    title: 'software enclave',
    kinds: [
      {
        name: 'software',
        unmeasured: [
          ...launchValues,
          'the time, and what answers on the network',
          'Python, libraries, /etc/resolv.conf, /etc/hosts and the name of the host',
        ],
        fingerprint: async (packed) => ({
          measurement: softwareFingerprint(packed.indexBytes),
          parts: measuredParts(packed),
        }),
      },
    ],
    async measure(packed) {
      const root = await existingRoot(identityFile(folders.state))
      return softwareMeasurement(packed, root === undefined ? [] : [root])
    },
  }
}

/** What evidence of a package has to show under these roots. */
export function softwareMeasurement(
  { index, indexBytes }: IndexedPackage,
  softwareRoots: readonly string[],
): Omit<SoftwarePolicy, 'debug'> {
  return {
    platform: 'software',
    softwareRoots,
    measurement: [softwareFingerprint(indexBytes)],
    signer: [keyDigest(index.owner)],
  }
}

function measuredParts({ index, indexBytes }: IndexedPackage): MeasuredPart[] {
  return [
    { name: 'label', size: SOFTWARE_LABEL.length, content: 'what it is the measurement of' },
    {
      name: 'index.json',
      size: indexBytes.length,
      content: `configuration, Python ${index.python}, base, owner, and ${index.files.length} files by their SHA-256`,
    },
  ]
}
