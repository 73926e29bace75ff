import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import type { Plugin } from 'vite'

/** Hands out what tests read: files below the given folders, and nothing else. */
export function serveDisk(folders: readonly string[]): Plugin {
  return {
    name: 'serve-disk',
    configureServer({ middlewares }) {
      middlewares.use('/disk', (request, response) => {
        const { pathname, searchParams } = new URL(request.url ?? '/', 'http://disk')
        const path = searchParams.get('path') ?? ''
        const allowed = folders.some((folder) => path.startsWith(`${folder}/`)) && !path.includes('/../')
        if (!allowed || !existsSync(path)) {
          response.statusCode = 404
          response.end()
        } else if (pathname === '/list') {
          response.end(JSON.stringify(readdirSync(path, { recursive: true })))
        } else if (statSync(path).isFile()) {
          response.end(readFileSync(path))
        } else {
          response.statusCode = 404
          response.end()
        }
      })
    },
    transform(code, id) {
      const [file = ''] = id.split('?')
      if (!file.endsWith('.ts') || !/import\.meta\.(dirname|filename)/.test(code)) return undefined
      return code
        .replaceAll('import.meta.dirname', JSON.stringify(file.slice(0, file.lastIndexOf('/'))))
        .replaceAll('import.meta.filename', JSON.stringify(file))
    },
  }
}
