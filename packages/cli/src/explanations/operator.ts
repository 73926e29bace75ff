import type { Family } from './explanation.ts'

/** An operator service, and those who use it. */
export const operator: Family = {
  'operator/abandoned': [
    'A launch was ended because its owner gave it up, or was not heard of for 30 seconds.',
    'mse deploy again; what ran before serves on.',
  ],
  'operator/busy': [
    'As much is under way already as the service does at once: uploads, or logs that are read.',
    'Wait for one of them to end.',
  ],
  'operator/certificate': [
    'The certificate or the key of the service cannot be read, or they do not belong together.',
    'Give --certificate and --key that do.',
  ],
  'operator/digest': [
    'A blob arrived that is not what its digest names; the service has thrown it away.',
    'mse deploy again. If it happens again, something between you and the operator changes what is sent.',
  ],
  'operator/failed': [
    'The service could not do what it was asked, and has no code for the reason.',
    'The operator can look at the machine.',
  ],
  'operator/forbidden': [
    'The token is not good for what was asked.',
    'Ask the operator for a token of the role that is named.',
  ],
  'operator/listen': ['The service cannot listen on that address and port.', 'Choose another: --address, --port.'],
  'operator/malformed': [
    'A request is not what the service takes.',
    'Compare the versions of mse on both sides; GET /v1/openapi.json says what this service takes.',
  ],
  'operator/no-blob': ['A part of the package was not uploaded wholly.', 'mse deploy again sends what is missing.'],
  'operator/no-launch': [
    'No launch of that instance waits to be settled: it has ended, or the service was started again meanwhile.',
    'mse deploy again.',
  ],
  'operator/no-name': [
    'Applications there have names like APP.OWNER.DOMAIN, and the name of this owner cannot be part of one.',
    'The operator makes a token for an owner whose name has a-z, 0-9 and "-" only.',
  ],
  'operator/no-owner': ['The service has nobody of that name.', 'An admin sees all owners: GET /v1/owners.'],
  'operator/no-record': [
    'Nothing is known on this machine of an application there: it was provisioned from another one, or by somebody else.',
    'mse deploy or mse run from here; mse verify URL --policy FILE for what somebody else has deployed.',
  ],
  'operator/no-route': ['The service knows no such path.', 'Compare the versions of mse on both sides.'],
  'operator/no-token': ['There is no token of that id.', 'mse operator token list shows those that there are.'],
  'operator/not-a-service': [
    'What answers at that address does not speak as an operator service does.',
    'See whether the address is right, and whether both sides have the same version of mse.',
  ],
  'operator/not-waiting': [
    'Only an enclave that was spawned and not provisioned waits for its owner.',
    'mse deploy replaces what runs; mse spawn starts one that waits.',
  ],
  'operator/not-logged-in': ['You have no token for that service on this machine.', 'mse login URL --pin sha256:….'],
  'operator/offset': [
    'A part of an upload does not begin where the one before has ended.',
    'mse deploy again goes on where the service is.',
  ],
  'operator/other-app': [
    'A package was started under the name of another application.',
    'Start it under the name that is in it.',
  ],
  'operator/oversized': ['More was sent than the service takes.', 'The message says how much it does.'],
  'operator/pin': [
    'Another key than the one you pinned answers at the address of the service. Nothing was sent to it.',
    'Ask the operator whether the key has changed. If it has, mse login with the new --pin; if not, somebody is in between.',
  ],
  'operator/platform': [
    'The operator does not launch enclaves of the kind that you ask for. On the machine of somebody else, platform "auto" means hardware.',
    'Choose another operator, or say --platform software if you believe the keeper of the machine.',
  ],
  'operator/ports': ['Every port that the service gives to applications is taken.', 'The operator widens --ports.'],
  'operator/quota': [
    'That is more than the token is good for: applications, memory or storage.',
    'mse whoami shows what is used. Remove something, or ask the operator for more.',
  ],
  'operator/running': ['A service runs from this folder already.', 'End it first, or use it.'],
  'operator/timeout': ['The service did not answer in time.', 'Try again later.'],
  'operator/too-many': ['More requests were sent than the service takes in a second.', 'Wait a second.'],
  'operator/unauthorised': [
    'The service does not know the token, or it was revoked, or it has ended.',
    'Ask the operator for a new one, and mse login.',
  ],
  'operator/unreachable': [
    'Nothing answers at the address of the service.',
    'See whether the address is right, and whether the service runs.',
  ],
  'operator/untrusted': [
    'None of the certificate authorities that you named vouches for the service.',
    'Compare the SHA-256 of its key with what the operator tells you, and pin that: --pin.',
  ],
}
