# SPDX-License-Identifier: Apache-2.0
"""Checks the callbacks of deploy/bench.d/callbacks.py: bench_callbacks.py FOLDER."""

import base64
import collections
import hmac
import json
import sys

sys.path.insert(0, sys.argv[1])
import callbacks  # noqa: E402

# Each template gives bodies of its size, within 10 %, signed over all their members, for their payment.
for size in (None, 500, 1024, 4096, 16384):
    template = callbacks.Template(size)
    for number in (0, 7, 12_345_678):
        text = template.body(number)
        if size:
            assert 0.9 * size < len(text) < 1.1 * size, (size, len(text))
        body = json.loads(text)
        signature = base64.b64decode(body.pop("signature"))
        signed = hmac.digest(callbacks.SECRET.encode(), callbacks.signed(body), "sha512")
        assert signature == signed, f"size {size}: the signature of payment {number} is wrong"
        assert body["payment"]["id"] == f"bench_{number}"
        assert body["operation"]["id"] == 1_000_000 + number
        assert template.body(number) == text, "a duplicate has other bytes"

# Every payment is there, its first callback in order, and a fifth of all are of earlier payments.
numbers = list(callbacks.with_duplicates(20_000, 0.2, first=100))
firsts = list(dict.fromkeys(numbers))
assert firsts == list(range(100, 20_100))
share = 1 - len(firsts) / len(numbers)
assert 0.19 < share < 0.21, share
assert len(collections.Counter(numbers)) == 20_000
