/** Keys that earlier shapes of the original's file had, or that its users put into ours, and what takes their place. */
export const formerKeys: Readonly<Record<string, string>> = {
  // Once a table: location, docker, python_application, healthcheck_endpoint.
  code: 'code = "mse_src"; python_application and healthcheck_endpoint stand at the top',
  resource: 'hardware = "1g"',
  dev: 'remove it; mse deploy --platform software is for trying',
  ssl: 'tls = "imported", certificate = "fullchain.pem", private_key = "key.pem"',
  docker: 'remove it; Python packages go into requirements.txt, the rest is named by base',
  project: 'remove it; applications are told apart by their names',
  expiration_date: 'under [deploy]: expires = 2030-01-01',
  size: 'hardware = "1g"',
  memory: 'hardware = "1g"',
  san: 'remove it; mse deploy --san NAME',
  port: 'remove it; mse deploy --port NUMBER',
  host: 'remove it; mse deploy --host ADDRESS',
  days: 'remove it; mse deploy --expires 365d',
  domain_name: 'remove it; mse deploy --san NAME',
  sealed_secrets: 'secrets_to_seal = "secrets_to_seal.json"',
}
