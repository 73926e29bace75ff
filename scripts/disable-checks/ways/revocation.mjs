// Of revocation. See ../ways.mjs.

/** File, text to take away, what to put in its place. */
export const revocation = [
  [30, 'the platform is not revoked', 'collateral/judge-crls.ts', '!isRevoked(pckCrl, leaf)', 'true'],
  [31, 'its CA is not revoked', 'collateral/judge-crls.ts', '!isRevoked(rootCrl, ca)', 'true'],
  [31, 'the root does not revoke itself', 'collateral/judge-crls.ts', '!isRevoked(rootCrl, root)', 'true'],
  [
    31,
    'the TCB signer is not revoked',
    'collateral/judge-crls.ts',
    '!signers.some((signer) => isRevoked(rootCrl, signer))',
    'true',
  ],
  [32, "signature of the root's list", 'collateral/judge-crls.ts', 'proofs.rootCrlIsSigned && ', ''],
  [32, "signature of the CA's list", 'collateral/judge-crls.ts', ' && proofs.pckCrlIsSigned', ''],
  [33, "issuer of the root's list", 'collateral/judge-crls.ts', 'namesAsIssuer(rootCrl, root) && ', ''],
  [33, "issuer of the CA's list", 'collateral/judge-crls.ts', ' && namesAsIssuer(pckCrl, ca)', ''],
  [34, 'nextUpdate of the lists', 'collateral/judge-crls.ts', '!(now.getTime() <= nextUpdate.getTime())', 'false'],
  [35, 'thisUpdate of the lists', 'collateral/judge-crls.ts', '!(thisUpdate.getTime() <= now.getTime())', 'false'],
  [
    35,
    'nextUpdate has to be there',
    'x509/crl.ts',
    'const nextUpdate = readTime(fields.takeAny())',
    'const given = fields.takeIf(Tag.utcTime) ?? fields.takeIf(Tag.generalizedTime)\n  const nextUpdate = given === undefined ? new Date(8.64e15) : readTime(given)',
  ],
  [36, 'lists have to be there', 'collateral/judge-crls.ts', '!collateral.lacksCrl', 'true'],
  [
    37,
    'a serial counts for its issuer alone',
    'collateral/judge-crls.ts',
    '!isRevoked(pckCrl, leaf)',
    '!isRevoked(pckCrl, leaf) && !isRevoked(rootCrl, leaf)',
  ],
  [
    38,
    'serials with a sign byte',
    'x509/crl.ts',
    'toHex(readSerial(fields.take(Tag.integer)))',
    "toHex(readSerial(fields.take(Tag.integer))).replace(/^00/, '')",
  ],
  [
    39,
    'critical extensions of lists',
    'x509/crl.ts',
    'readExtensionList(outer.takeAny(), [])',
    'readExtensionList(outer.takeAny(), { includes: () => true } as never)',
  ],
  [
    39,
    'critical extensions of entries',
    'x509/crl.ts',
    'readExtensionList(extensions, [])',
    'readExtensionList(extensions, { includes: () => true } as never)',
  ],
  [39, 'parts of a list', 'x509/crl.ts', 'if (extensions.some(({ oid }) => partial.includes(oid)))', 'if (false)'],
]
