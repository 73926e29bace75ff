// What the checks are called. An entry of its own: a verdict names them by their codes.
export { titleOf } from './checks/title-of.ts'
