/** What each exit code means. 126 and above belong to shells, but for 130. */
export const exitMeanings: Readonly<Record<number, string>> = {
  0: 'done',
  1: 'failed',
  2: 'the command line, `mse.toml`, a manifest or a policy file is not right',
  3: 'refused: what was proved is not what was asked for, or nothing was proved',
  4: 'not authorised',
  5: 'the environment is not ready; `mse doctor` says what is missing',
  6: 'too late, or nobody answered',
  70: 'a bug of mse; the trace is in the file that was named',
  130: 'interrupted',
}

/** Error code or family (`family/*`) → exit code. An exact code goes before its family. */
export const exitCodes: Readonly<Record<string, number>> = {
  'usage/*': 2,
  'project/*': 2,
  'dependencies/*': 1,
  'package/*': 3,
  'package/file-changed-while-read': 1,
  'package/unreadable': 1,
  'age/*': 3,
  'age/no-match': 4,
  'age/passphrase': 2,
  'age/recipient': 2,
  'age/recipients-file': 2,
  'image/*': 3,
  'image/unreadable': 1,
  'base/*': 1,
  'registry/*': 1,
  'registry/certificate': 3,
  'registry/insecure': 3,
  'registry/unauthorised': 4,
  'registry/unavailable': 6,
  'registry/unreachable': 6,
  'operator/*': 1,
  'operator/certificate': 2,
  'operator/digest': 3,
  'operator/forbidden': 4,
  'operator/not-logged-in': 4,
  'operator/pin': 3,
  'operator/platform': 3,
  'operator/quota': 4,
  'operator/busy': 6,
  'operator/timeout': 6,
  'operator/too-many': 6,
  'operator/unauthorised': 4,
  'operator/unreachable': 6,
  'operator/untrusted': 3,
  'owner/*': 1,
  'owner/key-permissions': 4,
  'owner/not-yours': 3,
  'manifest/*': 2,
  'sgx/*': 3,
  'sgx/hardware': 2,
  'sigstruct/*': 3,
  'sigstruct/date': 2,
  'signing/*': 1,
  'signing/passphrase': 4,
  'signing/signature': 3,
  'environment/*': 5,
  'launch/*': 1,
  'launch/timeout': 6,
  'launch/malformed': 2,
  'launch/expires': 2,
  'evidence/*': 3,
  'quote/*': 3,
  'chain/*': 3,
  'pck/*': 3,
  'signer/*': 3,
  'crl/*': 3,
  'tcb-info/*': 3,
  'qe-identity/*': 3,
  'tcb/*': 3,
  'certificate/*': 3,
  'fresh/*': 3,
  'collateral/*': 1,
  'collateral/missing': 3,
  'collateral/pin': 3,
  'collateral/certificate': 3,
  'collateral/timeout': 6,
  'collateral/unreachable': 6,
  'collateral/unavailable': 6,
  'collateral/throttled': 6,
  'policy/*': 3,
  'policy/malformed': 2,
  'policy/required': 2,
  'provision/*': 3,
  'provision/busy': 6,
  'provision/timeout': 6,
  'serve/*': 1,
  'serve/timeout': 6,
  'serve/unreachable': 6,
  'state/*': 1,
  'test/*': 1,
  'test/no-command': 2,
  'internal/*': 70,
  interrupted: 130,
}

/** The only place that decides exit codes. A code of a family that is not listed is a plain failure. */
export function exitCode(code: string): number {
  const listed = [code, `${code.split('/')[0]}/*`].find((name) => Object.hasOwn(exitCodes, name))
  return (listed === undefined ? undefined : exitCodes[listed]) ?? 1
}

/** The table of docs/exit-codes.md. */
export function exitCodeTable(): string {
  const rows = Object.entries(exitMeanings).map(([exit, meaning]) => {
    const codes = Object.entries(exitCodes).flatMap(([code, value]) => (String(value) === exit ? [`\`${code}\``] : []))
    return `| ${exit} | ${meaning} | ${codes.join(', ')} |`
  })
  return ['| exit code | meaning | error codes |', '| --: | --- | --- |', ...rows].join('\n')
}
