// Ways to damage a file that know what files are made of: bits, lengths, parts that stand twice, parts of other files, JSON tokens.

/** @param others files of the same kind, to take parts from */
export function mutate(bytes, others, random) {
  let damaged = bytes
  for (let times = 1 + random(3); times > 0; times -= 1) damaged = one(damaged, others, random)
  return damaged
}

const interesting = [
  0x00, 0x01, 0x30, 0x31, 0x7f, 0x80, 0x81, 0x82, 0x84, 0xa0, 0xff, 0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x2d,
]
const words = [
  '"',
  '\\',
  '\\u0000',
  '{}',
  '[]',
  'null',
  '-1',
  '1e999',
  '0.5',
  '01',
  '"x":1,',
  ',',
  ':',
  '\0',
  '\r\n',
  '-----END CERTIFICATE-----\n',
]

const ways = [flipBit, setByte, setLength, cut, remove, repeat, splice, insertWord, swap]

function one(bytes, others, random) {
  if (bytes.length === 0) return Uint8Array.of(random(256))
  return ways[random(ways.length)](bytes, random, others)
}

function flipBit(bytes, random) {
  const damaged = bytes.slice()
  damaged[random(bytes.length)] ^= 1 << random(8)
  return damaged
}

function setByte(bytes, random) {
  const damaged = bytes.slice()
  damaged[random(bytes.length)] = interesting[random(interesting.length)]
  return damaged
}

/** What may be a length of DER or of a quote: a little more, a little less, or very much. */
function setLength(bytes, random) {
  const damaged = bytes.slice()
  const at = random(bytes.length)
  const view = new DataView(damaged.buffer)
  const width = [1, 2, 4][random(3)]
  if (at + width > bytes.length) return damaged
  const value = [-1, 1, 255, 65_535, -65_536, 2 ** 31][random(6)]
  if (width === 1) view.setUint8(at, view.getUint8(at) + value)
  else if (width === 2) view.setUint16(at, view.getUint16(at, random(2) === 0) + value, random(2) === 0)
  else view.setUint32(at, view.getUint32(at, true) + value, true)
  return damaged
}

function cut(bytes, random) {
  return bytes.slice(0, random(bytes.length + 1))
}

function remove(bytes, random) {
  const [start, length] = [random(bytes.length), 1 + random(64)]
  return join(bytes.subarray(0, start), bytes.subarray(start + length))
}

function repeat(bytes, random) {
  const [start, length] = [random(bytes.length), 1 + random(256)]
  const part = bytes.subarray(start, start + length)
  return join(bytes.subarray(0, start), ...Array.from({ length: 1 + random(8) }, () => part), bytes.subarray(start))
}

function splice(bytes, random, others) {
  const other = others[random(others.length)]
  const [at, start] = [random(bytes.length), random(other.length + 1)]
  return join(bytes.subarray(0, at), other.subarray(start, start + random(512)), bytes.subarray(random(bytes.length)))
}

function insertWord(bytes, random) {
  const at = random(bytes.length)
  return join(bytes.subarray(0, at), new TextEncoder().encode(words[random(words.length)]), bytes.subarray(at))
}

function swap(bytes, random) {
  const damaged = bytes.slice()
  const [one, other, length] = [random(bytes.length), random(bytes.length), 1 + random(32)]
  damaged.copyWithin(one, other, Math.min(other + length, bytes.length))
  return damaged
}

function join(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
