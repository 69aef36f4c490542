"""A real cluster: FORGECREW_TEST_KUBECONFIG names its file, FORGECREW_TEST_SANDBOX_IMAGE an image of agent-sandbox's runtime.

FORGECREW_TEST_RUNTIME_CLASS (gvisor) and FORGECREW_TEST_SANDBOX_ROUTER (a tunnel) may be named besides; the namespace is
`forgecrew`, which must exist.
"""

import os
from pathlib import Path

import pytest

from forgecrew.core.command import Command
from forgecrew.core.sandbox import SandboxSpec
from forgecrew.integrations.kubernetes.sandbox import Backend, backend

pytestmark = pytest.mark.live


@pytest.fixture
def real(tmp_path: Path) -> Backend:
    """The backend on that cluster; skips without one."""
    file, image = os.environ.get("FORGECREW_TEST_KUBECONFIG"), os.environ.get("FORGECREW_TEST_SANDBOX_IMAGE")
    if not file or not image:
        pytest.skip("no real cluster: FORGECREW_TEST_KUBECONFIG and FORGECREW_TEST_SANDBOX_IMAGE are not set")
    runtime, router = os.environ.get("FORGECREW_TEST_RUNTIME_CLASS", ""), os.environ.get("FORGECREW_TEST_SANDBOX_ROUTER", "")
    return backend(tmp_path / "sandboxes", image=image, kubeconfig=file, runtime=runtime, router=router)


async def test_a_pod_runs_commands_keeps_files_and_is_given_back(real: Backend) -> None:
    assert (await real.probe()).network_none
    box = await real.create(SandboxSpec("one"))
    try:
        await box.write("kept", b"word")
        result = await box.exec(Command(("sh", "-c", "cat kept; id -u; exit 3")))
        assert (result.exit_code, result.text) == (3, "word1000\n")
        assert (await box.exec(Command(("sleep", "60"), timeout_seconds=1))).reason == "timeout"
        assert (await box.cell("print(6 * 7)")).text == "42\n"
        await box.rest()
        assert await box.read("kept") == b"word"
    finally:
        assert list(await real.reap(keep=())) == ["one"]
