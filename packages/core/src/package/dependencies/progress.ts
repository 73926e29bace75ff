/** What an installation is doing; `detail` is for a live line and may be any package's name. */
export interface Progress {
  readonly step: 'resolve' | 'install' | 'compile'
  readonly detail?: string
}

export type OnProgress = (progress: Progress) => void
