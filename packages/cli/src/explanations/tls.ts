import type { Family } from './explanation.ts'

const leafFirst =
  'Give the certificate of the application first, that of its authority after it, for the key that is asked for.'

/** Certificates in the owner's name, the connections that show them, and their renewal. */
export const tls: Family = {
  'channel/not-proved': [
    'The enclave is genuine, and a key answers that it did not vouch for: an imported one, that of a proxy, or of somebody in the middle.',
    'Ask its owner. If you trust whoever has that key: --allow-unproved-channel.',
  ],
  'renewal/changed': [
    'The launcher was started again between the two halves of a renewal: another certificate is to come than was published.',
    'Begin again: mse renew. Clients that pin certificates have to get the file again.',
  ],
  'renewal/not-begun': [
    'No certificate is published that is to come.',
    'Begin with mse renew, then mse renew --finish.',
  ],
  'renewal/reprovision': [
    'With restart = "reprovision" an enclave keeps no keys, and has another certificate with every start.',
    'Start it again and provision it: mse restart NAME, then mse run.',
  ],
  'tls/certificate-needed': [
    'The application shows a certificate of an authority (tls = "request"), and there is nobody who gets one.',
    'Name a command that does: --certify COMMAND. Or give its answer: --certificate FILE.',
  ],
  'tls/expired': ['The certificate is not in force now.', "Get a new one; or check this machine's clock."],
  'tls/malformed': ['The file holds no certificate, or no private key without a passphrase, in PEM.', leafFirst],
  'tls/not-asked-for': [
    'A chain was given, and the project does not show one (tls = "request").',
    'Leave --certificate out, or set tls = "request" in mse.toml.',
  ],
  'tls/not-certified': [
    'The command of --certify failed, or printed more than a chain.',
    'Run it by hand with the request of mse evidence NAME --request FILE.',
  ],
  'tls/other-key': ['A certificate, or a request for one, is for another key than it has to be.', leafFirst],
  'tls/other-name': [
    'The certificate does not name the application as domain_name does.',
    'Change domain_name, or get a certificate for it.',
  ],
  'tls/request': [
    'What should be a request for a certificate is none, or is not signed by its own key.',
    'Ask the enclave itself: mse evidence NAME --request FILE. Have nothing else certified.',
  ],
  'tls/unreadable': ['The file of a certificate, or of its key, cannot be read.', 'Check its path and its mode.'],
}
