const measured = 'it is measured, and stands in mse.toml'
const theProject = 'the project is named by its place: mse'
const place = 'the file is named by its place: mse'
const where = 'nothing is written there: mse status NAME says where the files of an application lie'

/** Options of the original system that a command does not have any more, and what takes their place. */
export const originalOptions: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  login: { '--whoami': 'mse whoami' },
  package: {
    '--project': `${theProject} package FOLDER --output PATH`,
    '--code': `code = "FOLDER" in mse.toml: ${measured}`,
    '--config': `${theProject} package FILE.toml --output PATH`,
    '--dockerfile': 'requirements.txt and mse lock for Python packages, base in mse.toml for the rest: mse package',
    '--test': 'tests = "FOLDER" in mse.toml; tests are not packaged: mse test runs them',
    '--encrypt': 'nothing: mse package always encrypts the code, and the key stays with its owner',
  },
  spawn: {
    '--output': where,
    '--size': `hardware = "1g" in mse.toml: ${measured}`,
    '--subject': 'mse spawn --san NAME: certificates have names and no other subject',
    '--days': 'mse spawn --expires 365d',
    '--signer-key': 'mse sign: the enclave is signed by who is to be trusted, and software enclaves need no signature',
    '--pccs': 'mse evidence NAME --collateral --pccs URL',
  },
  verify: {
    '--evidence': `${place} verify EVIDENCE --package PACKAGE`,
    '--output':
      'mse evidence NAME: what is verified is not written down; mse deploy and mse run name their certificate.pem',
    '--fingerprint':
      'mse verify URL --policy policy.json: a fingerprint alone says neither whose enclave it is nor of which kind',
    '--context': 'mse verify URL --policy policy.json, or --package PACKAGE: neither holds a key',
    '--code': 'mse verify URL --package PACKAGE; mse package FOLDER --rebuild-of PACKAGE proves what it was made of',
    '--workspace': 'nothing: mse verify makes no files',
  },
  seal: {
    '--receiver-enclave': 'mse seal --evidence FILE: nothing is sealed to a certificate that was not verified',
    '--receiver-public-key': 'mse encrypt FILE --recipient AGE1',
    '--secrets': 'mse seal --input FILE, or secrets_to_seal in mse.toml',
    '--cert': 'mse seal --evidence FILE: nothing is sealed to a certificate that was not verified',
  },
  unseal: {
    '--input': `${place} unseal FILE`,
    '--private-key': 'mse unseal FILE --identity KEY, made by mse keygen',
  },
  encrypt: {
    '--input': `${place} encrypt FILE`,
    '--key': 'mse encrypt FILE --recipient AGE1, or --identity KEY: mse keygen makes the pair',
  },
  decrypt: {
    '--input': `${place} decrypt FILE`,
    '--key': 'mse decrypt FILE --identity KEY, made by mse keygen',
    '--aes': 'mse decrypt FILE --identity KEY, made by mse keygen',
  },
  keygen: {
    '--symmetric': 'mse keygen --output FILE: one kind of key, public and secret',
    '--asymmetric': 'mse keygen --output FILE',
  },
  run: {
    '--sealed-secrets': 'mse run NAME --bundle FILE: mse seal puts the sealed secrets into it',
    '--key': 'mse run NAME --bundle FILE: mse seal puts the key of the code into it, for this enclave alone',
  },
  test: {
    '--test': 'tests = "FOLDER" in mse.toml: mse test FOLDER',
    '--config': `${theProject} test FILE.toml`,
  },
  deploy: {
    '--path': `${theProject} deploy FOLDER`,
    '-y': 'nothing: mse deploy asks nothing; what is there serves until the new version is proved and healthy',
    '--no-verify': 'nothing: mse deploy sends no secret to what it has not verified; a policy says what is accepted',
    '--untrusted-ssl': 'proxy = "forwarded" in mse.toml: the proxy ends TLS of clients and speaks TLS to the enclave',
    '--workspace': where,
  },
  list: { '--all': 'nothing: mse list shows all applications of this machine' },
}

/** Those that stood before the command, for all of them. */
export const originalGlobals: Readonly<Record<string, string>> = {
  '--color': 'nothing: mse colours what goes to a terminal; NO_COLOR=1 and FORCE_COLOR=1 decide otherwise',
}
