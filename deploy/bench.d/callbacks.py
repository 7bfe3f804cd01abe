# SPDX-License-Identifier: Apache-2.0
"""Signed callbacks, as the platform would post them; their bodies, keys and receipts."""

import base64
import hmac
import json
import random
import time

SECRET = "bench secret"
PROJECT = 1234
# Digits that stand for the payment's number while a template is made.
NUMBER, OPERATION = 7_070_707_070_707, 9_090_909_090_909


def moment(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%S+0000", time.gmtime(seconds))


class Template:
    """Callbacks that differ only in their payment. Signing is most of the work, and all that is left of it
    here is one HMAC: the text to sign and the JSON are formatted with the number."""

    def __init__(self, size=None, status="success", seconds=None):
        """`size`: about how many bytes a body has; None: those of an ordinary callback."""
        body = small(status, seconds) if size and size < 900 else ordinary(status, seconds)
        if size:
            pad(body, size)
        self.text = pattern(signed(body))
        start, end = json.dumps(dict(body, signature="@")).encode().rsplit(b"@", 1)
        self.start, self.end = pattern(start), end

    def body(self, number, operation=None):
        values = {b"number": number, b"operation": operation or 1_000_000 + number}
        code = hmac.digest(SECRET.encode(), self.text % values, "sha512")
        return self.start % values + base64.b64encode(code) + self.end


def pattern(text):
    text = text.replace(b"%", b"%%").replace(str(OPERATION).encode(), b"%(operation)d")
    return text.replace(str(NUMBER).encode(), b"%(number)d")


def small(status, seconds):
    date = moment(seconds or time.time())
    return {
        "project_id": PROJECT,
        "payment": {
            "id": f"bench_{NUMBER}",
            "type": "purchase",
            "status": status,
            "date": date,
            "sum": {"amount": 10000, "currency": "USD"},
        },
        "operation": {"id": OPERATION, "type": "sale", "status": status, "date": date},
    }


def ordinary(status, seconds):
    body = small(status, seconds)
    money, date = body["payment"]["sum"], body["payment"]["date"]
    body["payment"] |= {"method": "Banks Cambodia", "description": ""}
    body["customer"] = {"id": f"customer_{NUMBER}"}
    body["operation"] |= {
        "created_date": date,
        "request_id": f"4cf05e2d9f7d7e4ff7e7c6f7-{NUMBER}",
        "sum_initial": money,
        "sum_converted": money,
        "code": "0",
        "message": "Success",
        "provider": {"id": 12345, "payment_id": "123abc123-123", "auth_code": ""},
    }
    return body


def pad(body, size):
    """Adds members with texts of at most 200 characters. No name is a number, see `signed`."""
    notes = body["payment"]["notes"] = {}
    # A body has its signature too.
    while (left := size - 105 - len(json.dumps(body))) > 20:
        name = "note_" + chr(97 + len(notes) // 26) + chr(97 + len(notes) % 26)
        notes[name] = "x" * min(left - 14, 200)
    if not notes:
        del body["payment"]["notes"]


def signed(body):
    """The text to sign: the lines in the order of their paths. No key here is a number or holds a colon,
    so that plain order is the natural one."""
    pairs = []

    def walk(value, path):
        if isinstance(value, dict):
            for key, member in value.items():
                walk(member, path + [key])
        else:
            pairs.append((":".join(path), str(value)))

    walk(body, [])
    return ";".join(f"{path}:{value}" for path, value in sorted(pairs)).encode()


def with_duplicates(payments, share, first=0, seed=1):
    """The numbers of payments, each once, in order, and between them redeliveries of earlier ones, so that
    `share` of all callbacks are duplicates."""
    source = random.Random(seed)
    for number in range(first, first + payments):
        yield number
        while source.random() < share:
            yield source.randrange(first, number + 1)


def partition_key(number):
    return f"{PROJECT}:bench_{number}".encode()


def write_records(path, numbers, body):
    """A file for the programs in C: a line for each record, the key, a tab and the body. Returns the
    number of records."""
    count = 0
    with open(path, "wb") as file:
        for number in numbers:
            file.write(partition_key(number) + b"\t" + body(number) + b"\n")
            count += 1
    return count


def receipt():
    """The headers that the ingress adds, as NAME=VALUE."""
    now = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
    return [
        f"tidings-received-at={now}",
        "tidings-key-id=main",
        "tidings-signature-rule=natural",
        f"tidings-project-id={PROJECT}",
        "tidings-peer=127.0.0.1",
    ]
