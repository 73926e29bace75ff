// The tests that cover the verifier: they run by themselves, so that what they leave out can be counted (vitest.config.ts has the thresholds).
const verifierTests = ['packages/attest', 'tests/replay-dcap.test.ts', 'tests/hostile-input.test.ts']

/** Arguments of vitest: these tests, which fail below the thresholds. */
export const coverageArguments = ['run', '--coverage', ...verifierTests]

/** Arguments of vitest: all others. */
export const otherArguments = [
  'run',
  ...verifierTests.flatMap((path) => ['--exclude', path.endsWith('.ts') ? path : `${path}/**`]),
]
