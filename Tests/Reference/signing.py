# SPDX-License-Identifier: Apache-2.0
"""Signs a body by the rule of the platform, from the reference in Python."""

import base64
import hashlib
import hmac
import json

from signed_text import Number, signed_text


def spelt(body):
    """The body as it is sent, its numbers as they are spelt."""
    return json.loads(json.dumps(body), parse_int=Number, parse_float=Number)


def signature(body, secret):
    digest = hmac.new(secret, signed_text(body), hashlib.sha512).digest()
    return base64.b64encode(digest).decode()


def document_errors(document):
    """What is wrong with an OpenAPI 3.1 document."""
    from openapi_spec_validator import OpenAPIV31SpecValidator

    return [f"{'/'.join(map(str, error.path))}: {error.message}"
            for error in OpenAPIV31SpecValidator(document).iter_errors()]
