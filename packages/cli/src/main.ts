import { run } from './run.ts'

// Not awaited here: one of the two bundles is CommonJS, which cannot wait.
void run(process.argv.slice(2), {
  stdin: () => process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  now: () => new Date(),
  onSignal: (listener) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, listener)
  },
  exit: (code) => process.exit(code),
}).then((code) => (process.exitCode = code))
