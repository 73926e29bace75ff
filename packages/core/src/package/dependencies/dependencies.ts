/** The dependencies of an application and of its launcher: one hash-locked set, installed once (decisions/0003). */
export { linkTree } from './link-tree.ts'
export { installDependencies, type InstallOptions } from './install-dependencies.ts'
export { discard, type InstalledFile, type InstalledSet } from './installed-set.ts'
export type { Progress } from './progress.ts'
