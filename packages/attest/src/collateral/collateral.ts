/** What Intel signs about a platform, as received. Nothing in it is believed but what its signatures prove. */
export interface Collateral {
  /** Wire form `{"tcbInfo":{…},"signature":"…"}`: the very bytes, UTF-8. */
  readonly tcbInfo: Uint8Array
  /** TCB signing certificate, root; PEM. */
  readonly tcbInfoIssuerChain: string
  /** Wire form `{"enclaveIdentity":{…},"signature":"…"}`: the very bytes, UTF-8. */
  readonly qeIdentity: Uint8Array
  /** TCB signing certificate, root; PEM. */
  readonly qeIdentityIssuerChain: string
  /** DER. */
  readonly pckCrl: Uint8Array
  /** PCK CA, root; PEM. Not looked at: the quote's own chain has to contain who signed the list. */
  readonly pckCrlIssuerChain: string
  /** DER. */
  readonly rootCaCrl: Uint8Array
}
