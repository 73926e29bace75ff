import { choice, defineCommand, flag, integer, path, positional, text, type Command } from '../command.ts'
import { platformNames } from '@mse/core/platform/platform'
import { policy } from '../operator/policy.ts'
import { resume } from '../operator/resume.ts'
import { route } from '../operator/route.ts'
import { serve } from '../operator/serve.ts'
import { token } from '../operator/token.ts'
import { install, uninstall } from '../operator/units.ts'

export const command: Command = defineCommand({
  examples: [
    ['mse operator serve --address 0.0.0.0 --host op.example.org', 'run the applications of others on this machine'],
    ['mse operator install', 'have the applications of this user return after a reboot (systemd)'],
  ],
  related: ['login', 'deploy', 'restart', 'list', 'doctor'],
  arguments: {
    action: positional(
      choice(['serve', 'route', 'token', 'policy', 'install', 'uninstall', 'resume'], 'what to do', { required: true }),
    ),
    word: positional(text('of token: create, list or revoke; of install and uninstall: serve or route, or nothing')),
    id: positional(text('of token revoke: which one')),
    address: text('serve, route: IP address to listen on; applications without names listen there, too', {
      default: '127.0.0.1',
      value: 'ADDRESS',
    }),
    port: integer('serve: port of the service; 0 takes a free one', { default: 8444, minimum: 0, maximum: 65535 }),
    host: text('serve: name or address under which owners and clients reach this machine', { value: 'NAME' }),
    ports: text('serve: ports that applications are given', { default: '20000-20999', value: 'FIRST-LAST' }),
    names: text('serve, route: what the names of applications end with; default: each has a port of its own', {
      value: 'DOMAIN',
    }),
    namesPort: integer('serve, route: the one port for all names', { default: 8443, minimum: 0, maximum: 65535 }),
    offer: choice(
      platformNames,
      'serve: platform that owners may choose; default: software, and sgx where it is there',
      { repeat: true, value: 'PLATFORM' },
    ),
    certificate: path('serve: certificate of your own, with its chain; default: one is made', { value: 'FILE' }),
    key: path('serve: its private key', { value: 'FILE' }),
    owner: text('token create: whose it is', { value: 'NAME' }),
    role: choice(['view', 'deploy', 'admin'], 'token create: what it is good for', { default: 'deploy' }),
    applications: integer('token create: how many applications its owner may have', { default: 10, minimum: 0 }),
    memory: text('token create: memory of all of them', { default: '16g', value: 'SIZE' }),
    storage: text('token create: storage of all of them, and of uploads', { default: '128g', value: 'SIZE' }),
    expires: text('token create: when it ends: a date and time, or 90m, 12h, 30d from now', { value: 'WHEN' }),
    dryRun: flag('install, uninstall: say what would be written or removed'),
    timeout: integer('resume: seconds that each step may take', { default: 60, minimum: 1, value: 'SECONDS' }),
  },
  run(args, context) {
    switch (args.action) {
      case 'serve':
        return serve(args, context)
      case 'route':
        return route(args, context)
      case 'token':
        return token(args, context)
      case 'policy':
        return policy(context)
      case 'install':
        return install(args, context)
      case 'uninstall':
        return uninstall(args, context)
      case 'resume':
        return resume(args, context)
    }
  },
})
