/** The bits of `hex` that stand in `mask`, hex of the same length. */
export function masked(hex: string, mask: string): string {
  return Array.from(hex, (digit, index) => {
    return (Number.parseInt(digit, 16) & Number.parseInt(mask[index] ?? '0', 16)).toString(16)
  }).join('')
}
