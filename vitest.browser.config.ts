import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { serveDisk } from './scripts/browser/serve-disk.ts'

// The tests of the verifier once more, in Debian's Chromium: npm test runs them where it is installed.
const root = import.meta.dirname
const shared = process.env['MSE_SHARED']
const disk = `${root}/scripts/browser/disk.ts`

export default defineConfig({
  root,
  define: { 'process.env': JSON.stringify(shared === undefined ? {} : { MSE_SHARED: shared }) },
  resolve: { conditions: ['source'], alias: { 'node:fs': disk, 'node:path': disk } },
  plugins: [serveDisk([root, ...(shared === undefined ? [] : [shared])])],
  test: {
    include: ['packages/attest/src/**/*.test.ts'],
    // These compare with Node itself: its certificates, its structured clones.
    exclude: [
      'packages/attest/src/enclave.test.ts',
      'packages/attest/src/x509/certificate.test.ts',
      'packages/attest/src/x509/public-key.test.ts',
      'packages/attest/src/ra-tls/certificate.test.ts',
      'packages/attest/src/testing/platform.test.ts',
    ],
    testTimeout: 60_000,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({
        launchOptions: { executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage'] },
      }),
      instances: [{ browser: 'chromium' }],
    },
  },
})
