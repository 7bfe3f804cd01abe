# SPDX-License-Identifier: Apache-2.0
"""Checks a live ingress by its OpenAPI document, with checks that share nothing with Tidings:
openapi-spec-validator and schemathesis. Whether a body verifies is decided by the reference that was
written from the rule in Python.

    check_ingress.py document OPENAPI EXAMPLE       the document is valid, and its example is that file
    check_ingress.py drive OPENAPI URL SECRET SEED  schemathesis makes requests of the document, half of the
                                                    valid ones signed for project 1234; every answer is as the
                                                    document says, and 200 means that the body verifies
    check_ingress.py manage OPENAPI URL SEED        schemathesis asks a management port; every answer is as
                                                    the document says
    check_ingress.py answers OPENAPI FILE           every answer in FILE, JSON a line, is as the document
                                                    says, and every answer of the document is among them

Prints a line for each thing wrong, and exits 1 if there is any.
"""

import collections
import json
import pathlib
import re
import sys
import zlib

import schemathesis
import yaml
from requests_of_document import json_object, make_requests
from signing import document_errors, signature, spelt

PROJECT = 1234
EXAMPLES = 100
OF_THE_LIBRARY = {400, 413, 414, 431, 505}
TYPES = """text/yaml text/x-yaml text/vnd.yaml text/yml application/yaml application/x-yaml application/xml
text/xml text/plain multipart/form-data multipart/mixed application/x-www-form-urlencoded
application/octet-stream""".split()


@schemathesis.serializer(*TYPES)
def json_whatever_the_type(_, body):
    """No content type is a reason to refuse, and none makes the body anything but JSON."""
    return body if isinstance(body, bytes) else json.dumps(body).encode()


@schemathesis.deserializer("text/plain")
def plain_text(_, response):
    """Without it schemathesis compares no text with what the document says it is."""
    return response.content.decode("ascii")


def document(path, example):
    found = yaml.safe_load(pathlib.Path(path).read_text())
    wrong = document_errors(found)
    shown = found["components"]["examples"]["purchase"]["value"]
    if shown != json.loads(pathlib.Path(example).read_text()):
        wrong.append(f"the example is not {example}")
    return wrong


# --- Requests that schemathesis makes ------------------------------------------------------------------


def spell_projects(body):
    """JSON Schema cannot report 1.0 from 1; an ingress reads digits."""
    for place in (body, body.get("general")):
        if isinstance(place, dict) and isinstance(place.get("project_id"), float):
            place["project_id"] = int(place["project_id"])


def reported(body, name):
    """A member at the root, else in `general`."""
    general = body.get("general")
    found = body.get(name)
    return general.get(name) if found is None and isinstance(general, dict) else found


def verifies(request, secret):
    body = json_object(request)
    if request.method != "POST" or body is None:
        return False
    found = re.search(r"/callbacks/([^/?]*)$", request.url)
    project = found.group(1) if found else reported(body, "project_id")
    return project == str(PROJECT) and reported(body, "signature") == signature(body, secret)


def drive(path, url, secret, seed):
    secret, seen = secret.encode(), collections.Counter()

    @schemathesis.hook
    def before_call(context, case, kwargs):
        if case.meta is None or not case.meta.generation.mode.is_positive or not isinstance(case.body, dict):
            return
        spell_projects(case.body)
        # By the body's own bytes, so that the same case is always the same request.
        if zlib.crc32(json.dumps(case.body, sort_keys=True).encode()) % 2:
            return
        case.body["project_id"] = PROJECT
        if "project" in case.path_parameters:
            case.path_parameters["project"] = PROJECT
        case.body["signature"] = signature(spelt(case.body), secret)

    @schemathesis.check
    def accepted_where_it_verifies(ctx, response, case):
        expected = verifies(response.request, secret)
        seen[case.operation.label, response.status_code] += 1
        assert (
            response.status_code == 200
        ) == expected, f"{response.status_code}, though verified is {expected}"
        assert response.status_code != 200 or response.content == b"", "a 200 has no body"

    wanted = [("POST /callbacks", status) for status in (200, 400, 403, 405)]
    wanted += [("POST /callbacks/{project}", status) for status in (200, 400, 403, 404, 405)]
    return make_requests(path, url, seed, EXAMPLES, seen, wanted, ["--include-path-regex", "^/callbacks"])


# --- The management port -------------------------------------------------------------------------------


def manage(path, url, seed):
    seen = collections.Counter()

    @schemathesis.check
    def answers_of_each(ctx, response, case):
        seen[case.operation.label, response.status_code] += 1

    # A process that is not ready says so by 503.
    return make_requests(
        path,
        url,
        seed,
        10,
        seen,
        [],
        [
            "--exclude-checks",
            "not_a_server_error",
            "--include-path-regex",
            "^/(livez|readyz|metrics|version)$",
        ],
    )


# --- Answers that others asked for ---------------------------------------------------------------------


def answers(path, file):
    import requests
    from schemathesis.core.failures import FailureGroup

    operation = schemathesis.openapi.from_path(path)["/callbacks"]["POST"]
    # A 503 is not a fault here, and what was asked is not known.
    checks = schemathesis.checks.CHECKS.get_by_names([
        "status_code_conformance", "content_type_conformance", "response_headers_conformance",
        "response_schema_conformance", "allow_header_conformance"])
    documented = set(
        yaml.safe_load(pathlib.Path(path).read_text())["paths"]["/callbacks"]["post"]["responses"]
    )
    wrong, given = [], set()
    for line in pathlib.Path(file).read_text().splitlines():
        answer = json.loads(line)
        given.add(str(answer["status"]))
        headers = collections.defaultdict(list)
        for name, value in answer["headers"]:
            headers[name].append(value)
        if (
            "content-type" not in headers
            and answer["status"] in OF_THE_LIBRARY
            and headers["connection"] == ["close"]
        ):
            # libmicrohttpd refused automatically, in separate words.
            if str(answer["status"]) not in documented:
                wrong.append(f"{line}: undocumented")
            continue
        response = schemathesis.Response(
            status_code=answer["status"], headers=dict(headers), content=answer["body"].encode(), elapsed=0.0,
            request=requests.Request("POST", "http://127.0.0.1/callbacks").prepare(), verify=False)
        try:
            operation.Case().validate_response(response, checks=checks)
        except FailureGroup as failures:
            wrong += [f"{line}: {failure}" for failure in failures.exceptions]
    return wrong + [f"{status} was never given" for status in sorted(documented - given)]


if __name__ == "__main__":
    WRONG = {"document": document, "drive": drive, "manage": manage, "answers": answers}[sys.argv[1]](
        *sys.argv[2:]
    )
    for LINE in WRONG:
        print(LINE)
    sys.exit(1 if WRONG else 0)
