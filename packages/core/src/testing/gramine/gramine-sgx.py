#!/usr/bin/python3 -IB
"""In the place of gramine-sgx: says what it was given, and ends as the file `says` beside the socket of AESM has it end."""

import hashlib
import json
import os
import stat
import sys
import time
import tomllib

with open(f"{sys.argv[1]}.manifest.sgx", "rb") as file:
    content = file.read()
with open(f"{sys.argv[1]}.sig", "rb") as file:
    sigstruct = file.read()
manifest = tomllib.loads(content.decode())


def differs(path: str, sha256: str) -> bool:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() != sha256


def is_device(path: str) -> bool:
    os.close(os.open(path, os.O_RDWR))
    return stat.S_ISCHR(os.stat(path).st_mode)


def is_writable(path: str) -> bool:
    with open(f"{path}/trial", "w") as file:
        file.write("trial")
    return True


files = [(one["uri"].removeprefix("file:"), one["sha256"]) for one in manifest["sgx"]["trusted_files"]]
encrypted = [one["uri"].removeprefix("file:") for one in manifest["fs"]["mounts"] if one["type"] == "encrypted"]
given = {
    "arguments": sys.argv[1:],
    "environment": sorted(os.environ),
    "address": json.loads(os.environ["MSE_LAUNCH"])["address"],
    "sigstruct": len(sigstruct),
    "mrenclave": sigstruct[960:992].hex(),
    "trusted": len(files),
    "differing": [path for path, sha256 in files if differs(path, sha256)],
    "devices": [is_device(path) for path in ("/dev/sgx_enclave", "/dev/sgx_provision")],
    "aesm": stat.S_ISSOCK(os.stat("/var/run/aesmd/aesm.socket").st_mode),
    "writable": [is_writable(path) for path in encrypted],
    "descriptors": sorted(int(name) for name in os.listdir("/proc/self/fd"))[:-1],
}
print(f"given {json.dumps(given)}", flush=True)
if os.path.exists("/var/run/aesmd/says"):
    with open("/var/run/aesmd/says") as file:
        print(file.read(), flush=True)
    sys.exit(1)
time.sleep(600)
