# SPDX-License-Identifier: Apache-2.0
"""Reads requests to an OpenTelemetry collector by OpenTelemetry's own messages and prints their content.

    check_traces.py FILE...

A file is one ExportTraceServiceRequest in OTLP's JSON encoding. There ids are hexadecimal digits, where
Protocol Buffers' JSON has Base64, so they are translated first. One line a fact; exits 1 where an id has a
wrong length or a time is wrong.
"""

import base64
import json
import sys

from google.protobuf import json_format
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

IDS = {"traceId": 16, "spanId": 8, "parentSpanId": 8}


def translated(value):
    if isinstance(value, dict):
        return {
            name: base64.b64encode(bytes.fromhex(item)).decode() if name in IDS else translated(item)
            for name, item in value.items()
        }
    return [translated(item) for item in value] if isinstance(value, list) else value


def attributes(items):
    values = [(item.key, getattr(item.value, item.value.WhichOneof("value"))) for item in items]
    return [f"{key}={value}".replace("\n", "\\n") for key, value in values]


def check(span):
    for ids in [span] + list(span.links):
        if (
            len(ids.trace_id) != 16
            or len(ids.span_id) != 8
            or not any(ids.trace_id)
            or not any(ids.span_id)
        ):
            sys.exit(f"{span.name}: an id has a wrong length")
    if span.parent_span_id and len(span.parent_span_id) != 8:
        sys.exit(f"{span.name}: the parent's id has a wrong length")
    if not 0 < span.start_time_unix_nano <= span.end_time_unix_nano:
        sys.exit(f"{span.name}: it ends before it starts")
    if not span.flags & 1:
        sys.exit(f"{span.name}: it is not sampled")


def main(paths):
    for path in paths:
        request = ExportTraceServiceRequest()
        json_format.ParseDict(translated(json.load(open(path))), request)
        for resource in request.resource_spans:
            for line in sorted(attributes(resource.resource.attributes)):
                print("resource", line)
            for scope in resource.scope_spans:
                print("scope", scope.scope.name, scope.scope.version)
                for span in scope.spans:
                    check(span)
                    words = [
                        "span",
                        span.trace_id.hex(),
                        span.span_id.hex(),
                        span.name,
                        Span.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_"),
                    ]
                    if span.status.code == Status.STATUS_CODE_ERROR:
                        words.append("error")
                    if span.parent_span_id:
                        words.append(f"child of {span.parent_span_id.hex()}")
                    if span.links:
                        words.append(f"links={len(span.links)}")
                    words += [f"link:{link.trace_id.hex()}-{link.span_id.hex()}" for link in span.links]
                    print(*(words + attributes(span.attributes)))


if __name__ == "__main__":
    main(sys.argv[1:])
