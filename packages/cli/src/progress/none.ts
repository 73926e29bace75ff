import type { Progress } from './interface.ts'

export const noProgress: Progress = {
  start: () => ({ update: () => undefined, end: () => undefined }),
  around: (print) => print(),
}
