import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import ts from 'typescript'

/**
 * Compiles one folder of sources, and error.ts above it, for processes of their own: the sources as they are now, not `dist`.
 *
 * @returns path of the program, which finds the folder's modules as `./<folder>/<module>.js`
 */
export async function compileProgram(target: string, folder: string, program: string): Promise<string> {
  const sources = (await readdir(folder)).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  const name = basename(folder)
  await mkdir(join(target, name), { recursive: true })
  await writeFile(join(target, 'package.json'), '{"type":"module"}')
  await compile(join(dirname(folder), 'error.ts'), join(target, 'error.js'))
  for (const source of sources) await compile(join(folder, source), join(target, name, source.replace(/ts$/, 'js')))
  const path = join(target, 'program.js')
  await writeFile(path, program)
  return path
}

async function compile(from: string, to: string): Promise<void> {
  const compilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    rewriteRelativeImportExtensions: true,
    verbatimModuleSyntax: true,
  }
  await writeFile(to, ts.transpileModule(await readFile(from, 'utf8'), { compilerOptions }).outputText)
}
