/** Numbers that look random and come again with the same seed (xorshift32). @returns a function: below `most`, an integer */
export function seeded(seed) {
  let state = seed | 0 || 1
  return (most) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % most
  }
}
