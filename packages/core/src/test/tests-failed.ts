import { MseError } from '../error.ts'

/** Carries what the tests have printed: it says why, and an error would otherwise lose it. */
export class TestsFailed extends MseError {
  readonly output: string

  constructor(command: string, code: number, output: string) {
    super('test/failed', `the tests failed: ${command} ended with ${code}`, { next: 'mse logs' })
    this.output = output
  }
}
