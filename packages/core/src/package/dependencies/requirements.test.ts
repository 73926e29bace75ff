import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { meaning, namedSources, readRequirements, type Requirements } from './requirements.ts'
import { Workbench } from './testing/workbench.ts'

let bench: Workbench
beforeEach(async () => {
  bench = await Workbench.open()
})
afterEach(() => bench.close())

function read(text: string, env = {}): Requirements {
  bench.write('code/requirements.txt', text)
  return readRequirements(bench.requirements, bench.launcherRequirements, env)
}

function refused(text: string): unknown {
  try {
    read(text)
  } catch (error) {
    return error
  }
  return 'accepted'
}

describe('a requirements file', () => {
  it('is read as pip reads it: comments, continued lines, options', () => {
    const { requirements, options } = read(
      '\uFEFF# a comment\r\nFlask.Ext[async] >= 2, \\\r\n  <4 ; python_version > "3.9" # why\r\n\r\n-i https://a/ --pre\r\nb\\\n# c\nd',
    )
    expect(requirements.map(({ line, text, name }) => [line, text, name])).toEqual([
      [2, 'Flask.Ext[async] >= 2,   <4 ; python_version > "3.9"', 'flask-ext'],
      [6, 'b', 'b'],
      [8, 'd', 'd'],
    ])
    expect(options).toEqual(['-i https://a/', '--pre'])
  })

  it('includes others of its folder, each line known by its own file and number', () => {
    bench.write('code/more/base.txt', '\n-c ../pins.txt\nflask\n')
    bench.write('code/pins.txt', 'werkzeug<3\n')
    const { requirements, constraints } = read('a\n-r more/base.txt\n--requirement=more/base.txt\n')
    expect(requirements.map(({ file, line, text }) => `${file}:${line} ${text}`)).toEqual([
      'requirements.txt:1 a',
      'more/base.txt:3 flask',
      'more/base.txt:3 flask',
    ])
    expect(constraints[0]).toMatchObject({ file: 'pins.txt', line: 1, text: 'werkzeug<3' })
  })

  it('keeps hashes for a comparison and gives pip the line without them', () => {
    const { requirements } = read(`six==1.16.0 \\\n  --hash=sha256:${'A'.repeat(64)} --hash sha256:${'b'.repeat(64)}\n`)
    expect(requirements[0]).toMatchObject({ text: 'six==1.16.0', hashes: ['a'.repeat(64), 'b'.repeat(64)] })
  })

  it('finds a folder of wheels beside the file that names it, and drops what would allow sources', () => {
    const { options } = read('-f ../wheels\n--find-links "no such place"\n--only-binary :none:\n--require-hashes\n')
    expect(options).toEqual([`-f ${bench.wheels}`, "--find-links 'no such place'"])
  })
})

describe('a requirement', () => {
  it.each([
    'a',
    'A.b-c_d',
    'a[x,y] ~=1.4.2',
    'a (>=1, <2)',
    'a==1.*,!=1.3',
    'a===1.0+local-1',
    'a>1!2.0rc1 ; extra == "/"',
    'torch==2.1.0+cpu',
  ])('may be written %s', (line) => {
    expect(read(`${line}\n`).requirements).toHaveLength(1)
  })
})

describe('what is not a wheel of an index', () => {
  it.each([
    '-e .',
    '--editable=./lib',
    '.',
    './lib',
    '/srv/lib',
    'lib/',
    '~/lib',
    'lib-1.0-py3-none-any.whl',
    'lib-1.0.tar.gz',
    './lib-1.0-py3-none-any.whl ; python_version > "3"',
    'git+https://example.com/lib.git',
    'git+ssh://git@example.com/lib.git@v1#egg=lib',
    'https://example.com/lib-1.0-py3-none-any.whl',
    'lib @ https://example.com/lib-1.0-py3-none-any.whl',
    'lib[extra]@file:///srv/lib',
    '--no-binary :all:',
  ])('is refused: %s', (line) => {
    expect(refused(`flask\n${line}\n`)).toMatchObject({
      code: 'dependencies/not-a-wheel',
      message: expect.stringContaining('requirements.txt:2: '),
      next: expect.stringContaining('--find-links'),
    })
  })

  it('is refused under an abbreviated option, which pip would understand', () => {
    expect(refused('--no-bin :all:\n')).toMatchObject({ code: 'dependencies/syntax' })
  })
})

