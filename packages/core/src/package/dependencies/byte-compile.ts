import { MseError } from '../../error.ts'
import type { Environment, Interpreter } from '../interpreter.ts'
import { run } from './run.ts'

/** Where the tree lies in the enclave; tracebacks show it, and nothing of this machine. */
const inEnclave = '/opt/mse/site-packages'

/*
 * Byte code of a file depends on what its process did before: constants that something else holds too are marked in
 * it. So one process compiles nothing and forks for every file; each child begins in the same state. Hashes of strings
 * are fixed, which -I would prevent. Up to Python 3.10 a set in the code is written in the order of its hashes, and
 * that of None is an address: such files stay without byte code, like those that are not valid for this Python
 * (templates, tests of syntax). Unchecked: the whole tree is measured, so the byte code needs no source to trust.
 */
const program = `
import sys
sys.path[:] = [entry for entry in sys.path if entry]
import importlib.util, marshal, os, py_compile

root, inside = os.fsencode(sys.argv[1]) + b'/', sys.argv[2] + '/'

def by_address(value):
    if isinstance(value, (tuple, frozenset)):
        return any(map(by_address, value))
    return value is None or value is ... or value != value

def unstable(value):
    if isinstance(value, frozenset):
        return by_address(value)
    return any(map(unstable, value if isinstance(value, tuple) else getattr(value, 'co_consts', ())))

def compile_one(name):
    try:
        byte_code = py_compile.compile(os.fsdecode(root + name), dfile=inside + os.fsdecode(name), doraise=True,
            optimize=0, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    except py_compile.PyCompileError as error:
        return isinstance(error.exc_value, MemoryError)
    if sys.version_info < (3, 11):
        with open(byte_code, 'rb') as file:
            code = marshal.loads(file.read()[16:])
        if unstable(code):
            os.remove(byte_code)
    return 0

def reap():
    status = os.waitstatus_to_exitcode(os.wait()[1])
    if status > 0 or status == -9:
        sys.exit('a file could not be compiled')

limit = len(os.sched_getaffinity(0)) if hasattr(os, 'sched_getaffinity') else os.cpu_count() or 1
running = 0
for name in sys.stdin.buffer.read().split(b'\\0'):
    if running == limit:
        reap()
        running -= 1
    if os.fork() == 0:
        status = 1
        try:
            status = compile_one(name)
        finally:
            os._exit(status)
    running += 1
while running:
    reap()
    running -= 1
`

/** Compiles the files named, relative to `tree`; the same files give the same bytes on any machine. */
export async function byteCompile(
  tree: string,
  files: readonly string[],
  interpreter: Interpreter,
  { env, signal }: { readonly env: Environment; readonly signal: AbortSignal | undefined },
): Promise<void> {
  if (files.length === 0) return
  const libraries = env['LD_LIBRARY_PATH']
  const { ok, output } = await run(
    [interpreter.executable, '-s', '-S', '-W', 'ignore', '-c', program, tree, inEnclave],
    {
      cwd: '/',
      env: { PYTHONHASHSEED: '0', PYTHONUTF8: '1', ...(libraries && { LD_LIBRARY_PATH: libraries }) },
      input: Buffer.from(files.toSorted().join('\0')),
      signal,
    },
  )
  if (!ok) {
    throw new MseError('dependencies/failed', 'the dependencies could not be byte-compiled', {
      found: output.split('\n').slice(-6).join('\n'),
      next: 'look at the free memory and the free space of the disk, and try again',
    })
  }
}
