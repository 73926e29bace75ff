import type { Workbench } from './workbench.ts'

/** A wheel with everything in it that installations are known to leave differences in. */
export function makeAwkwardWheel(bench: Workbench): void {
  bench.wheel('awkward', '2.0+local.1', {
    requires: ['leaf<3'],
    files: {
      'awkward-2.0+local.1.dist-info/entry_points.txt': '[console_scripts]\nawkward.sub = awkward.sub.mod:main.run\n',
      'awkward-2.0+local.1.data/scripts/tool*': '#!python\nprint(1)\n',
      'awkward-2.0+local.1.data/data/share/awkward/data.txt': 'data\n',
      'awkward/sub/mod.py': 'main = None\n',
      'awkward/sets.py': 'def f(x):\n    return x in {None, "a", "b", 1, ...}\n',
      'awkward/program*': '#!/bin/sh\n',
      'awkward/template.py': '{% not python %}\n',
      'awkward/ünï, "quoted".txt': 'text\n',
      'awkward/__pycache__/mod.cpython-311.pyc': 'stale',
      'bin/__init__.py': '',
    },
  })
  bench.wheel('leaf', '2.9')
}
