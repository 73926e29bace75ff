// Evidence as files. An entry of its own: whoever has a certificate or a quote as bytes needs none of it.
export { decodeEvidence } from './evidence/decode.ts'
export { encodeEvidence } from './evidence/encode.ts'
