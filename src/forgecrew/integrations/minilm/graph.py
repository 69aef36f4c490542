"""The weights as an ONNX graph, put together by hand: onnxruntime then embeds twice as fast, and torch is never needed."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forgecrew.integrations.minilm.weights import read

Numbers = NDArray[Any]


def build(folder: Path, target: Path) -> None:
    """Write the graph (inputs `tokens`, `mask`; outputs `vectors`, `hidden`) of the model in a folder; needs `fast`."""
    import onnx

    model = _Graph(folder).model()
    onnx.checker.check_model(model)  # pyright: ignore[reportUnknownMemberType]
    part = target.with_suffix(".part")
    part.write_bytes(model.SerializeToString())
    part.replace(target)


class _Graph:
    def __init__(self, folder: Path) -> None:
        from onnx import helper, numpy_helper

        self._helper, self._from_array = helper, numpy_helper.from_array
        self._config: dict[str, Any] = json.loads((folder / "config.json").read_text())
        self._weights = {name: value.astype(np.float32) for name, value in read(folder / "model.safetensors").items()}
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def model(self) -> Any:
        from onnx import TensorProto

        hidden, width = self._embedded(), int(self._config["hidden_size"])
        mask = self._do("Cast", "mask", to=TensorProto.FLOAT)
        away = self._do("Mul", self._do("Sub", self._hold(np.float32(1)), mask), self._hold(np.float32(-1e9)))
        away = self._do("Unsqueeze", away, self._hold([1, 2]))
        for number in range(int(self._config["num_hidden_layers"])):
            hidden = self._layer(hidden, away, f"encoder.layer.{number}.")
        hidden = self._do("Identity", hidden, name="hidden")
        kept = self._do("Mul", hidden, self._do("Unsqueeze", mask, self._hold([-1])))
        total = self._do("ReduceSum", kept, self._hold([1]), keepdims=0)
        mean = self._do("Div", total, self._do("ReduceSum", mask, self._hold([1]), keepdims=1))
        self._do("Div", mean, self._do("ReduceL2", mean, self._hold([1]), keepdims=1), name="vectors")
        told = self._helper.make_tensor_value_info
        inputs = [told(name, TensorProto.INT64, ["texts", "length"]) for name in ("tokens", "mask")]
        outputs = [
            told("vectors", TensorProto.FLOAT, ["texts", width]),
            told("hidden", TensorProto.FLOAT, ["texts", "length", width]),
        ]
        graph = self._helper.make_graph(self._nodes, "minilm", inputs, outputs, self._constants)
        return self._helper.make_model(graph, opset_imports=[self._helper.make_opsetid("", 18)], ir_version=9)

    def _embedded(self) -> str:
        get = self._weights
        places = get["embeddings.position_embeddings.weight"] + get["embeddings.token_type_embeddings.weight"][0]
        words = self._do("Gather", self._hold(get["embeddings.word_embeddings.weight"]), "tokens", axis=0)
        length = self._do("Slice", self._do("Shape", "tokens"), self._hold([1]), self._hold([2]))
        placed = self._do("Slice", self._hold(places), self._hold([0]), length, self._hold([0]))
        return self._norm(self._do("Add", words, placed), "embeddings.LayerNorm")

    def _layer(self, hidden: str, away: str, layer: str) -> str:
        width, heads = int(self._config["hidden_size"]), int(self._config["num_attention_heads"])
        shape = self._hold([0, 0, heads, width // heads])

        def headed(name: str, order: list[int], scale: float = 1.0) -> str:
            asked = self._linear(hidden, f"{layer}attention.self.{name}", scale)
            return self._do("Transpose", self._do("Reshape", asked, shape), perm=order)

        query = headed("query", [0, 2, 1, 3], 1 / math.sqrt(width // heads))
        heed = self._do("MatMul", query, headed("key", [0, 2, 3, 1]))
        heed = self._do("Softmax", self._do("Add", heed, away), axis=-1)
        seen = self._do("Transpose", self._do("MatMul", heed, headed("value", [0, 2, 1, 3])), perm=[0, 2, 1, 3])
        out = self._linear(self._do("Reshape", seen, self._hold([0, 0, width])), f"{layer}attention.output.dense")
        hidden = self._norm(self._do("Add", out, hidden), f"{layer}attention.output.LayerNorm")
        up = self._linear(hidden, f"{layer}intermediate.dense")
        erf = self._do("Erf", self._do("Mul", up, self._hold(np.float32(math.sqrt(0.5)))))
        gate = self._do("Mul", self._do("Add", erf, self._hold(np.float32(1))), self._hold(np.float32(0.5)))
        down = self._linear(self._do("Mul", up, gate), f"{layer}output.dense")
        return self._norm(self._do("Add", down, hidden), f"{layer}output.LayerNorm")

    def _linear(self, given: str, name: str, scale: float = 1.0) -> str:
        matrix = self._hold(np.ascontiguousarray(self._weights[f"{name}.weight"].T * np.float32(scale)))
        return self._do("Add", self._do("MatMul", given, matrix), self._hold(self._weights[f"{name}.bias"] * np.float32(scale)))

    def _norm(self, given: str, name: str) -> str:
        weight, bias = self._hold(self._weights[f"{name}.weight"]), self._hold(self._weights[f"{name}.bias"])
        return self._do("LayerNormalization", given, weight, bias, axis=-1, epsilon=float(self._config["layer_norm_eps"]))

    def _hold(self, value: Numbers | np.float32 | list[int]) -> str:
        self._constants.append(self._from_array(np.asarray(value), f"c{len(self._constants)}"))
        return f"c{len(self._constants) - 1}"

    def _do(self, kind: str, *given: str, name: str = "", **options: object) -> str:
        made = name or f"v{len(self._nodes)}"
        self._nodes.append(self._helper.make_node(kind, list(given), [made], **options))
        return made
