import { MseError } from '@mse/core/error'
import { folders } from '@mse/core/state/paths'
import { keepLogin, newLogin, operatorUrl } from '@mse/operator/client/login'
import { OperatorClient } from '@mse/operator/client/operator-client'
import { readFile } from 'node:fs/promises'
import { defineCommand, path, positional, text, type Command, type Context } from '../command.ts'
import { readWholeInput } from '../input.ts'

export const command: Command = defineCommand({
  examples: [
    ['mse login https://op.example.org:8444 --pin sha256:… < token', 'believe the service that has this key'],
    ['mse login https://op.example.org --ca authorities.pem --token FILE', 'believe whom these authorities vouch for'],
  ],
  related: ['whoami', 'logout', 'deploy'],
  arguments: {
    url: positional(text('address of the operator service', { required: true, env: 'MSE_OPERATOR' })),
    pin: text('SHA-256 of its key or certificate, as the operator has told you', { value: 'sha256:HEX' }),
    ca: path('certificate authorities that vouch for it, PEM', { value: 'FILE' }),
    token: text('file that holds the token; default: $MSE_OPERATOR_TOKEN, else standard input', { value: 'FILE' }),
  },
  async run(args, context) {
    const url = operatorUrl(args.url)
    const authorities = args.ca === undefined ? undefined : await readAuthorities(args.ca)
    const { pin } = args
    newLogin({ url, token: '', pin, authorities }) // what is wrong with it is said before a token is asked for
    const login = newLogin({ url, pin, authorities, token: await readToken(args.token, context) })
    const who = await new OperatorClient(login, context.signal).ask('whoami')
    await keepLogin(folders(context.env), login)
    context.terminal.say(`Logged in to ${login.url} as ${who.owner} (${who.role}).`)
    return { data: { url: login.url, pin: login.pin === null ? null : `sha256:${login.pin}`, ...who } }
  },
})

/** Never of the command line, which other users can read. */
async function readToken(file: string | undefined, context: Context): Promise<string> {
  const given = context.env['MSE_OPERATOR_TOKEN']
  const text = file === undefined && given ? given : (await readWholeInput(file, 4096, context)).toString()
  const token = text.trim()
  if (/^[\w-]{1,100}$/.test(token)) return token
  throw new MseError('usage/input', 'that is no token', {
    expected: 'one line that begins with mse_',
    next: 'mse operator token create, on the machine of the operator',
  })
}

async function readAuthorities(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new MseError('usage/input', `${file} cannot be read`, { cause })
  })
}
