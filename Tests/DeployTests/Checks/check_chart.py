# SPDX-License-Identifier: Apache-2.0
"""Checks the Helm chart with Helm itself (helm-python-sdk), the schemas of Kubernetes
(kubernetes-validate) and the custom resource definitions in Data/crds.

    check_chart.py CHART CRDS RULES

Prints one line a finding and exits 1 if there is one. RULES is the rules file that the chart's template
generates.
"""

import copy
import glob
import sys

import helm_python
import jsonschema
import kubernetes_validate
import yaml

KUBERNETES = ["1.29", "1.33", "1.37"]
VALUES = {
    "default": {},
    "high availability": {
        "ingress": {
            "replicas": 4,
            "autoscaling": {"enabled": True},
            "route": {"enabled": True, "tlsSecret": "web"},
        },
        "worker": {"replicas": 12, "state": {"persistence": {"enabled": True, "storageClass": "fast"}}},
        "networkPolicy": {"enabled": True, "metricsFrom": [{"namespaceSelector": {}}]},
        "serviceMonitor": {"enabled": True},
        "podMonitor": {"enabled": True},
        "dashboards": {"enabled": True},
        "prometheusRule": {"enabled": True, "thresholds": {"projectSilentSeconds": {"1234": 3600}}},
    },
    "TLS": {
        "kafka": {"bootstrapServers": "kafka-1:9093,kafka-2:9093", "configSecret": "kafka-client"},
        "ingress": {"tls": {"existingSecret": "web", "clientCASecret": "platform-ca"}},
    },
    "KEDA": {
        "worker": {
            "autoscaling": {
                "enabled": True,
                "maxReplicas": 12,
                "authentication": [{"parameter": "sasl", "name": "keda-kafka", "key": "sasl"}],
            }
        }
    },
    "existing secrets": {
        "keys": {"existingSecret": "my-keys"},
        "profile": "development",
        "settings": {"worker": {"group": "tidings-2"}, "ingress": {"deadline": "2s"}},
    },
    "Strimzi": {
        "strimzi": {"topics": {"enabled": True}, "users": {"enabled": True, "names": {"reader": "ledger"}}}
    },
}
REFUSED = {
    "a misspelt key": {"ingres": {"replicas": 1}},
    "a misspelt nested key": {"worker": {"replica": 1}},
    "an unknown profile": {"profile": "prod"},
    "a short grace period": {"worker": {"terminationGracePeriodSeconds": 10}},
    "more workers than partitions": {"worker": {"autoscaling": {"enabled": True, "maxReplicas": 13}}},
}
RECOMMENDED = [
    f"app.kubernetes.io/{name}"
    for name in ("name", "instance", "version", "component", "part-of", "managed-by")
]
findings = []


def finding(case, text):
    findings.append(f"{case}: {text}")


def merged(base, change):
    result = copy.deepcopy(base)
    for key, value in change.items():
        result[key] = merged(result.get(key, {}), value) if isinstance(value, dict) else value
    return result


def objects(chart, values):
    rendered = chart.render(values, name="pay", namespace="payments")
    found = []
    for path, text in sorted(rendered.items()):
        if path.endswith("NOTES.txt"):
            continue
        found += [document for document in yaml.safe_load_all(text) if document]
    return found


def definitions(folder):
    schemas = {}
    for path in glob.glob(f"{folder}/*.yaml"):
        for crd in yaml.safe_load_all(open(path)):
            if not crd or "spec" not in crd:
                continue
            for version in crd["spec"]["versions"]:
                name = (f"{crd['spec']['group']}/{version['name']}", crd["spec"]["names"]["kind"])
                schemas[name] = closed(version["schema"]["openAPIV3Schema"])
    return schemas


def closed(schema):
    """Kubernetes prunes unknown members; a test must see them."""
    if isinstance(schema, dict):
        schema = {key: closed(value) for key, value in schema.items()}
        if (
            "properties" in schema
            and schema.get("type") == "object"
            and "additionalProperties" not in schema
            and not schema.get("x-kubernetes-preserve-unknown-fields")
        ):
            schema["additionalProperties"] = False
            schema["properties"].setdefault("metadata", {"type": "object"})
        if schema.get("x-kubernetes-int-or-string"):
            schema = {"type": ["integer", "string"]}
        schema.pop("format", None)
        return schema
    if isinstance(schema, list):
        return [closed(value) for value in schema]
    return schema


