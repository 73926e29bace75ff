/** Of a document that Intel signs. Word of the code → what is proved of it. */
const ofEither = {
  envelope: 'is one signed document',
  'signature-form': 'has a signature of 64 bytes in hex',
  signature: 'is signed by its signer, these very bytes',
  malformed: 'says all that it should',
  repeated: 'says nothing twice',
  version: 'is of a known version',
  kind: 'is about this TEE',
  'not-yet-valid': 'is valid already',
  expired: 'is valid still',
} as const

const ofTcbInfo = {
  type: 'has levels of a known type',
  fmspc: "is about this platform's family",
  pceid: "is about this platform's provisioning enclave",
} as const

type DocumentCheck =
  | `tcb-info/${keyof typeof ofEither | keyof typeof ofTcbInfo}`
  | `qe-identity/${keyof typeof ofEither}`

/** Of TCB info and QE identity. Code → what is proved. */
export const documentChecks = Object.fromEntries([
  ...sentences('tcb-info', 'TCB info', { ...ofEither, ...ofTcbInfo }),
  ...sentences('qe-identity', 'QE identity', ofEither),
]) as Readonly<Record<DocumentCheck, string>>

function sentences(family: string, name: string, proved: object): readonly (readonly [string, string])[] {
  return Object.entries(proved).map(([word, what]) => [`${family}/${word}`, `${name} ${what}`])
}
