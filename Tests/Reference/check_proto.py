# SPDX-License-Identifier: Apache-2.0
"""Checks the Protocol Buffers definition by the tools that its readers use: buf and protoc with its
generators.

    check_proto.py lint SCHEMAS             buf lint, by schemas/buf.yaml (STANDARD and COMMENTS), and buf
                                            format
    check_proto.py breaking SCHEMAS AGAINST buf breaking: nothing of AGAINST is gone or has another number,
                                            type or package
    check_proto.py generate SCHEMAS EVENT   Go, Java, C#, PHP and Python can be generated, each in the package
                                            that the options name; the Python classes decode EVENT and encode
                                            the same bytes

Prints a line for each thing wrong, and exits 1 if there is any.
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile

PROTO = "tidings/v1/payment_status_event.proto"

# For each language of protoc: a file that it must write, and a line of it that names the package.
GENERATED = {
    "go": ("tidings/v1/payment_status_event.pb.go", "package tidingsv1\n"),
    "java": ("com/tidings/v1/PaymentStatusEvent.java", "package com.tidings.v1;\n"),
    "csharp": ("PaymentStatusEvent.cs", "namespace Tidings.V1 {\n"),
    "php": ("Tidings/V1/PaymentStatusEvent.php", "namespace Tidings\\V1;\n"),
    "python": ("tidings/v1/payment_status_event_pb2.py", "# source: tidings/v1/payment_status_event.proto\n"),
}


def buf(*arguments):
    """What buf complains of, a line each."""
    beside = pathlib.Path(sys.executable).parent / "buf"
    program = str(beside) if beside.exists() else shutil.which("buf")
    done = subprocess.run([program, *arguments], capture_output=True, text=True)
    found = (done.stdout + done.stderr).splitlines()
    return found if found or done.returncode == 0 else [f"buf ended with {done.returncode}"]


def lint(schemas):
    # The format is printed as a patch, so that no output means no difference.
    return buf("lint", schemas) + buf("format", "--diff", schemas)


def breaking(schemas, against):
    # buf refuses a folder inside the module as the other side, so it gets a copy.
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copytree(pathlib.Path(against) / "tidings", pathlib.Path(folder) / "tidings").parent
        return buf("breaking", schemas, "--against", str(copy))


def generate(schemas, event):
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        for language, (file, line) in GENERATED.items():
            out = pathlib.Path(folder) / language
            out.mkdir()
            done = subprocess.run(
                ["protoc", f"--proto_path={schemas}", f"--{language}_out={out}", PROTO],
                capture_output=True, text=True)
            if done.returncode != 0 or done.stderr:
                wrong.append(f"{language}: protoc ended with {done.returncode}: {done.stderr}")
            elif not (out / file).exists():
                wrong.append(f"{language}: there is no {file}")
            elif line not in (out / file).read_text():
                wrong.append(f"{language}: {file} has no line {line.strip()}")
        wrong += [] if wrong else decode(pathlib.Path(folder) / "python", pathlib.Path(event).read_bytes())
    return wrong


def decode(classes, value):
    sys.path.insert(0, str(classes))
    from tidings.v1 import payment_status_event_pb2

    event = payment_status_event_pb2.PaymentStatusEvent.FromString(value)
    wrong = [] if event.payment.status == "success" else [f"the payment is {event.payment.status!r}"]
    if event.SerializeToString(deterministic=True) != value:
        wrong.append("the generated Python classes encode other bytes")
    return wrong


if __name__ == "__main__":
    WRONG = {"lint": lint, "breaking": breaking, "generate": generate}[sys.argv[1]](*sys.argv[2:])
    for LINE in WRONG:
        print(LINE)
    sys.exit(1 if WRONG else 0)
