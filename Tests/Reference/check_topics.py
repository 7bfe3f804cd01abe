# SPDX-License-Identifier: Apache-2.0
"""Checks the AsyncAPI document with checks that share nothing with Tidings: the AsyncAPI 3.0 object
model of the package asyncapi3, jsonschema, and the CloudEvents SDK.

    check_topics.py document SCHEMAS    it is AsyncAPI 3.0, every reference leads somewhere, every schema is
                                        one
    check_topics.py examples SCHEMAS    every record of the examples is as the message of its topic says: key,
                                        headers, value; no header that the document does not name; and an
                                        event is a CloudEvent, in both encodings
    check_topics.py facts SCHEMAS       what it says of topics, headers and keys, a line each

Prints a line for each thing wrong, and exits 1 if there is any.
"""

import datetime
import json
import pathlib
import sys

import yaml

TOPICS_WITHOUT_EXAMPLES = {"payments.dedupe-changelog.v1"}


class Document:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.root = yaml.safe_load((self.folder / "asyncapi.yaml").read_text())

    def follow(self, reference):
        """What a reference leads to, in this document or in a file beside it."""
        file, _, pointer = reference.partition("#")
        found = json.loads((self.folder / file).read_text()) if file else self.root
        for name in pointer.split("/")[1:]:
            found = found[name.replace("~1", "/").replace("~0", "~")]
        return found

    def whole(self, node):
        """A node with everything it refers to in its place. References of another file stay."""
        if isinstance(node, list):
            return [self.whole(inner) for inner in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            found = self.follow(node["$ref"])
            return self.whole(found) if node["$ref"].startswith("#") else found
        return {name: self.whole(inner) for name, inner in node.items()}

    def channels(self):
        """Address, settings and messages of each topic."""
        for channel in self.root["channels"].values():
            channel = self.whole(channel)
            yield channel["address"], channel["bindings"]["kafka"]["topicConfiguration"], channel["messages"]


def references(node, path=""):
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield path, node["$ref"]
        for name, inner in node.items():
            yield from references(inner, f"{path}/{name}")
    elif isinstance(node, list):
        for index, inner in enumerate(node):
            yield from references(inner, f"{path}/{index}")


def value_schema(message):
    """The JSON Schema of a message's value; None where it is of another kind."""
    payload = message["payload"]
    if "schemaFormat" not in payload:
        return payload
    return payload["schema"] if "schema+json" in payload["schemaFormat"] else None


def document(folder):
    import warnings

    import jsonschema

    warnings.simplefilter("ignore")
    from asyncapi3.models.asyncapi import AsyncAPI3
    from pydantic import ValidationError

    found, wrong = Document(folder), []
    try:
        AsyncAPI3.model_validate(found.root)
    except ValidationError as errors:
        wrong += [f"{'/'.join(map(str, error['loc']))}: {error['msg']}" for error in errors.errors()]
    for path, reference in references(found.root):
        try:
            found.follow(reference)
        except (KeyError, OSError, ValueError) as error:
            wrong.append(f"{path}: {reference} leads nowhere: {error!r}")
    if wrong:
        return wrong
    used = set()
    for address, _, messages in found.channels():
        for name, message in messages.items():
            used.add(message["name"])
            schemas = [message.get("headers"), value_schema(message), message["bindings"]["kafka"]["key"]]
            for schema in filter(None, schemas):
                kind = jsonschema.validators.validator_for(schema, jsonschema.Draft7Validator)
                wrong += [f"{address} {name}: {error.message}"
                          for error in kind(kind.META_SCHEMA).iter_errors(schema)]
            if "headers" in message and message["headers"].get("type") != "object":
                wrong.append(f"{address} {name}: headers are an object")
    wrong += without_description(found)
    wrong += [f"{message['name']} is on no topic" for message in found.root["components"]["messages"].values()
              if message["name"] not in used]
    # Protocol Buffers are not JSON, so the document holds them as a text.
    shown = found.root["components"]["messages"]["paymentStatusEventProtobuf"]["payload"]["schema"]
    if shown != (found.folder / "tidings/v1/payment_status_event.proto").read_text():
        wrong.append("the Protocol Buffers differ from tidings/v1/payment_status_event.proto")
    return wrong


def without_description(found):
    """What a reader misses in a catalogue of documents: who, where, and a sentence for each part."""
    root = found.root
    parts = [
        ("info", root["info"], ["description", "contact", "license", "tags"]),
        ("document", root, ["id", "servers"]),
    ]
    for kind, members in (
        ("servers", ["title", "description", "tags"]),
        ("channels", ["title", "summary", "description", "tags"]),
        ("operations", ["title", "summary", "description", "tags"]),
    ):
        parts += [(f"{kind} {name}", part, members) for name, part in root[kind].items()]
    parts += [(f"message {name}", part, ["title", "summary", "description"])
              for name, part in root["components"]["messages"].items()]
    for address, _, messages in found.channels():
        for message in messages.values():
            parts += [
                (f"{address} header {name}", schema, ["description"])
                for name, schema in properties(message.get("headers", {})).items()
                if "const" not in schema
            ]
    known = {tag["name"] for tag in root["info"]["tags"]}
    for name, part, members in parts:
        yield from (f"{name} has no {member}" for member in members if not part.get(member))
        yield from (f"{name}: {tag['name']} is not a tag of the document" for tag in part.get("tags", [])
                    if tag["name"] not in known)


def errors_of(value, schema):
    import jsonschema

    # Closed: a header that is not named is a fault. The dialect that knows how is newer than AsyncAPI's
    # own, and means the same by every keyword that is used here.
    checker = jsonschema.FormatChecker()
    return jsonschema.Draft202012Validator(schema, format_checker=checker).iter_errors(value)


def closed(schema):
    return {"allOf": [schema], "unevaluatedProperties": False, "dependentRequired": dependencies(schema)}


def dependencies(schema):
    """Draft 7's `dependencies`, which the newer dialect calls otherwise."""
    found = dict(schema.get("dependencies", {}))
    for part in schema.get("allOf", []):
        found |= dependencies(part)
    return found


def record_errors(messages, record, folder):
    headers = [header.split(": ", 1) for header in record["headers"]]
    faults = []
    for message in messages.values():
        # A header may be there more than once, with another value each time: every one is looked at.
        wrong = list(errors_of(dict(headers), closed(message.get("headers", {}))))
        for header, value in headers:
            wrong += errors_of({header: value}, {"properties": properties(message.get("headers", {}))})
        if record.get("key"):
            wrong += errors_of(record["key"], message["bindings"]["kafka"]["key"])
        schema, file = value_schema(message), record.get("value")
        if (
            schema is not None
            and file is not None
            and dict(headers).get("content-type") != "application/protobuf"
        ):
            try:
                wrong += errors_of(json.loads((folder / file).read_bytes()), schema)
            except ValueError:
                # What could not be read is on the dead-letter topic as it came.
                if schema:
                    wrong.append(f"{file} is not JSON")
        faults.append(wrong)
    # As one message of the topic says is enough.
    return min(faults, key=len)


def properties(schema):
    found = dict(schema.get("properties", {}))
    for part in schema.get("allOf", []):
        found |= properties(part)
    return found


def cloud_event_errors(record, folder):
    """A reader that knows CloudEvents and nothing else finds the event in the record's headers."""
    from cloudevents.core.bindings.kafka import KafkaMessage, from_binary_event
    from cloudevents.core.formats.json import JSONFormat

    headers = dict(header.split(": ", 1) for header in record["headers"])
    event = json.loads((folder / "event.json").read_bytes())
    time = datetime.datetime.fromisoformat(event["occurred_at"].replace("Z", "+00:00"))
    reported = [event["id"], event["type"], record["key"], time, "1.0"]
    for file, content_type in (("event.json", "application/json"), ("event.binpb", "application/protobuf")):
        value = (folder / file).read_bytes()
        encoded = {name: text.encode() for name, text in (headers | {"content-type": content_type}).items()}
        message = KafkaMessage(headers=encoded, key=record["key"].encode(), value=value)
        found = from_binary_event(message, JSONFormat())
        if [
            found.get_id(),
            found.get_type(),
            found.get_subject(),
            found.get_time(),
            found.get_specversion(),
        ] != reported:
            yield f"{file} is another CloudEvent than its headers say"
        if found.get_data() != (event if file == "event.json" else value):
            yield f"{file} is not the CloudEvent's data"


def examples(folder):
    found = Document(folder)
    channels = {address: messages for address, _, messages in found.channels()}
    wrong, seen = [], set()
    for path in sorted((found.folder / "examples").glob("*/record.json")):
        example = json.loads(path.read_text())
        callback = "callback.json" if (path.parent / "callback.json").exists() else None
        records = [example["read"] | {"value": callback}]
        records += [example["written"]] if example["written"] else []
        records += [example["resolution"]] if "resolution" in example else []
        if example["written"].get("value") == "event.json":
            wrong += [
                f"{path.parent.name}: {error}"
                for error in cloud_event_errors(example["written"], path.parent)
            ]
        for record in records:
            seen.add(record["topic"])
            wrong += [
                f"{path.parent.name} {record['topic']}: {error if isinstance(error, str) else error.message}"
                for error in record_errors(channels[record["topic"]], record, path.parent)
            ]
    return wrong + [f"no example of {topic}" for topic in channels.keys() - seen - TOPICS_WITHOUT_EXAMPLES]


def facts(folder):
    lines = set()
    for address, settings, messages in Document(folder).channels():
        for name, value in settings.items():
            value = ",".join(value) if isinstance(value, list) else str(value).lower()
            lines.add(f"topic {address} {name} {value}")
        for message in messages.values():
            lines.add(f"key {address} {message['bindings']['kafka']['key']['maxLength']}")
            if message["payload"] != {"type": "null"}:
                lines.add(f"value {address} {message['contentType']}")
            for header, schema in properties(message.get("headers", {})).items():
                lines.add(f"header {address} {header}")
                known = schema.get("enum", [schema["const"]] if "const" in schema else [])
                known = known or (schema.get("examples", []) if header == "ce_type" else [])
                lines |= {f"header {address} {header} {value}" for value in known}
    print("\n".join(sorted(lines)))
    return []


if __name__ == "__main__":
    WRONG = {"document": document, "examples": examples, "facts": facts}[sys.argv[1]](sys.argv[2])
    for LINE in WRONG:
        print(LINE)
    sys.exit(1 if WRONG else 0)
