import type { Family } from './explanation.ts'

/** The application while it runs, and what answers in its place. */
export const serve: Family = {
  'http/method': ['The address exists for another HTTP method.', 'Spec 5 lists what a launcher answers.'],
  'http/not-found': [
    'The launcher answers below /.well-known/mse/ and has nothing of this name.',
    'Spec 5 lists what it answers.',
  ],
  'serve/import-failed': [
    'The application cannot be imported, or ends while it starts.',
    'The traceback stands in the log: mse logs NAME.',
  ],
  'serve/no-log': ['The application has printed nothing yet.', 'mse status NAME.'],
  'serve/not-an-enclave': ['Something answers there, and it is not a launcher of mse.', 'Check host and port.'],
  'serve/oversized': ['More was answered than anybody asked for, so it was not read on.', 'Check host and port.'],
  'serve/timeout': ['No answer in time.', 'mse logs NAME; give it longer with --timeout.'],
  'serve/unhealthy': [
    'The application runs, and its health check answers with an error.',
    'mse logs NAME; healthcheck_endpoint in mse.toml.',
  ],
  'serve/unreachable': ['Nothing answers there.', 'Check host and port; mse list shows what runs here.'],
}
