import { softwareFingerprint } from '@mse/core/package/fingerprint'
import { describeContents } from '@mse/core/package/describe-contents'
import { examinePackage } from '@mse/core/package/receive-package'
import { defineCommand, flag, positional, text, type Command } from '../command.ts'
import { readableSize } from '../readable-size.ts'
import { receivedPackage } from '../received-package.ts'
import { packageKinds, registryArguments } from '../registry-arguments.ts'
import { startSession } from '../session.ts'

export const command: Command = defineCommand({
  examples: [
    ['mse inspect helloworld.pkg', 'what is inside, what is in clear, what is measured, whose it is'],
    ['mse inspect registry.example.org/team/helloworld:1.0 --files', 'the same of one in a registry, with every file'],
  ],
  related: ['package', 'pull', 'spawn'],
  arguments: {
    package: positional(text(packageKinds, { required: true })),
    files: flag('list every file'),
    ...registryArguments,
  },
  async run(args, context) {
    const session = await startSession(context)
    const examined = await examinePackage(session, await receivedPackage(args.package, args, context.cwd))
    const { index, indexBytes, image } = examined
    const { layers, files } = describeContents(examined)
    const fingerprint = softwareFingerprint(indexBytes)
    const { terminal } = context
    const encrypted = files.filter((file) => file.encrypted).length
    terminal.product(
      facts([
        ['name', index.configuration.name],
        ['signed by', index.owner],
        ['fingerprint', `${fingerprint} (software enclave)`],
        ['image', image?.digest ?? 'none: a folder'],
        ['python', index.python],
        ['base', index.base ?? 'none: not for SGX'],
        ['encrypted', `${encrypted} ${encrypted === 1 ? 'file' : 'files'}: the code`],
        ['in clear', `${files.length - encrypted} files, the paths, modes and sizes of all, and the configuration`],
        ['measured', 'index.json: every file but signature.json by its SHA-256, and the configuration'],
        ...Object.entries(index.configuration).map(([key, value]): [string, string] => [`  ${key}`, shown(value)]),
      ]),
    )
    terminal.table(
      layers.map((layer) => ({ ...layer, size: readableSize(layer.size), digest: layer.digest ?? '-' })),
      ['layer', 'files', 'size', 'digest'],
    )
    if (args.files) {
      terminal.table(
        files.map((file) => ({ ...file, encrypted: file.encrypted ? 'encrypted' : 'in clear' })),
        ['path', 'size', 'mode', 'encrypted', 'sha256'],
      )
    }
    const { configuration, owner, python, base } = index
    const data = {
      name: configuration.name,
      owner,
      fingerprints: { software: fingerprint },
      python,
      base,
      configuration,
    }
    return { data: { ...data, image: image && { digest: image.digest, id: image.id }, layers, files } }
  },
})

function facts(rows: readonly (readonly [name: string, value: string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n')
}

function shown(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value)
}
