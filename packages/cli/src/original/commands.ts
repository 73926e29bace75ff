/** Commands of the original system that have another name here, or none, and what takes their place. */
export const originalCommands: Readonly<Record<string, string>> = {
  localtest: 'mse deploy --platform software, then mse test: the whole procedure on this machine, without hardware',
  'test-dev': 'mse deploy --platform software, then mse test: the whole procedure on this machine, without hardware',
  init: 'mse scaffold NAME makes a project; in one that is there, write the three required keys of mse.toml: mse check',
  context:
    'mse list, mse remove NAME; for others to verify: hand them the policy.json that mse deploy names, which holds no key',
}
