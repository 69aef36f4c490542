"""The cluster through the client of agent-sandbox: every call in a thread of ours, every failure in a sentence."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from forgecrew.core.errors import SandboxUnavailable
from forgecrew.integrations.kubernetes.objects import CLAIMS, CORE, VERSION, Pod, built_in, pool, template

INSTALL = "pip install 'forgecrew[kubernetes]'"
_CALLS_MAX = 64  # one per command that is waited for
_READY_SECONDS, _ANSWER_SECONDS = 180, (5, 60)
_LOOK_SECONDS = 0.2
_SHUTDOWN_SECONDS = 7 * 86_400


class Cluster:
    """One namespace of one cluster. `kubeconfig` is `file`, `file#context` or empty; `router` is empty for a tunnel."""

    def __init__(self, namespace: str, kubeconfig: str, router: str, waiting: int) -> None:
        self.namespace = namespace
        self._kubeconfig, self._router, self._waiting = kubeconfig, router, waiting
        self._threads = ThreadPoolExecutor(_CALLS_MAX, thread_name_prefix="forgecrew-pods")
        self._prepared_pods: set[Pod] = set()
        self._sdk: Any = None
        self._api: Any = None

    async def call(self, work: Callable[..., Any], *given: Any, **named: Any) -> Any:
        """Do it in a thread. Raises SandboxUnavailable for all that the client and its libraries raise."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, lambda: self._told(work, *given, **named))

    async def connect(self) -> None:
        """Load the client and the way to the cluster. Raises SandboxUnavailable where one is missing."""
        if self._sdk is None:
            await self.call(self._load)

    async def check(self, runtime_class: str) -> None:
        """Raises SandboxUnavailable where the cluster, the namespace, agent-sandbox or the RuntimeClass is missing."""
        await self.connect()
        await self.call(self._checked, runtime_class)

    async def prepare(self, pod: Pod) -> None:
        """Make the namespace's own objects, the template and the pool, where they are not there yet."""
        await self.connect()
        if pod not in self._prepared_pods:
            await self.call(self._prepared, pod)
            self._prepared_pods.add(pod)

    async def claim(self, name: str, pod: Pod, labels: dict[str, str]) -> Any:
        """A handle of the pod that is claimed by this name, claimed now where it is not yet."""
        await self.connect()
        return await self.call(
            self._sdk.create_sandbox, pod.name, namespace=self.namespace, claim_name=name, adopt_existing=True, labels=labels,
            sandbox_ready_timeout=_READY_SECONDS, shutdown_after_seconds=_SHUTDOWN_SECONDS,
        )  # fmt: skip

    async def claims(self, selector: str) -> list[str]:
        """Names of claims with a label."""
        await self.connect()
        return await self.call(self._sdk.list_all_sandboxes, self.namespace, selector)

    async def release(self, name: str) -> None:
        """Give a claim up, with its pod and its volume."""
        await self.connect()
        await self.call(self._sdk.k8s_helper.delete_sandbox_claim, name, self.namespace)

    async def operate(self, sandbox: str, mode: str) -> None:
        """Suspend a sandbox or let it run again, and wait until it does."""
        body = {"spec": {"operatingMode": mode}}
        await self.call(
            self._sdk.k8s_helper.custom_objects_api.patch_namespaced_custom_object, CORE, VERSION, self.namespace, "sandboxes",
            sandbox, body,
        )  # fmt: skip
        if mode == "Running":
            await self.call(self._sdk.k8s_helper.wait_for_sandbox_ready, sandbox, self.namespace, _READY_SECONDS)
        else:  # until then its status tells of the pod that goes
            await self.call(self._gone, sandbox)

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(wait=False)

    def _gone(self, sandbox: str) -> None:
        until = time.monotonic() + _READY_SECONDS
        while time.monotonic() < until:
            found: dict[str, Any] = self._sdk.k8s_helper.get_sandbox(sandbox, self.namespace) or {}
            if not found.get("status", {}).get("podIPs"):
                return
            time.sleep(_LOOK_SECONDS)
        raise TimeoutError(f"the pod of {sandbox} did not end")

    def _load(self) -> None:
        from k8s_agent_sandbox.models import SandboxDirectConnectionConfig, SandboxLocalTunnelConnectionConfig
        from k8s_agent_sandbox.sandbox_client import SandboxClient
        from kubernetes import client
        from kubernetes import config as typed

        config: Any = typed  # partly untyped

        file, _, context = self._kubeconfig.partition("#")
        if file and not Path(file).is_file():
            raise SandboxUnavailable(f"sandbox.kubeconfig names {file}, which does not exist")
        if self._kubeconfig:
            self._api = config.new_client_from_config(file or None, context or None)
        else:
            with contextlib.suppress(config.ConfigException):
                config.load_incluster_config()
                self._api = client.ApiClient()
            self._api = self._api or config.new_client_from_config()
        way = SandboxDirectConnectionConfig(api_url=self._router) if self._router else SandboxLocalTunnelConnectionConfig()
        self._sdk = SandboxClient(connection_config=way, api_client=self._api)

    def _checked(self, runtime_class: str) -> None:
        from kubernetes import client

        with _missing(f"the cluster has no namespace {self.namespace!r}: kubectl create namespace {self.namespace}"):
            client.CoreV1Api(self._api).read_namespace(self.namespace, _request_timeout=_ANSWER_SECONDS)
        with _missing("agent-sandbox is not installed in this cluster: install its manifest and its extensions, v0.5 or newer"):
            client.CustomObjectsApi(self._api).list_namespaced_custom_object(CLAIMS, VERSION, self.namespace, "sandboxclaims")
        with _missing(f"the cluster has no RuntimeClass {runtime_class!r}: install it, or set sandbox.runtime to one it has"):
            client.NodeV1Api(self._api).read_runtime_class(runtime_class)

    def _prepared(self, pod: Pod) -> None:
        from kubernetes import client

        wanted, core, custom = built_in(), client.CoreV1Api(self._api), client.CustomObjectsApi(self._api)
        _unless_there(
            client.NetworkingV1Api(self._api).create_namespaced_network_policy, self.namespace, wanted["NetworkPolicy"]
        )
        _unless_there(core.create_namespaced_resource_quota, self.namespace, wanted["ResourceQuota"])
        _unless_there(core.create_namespaced_limit_range, self.namespace, wanted["LimitRange"])
        for plural, body in (("sandboxtemplates", template(pod)), ("sandboxwarmpools", pool(pod, self._waiting))):
            _unless_there(custom.create_namespaced_custom_object, CLAIMS, VERSION, self.namespace, plural, body)

    def _told(self, work: Callable[..., Any], *given: Any, **named: Any) -> Any:
        try:
            return work(*given, **named)
        except SandboxUnavailable:
            raise
        except ImportError as error:
            raise SandboxUnavailable(f"the client for Kubernetes is not installed ({error.name}): {INSTALL}") from error
        except Exception as error:  # the client lets errors of five libraries through
            raise SandboxUnavailable(_sentence(error, self.namespace)) from error


