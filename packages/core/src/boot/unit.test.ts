import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { installUnit, uninstallUnit, unitFiles } from './install-unit.ts'
import { unitText } from './unit.ts'

const home = temporaryFolder()
const fresh = (): string => mkdtempSync(join(home(), 'config-'))

describe('the unit', () => {
  it('hands on what decides where things are, and nothing else of the environment', () => {
    const text = unitText(['/usr/bin/node', '/opt/mse.js'], { XDG_STATE_HOME: '/data', TOKEN: 'hunter2', PATH: '/bin' })
    expect(text).toContain('ExecStart="/usr/bin/node" "/opt/mse.js" "operator" "resume"\n')
    expect(text.match(/^Environment=.*$/gm)).toEqual(['Environment="PATH=/bin"', 'Environment="XDG_STATE_HOME=/data"'])
  })

  it('quotes paths that would mean something to systemd', () => {
    const text = unitText(['/a $b', '/a b/$HOME/%h/"x"/\\n'], { PATH: '/50%' })
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
      const { unit } = unitFiles(fresh())
      mkdirSync(dirname(unit), { recursive: true })
      const verify = (text: string): { status: number | null; stderr: string } => {
        writeFileSync(unit, text)
        const env = { ...process.env, XDG_RUNTIME_DIR: home() }
        return spawnSync('systemd-analyze', ['verify', '--user', '--man=no', unit], { encoding: 'utf8', env })
      }
      const text = unitText([program], { PATH: '/bin', XDG_STATE_HOME: '/50%' })
      expect(verify(text)).toMatchObject({ status: 0, stderr: '' })
      expect(verify(text.replace('Type=oneshot', 'Type=twoshot')).stderr).not.toBe('')
    },
  )
})

describe('installing', () => {
  it('writes the unit and enables it, and does nothing the second time', async () => {
    const config = fresh()
    const { unit, link } = unitFiles(config)
    const text = unitText(['/usr/bin/mse'], {})
    expect(await installUnit(config, text, true)).toEqual([
      { path: unit, change: 'written' },
      { path: link, change: 'written' },
    ])
    expect(await uninstallUnit(config, true)).toMatchObject([{ change: 'absent' }, { change: 'absent' }])
    await installUnit(config, text, false)
    expect(readFileSync(unit, 'utf8')).toBe(text)
    expect(readlinkSync(link)).toBe(unit)
    expect((await installUnit(config, text, false)).map((one) => one.change)).toEqual(['unchanged', 'unchanged'])
    const other = unitText(['/opt/mse'], {})
    expect((await installUnit(config, other, false)).map((one) => one.change)).toEqual(['replaced', 'unchanged'])
    expect(readFileSync(unit, 'utf8')).toBe(other)
    expect((await uninstallUnit(config, false)).map((one) => one.change)).toEqual(['removed', 'removed'])
    expect((await uninstallUnit(config, false)).map((one) => one.change)).toEqual(['absent', 'absent'])
  })

  it('a unit of somebody else is neither replaced nor removed', async () => {
    const config = fresh()
    const { unit } = unitFiles(config)
    mkdirSync(dirname(unit), { recursive: true })
    writeFileSync(unit, '[Unit]\n')
    await expect(installUnit(config, unitText(['/usr/bin/mse'], {}), false)).rejects.toMatchObject({
      code: 'state/other-unit',
    })
    await expect(uninstallUnit(config, false)).rejects.toMatchObject({ code: 'state/other-unit' })
    expect(readFileSync(unit, 'utf8')).toBe('[Unit]\n')
  })
})
