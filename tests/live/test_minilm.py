"""The real embedding model, where it is installed (`forgecrew models install`)."""

import os
from pathlib import Path

import numpy as np
import pytest

from forgecrew.core.errors import ConfigError
from forgecrew.integrations.minilm import files
from forgecrew.integrations.minilm.embedder import MiniLM

FOLDER = Path(os.environ.get("FORGECREW_TEST_MINILM") or Path.home() / ".config/forgecrew/models/minilm")
pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(
        not (FOLDER / "model.safetensors").is_file(), reason=f"no embedding model in {FOLDER}; `forgecrew models install`"
    ),
]
TEXTS = ["the worker hangs after a restart", "restarting leaves the process stuck", "x", "add a German translation " * 30]


async def test_both_encoders_give_the_same_unit_rows() -> None:
    plain, fast = MiniLM(FOLDER, graph=False), MiniLM(FOLDER)
    assert (await plain.profile()).dimension == 384
    vectors = await plain.embed(TEXTS)
    assert vectors.shape == (4, 384) and vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.abs(vectors - await fast.embed(TEXTS)).max() < 1e-5
    near, far = float(vectors[0] @ vectors[1]), float(vectors[0] @ vectors[3])
    assert near > far + 0.3
    (words,) = await fast.embed_words(["the worker hangs"])
    assert words.words == ("worker", "hangs") and words.rows.shape == (2, 384)
    assert (await plain.embed([])).shape == (0, 384)


async def test_a_damaged_copy_is_refused(tmp_path: Path) -> None:
    for name in files.SHA256:
        content = bytearray((FOLDER / name).read_bytes())
        if name == "model.safetensors":
            content[len(content) // 2] ^= 1
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ConfigError, match=r"model\.safetensors is damaged"):
        await MiniLM(tmp_path).embed(TEXTS)
