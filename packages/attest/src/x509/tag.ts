/** Identifier octets of DER (X.690, §8.1.2): to be imported as `Tag`. Constants by themselves, which bundlers put in place. */
export const boolean = 0x01
export const integer = 0x02
export const bitString = 0x03
export const octetString = 0x04
export const nothing = 0x05
export const oid = 0x06
export const enumerated = 0x0a
export const utf8String = 0x0c
export const printableString = 0x13
export const utcTime = 0x17
export const generalizedTime = 0x18
export const sequence = 0x30
export const set = 0x31
