# SPDX-License-Identifier: Apache-2.0
"""Checks a live simulator of the platform by its OpenAPI document, with openapi-spec-validator and
schemathesis, and its scenarios by their JSON Schema. Whether a request verifies is decided by the
reference that was written from the rule in Python.

    check_platform.py document OPENAPI              the document is valid OpenAPI 3.1
    check_platform.py drive OPENAPI URL SECRET SEED schemathesis makes requests of the document, half of the
                                                    valid ones signed for project 1234; every answer is as the
                                                    document says, and Gate answers 200 only where the body
                                                    verifies
    check_platform.py scenarios SCHEMA FILE...      prints accepted or refused for each YAML file

Prints a line for each thing wrong, and exits 1 if there is any.
"""

import collections
import json
import pathlib
import sys
import zlib

import schemathesis
import yaml
from requests_of_document import json_object, make_requests
from signing import document_errors, signature, spelt

PROJECT = 1234
EXAMPLES = 60
GATE = "/v2/"


def verifies(request, secret):
    body = json_object(request)
    general = body.get("general") if body else None
    return (isinstance(general, dict) and general.get("project_id") == str(PROJECT)
            and general.get("signature") == signature(body, secret))


def spell_numbers(body):
    """JSON Schema cannot report 1.0 from 1; the simulator reads digits."""
    for name, value in body.items():
        if isinstance(value, dict):
            spell_numbers(value)
        elif isinstance(value, float) and value.is_integer():
            body[name] = int(value)


def drive(path, url, secret, seed):
    secret, seen = secret.encode(), collections.Counter()
    purchases = 0

    @schemathesis.hook
    def before_call(context, case, kwargs):
        nonlocal purchases
        if case.meta is None or not case.meta.generation.mode.is_positive or not isinstance(case.body, dict):
            return
        spell_numbers(case.body)
        general = case.body.get("general")
        # By the body's own bytes, so that the same case is always the same request.
        if not isinstance(general, dict) or zlib.crc32(json.dumps(case.body, sort_keys=True).encode()) % 2:
            return
        general["project_id"] = PROJECT
        if case.path.endswith("/sale"):
            # The platform takes each id once.
            purchases += 1
            general["payment_id"] = f"schemathesis_{purchases}"
        elif case.path.endswith("/status") and purchases:
            general["payment_id"] = f"schemathesis_{1 + len(general['payment_id']) % purchases}"
        general["signature"] = signature(spelt(case.body), secret)

    @schemathesis.check
    def accepted_where_it_verifies(ctx, response, case):
        seen[case.operation.label, response.status_code] += 1
        if case.path.startswith(GATE) and response.status_code == 200:
            assert verifies(response.request, secret), "answered, though it does not verify"

    banks = "POST /v2/info/banks/{parent}/{child}/{operation}/list"
    wanted = [("POST /v2/payment/banks/{method}/sale", status) for status in (200, 400, 403, 405)]
    wanted += [(banks, status) for status in (200, 400, 403)]
    wanted += [("POST /v2/payment/status", status) for status in (200, 400, 403)]
    wanted += [("POST /platform/trigger", status) for status in (200, 400)]
    return make_requests(path, url, seed, EXAMPLES, seen, wanted)


def scenarios(schema, files):
    import jsonschema

    validator = jsonschema.Draft202012Validator(json.loads(pathlib.Path(schema).read_text()))
    for file in files:
        found = yaml.load(pathlib.Path(file).read_text(), Loader=yaml.BaseLoader)
        print("accepted" if validator.is_valid(found) else "refused")
    return []


def main():
    command, *arguments = sys.argv[1:]
    if command == "document":
        wrong = document_errors(yaml.safe_load(pathlib.Path(arguments[0]).read_text()))
    elif command == "drive":
        wrong = drive(*arguments)
    else:
        wrong = scenarios(arguments[0], arguments[1:])
    for line in wrong:
        print(line)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
