import { folders } from '@mse/core/state/paths'
import { forgetLogin, operatorUrl } from '@mse/operator/client/login'
import { defineCommand, positional, text, type Command } from '../command.ts'
import { operatorAddress } from '../operator-argument.ts'

export const command: Command = defineCommand({
  examples: [
    ['mse logout https://op.example.org:8444', 'forget the token; applications there go on'],
    ['mse logout', 'the same of the service that mse.toml in this folder names'],
  ],
  related: ['login', 'whoami'],
  arguments: { url: positional(text('address of the operator service', { env: 'MSE_OPERATOR' })) },
  async run(args, context) {
    const url = operatorUrl(await operatorAddress(args.url, context))
    const was = await forgetLogin(folders(context.env), url)
    context.terminal.say(
      was ? `The token for ${url.origin} is forgotten; the operator can revoke it.` : 'You were not logged in.',
    )
    return { data: { url: url.origin, wasLoggedIn: was } }
  },
})
