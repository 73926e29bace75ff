"""Answers each line of JSON, a quote with collateral, with the verdict of dcap-qvl (PyPI)."""

import json
import sys

import dcap_qvl

for line in sys.stdin:
    given = json.loads(line)
    try:
        collateral = dcap_qvl.QuoteCollateralV3.from_json(json.dumps(given["collateral"]))
        report = dcap_qvl.verify_with_root_ca(
            bytes.fromhex(given["quote"]), collateral, bytes.fromhex(given["root"]), given["time"]
        )
        answer = {"text": f"accept:{report.status}"}
    except BaseException as error:  # A panic of the Rust library is a BaseException.
        answer = {"text": "reject", "reason": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
