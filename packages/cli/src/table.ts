export type Row = Readonly<Record<string, string | number | boolean | null | undefined>>

/** Rows as aligned text under a heading, without trailing spaces. Numbers stand to the right. */
export function alignTable(rows: readonly Row[], columns: readonly string[]): string {
  const cell = (row: Row, column: string): string => String(row[column] ?? '-')
  const width = columns.map((column) => Math.max(column.length, ...rows.map((row) => cell(row, column).length)))
  const right = columns.map((column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number'))
  const line = (cells: readonly string[]): string =>
    cells
      .map((text, i) => (right[i] ? text.padStart(width[i] ?? 0) : text.padEnd(width[i] ?? 0)))
      .join('  ')
      .trimEnd()
  return [
    line(columns.map((column) => column.toUpperCase())),
    ...rows.map((row) => line(columns.map((column) => cell(row, column)))),
  ].join('\n')
}
