# SPDX-License-Identifier: Apache-2.0
"""Requests that schemathesis makes of an OpenAPI document, for the checks of ingress and simulator."""

import json
import os
import pathlib
import tempfile

from schemathesis.cli import schemathesis as command
from signed_text import Number


def json_object(request):
    """The body of a request with its numbers as they are spelt; None where it is not a JSON object."""
    try:
        body = json.loads(request.body, parse_int=Number, parse_float=Number)
    except (TypeError, ValueError):
        return None
    return body if isinstance(body, dict) else None


def make_requests(path, url, seed, examples, seen, wanted, options=()):
    """Lets schemathesis make requests of a document, with the caller's registered hooks and checks.

    `options` are further flags of `schemathesis run`. Prints how often each operation answered each status,
    as `seen` has counted. What is wrong: a failure, and an operation of `wanted` that never gave its status.
    """
    path = pathlib.Path(path).resolve()
    # It keeps what failed in the folder it is run in, and tries that first the next time.
    folder = tempfile.TemporaryDirectory()
    os.chdir(folder.name)
    try:
        code = command.main(
            [
                "run",
                str(path),
                "--url",
                url,
                "--seed",
                seed,
                "--max-examples",
                str(examples),
                "--checks",
                "all",
                "--phases",
                "examples,coverage,fuzzing",
                "--continue-on-failure",
                "--request-timeout",
                "60",
                # A busy machine is slow, and that is not a fault.
                "--suppress-health-check",
                "all",
                *options,
            ],
            standalone_mode=False,
        )
    except SystemExit as end:
        code = end.code
    for (label, status), count in sorted(seen.items()):
        print(f"{label}: {status} {count} times")
    wrong = [f"schemathesis ended with {code}"] if code else []
    return wrong + [f"{label} never answered {status}" for label, status in wanted if not seen[label, status]]
