import { describe, expect, it } from 'vitest'
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { bin, hasCurl } from './support/mse.ts'
import { plainApp, writeProject } from './support/project.ts'

/**
 * Everything works for an ordinary user. Run as root, this test becomes one (nobody), with the /dev/fuse that distributions give
 * to users; run as an ordinary user, the whole suite is that test.
 */
const nobody = 65_534
const isRoot = process.getuid?.() === 0

function reachable(path: string): boolean {
  const { status } = spawnSync('setpriv', [
    `--reuid=${nobody}`,
    `--regid=${nobody}`,
    '--clear-groups',
    'test',
    '-r',
    path,
  ])
  return status === 0
}

describe.skipIf(!isRoot)('an ordinary user (skipped for one, whose whole suite is this test)', () => {
  it.skipIf(!hasCurl || (isRoot && !reachable(bin)))(
    'deploys, verifies and stops (skipped without curl, or where nobody may read this folder)',
    { timeout: 180_000 },
    () => {
      const home = mkdtempSync('/tmp/mse-nobody-')
      writeProject(home, { name: 'plain', toml: 'storage = "64m"\n', app: plainApp })
      spawnSync('chown', ['-R', `${nobody}:${nobody}`, home])
      const device = join(home, 'fuse')
      const script = join(home, 'script.sh')
      const mse = `'${process.execPath}' '${bin}'`
      writeFileSync(
        script,
        `set -eu
      mknod -m 666 '${device}' c 10 229
      mount --bind '${device}' /dev/fuse
      exec setpriv --reuid=${nobody} --regid=${nobody} --clear-groups env -i HOME='${home}' PATH=/usr/local/bin:/usr/bin:/bin \\
        \${PIP_CERT:+PIP_CERT=$PIP_CERT} sh -eu -c '
        cd "$HOME"
        ${mse.replaceAll("'", '"')} doctor --quiet
        url=$(${mse.replaceAll("'", '"')} deploy plain)
        curl --silent --show-error --fail --cacert "$HOME"/.local/state/mse/apps/plain-*/current/certificate.pem "$url/health"
        ${mse.replaceAll("'", '"')} stop plain --quiet
        test -z "$(pgrep -u ${nobody} -f "$HOME" | grep -v $$ || true)"
        ls "$HOME"/.local/state/mse/apps/plain-*/current/'
      `,
      )
      chmodSync(script, 0o755)
      chownSync(home, nobody, nobody)
      const { status, stdout, stderr } = spawnSync('unshare', ['--mount', 'bash', script], {
        encoding: 'utf8',
        cwd: '/',
      })
      rmSync(home, { recursive: true, force: true })
      expect(stderr.split('\n').filter((line) => line.startsWith('error:'))).toEqual([])
      expect({ status, answered: stdout.startsWith('ready\nok') }).toEqual({ status: 0, answered: true })
      expect(stdout).not.toContain('storage.img')
    },
  )
})
