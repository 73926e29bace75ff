/** Waits for everything at once; each under its name. */
export async function allOf<T extends object>(started: T): Promise<{ readonly [Name in keyof T]: Awaited<T[Name]> }> {
  const values: readonly unknown[] = await Promise.all(Object.values(started))
  const entries = Object.keys(started).map((name, index) => [name, values[index]] as const)
  return Object.fromEntries(entries) as { readonly [Name in keyof T]: Awaited<T[Name]> }
}
