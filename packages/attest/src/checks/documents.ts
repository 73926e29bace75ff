/** Of a document that Intel signs. Word of the code → what is proved of it. */
const proved = {
  envelope: 'is one signed document',
  'signature-form': 'has a signature of 64 bytes in hex',
  signature: 'is signed by its signer, these very bytes',
  malformed: 'says all that it should',
  repeated: 'says nothing twice',
  version: 'is of a known version',
  type: 'has levels of a known type',
  kind: 'is about this TEE',
  'not-yet-valid': 'is valid already',
  expired: 'is valid still',
  fmspc: "is about this platform's family",
  pceid: "is about this platform's provisioning enclave",
} as const

type Word = keyof typeof proved

/** What TCB info alone says. */
type OfTcbInfo = 'type' | 'fmspc' | 'pceid'

const ofTcbInfo: readonly OfTcbInfo[] = ['type', 'fmspc', 'pceid']

type DocumentCheck = `tcb-info/${Word}` | `qe-identity/${Exclude<Word, OfTcbInfo>}`

/** Of TCB info and QE identity. Code → what is proved. */
export const documentChecks = Object.fromEntries([
  ...sentences('tcb-info', 'TCB info', []),
  ...sentences('qe-identity', 'QE identity', ofTcbInfo),
]) as Readonly<Record<DocumentCheck, string>>

function sentences(family: string, name: string, without: readonly Word[]): readonly (readonly [string, string])[] {
  const words = Object.entries(proved).filter(([word]) => !without.some((one) => one === word))
  return words.map(([word, what]) => [`${family}/${word}`, `${name} ${what}`])
}
