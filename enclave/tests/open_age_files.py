"""Opens age files with the launcher's reader. Arguments: hex of the X25519 secret, then pairs of file and target."""

import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

sys.path.append(str(Path(__file__).parents[1] / "launcher"))

from mse_launcher.provision import decrypt

if __name__ == "__main__":
    secret = X25519PrivateKey.from_private_bytes(bytes.fromhex(sys.argv[1]))
    pairs = iter(sys.argv[2:])
    for file, target in zip(pairs, pairs, strict=True):
        with open(file, "rb") as sealed, open(target, "xb") as plain:
            for chunk in decrypt(sealed.read, secret):
                plain.write(chunk)
