import { liveProgress } from './progress/live.ts'
import { noProgress } from './progress/none.ts'
import { plainProgress } from './progress/plain.ts'
import { canRedraw } from './style.ts'
import type { Progress, ProgressTools } from './progress/interface.ts'
import type { Settings } from './settings.ts'

/** The one place that decides how progress is shown. */
export function createProgress(
  settings: Settings,
  env: Readonly<Record<string, string | undefined>>,
  tools: ProgressTools,
): Progress {
  if (settings.quiet || settings.progress === 'none') return noProgress
  const live = settings.progress === 'auto' && settings.json === 'off' && canRedraw(tools.stream, env)
  return live ? liveProgress(tools) : plainProgress(tools)
}
