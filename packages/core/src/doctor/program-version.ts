import { execFile } from 'node:child_process'

/** What a program says of its version: the first number with a point in it; undefined if it says none. */
export async function programVersion(program: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    // Some end with an error although they say it, and some say it on standard error.
    execFile(program, [...args], { timeout: 5000 }, (_error, stdout, stderr) => {
      resolve(/\d+(\.\d+)+/.exec(`${stderr}\n${stdout}`)?.[0])
    })
  })
}
