import type { Family } from './explanation.ts'

/** A package as an image, and images as bases of SGX enclaves. */
export const image: Family = {
  'image/ambiguous': [
    'There is more than one image, or none for linux/amd64, and nothing says which one is meant.',
    'Name one image by its digest, or copy one alone.',
  ],
  'image/annotation': [
    'The image says in its annotations what is not true of the package inside, its fingerprint or its owner.',
    'Do not run it. Get the package again.',
  ],
  'image/compression': [
    'A layer is not the gzip stream that the manifest says it is.',
    'Get the image again: the copy may be damaged.',
  ],
  'image/digest': [
    'A blob does not have the digest or the size by which it was named.',
    'Get the image again. If it happens twice, somebody is exchanging it.',
  ],
  'image/duplicate': [
    'One path stands there twice, or is a file and a folder. Two readers could see two different things.',
    'Do not use it. Get it again from who made it.',
  ],
  'image/entry': [
    'A layer holds something that does not belong there: a link, a device or a pipe, or a file of another layer.',
    'Do not use it. Get it again from who made it.',
  ],
  'image/layout': [
    'This is not an OCI image layout of a kind that is read here, or a part of it is missing.',
    'Copy all of it; mse package makes one of a project.',
  ],
  'image/media-type': [
    'The image holds something of a kind that is not read here, such as a layer compressed with zstd.',
    'Copy it again without changing its compression.',
  ],
  'image/path': [
    'A path in a layer leads out of its place, is too long, or could be read in two ways.',
    'Do not use it. Get it again from who made it.',
  ],
  'image/tar': [
    'An archive is damaged, or written in a way that two readers could understand differently.',
    'Get it again. For a package, use the version of mse that made it.',
  ],
  'image/too-large': [
    'Something is larger, or becomes larger, than anything that belongs there.',
    'Do not use it, unless you know who made it and why.',
  ],
  'image/unreadable': [
    'What was named does not exist, or is not a file.',
    'Look at the spelling. A registry is named by its host, with a dot, a port, or localhost.',
  ],
  'base/damaged': ['What was kept of a base in the cache is damaged.', 'Import it again: mse base import IMAGE.'],
  'base/folder': [
    'A folder of files was given as a base. A base is an image, because an operator has to get the same one.',
    'Make an image of it, with the commands that the error says.',
  ],
  'base/unknown': ['The base was not imported on this machine.', 'Import it: mse base import IMAGE.'],
  'registry/certificate': [
    'The certificate of the registry is not one that is trusted.',
    'If it has an authority of its own, name its certificate: --registry-ca FILE.',
  ],
  'registry/credentials': [
    'The file in which logins of registries are kept, or a helper that it names, cannot be used.',
    'Log in again with podman login or docker login.',
  ],
  'registry/insecure': [
    'A registry with TLS leads to a place without TLS. Nothing is sent there.',
    'Tell who runs the registry.',
  ],
  'registry/not-found': ['The registry has no such image.', 'Look at the spelling of repository and tag.'],
  'registry/refused': [
    'The registry refuses, or answers in a way that is not understood; what it says is shown.',
    'Ask who runs the registry.',
  ],
  'registry/unauthorised': [
    'The registry wants a login, or the login that is kept may not do this.',
    'Log in with podman login or docker login.',
  ],
  'registry/unavailable': ['The registry cannot answer now, after several attempts.', 'Try again later.'],
  'registry/unreachable': [
    'The registry does not answer.',
    'Look at its name and your network. One without TLS has to be named: --insecure-registry HOST.',
  ],
}
