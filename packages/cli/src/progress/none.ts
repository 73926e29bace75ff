import type { Progress } from '../progress.ts'

export const noProgress: Progress = {
  start: () => ({ update: () => undefined, end: () => undefined }),
  around: (print) => print(),
}
