import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { findPython, type Environment, type Interpreter } from '../../interpreter.ts'
import { installDependencies, type InstallOptions } from '../install-dependencies.ts'
import type { InstalledSet } from '../installed-set.ts'
import { makeWheel, type WheelContent } from './make-wheel.ts'

let python: Promise<Interpreter> | undefined

/** A folder for one test: wheels, a project, a cache. pip sees no index and no configuration but that. */
export class Workbench {
  readonly folder: string = mkdtempSync(join(realpathSync(tmpdir()), 'mse-dependencies-'))
  readonly wheels: string = join(this.folder, 'wheels')
  readonly requirements: string = join(this.folder, 'code/requirements.txt')
  readonly launcherRequirements: string = join(this.folder, 'launcher-requirements.txt')
  readonly cache: string = join(this.folder, 'cache')
  readonly env: Environment = {
    PATH: process.env['PATH'],
    HOME: this.folder,
    PIP_CONFIG_FILE: '/dev/null',
    PIP_FIND_LINKS: this.wheels,
    PIP_NO_INDEX: '1',
    PIP_RETRIES: '0',
  }
  readonly interpreter: Interpreter

  static async open(): Promise<Workbench> {
    python ??= findPython(process.env)
    return new Workbench(await python)
  }

  private constructor(interpreter: Interpreter) {
    this.interpreter = interpreter
    mkdirSync(this.wheels)
    this.write('launcher-requirements.txt', '')
    this.write('code/requirements.txt', '')
  }

  wheel(name: string, version: string, content?: WheelContent): string {
    return makeWheel(this.wheels, name, version, content)
  }

  write(path: string, text: string): string {
    const file = join(this.folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
    return file
  }

  install(requirements: string, more: Partial<InstallOptions> = {}): Promise<InstalledSet> {
    this.write('code/requirements.txt', requirements)
    const { launcherRequirements, interpreter, env, cache } = this
    const paths = { requirements: this.requirements, launcherRequirements, cacheDirectory: cache }
    const target = { python: more.compiler?.minor ?? interpreter.minor }
    return installDependencies({
      ...paths,
      committed: undefined,
      target,
      interpreter,
      compiler: interpreter,
      env,
      ...more,
    })
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
