/** The dependencies of an application and of its launcher: one hash-locked set, installed once (decisions/0016). */
export { billOfMaterials } from './bill-of-materials.ts'
export { installDependencies, type DependencyInputs, type InstallOptions } from './install-dependencies.ts'
export { discard, treeName, type InstalledFile, type InstalledSet } from './installed-set.ts'
export { linkTree } from './link-tree.ts'
export { lockDependencies } from './lock-dependencies.ts'
export { readLock, type LockFile } from './lock.ts'
export type { Progress } from './progress.ts'
export { targetLibc } from './target.ts'
