# SPDX-License-Identifier: Apache-2.0
"""Reads events by Confluent's own deserializers, with the schema registry that its client brings for tests.

    check_registry.py SCHEMAS RECORDS   RECORDS is a JSON list of records: encoding, the GUID of the schema,
                                        the key's payment id, the value and each header in hexadecimal digits.
                                        Each is read by the deserializer of its encoding, which finds the
                                        schema by the header __value_schema_id; without that header, or if the
                                        registry has no such schema, it is refused

Prints a line for each thing wrong, and exits 1 if there is any.
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest.mock
import uuid

from confluent_kafka.schema_registry import Schema, SchemaRegistryClient
from confluent_kafka.schema_registry.json_schema import JSONDeserializer
from confluent_kafka.schema_registry.protobuf import ProtobufDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext

TOPIC = "payments.status.v1"
PROTO = "tidings/v1/payment_status_event.proto"


def event_class(schemas):
    """The message class that protoc generates for Python."""
    folder = tempfile.mkdtemp()
    subprocess.run(["protoc", f"--proto_path={schemas}", f"--python_out={folder}", PROTO], check=True)
    sys.path.insert(0, folder)
    from tidings.v1 import payment_status_event_pb2

    return payment_status_event_pb2.PaymentStatusEvent


def registry(schemas, encoding, guid):
    """A registry that has the schema of this encoding under this GUID."""
    client = SchemaRegistryClient.new_client({"url": "mock://"})
    if encoding == "json":
        schema = Schema((schemas / "payment_status_event.schema.json").read_text(), "JSON")
    else:
        schema = Schema((schemas / PROTO).read_text(), "PROTOBUF")
        schema = serialized(schemas, schema)
    with unittest.mock.patch("uuid.uuid4", return_value=uuid.UUID(guid)):
        client.register_schema(f"{TOPIC}-value", schema)
    return client


def serialized(schemas, schema):
    """The mock registry keeps what it is given, and the deserializer asks for the serialized descriptor."""
    import base64

    from google.protobuf import descriptor_pb2

    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "set"
        subprocess.run(
            ["protoc", f"--proto_path={schemas}", f"--descriptor_set_out={out}", PROTO], check=True
        )
        files = descriptor_pb2.FileDescriptorSet.FromString(out.read_bytes())
    return Schema(base64.b64encode(files.file[0].SerializeToString()).decode(), schema.schema_type)


def read(schemas, message, record, guid, headers):
    """The payment's id and status, as the deserializer gives them."""
    client = registry(schemas, record["encoding"], guid)
    context = SerializationContext(TOPIC, MessageField.VALUE, headers)
    value = bytes.fromhex(record["value"])
    if record["encoding"] == "json":
        event = JSONDeserializer(None, schema_registry_client=client)(value, context)
        return event["payment"]["id"], event["payment"]["status"], event == json.loads(value)
    event = ProtobufDeserializer(message, schema_registry_client=client)(value, context)
    return event.payment.id, event.payment.status, event.SerializeToString(deterministic=True) == value


def refuses(schemas, message, record, guid, headers):
    try:
        read(schemas, message, record, guid, headers)
    except Exception:  # Each deserializer has other errors.
        return True
    return False


def main(schemas, records):
    schemas, wrong = pathlib.Path(schemas), []
    message = event_class(schemas)
    for record in json.loads(pathlib.Path(records).read_text()):
        name, guid = f"{record['encoding']} {record['guid']}", record["guid"]
        headers = [(header, bytes.fromhex(value)) for header, value in record["headers"]]
        found = read(schemas, message, record, guid, headers)
        if found != (record["payment"], "success", True):
            wrong.append(f"{name}: read as {found}")
        other = [header for header in headers if header[0] != "__value_schema_id"]
        if not refuses(schemas, message, record, guid, other):
            wrong.append(f"{name}: read without the header")
        if not refuses(schemas, message, record, "00000000-0000-4000-8000-000000000000", headers):
            wrong.append(f"{name}: read with a schema of another id")
    return wrong


if __name__ == "__main__":
    WRONG = main(*sys.argv[1:])
    for LINE in WRONG:
        print(LINE)
    sys.exit(1 if WRONG else 0)
