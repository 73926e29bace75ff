const UNITS = { m: 1e6, g: 1e9 }

export const STORAGE_EXPECTED = 'a size such as "64m" or "10g", from 16m to 10g'
export const DEFAULT_STORAGE: number = 10 * UNITS.g

/** `"64m"`, `"10g"` → bytes; decimal, as disks are. */
export function readStorage(text: string): number | undefined {
  const [, digits, unit] = /^([1-9]\d{0,4})([mg])$/i.exec(text.trim()) ?? []
  if (digits === undefined || unit === undefined) return undefined
  const bytes = Number(digits) * UNITS[unit.toLowerCase() as 'm' | 'g']
  return bytes >= 16 * UNITS.m && bytes <= DEFAULT_STORAGE ? bytes : undefined
}
