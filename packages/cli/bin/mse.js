#!/usr/bin/env node
// scripts/bundle.mjs makes both: the program, and the same without any other command than `verify`.
import { createRequire } from 'node:module'

const load = createRequire(import.meta.url)
if (process.argv[2] === 'verify') load('./load-verify.cjs').loadVerify()
else load('../bundle/main.cjs')
