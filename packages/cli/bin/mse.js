#!/usr/bin/env node
// scripts/bundle.mjs makes both: the program, and the same without any other command than `verify`.
if (process.argv[2] === 'verify') {
  const { createRequire } = await import('node:module')
  createRequire(import.meta.url)('./load-verify.cjs').loadVerify()
} else await import('../bundle/main.js')
