"""The cluster: what is made in it, what is said when something is missing, and how a pod rests."""

import socket
import sys
from pathlib import Path

import pytest

from forgecrew.core.command import Command
from forgecrew.core.errors import ConfigError, SandboxUnavailable
from forgecrew.core.sandbox import Profile, SandboxSpec
from forgecrew.integrations.kubernetes.objects import Pod, built_in, pool, template
from forgecrew.integrations.kubernetes.sandbox import backend

pytest.importorskip("k8s_agent_sandbox", reason="the client of agent-sandbox is not installed")
pytest.importorskip("kubernetes_validate", reason="kubernetes-validate is not installed")

from tests.fake_cluster.cluster import FakeCluster, start_cluster
from tests.fake_cluster.schemas import faults

IMAGE = "example/sandbox:1"
POD = Pod(IMAGE, "gvisor", Profile())


@pytest.fixture
def cluster(tmp_path: Path) -> FakeCluster:
    """A cluster of this test alone."""
    return start_cluster(tmp_path)


def test_objects_are_what_a_server_accepts() -> None:
    assert faults("sandboxtemplates", template(POD)) == ""
    assert faults("sandboxwarmpools", pool(POD, 3)) == ""
    for body in built_in().values():
        assert faults("others", body) == ""


def test_the_checks_of_objects_can_fail() -> None:
    body = template(POD)
    body["spec"]["podTemplate"]["spec"]["runtimeClas"] = "gvisor"
    assert "runtimeClas" in faults("sandboxtemplates", body)
    assert "replica" in faults("sandboxwarmpools", pool(POD, 1) | {"spec": {"replica": 1, "sandboxTemplateRef": {"name": "x"}}})
    policy = built_in()["NetworkPolicy"]
    policy["spec"]["policyType"] = policy["spec"].pop("policyTypes")
    assert faults("others", policy)


def test_a_pod_has_no_rights() -> None:
    spec = template(POD)["spec"]
    pod, container = spec["podTemplate"]["spec"], spec["podTemplate"]["spec"]["containers"][0]
    rights = container["securityContext"]
    assert (pod["runtimeClassName"], pod["automountServiceAccountToken"]) == ("gvisor", False)
    assert (rights["readOnlyRootFilesystem"], rights["runAsNonRoot"], rights["allowPrivilegeEscalation"]) == (True, True, False)
    assert (rights["capabilities"], rights["seccompProfile"]) == ({"drop": ["ALL"]}, {"type": "RuntimeDefault"})
    assert {"memory", "cpu", "ephemeral-storage"} <= set(container["resources"]["limits"])
    assert spec["networkPolicy"]["egress"] == []
    assert spec["envVarsInjectionPolicy"] == spec["volumeClaimTemplatesPolicy"] == "Disallowed"


def test_what_differs_has_a_pool_of_its_own() -> None:
    names = {POD.name, Pod("other", "gvisor", Profile()).name, Pod(IMAGE, "kata", Profile()).name}
    assert len(names | {Pod(IMAGE, "gvisor", Profile(cpu=2)).name}) == 4


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({}, "sandbox.image is missing"),
        ({"image": IMAGE, "runtime": "urunc"}, "runs no commands"),
        ({"image": IMAGE, "images": ["x"]}, "set=image"),
    ],
)
def test_settings_that_cannot_be_are_told(tmp_path: Path, words: dict[str, object], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        backend(tmp_path, **words)  # type: ignore[arg-type]


async def test_a_missing_client_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "k8s_agent_sandbox.models", None)
    with pytest.raises(SandboxUnavailable, match=r"pip install 'forgecrew\[kubernetes\]'"):
        await backend(tmp_path, image=IMAGE).probe()


async def test_a_missing_file_and_a_cluster_that_is_gone_are_told(tmp_path: Path, cluster: FakeCluster) -> None:
    with pytest.raises(SandboxUnavailable, match="does not exist"):
        await backend(tmp_path / "s", image=IMAGE, kubeconfig=str(tmp_path / "none")).probe()
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    gone = tmp_path / "gone.json"
    gone.write_text(cluster.kubeconfig.read_text().replace(cluster.url, f"http://127.0.0.1:{port}"))
    with pytest.raises(SandboxUnavailable, match="the cluster does not answer"):
        await backend(tmp_path / "s", image=IMAGE, kubeconfig=str(gone)).probe()


async def test_what_the_cluster_lacks_is_told(tmp_path: Path, cluster: FakeCluster) -> None:
    words = {"image": IMAGE, "kubeconfig": str(cluster.kubeconfig), "router": cluster.url}
    with pytest.raises(SandboxUnavailable, match="kubectl create namespace elsewhere"):
        await backend(tmp_path / "s", namespace="elsewhere", **words).probe()
    with pytest.raises(SandboxUnavailable, match="no RuntimeClass 'kata-qemu'"):
        await backend(tmp_path / "s", runtime="kata-qemu", **words).probe()
    cluster.state.objects["runtimeclasses", "", "none"] = {}
    with pytest.raises(SandboxUnavailable, match="agent-sandbox is not installed"):
        await backend(tmp_path / "s", **words).probe()


async def test_a_claim_asks_for_nothing_that_makes_a_cold_start(tmp_path: Path, cluster: FakeCluster) -> None:
    made = backend(tmp_path / "s", image=IMAGE, kubeconfig=str(cluster.kubeconfig), router=cluster.url)
    await made.create(SandboxSpec("one", env=(("SECRET", "s3cr3t"),)))
    claim = next(body for (plural, _, _), body in cluster.state.objects.items() if plural == "sandboxclaims")
    assert set(claim["spec"]) == {"warmPoolRef", "lifecycle"}
    assert claim["spec"]["lifecycle"]["shutdownPolicy"] == "Delete"
    assert "s3cr3t" not in str(cluster.state.objects)
    assert list(await made.reap(keep=())) == ["one"]
    assert not [key for key in cluster.state.objects if key[0] in ("sandboxclaims", "sandboxes")]


async def test_a_pod_that_rests_is_woken_by_the_next_command(tmp_path: Path, cluster: FakeCluster) -> None:
    made = backend(tmp_path / "s", image=IMAGE, kubeconfig=str(cluster.kubeconfig), router=cluster.url)
    box = await made.create(SandboxSpec("one"))
    await box.write("kept", b"word")
    await box.rest()
    assert cluster.state.pods == {}
    assert (await box.exec(Command(("cat", "kept")))).text == "word"
    assert len(cluster.state.pods) == 1
    await made.reap(keep=())


async def test_claims_that_nobody_remembers_are_given_back(tmp_path: Path, cluster: FakeCluster) -> None:
    made = backend(tmp_path / "s", image=IMAGE, kubeconfig=str(cluster.kubeconfig), router=cluster.url)
    box = await made.create(SandboxSpec("one"))
    (box.folder / "spec.json").unlink()
    box.folder.rmdir()
    assert list(await made.reap(keep=())) == []
    assert not [key for key in cluster.state.objects if key[0] == "sandboxclaims"]
