#!/usr/bin/env node
// scripts/bundle.mjs makes both: the program, and the same without any other command than `verify`. CommonJS here, too: Node.js starts
// faster without its loader of ECMAScript modules.
require('./load-program.cjs').loadProgram(process.argv[2] === 'verify' ? 'verify' : 'main')
