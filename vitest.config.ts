import { defineConfig } from 'vitest/config'

export default defineConfig({
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'tests/**/*.test.ts', 'spec/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 180_000,
  },
})
