import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './mse.ts'

const has = (program: string): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0
const streamModule = '/usr/lib/nginx/modules/ngx_stream_module.so'

export const hasNginx: boolean = has('nginx')
export const hasNginxStream: boolean = hasNginx && existsSync(streamModule)
export const hasHaproxy: boolean = has('haproxy')

/** The configurations of docs/certificates.md, in its order, with what is a place there replaced by what is here. */
export function configuration(language: 'nginx' | 'haproxy', number: number, here: Record<string, string>): string {
  const blocks = readFileSync(join(root, 'docs/certificates.md'), 'utf8').split(`\`\`\`${language}\n`)
  const [text = ''] = (blocks[number + 1] ?? '').split('```')
  return Object.entries(here).reduce((changed, [there, word]) => {
    if (!changed.includes(there)) throw new Error(`the documented configuration has no ${there}`)
    return changed.replaceAll(there, word)
  }, text)
}

/** Runs nginx with servers of HTTP or streams until it is ended. */
export function startNginx(folder: string, text: string): ChildProcess {
  const place = mkdtempSync(join(folder, 'nginx-'))
  const isStream = text.startsWith('stream')
  const lines = [
    isStream ? `load_module ${streamModule};` : '',
    `pid ${place}/pid;`,
    `error_log ${place}/error.log;`,
    'worker_processes 1;',
    'events {}',
    isStream ? text : `http { access_log off; client_body_temp_path ${place}/body; ${paths(place)} ${text} }`,
  ]
  const file = join(place, 'nginx.conf')
  writeFileSync(file, lines.join('\n'))
  return spawn('nginx', ['-p', place, '-c', file, '-g', 'daemon off;'], { stdio: ['ignore', 'ignore', 'inherit'] })
}

/** Everything that nginx would write elsewhere. */
function paths(place: string): string {
  return ['proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${place}/${kind};`).join(' ')
}

export function startHaproxy(folder: string, text: string): ChildProcess {
  const file = join(mkdtempSync(join(folder, 'haproxy-')), 'haproxy.cfg')
  const limits = 'defaults\n    timeout connect 5s\n    timeout client 1m\n    timeout server 1m\n'
  writeFileSync(file, `${limits}${text}`)
  return spawn('haproxy', ['-db', '-f', file], { stdio: ['ignore', 'ignore', 'inherit'] })
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}
