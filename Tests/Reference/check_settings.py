# SPDX-License-Identifier: Apache-2.0
"""Prints `accepted` or `refused` for each file, as check-jsonschema checks it: check_settings.py SCHEMA
FILE..."""

import subprocess
import sys

schema, *files = sys.argv[1:]
for file in files:
    check = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--no-cache", "--schemafile", schema, file],
        capture_output=True, text=True)
    if check.returncode not in (0, 1) or "Failed to parse" in check.stdout + check.stderr:
        sys.exit(f"{file}: {check.stdout}{check.stderr}")
    print("accepted" if check.returncode == 0 else "refused")
