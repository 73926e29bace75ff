import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'

import { linkTree } from './link-tree.ts'
import { indexAnswers } from './testing/index-answers.ts'
import { Workbench } from './testing/workbench.ts'

it.skipIf(!(await indexAnswers()))(
  'Flask and what a launcher needs come from the real index and work (skipped without it)',
  async () => {
    const bench = await Workbench.open()
    bench.write('launcher-requirements.txt', 'cryptography>=42\nuvicorn>=0.23\na2wsgi>=1.8\nwebsockets>=11\n')
    const set = await bench.install('flask\n', { env: process.env })
    expect(set.lock.text).toMatch(/^(flask|cryptography|uvicorn|werkzeug)==/m)
    expect(set.lock.text).not.toMatch(/:\/\//)
    const tree = join(bench.folder, 'site-packages')
    linkTree(set, tree)
    const script =
      'import sys; sys.path.insert(0, sys.argv[1]); import flask, uvicorn, a2wsgi, websockets, cryptography.x509; print(flask.__file__)'
    const said = execFileSync(bench.interpreter.executable, ['-I', '-S', '-B', '-c', script, tree], {
      encoding: 'utf8',
    })
    expect(said.trim()).toBe(join(tree, 'flask/__init__.py'))
    bench.close()
  },
)
