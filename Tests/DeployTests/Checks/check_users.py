# SPDX-License-Identifier: Apache-2.0
"""Compares the KafkaUsers of the Helm chart with those that `tidings topics acls --strimzi` prints.

    check_users.py CHART USERS

USERS is a file of YAML documents. Prints one line a difference and exits 1 if there is one.
"""

import sys

import helm_python
import yaml


def users(documents):
    found = {}
    for user in documents:
        if not user or user["kind"] != "KafkaUser":
            continue
        entries = set()
        for entry in user["spec"]["authorization"]["acls"]:
            resource = entry["resource"]
            for operation in entry["operations"]:
                entries.add(
                    (
                        resource["type"],
                        resource.get("name"),
                        resource.get("patternType", "literal"),
                        operation,
                    )
                )
        found[user["metadata"]["name"]] = (
            user["metadata"]["labels"]["strimzi.io/cluster"],
            user["spec"]["authentication"]["type"],
            entries,
        )
    return found


def main(path, printed):
    chart = helm_python.Chart.load(path)
    values = {"strimzi": {"users": {"enabled": True}}}
    chart.validate_schema(values)
    rendered = chart.render(values, name="pay", namespace="payments")
    documents = [
        thing
        for text in rendered.values()
        if "kind: KafkaUser" in text
        for thing in yaml.safe_load_all(text)
    ]
    ours, theirs = users(documents), users(yaml.safe_load_all(open(printed)))
    findings = []
    for name in sorted(ours.keys() | theirs.keys()):
        if ours.get(name) != theirs.get(name):
            findings.append(
                f"{name}: the chart has {ours.get(name)}, the command prints {theirs.get(name)}"
            )
    if not theirs:
        findings.append("the command prints no KafkaUser")
    print("\n".join(findings) or f"{len(ours)} users: no difference")
    return bool(findings)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
