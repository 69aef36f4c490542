"""The objects of the cluster: what a pod is made from, how many wait, what may not pass."""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from forgecrew.core.sandbox import Profile

CLAIMS, CORE, VERSION = "extensions.agents.x-k8s.io", "agents.x-k8s.io", "v1beta1"
WORKSPACE, SERVER_PORT, USER = "/workspace", 8888, 1000
OWN = {"app.kubernetes.io/managed-by": "forgecrew"}
_PODS_MAX = 64
_SIDE_MIB = 256  # for the pod's server and the keepers of commands
Object = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Pod:
    """What one kind of pod is made from; pods of the same kind can stand in for each other."""

    image: str
    runtime_class: str
    profile: Profile

    @property
    def name(self) -> str:
        """Of its template and pool: another for every difference."""
        return f"forgecrew-{hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:12]}"


def template(pod: Pod) -> Object:
    """A pod without rights, network or host, with a volume for its workspace that survives its suspension."""
    profile = pod.profile
    memory = f"{math.ceil(profile.memory_bytes / (1 << 20)) + _SIDE_MIB}Mi"
    shm = f"{max(profile.memory_bytes >> 20, 8) // 2}Mi"
    limits = {"memory": memory, "cpu": f"{max(round(profile.cpu * 1000), 10)}m", "ephemeral-storage": "1Gi"}
    container = {
        "name": "sandbox", "image": pod.image, "imagePullPolicy": "IfNotPresent",
        "ports": [{"containerPort": SERVER_PORT}],
        "env": [{"name": "SANDBOX_BASE_DIR", "value": WORKSPACE}, {"name": "SANDBOX_EXEC_TIMEOUT_SECONDS", "value": "120"}],
        "readinessProbe": {"httpGet": {"path": "/", "port": SERVER_PORT}, "periodSeconds": 1},
        "resources": {"limits": limits, "requests": {**limits, "cpu": "50m", "memory": f"{_SIDE_MIB}Mi"}},
        "securityContext": {
            "allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}, "privileged": False,
            "readOnlyRootFilesystem": True, "runAsNonRoot": True, "runAsUser": USER, "runAsGroup": USER,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "volumeMounts": [{"name": "workspace", "mountPath": WORKSPACE}, {"name": "tmp", "mountPath": "/tmp"}],  # noqa: S108
    }  # fmt: skip
    spec = {
        "runtimeClassName": pod.runtime_class, "automountServiceAccountToken": False, "enableServiceLinks": False,
        "hostNetwork": False, "hostPID": False, "hostIPC": False, "restartPolicy": "Always", "terminationGracePeriodSeconds": 0,
        "hostname": "sandbox",
        "securityContext": {
            "runAsNonRoot": True, "runAsUser": USER, "fsGroup": USER, "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [container], "volumes": [{"name": "tmp", "emptyDir": {"medium": "Memory", "sizeLimit": shm}}],
    }  # fmt: skip
    router = {"namespaceSelector": {}, "podSelector": {"matchLabels": {"app": "sandbox-router"}}}
    volume = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": f"{profile.disk_bytes >> 20}Mi"}}}
    return _made("SandboxTemplate", pod.name, {
        "podTemplate": {"metadata": {"labels": OWN}, "spec": spec},
        "volumeClaimTemplates": [{"metadata": {"name": "workspace"}, "spec": volume}],
        "networkPolicyManagement": "Managed", "envVarsInjectionPolicy": "Disallowed",
        "volumeClaimTemplatesPolicy": "Disallowed",
        "networkPolicy": {"ingress": [{"from": [router], "ports": [{"protocol": "TCP", "port": SERVER_PORT}]}], "egress": []},
    })  # fmt: skip


def pool(pod: Pod, waiting: int) -> Object:
    """Pods that wait for a claim."""
    return _made("SandboxWarmPool", pod.name, {"replicas": waiting, "sandboxTemplateRef": {"name": pod.name}})


def built_in() -> Mapping[str, Object]:
    """Objects of the namespace by kind: nothing in or out unless a template allows it, and bounds for the owner of it all."""
    deny: Object = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    quota = {"hard": {"pods": str(_PODS_MAX), f"count/sandboxclaims.{CLAIMS}": str(_PODS_MAX)}}
    ranges = {"limits": [{"type": "Container", "default": {"memory": "1Gi", "cpu": "1", "ephemeral-storage": "1Gi"}}]}
    return {
        "NetworkPolicy": _plain("networking.k8s.io/v1", "NetworkPolicy", deny),
        "ResourceQuota": _plain("v1", "ResourceQuota", quota),
        "LimitRange": _plain("v1", "LimitRange", ranges),
    }


def _made(kind: str, name: str, spec: Object) -> Object:
    return {"apiVersion": f"{CLAIMS}/{VERSION}", "kind": kind, "metadata": {"name": name, "labels": OWN}, "spec": spec}


def _plain(version: str, kind: str, spec: Object) -> Object:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": "forgecrew", "labels": OWN}, "spec": spec}
