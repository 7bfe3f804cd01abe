"""Signed callbacks of the ordinary shape, each of a separate payment, as the platform would post them."""

import base64
import hashlib
import hmac
import json
import time

SECRET = "bench secret"
PROJECT = 1234


def moment(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%S+0000", time.gmtime(seconds))


def callback(number, status="success", seconds=None, operation=None):
    date = moment(seconds or time.time())
    money = {"amount": 10000, "currency": "USD"}
    body = {
        "project_id": PROJECT,
        "payment": {
            "id": f"bench_{number}",
            "type": "purchase",
            "status": status,
            "date": date,
            "method": "Banks Cambodia",
            "sum": money,
            "description": "",
        },
        "customer": {"id": f"customer_{number}"},
        "operation": {
            "id": operation or 1_000_000 + number,
            "type": "sale",
            "status": status,
            "date": date,
            "created_date": date,
            "request_id": f"{number:040x}-{number:08x}",
            "sum_initial": money,
            "sum_converted": money,
            "code": "0",
            "message": "Success",
            "provider": {"id": 12345, "payment_id": "123abc123-123", "auth_code": ""},
        },
    }
    body["signature"] = base64.b64encode(
        hmac.new(SECRET.encode(), signed(body), hashlib.sha512).digest()
    ).decode()
    return json.dumps(body).encode()


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

    walk({key: value for key, value in body.items() if key != "signature"}, [])
    return ";".join(f"{path}:{value}" for path, value in sorted(pairs)).encode()


def partition_key(number):
    return f"{PROJECT}:bench_{number}".encode()


def receipt(milliseconds):
    when = (
        time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(milliseconds / 1000)) + f".{milliseconds % 1000:03d}Z"
    )
    return [
        ("tidings-received-at", when.encode()),
        ("tidings-key-id", b"main"),
        ("tidings-signature-rule", b"natural"),
        ("tidings-project-id", str(PROJECT).encode()),
        ("tidings-peer", b"127.0.0.1"),
    ]