describe('a refusal', () => {
  it.each([
    ['an absolute path out of the folder', '-r /etc/hostname', 'dependencies/outside'],
    ['a way out of the folder', '-c ../launcher-requirements.txt', 'dependencies/outside'],
    ['a link out of the folder', '-r link.txt', 'dependencies/outside'],
    ['an address', '-r https://example.com/r.txt', 'dependencies/outside'],
    ['a missing file', '-r absent.txt', 'dependencies/syntax'],
    ['a file that includes itself', '-r requirements.txt', 'dependencies/syntax'],
    ['an unknown option', '--target /', 'dependencies/syntax'],
    ['an option without its value', '--index-url', 'dependencies/syntax'],
    ['a single equals sign', 'flask=2', 'dependencies/syntax'],
    ['a missing version', 'flask==', 'dependencies/syntax'],
    ['an operator that older pips take for anything', 'flask>>2', 'dependencies/syntax'],
    ['two words', 'flask werkzeug', 'dependencies/syntax'],
    ['a quoted line', '"flask"', 'dependencies/syntax'],
    ['hashes that are no SHA-256', 'six --hash=md5:00', 'dependencies/syntax'],
    ['a password in a file that stays in clear', '-i https://me:hunter2@example.com/simple', 'dependencies/password'],
  ])('of %s', (_, line, code) => {
    symlinkSync(bench.launcherRequirements, join(bench.folder, 'code/link.txt'))
    const error = refused(`${line}\n`)
    expect(error).toMatchObject({ code })
    expect(JSON.stringify([error, String(error)])).not.toContain('hunter2')
  })

  it('of bytes that are not UTF-8, and of a file that is gone', () => {
    writeFileSync(bench.requirements, Buffer.from([0x66, 0xe9, 0x0a]))
    const latin = (): unknown => readRequirements(bench.requirements, bench.launcherRequirements, {})
    expect(latin).toThrow(expect.objectContaining({ code: 'dependencies/syntax' }))
    const gone = (): unknown => readRequirements(join(bench.folder, 'gone.txt'), bench.launcherRequirements, {})
    expect(gone).toThrow(expect.objectContaining({ code: 'dependencies/missing' }))
  })
})

describe('the meaning of the files', () => {
  const of = (text: string): string => meaning(read(text))

  it('is not changed by comments and by where packages come from', () => {
    expect(of('# one\nflask  # two\n')).toBe(of('flask\n'))
    expect(of('flask\n-i https://a.example/simple\n--find-links wheels\n')).toBe(of('flask\n'))
  })

  it('is changed by an included file, a hash and pre-releases', () => {
    bench.write('code/pins.txt', 'werkzeug<3\n')
    const before = of('flask\n-c pins.txt\n')
    bench.write('code/pins.txt', 'werkzeug<2\n')
    expect(of('flask\n-c pins.txt\n')).not.toBe(before)
    expect(of(`six --hash=sha256:${'0'.repeat(64)}\n`)).not.toBe(of('six\n'))
    expect(of('six\n--pre\n')).not.toBe(of('six\n'))
  })
})

describe('the sources that the files name', () => {
  const of = (text: string, env = {}): string => namedSources(read(text, env), env)

  it('are not changed by passing credentials', () => {
    const line = '-i https://${USER}:${TOKEN}@example.com/simple\n'
    expect(of(line, { USER: 'a', TOKEN: 'one' })).toBe(of(line, { USER: 'b', TOKEN: 'two' }))
  })

  it('are changed by a variable', () => {
    expect(of('-i https://${HOST}/\n', { HOST: 'a' })).not.toBe(of('-i https://${HOST}/\n', { HOST: 'b' }))
  })
})
