import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export interface ProjectFiles {
  readonly name: string
  /** Further lines of mse.toml. */
  readonly toml?: string
  readonly app: string
  readonly requirements?: string
  /** Files beside these, by path. */
  readonly files?: Readonly<Record<string, string>>
}

/** Writes a project into a new folder and returns the folder. */
export function writeProject(
  parent: string,
  { name, toml = '', app, requirements = '', files = {} }: ProjectFiles,
): string {
  const folder = join(parent, name)
  const all = {
    'mse.toml': `name = "${name}"\npython_application = "app:app"\nhealthcheck_endpoint = "/health"\n${toml}`,
    'mse_src/app.py': app,
    ...(requirements === '' ? {} : { 'mse_src/requirements.txt': requirements }),
    ...files,
  }
  for (const [path, content] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content, { mode: 0o600 })
  }
  return folder
}

/** Copies a project into a new folder, with something changed, and returns the folder. */
export function copyProject(project: string, copy: string, change: (copy: string) => void = () => undefined): string {
  cpSync(project, copy, { recursive: true })
  change(copy)
  return copy
}

/** Replaces something in a text file. */
export function edit(file: string, from: string | RegExp, to: string): void {
  writeFileSync(file, readFileSync(file, 'utf8').replace(from, to))
}

/** The smallest application: WSGI without any framework, so that only the launcher's dependencies are needed. */
export const plainApp = `
import json, os, pathlib

def app(environ, start_response):
    path = environ["PATH_INFO"]
    handler = routes.get(path)
    status, body = ("404 Not Found", "no such path") if handler is None else ("200 OK", handler())
    start_response(status, [("Content-Type", "text/plain; charset=utf-8")])
    return [body.encode()]

def content(variable):
    path = pathlib.Path(os.environ[variable])
    return path.read_text() if path.exists() else "absent"

routes = {
    "/health": lambda: "ok",
    "/secrets": lambda: content("SECRETS_PATH"),
    "/sealed": lambda: content("SEALED_SECRETS_PATH"),
    "/environment": lambda: json.dumps(dict(os.environ)),
}
`
