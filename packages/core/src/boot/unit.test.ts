import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { installUnit, uninstallUnit, unitFiles } from './install-unit.ts'
import { unitText } from './unit.ts'
import { applicationsUnit, routeUnit, serveUnit } from './units.ts'

const home = temporaryFolder()
const { name } = applicationsUnit
const fresh = (): string => mkdtempSync(join(home(), 'config-'))

describe('the unit', () => {
  it('hands on what decides where things are, and nothing else of the environment', () => {
    const text = unitText(applicationsUnit, ['/usr/bin/node', '/opt/mse.js'], {
      XDG_STATE_HOME: '/data',
      TOKEN: 'hunter2',
      PATH: '/bin',
    })
    expect(text).toContain('ExecStart="/usr/bin/node" "/opt/mse.js" "operator" "resume"\n')
    expect(text.match(/^Environment=.*$/gm)).toEqual(['Environment="PATH=/bin"', 'Environment="XDG_STATE_HOME=/data"'])
  })

  it('quotes paths that would mean something to systemd', () => {
    const text = unitText(applicationsUnit, ['/a $b', '/a b/$HOME/%h/"x"/\\n'], { PATH: '/50%' })
    expect(text).toContain(String.raw`ExecStart="/a $b" "/a b/$$HOME/%%h/\"x\"/\\n" "operator" "resume"`)
    expect(text).toContain('Environment="PATH=/50%%"')
  })

  it.skipIf(spawnSync('systemd-analyze', ['--version']).status !== 0)(
    'is one that systemd understands (skipped without systemd-analyze)',
    () => {
      const folder = join(fresh(), 'a b %h $x')
      mkdirSync(folder)
      const program = join(folder, 'mse')
      writeFileSync(program, '#!/bin/sh\n')
      chmodSync(program, 0o755)
      const config = fresh()
      const verify = (text: string, file = name): { status: number | null; stderr: string } => {
        const { unit } = unitFiles(config, file)
        mkdirSync(dirname(unit), { recursive: true })
        writeFileSync(unit, text)
        const env = { ...process.env, XDG_RUNTIME_DIR: home() }
        return spawnSync('systemd-analyze', ['verify', '--user', '--man=no', unit], { encoding: 'utf8', env })
      }
      for (const one of [applicationsUnit, serveUnit(['--host', 'a b']), routeUnit(['--names', 'apps.example.org'])])
        expect(verify(unitText(one, [program], { PATH: '/bin' }), one.name)).toMatchObject({ status: 0, stderr: '' })
      const text = unitText(applicationsUnit, [program], { PATH: '/bin', XDG_STATE_HOME: '/50%' })
      expect(verify(text)).toMatchObject({ status: 0, stderr: '' })
      expect(verify(text.replace('Type=oneshot', 'Type=twoshot')).stderr).not.toBe('')
    },
  )
})

describe('installing', () => {
  it('writes the unit and enables it, and does nothing the second time', async () => {
    const config = fresh()
    const { unit, link } = unitFiles(config, name)
    const text = unitText(applicationsUnit, ['/usr/bin/mse'], {})
    expect(await installUnit(config, name, text, true)).toEqual([
      { path: unit, change: 'written' },
      { path: link, change: 'written' },
    ])
    expect(await uninstallUnit(config, name, true)).toMatchObject([{ change: 'absent' }, { change: 'absent' }])
    await installUnit(config, name, text, false)
    expect(readFileSync(unit, 'utf8')).toBe(text)
    expect(readlinkSync(link)).toBe(unit)
    expect((await installUnit(config, name, text, false)).map((one) => one.change)).toEqual(['unchanged', 'unchanged'])
    const other = unitText(applicationsUnit, ['/opt/mse'], {})
    expect((await installUnit(config, name, other, false)).map((one) => one.change)).toEqual(['replaced', 'unchanged'])
    expect(readFileSync(unit, 'utf8')).toBe(other)
    expect((await uninstallUnit(config, name, false)).map((one) => one.change)).toEqual(['removed', 'removed'])
    expect((await uninstallUnit(config, name, false)).map((one) => one.change)).toEqual(['absent', 'absent'])
  })

  it('a unit of somebody else is neither replaced nor removed', async () => {
    const config = fresh()
    const { unit } = unitFiles(config, name)
    mkdirSync(dirname(unit), { recursive: true })
    writeFileSync(unit, '[Unit]\n')
    await expect(
      installUnit(config, name, unitText(applicationsUnit, ['/usr/bin/mse'], {}), false),
    ).rejects.toMatchObject({
      code: 'state/other-unit',
    })
    await expect(uninstallUnit(config, name, false)).rejects.toMatchObject({ code: 'state/other-unit' })
    expect(readFileSync(unit, 'utf8')).toBe('[Unit]\n')
  })
})
