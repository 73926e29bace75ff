import { defineConfig } from 'vitest/config'

export default defineConfig({
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'tests/**/*.test.ts', 'spec/**/*.test.ts'],
    coverage: {
      provider: 'v8',
      include: ['packages/attest/src/**/*.ts'],
      exclude: ['**/*.test.ts', '**/*.test-case.ts', 'packages/attest/src/testing/**'],
      reporter: ['text-summary', 'json-summary'],
      reportsDirectory: 'node_modules/.cache/coverage',
      thresholds: { lines: 95, branches: 95 },
    },
    testTimeout: 60_000,
    hookTimeout: 180_000,
  },
})
