/** The bits of `hex` that stand in `mask`, hex of the same length, as one number: to be compared. */
export function masked(hex: string, mask: string): bigint {
  return BigInt(`0x${hex}`) & BigInt(`0x${mask}`)
}