def check_object(case, thing, schemas):
    name = f"{thing['kind']} {thing['metadata']['name']}"
    kind = (thing["apiVersion"], thing["kind"])
    if kind in schemas:
        try:
            jsonschema.Draft7Validator(schemas[kind]).validate(thing)
        except jsonschema.ValidationError as error:
            finding(case, f"{name}: {error.json_path}: {error.message}")
    elif "." in thing["apiVersion"].split("/")[0] and not thing["apiVersion"].split("/")[0].endswith(
        "k8s.io"
    ):
        finding(case, f"{name}: no schema of {kind}")
    else:
        for version in KUBERNETES:
            try:
                kubernetes_validate.validate(thing, version, strict=True)
            except (kubernetes_validate.ValidationError, kubernetes_validate.SchemaNotFoundError) as error:
                finding(case, f"{name}: Kubernetes {version}: {error}")
    missing = [label for label in RECOMMENDED if label not in thing["metadata"].get("labels", {})]
    if missing:
        finding(case, f"{name} lacks the labels {missing}")


def pod_of(thing):
    return thing["spec"] if thing["kind"] == "Pod" else thing["spec"]["template"]["spec"]


def context_rules(context):
    """What neither a pod nor one of its containers may set."""
    unconfined = [
        context.get(key, {}).get("type", "RuntimeDefault") not in ("RuntimeDefault", "Localhost")
        for key in ("seccompProfile", "appArmorProfile")
    ]
    return {
        "seccomp is not off": not unconfined[0],
        "AppArmor is not off": not unconfined[1],
        "no SELinux options": "seLinuxOptions" not in context,
        "no host process of Windows": "windowsOptions" not in context,
        "no root user": context.get("runAsNonRoot", True) is True and context.get("runAsUser", 1) > 0,
    }


def handlers(container):
    for probe in ("livenessProbe", "readinessProbe", "startupProbe"):
        yield container.get(probe, {})
    yield from container.get("lifecycle", {}).values()


def check_restricted(case, thing):
    """Each rule of the Restricted profile of the Pod Security Standards."""
    name, pod = f"{thing['kind']} {thing['metadata']['name']}", pod_of(thing)
    context = pod.get("securityContext", {})
    metadata = thing["metadata"] if thing["kind"] == "Pod" else thing["spec"]["template"]["metadata"]
    rules = context_rules(context) | {
        "no host namespace": not any(pod.get(key) for key in ("hostNetwork", "hostPID", "hostIPC")),
        "pod runs as non-root": context.get("runAsNonRoot") is True and context.get("runAsUser", 0) > 0,
        "seccomp RuntimeDefault": context.get("seccompProfile", {}).get("type") == "RuntimeDefault",
        "no AppArmor annotation": not any("apparmor" in key for key in metadata.get("annotations", {})),
        "no sysctls": not context.get("sysctls"),
        "no service account token": pod.get("automountServiceAccountToken") is False,
        "no service links": pod.get("enableServiceLinks") is False,
        "restricted volume types": all(
            set(volume) - {"name"}
            <= {
                "configMap",
                "secret",
                "emptyDir",
                "projected",
                "persistentVolumeClaim",
                "downwardAPI",
                "csi",
                "ephemeral",
            }
            for volume in pod.get("volumes", [])
        ),
    }
    for container in pod["containers"] + pod.get("initContainers", []):
        own = container.get("securityContext", {})
        found = context_rules(own) | {
            "not privileged": not own.get("privileged"),
            "no privilege escalation": own.get("allowPrivilegeEscalation") is False,
            "all capabilities dropped": own.get("capabilities", {}).get("drop") == ["ALL"]
            and not own["capabilities"].get("add"),
            "the default /proc": own.get("procMount", "Default") == "Default",
            "read-only root": own.get("readOnlyRootFilesystem") is True,
            "no host ports": not any("hostPort" in port for port in container.get("ports", [])),
            "resources are bounded": "memory" in container["resources"]["limits"]
            and "cpu" in container["resources"]["requests"],
            "no host probe": not any(
                "host" in handler.get(kind, {})
                for handler in handlers(container)
                for kind in ("httpGet", "tcpSocket")
            ),
        }
        rules |= {f"{container['name']}: {rule}": holds for rule, holds in found.items()}
    for rule, holds in rules.items():
        if not holds:
            finding(case, f"{name}: {rule} does not hold")


