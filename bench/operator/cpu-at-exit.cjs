// Loaded before a program: writes the milliseconds of processor time that it took, all threads, into a file.
const { writeFileSync } = require('node:fs')

process.on('exit', () => {
  const { user, system } = process.cpuUsage()
  writeFileSync(process.env.MSE_BENCH_CPU, String((user + system) / 1000))
})
