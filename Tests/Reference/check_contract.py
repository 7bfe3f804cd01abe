# SPDX-License-Identifier: Apache-2.0
"""Checks the contract with validators that share nothing with Tidings: jsonschema and Google's protobuf.

    check_contract.py events SCHEMAS FOLDER...  every event.json below the folders is valid by the JSON
                                                Schema, has no member that the schema does not name, and is
                                                what its event.binpb decodes to
    check_contract.py lines SCHEMAS             every field of both schemas and every status, a line each

Prints a line for each thing wrong, and exits 1 if there is any.
"""

import json
import pathlib
import subprocess
import sys
import tempfile


def descriptors(schemas):
    """Compiled by protoc, read without generated code, which is bound to one version of the runtime."""
    from google.protobuf import descriptor_pb2, descriptor_pool

    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "set"
        proto = schemas / "tidings/v1/payment_status_event.proto"
        subprocess.run(
            [
                "protoc",
                f"--proto_path={schemas}",
                "--include_imports",
                f"--descriptor_set_out={out}",
                str(proto),
            ],
            check=True,
        )
        files = descriptor_pb2.FileDescriptorSet.FromString(out.read_bytes())
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.Add(file)
    return pool


def message_class(pool):
    from google.protobuf import message_factory

    descriptor = pool.FindMessageTypeByName("tidings.v1.PaymentStatusEvent")
    if hasattr(message_factory, "GetMessageClass"):
        return message_factory.GetMessageClass(descriptor)
    return message_factory.MessageFactory(pool).GetPrototype(descriptor)


def closed(schema):
    """The same schema without room for members that it does not name."""
    if isinstance(schema, dict):
        schema = {name: closed(value) for name, value in schema.items()}
        if "properties" in schema and "type" in schema:
            schema.setdefault("additionalProperties", False)
    elif isinstance(schema, list):
        schema = [closed(value) for value in schema]
    return schema


def strict(pairs):
    names = [name for name, _ in pairs]
    if len(names) != len(set(names)):
        raise ValueError("a member is given twice")
    return dict(pairs)


def plain(message):
    """A message as the JSON has it: integers as integers, moments as text."""
    from google.protobuf import json_format

    from google.protobuf.descriptor import FieldDescriptor

    value = json_format.MessageToDict(message, preserving_proto_field_name=True)

    def walk(descriptor, found):
        for name, inner in list(found.items()):
            field = descriptor.fields_by_name[name]
            if field.message_type and field.message_type.GetOptions().map_entry:
                continue
            if field.message_type and field.message_type.full_name != "google.protobuf.Timestamp":
                walk(field.message_type, inner)
            elif field.cpp_type == FieldDescriptor.CPPTYPE_INT64:
                found[name] = int(inner)

    walk(message.DESCRIPTOR, value)
    return value


def without_empty_fraction(value, name=None):
    """Protobuf leaves out a fraction of .000; the JSON writes received_at in milliseconds always."""
    if isinstance(value, dict):
        return {name: without_empty_fraction(inner, name) for name, inner in value.items()}
    if name == "received_at" and isinstance(value, str):
        return value.replace(".000Z", "Z")
    return value


def events(schemas, folders):
    import jsonschema

    schema = json.loads((schemas / "payment_status_event.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    checker = jsonschema.FormatChecker()
    validators = [
        jsonschema.Draft202012Validator(schema, format_checker=checker),
        jsonschema.Draft202012Validator(closed(schema), format_checker=checker),
    ]
    event_class = message_class(descriptors(schemas))
    wrong, count = [], 0
    for folder in folders:
        for path in sorted(pathlib.Path(folder).rglob("event.json")):
            count += 1
            event = json.loads(path.read_bytes().decode("utf-8"), object_pairs_hook=strict)
            for validator in validators:
                wrong += [
                    f"{path}: {error.json_path}: {error.message}" for error in validator.iter_errors(event)
                ]
            bytes_ = (path.parent / "event.binpb").read_bytes()
            message = event_class.FromString(bytes_)
            if without_empty_fraction(plain(message)) != without_empty_fraction(event):
                wrong.append(f"{path}: the two encodings differ")
            if message.SerializeToString(deterministic=True) != bytes_ and not has_map(event):
                wrong.append(f"{path}: not the shortest form")
    print(f"{count} events")
    return wrong


def has_map(event):
    """The order of a map's entries is anybody's choice, so such an event has no one form."""
    return "errors" in event or "action" in event


def lines(schemas):
    pool = descriptors(schemas)
    found = []

    def proto(descriptor, path):
        for field in descriptor.fields:
            kind = field.message_type.full_name if field.message_type else f"type {field.type}"
            is_map = bool(field.message_type and field.message_type.GetOptions().map_entry)
            found.append(f"proto {path}{field.name} = {field.number} {'map' if is_map else kind}")
            if field.message_type and not is_map and field.message_type.full_name.startswith("tidings."):
                proto(field.message_type, f"{path}{field.name}.")

    def resolve(schema, root):
        while "$ref" in schema:
            schema = root["$defs"][schema["$ref"].rsplit("/", 1)[1]]
        return schema

    def members(schema, root, path):
        required = schema.get("required", [])
        for name, inner in schema.get("properties", {}).items():
            inner = resolve(inner, root)
            kind = inner.get("type", "enum " + ",".join(inner.get("enum", [])))
            found.append(f"json {path}{name} {kind}{' required' if name in required else ''}")
            members(inner, root, f"{path}{name}.")

    proto(pool.FindMessageTypeByName("tidings.v1.PaymentStatusEvent"), "")
    root = json.loads((schemas / "payment_status_event.schema.json").read_text())
    members(root, root, "")
    for row in json.loads((schemas / "statuses.json").read_text())["statuses"]:
        classes = [f"{side} {row[side]['class']}" for side in ("payment", "operation") if side in row]
        found.append(f"status {row['code']} {row['name']}: {', '.join(classes)}")
    print("\n".join(found))
    return []


def main(arguments):
    schemas = pathlib.Path(arguments[1])
    wrong = events(schemas, arguments[2:]) if arguments[0] == "events" else lines(schemas)
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
