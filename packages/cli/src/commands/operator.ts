import { choice, defineCommand, flag, integer, positional, type Command } from '../command.ts'
import { resume } from '../operator/resume.ts'
import { install, uninstall } from '../operator/units.ts'

export const command: Command = defineCommand({
  examples: [
    ['mse operator install', 'have the applications of this user return after a reboot (systemd)'],
    ['mse operator resume', 'start those again that have ended and keep their storage'],
  ],
  related: ['restart', 'list', 'doctor'],
  arguments: {
    action: positional(choice(['install', 'uninstall', 'resume'], 'what to do', { required: true })),
    dryRun: flag('install, uninstall: say what would be written or removed'),
    timeout: integer('resume: seconds that each step may take', { default: 60, minimum: 1, value: 'SECONDS' }),
  },
  run(args, context) {
    if (args.action === 'resume') return resume(args, context)
    return args.action === 'install' ? install(args, context) : uninstall(args, context)
  },
})
