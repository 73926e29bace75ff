// What tests read of the disk, in a browser: asked of the server of the tests, synchronously, as they ask Node.

function ask(what: string, path: string): XMLHttpRequest {
  const request = new XMLHttpRequest()
  request.open('GET', `/disk/${what}?path=${encodeURIComponent(path)}`, false)
  request.overrideMimeType('text/plain; charset=x-user-defined')
  request.send()
  return request
}

export function readFileSync(path: string, encoding?: 'utf8'): Uint8Array | string {
  const { status, responseText } = ask('read', path)
  if (status !== 200) throw new Error(`${path} cannot be read`)
  const bytes = Uint8Array.from(responseText, (character) => character.charCodeAt(0) & 0xff)
  return encoding === undefined ? bytes : new TextDecoder().decode(bytes)
}

export function existsSync(path: string): boolean {
  return ask('read', path).status === 200
}

export function readdirSync(path: string): readonly string[] {
  return JSON.parse(ask('list', path).responseText)
}

export function join(...parts: readonly string[]): string {
  const out: string[] = []
  for (const part of parts.join('/').split('/')) {
    if (part === '..') out.pop()
    else if (part !== '.' && (part !== '' || out.length === 0)) out.push(part)
  }
  return out.join('/')
}
