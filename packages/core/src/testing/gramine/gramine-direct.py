#!/usr/bin/python3 -IB
"""In the place of gramine-direct: checks a manifest as Gramine does, then runs what it says, without Gramine."""

import hashlib
import os
import sys
import tomllib

with open(f"{sys.argv[1]}.manifest", "rb") as file:
    manifest = tomllib.load(file)

for trusted in manifest["sgx"]["trusted_files"]:
    path = trusted["uri"].removeprefix("file:")
    with open(path, "rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != trusted["sha256"]:
            sys.exit(f"warning: Hash of trusted file '{path}' does not match with the reference hash in manifest")

for mount in manifest["fs"]["mounts"]:
    if mount.get("key_name") == "_sgx_mrenclave":
        sys.exit(f"error: {mount['path']}: there is no key")
    if mount["type"] != "tmpfs" and not os.path.isdir(mount["uri"].removeprefix("file:")):
        sys.exit(f"error: {mount['path']}: nothing to mount")

environment = {}
for name, value in manifest["loader"]["env"].items():
    if isinstance(value, str):
        environment[name] = value
    elif value == {"passthrough": True} and name in os.environ:
        environment[name] = os.environ[name]
del environment["LD_LIBRARY_PATH"]  # of Gramine's own C library
os.execve(manifest["libos"]["entrypoint"], manifest["loader"]["argv"], environment)
