const UNITS = { m: 2 ** 20, g: 2 ** 30 }

export const HARDWARE_EXPECTED = 'a size such as "512m" or "4g", from 128m to 1024g'
export const DEFAULT_HARDWARE: number = UNITS.g

/** `"512m"`, `"4g"`, and `"4g-eu-001"` of the original → bytes. */
export function readHardware(text: string): number | undefined {
  const [, digits, unit] = /^([1-9]\d{0,6})([mg])(?:-[a-z0-9]+)*$/i.exec(text.trim()) ?? []
  if (digits === undefined || unit === undefined) return undefined
  const bytes = Number(digits) * UNITS[unit.toLowerCase() as 'm' | 'g']
  return bytes >= 128 * UNITS.m && bytes <= 1024 * UNITS.g ? bytes : undefined
}
