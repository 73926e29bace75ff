import { it, type TestAPI } from 'vitest'

import { Workbench } from './workbench.ts'

/** A test with a workbench of its own, whose launcher needs one wheel. */
export const test: TestAPI<{ bench: Workbench }> = it.extend<{ bench: Workbench }>({
  // oxlint-disable-next-line no-empty-pattern -- vitest reads the pattern
  bench: async ({}, use) => {
    const bench = await Workbench.open()
    bench.write('launcher-requirements.txt', 'server>=1\n')
    bench.wheel('server', '1.5', { files: { 'server.py': 'def name():\n    return name.__code__.co_filename\n' } })
    await use(bench)
    bench.close()
  },
})