def check_workload(case, thing, values):
    name, pod = thing["metadata"]["name"], pod_of(thing)
    container = pod["containers"][0]
    component = thing["metadata"]["labels"]["app.kubernetes.io/component"]
    selector = thing["spec"]["selector"]["matchLabels"]
    probes = {
        probe: container[probe]["httpGet"]["path"]
        for probe in ("livenessProbe", "readinessProbe", "startupProbe")
    }
    environment = {entry["name"]: entry.get("value") for entry in container["env"]}
    scaled = values.get(component, {}).get("autoscaling", {}).get("enabled", False)
    expected = {
        "the selector contains a version": not any("version" in key or "chart" in key for key in selector),
        "liveness is not /livez": probes["livenessProbe"] == "/livez" and probes["startupProbe"] == "/livez",
        "readiness is not /readyz": probes["readinessProbe"] == "/readyz",
        "replicas beside an autoscaler, or neither": ("replicas" in thing["spec"]) != scaled,
        "the settings' checksum is missing": "checksum/settings"
        in thing["spec"]["template"]["metadata"]["annotations"],
        "the profile is missing": environment.get("TIDINGS_PROFILE") == values.get("profile", "production"),
        "the management port": environment["TIDINGS_MANAGEMENT_ADDRESS"]
        == {"ingress": "0.0.0.0:8081", "worker": "0.0.0.0:8082"}[component],
        "the keys are not a directory": not any("subPath" in mount for mount in container["volumeMounts"]),
        "the grace period": pod["terminationGracePeriodSeconds"] >= {"ingress": 30, "worker": 60}[component],
    }
    if component == "worker":
        state = [volume for volume in pod["volumes"] if volume["name"] == "state"]
        expected |= {
            "it leaves the group without an autoscaler, or stays with one": (
                "TIDINGS_WORKER_LEAVE_ON_STOP" in environment
            )
            == scaled,
            "pods start one after another": thing["spec"]["podManagementPolicy"] == "Parallel",
            "the state has no size limit": not state or "sizeLimit" in state[0]["emptyDir"],
            "ephemeral storage is not requested": bool(
                not state or "ephemeral-storage" in container["resources"]["requests"]
            ),
        }
    for text, holds in expected.items():
        if not holds:
            finding(case, f"{name}: {text}")


def check_autoscaler(case, found):
    scaled = [thing for thing in found if thing["kind"] == "ScaledObject"]
    if len(scaled) != 1:
        return finding(case, "there is not one ScaledObject")
    spec = scaled[0]["spec"]
    trigger = spec["triggers"][0]["metadata"]
    behaviour = spec["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]["scaleDown"]
    wanted = {
        "topic": "payments.callbacks.v1",
        "offsetResetPolicy": "earliest",
        "allowIdleConsumers": "false",
        "ensureEvenDistributionOfPartitions": "true",
        "consumerGroup": "tidings",
    }
    for key, value in wanted.items():
        if trigger.get(key) != value:
            finding(case, f"trigger {key} is {trigger.get(key)}")
    if spec["minReplicaCount"] < 1 or behaviour["stabilizationWindowSeconds"] < 120:
        finding(case, "it scales to zero, or down too quickly")
    if spec["triggers"][0]["authenticationRef"]["name"] not in [
            thing["metadata"]["name"] for thing in found if thing["kind"] == "TriggerAuthentication"]:
        finding(case, "the TriggerAuthentication is missing")


def check_disruption(case, found):
    budgets = [thing for thing in found if thing["kind"] == "PodDisruptionBudget"]
    if len(budgets) != 2:
        finding(case, f"{len(budgets)} disruption budgets")
    for budget in budgets:
        if (
            budget["spec"]["maxUnavailable"] != 1
            or budget["spec"]["unhealthyPodEvictionPolicy"] != "AlwaysAllow"
        ):
            finding(case, f"{budget['metadata']['name']}: {budget['spec']}")


def main(path, crds, rules):
    report = helm_python.lint(path)
    for message in report["messages"]:
        if message["severity"] > 1:
            finding("lint", f"{message['path']}: {message['error']}")
    findings.extend(f"lint: {error}" for error in report["errors"])
    chart, schemas = helm_python.Chart.load(path), definitions(crds)
    for case, values in VALUES.items():
        chart.validate_schema(values)
        found = objects(chart, values)
        kinds = [thing["kind"] for thing in found]
        if kinds.count("Deployment") != 1 or kinds.count("StatefulSet") != 1:
            finding(case, f"it renders {kinds}")
        for thing in found:
            check_object(case, thing, schemas)
            if thing["kind"] in ("Deployment", "StatefulSet", "Pod"):
                check_restricted(case, thing)
            if thing["kind"] in ("Deployment", "StatefulSet"):
                check_workload(case, thing, values)
        check_disruption(case, found)
        if case == "KEDA":
            check_autoscaler(case, found)
        if case == "high availability":
            wanted = {
                "HorizontalPodAutoscaler",
                "NetworkPolicy",
                "ServiceMonitor",
                "PodMonitor",
                "PrometheusRule",
                "ConfigMap",
                "Ingress",
            }
            if not wanted <= set(kinds):
                finding(case, f"missing: {wanted - set(kinds)}")
    for case, values in REFUSED.items():
        try:
            chart.validate_schema(values)
            objects(chart, values)
            finding("refused values", f"{case} is accepted")
        except helm_python.HelmError:
            pass
    generated = [
        thing["spec"]
        for thing in objects(chart, {"prometheusRule": {"enabled": True}})
        if thing["kind"] == "PrometheusRule"
    ]
    if generated[0] != yaml.safe_load(open(rules)):
        finding("rules", f"{rules} is not what the chart's template gives: deploy/prometheus/generate")
    print(
        "\n".join(findings)
        or f"{len(VALUES)} sets of values on Kubernetes {', '.join(KUBERNETES)}: no finding"
    )
    return bool(findings)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