@contextlib.contextmanager
def _missing(sentence: str) -> Generator[None]:
    try:
        yield
    except Exception as error:  # the client's own type is known only where it is installed
        if getattr(error, "status", None) == 404:
            raise SandboxUnavailable(sentence) from error
        raise


def _unless_there(create: Callable[..., Any], *given: Any) -> None:
    try:
        create(*given)
    except Exception as error:  # as above
        if getattr(error, "status", None) != 409:
            raise


def _sentence(error: Exception, namespace: str) -> str:
    status, kind, said = getattr(error, "status", None), type(error).__name__, " ".join(str(error).split())[:300]
    if status in (401, 403):
        return f"this account may not do that in namespace {namespace!r} ({status}): give it the rights over sandboxes there"
    if kind == "ConfigException":
        return f"no cluster is configured: set sandbox.kubeconfig, or KUBECONFIG ({said})"
    if kind in ("MaxRetryError", "NewConnectionError", "ConnectTimeoutError", "ReadTimeoutError"):
        return f"the cluster does not answer: {said}"
    if kind == "SandboxPortForwardError":
        return f"the router of agent-sandbox is not reached: {said}"
    if isinstance(error, TimeoutError):
        return f"no pod was ready in time; kubectl describe sandboxclaims -n {namespace} tells why ({said})"
    return f"the cluster refused: {kind}: {said}"
