/** What a token is good for. `view`: looking. `deploy`: everything with the applications of its owner. `admin`: that, of any owner. */
export type Role = 'view' | 'deploy' | 'admin'

export const roles: readonly Role[] = ['view', 'deploy', 'admin']

/** Whether a token of that role may do what is asked of `wanted`. */
export function mayDo(role: Role, wanted: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(wanted)
}
