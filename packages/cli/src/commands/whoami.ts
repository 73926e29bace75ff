import type { OperatorClient } from '@mse/operator/client/operator-client'
import { defineCommand, positional, text, type Command } from '../command.ts'
import { clientOf, operatorAddress } from '../operator-argument.ts'
import { readableSize } from '../readable-size.ts'

export const command: Command = defineCommand({
  examples: [
    ['mse whoami https://op.example.org:8444', 'whose token this is, and what is used of its quotas'],
    ['mse whoami --json', 'the same of the service that mse.toml in this folder names, for programs'],
  ],
  related: ['login', 'logout', 'list'],
  arguments: { url: positional(text('address of the operator service', { env: 'MSE_OPERATOR' })) },
  async run(args, context) {
    const client = (await clientOf(await operatorAddress(args.url, context), context)) as OperatorClient
    const who = await client.ask('whoami')
    const { owner, role, quota, used, expires } = who
    const share = (kind: 'memory' | 'storage'): string => `${readableSize(used[kind])} of ${readableSize(quota[kind])}`
    const text = [
      `owner         ${owner}`,
      `role          ${role}`,
      `applications  ${used.applications} of ${quota.applications}`,
      `memory        ${share('memory')}`,
      `storage       ${share('storage')}`,
      ...(expires === null ? [] : [`token ends    ${expires}`]),
    ].join('\n')
    return { text, data: { url: client.login.url, ...who } }
  },
})
