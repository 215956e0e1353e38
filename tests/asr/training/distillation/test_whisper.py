"""Whisper's encoder: its weights are read from a file, and its layers compute what their definition says."""

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from asr.training.distillation import whisper
from asr.training.distillation.whisper import ROW, SILENCE, WhisperEncoder

BANK = torch.rand(whisper.FFT // 2 + 1, 8, generator=torch.Generator().manual_seed(0))


def tiny_encoder(positions: int = 1500) -> WhisperEncoder:
    torch.manual_seed(0)
    return WhisperEncoder(16, 2, 2, 8, positions).eval().requires_grad_(False)


def write_ctranslate2(path: Path, variables: dict[str, np.ndarray], version: int = 6) -> None:
    """Write variables as CTranslate2 does."""

    def text(value: str) -> bytes:
        return struct.pack("<H", len(value) + 1) + value.encode() + b"\0"

    parts = [struct.pack("<I", version), text("WhisperSpec"), struct.pack("<II", 3, len(variables))]
    for name, value in variables.items():
        kind = whisper.DTYPES.index(value.dtype.type)
        parts += [text(name), struct.pack("<B", value.ndim), struct.pack(f"<{value.ndim}I", *value.shape)]
        parts += [struct.pack("<BI", kind, value.nbytes), value.tobytes()]
    path.write_bytes(b"".join(parts))


def stored(model: WhisperEncoder) -> dict[str, np.ndarray]:
    """Name the weights of an encoder as CTranslate2 does."""
    names = {
        "attention_norm": "self_attention/layer_norm",
        "queries_keys_values": "self_attention/linear_0",
        "output": "self_attention/linear_1",
        "feed_forward_norm": "ffn/layer_norm",
        "expand": "ffn/linear_0",
        "contract": "ffn/linear_1",
    }
    found: dict[str, Any] = {"encoder/num_heads": np.array(2, np.int16), "decoder/other": np.zeros(3, np.float32)}
    for key, value in model.state_dict().items():
        if key == "positions":
            found["encoder/position_encodings/encodings"] = value.numpy()
            continue
        *place, part = key.split(".")
        if "norm" in place[-1]:
            part = {"weight": "gamma", "bias": "beta"}[part]
        where = (
            f"layer_{place[1]}/{names[place[2]]}" if place[0] == "blocks" else place[0].replace("norm", "layer_norm")
        )
        found[f"encoder/{where}/{part}"] = value.numpy()
    return found


def test_weights_are_read_from_ctranslate2s_file(tmp_path: Path) -> None:
    model = tiny_encoder()
    write_ctranslate2(tmp_path / "model.bin", stored(model))
    again = WhisperEncoder.from_ctranslate2(whisper.read_ctranslate2(tmp_path / "model.bin"))
    mel = torch.randn(1, 8, 40)
    assert torch.equal(again(mel), model(mel))


def test_another_version_is_refused(tmp_path: Path) -> None:
    write_ctranslate2(tmp_path / "model.bin", {}, version=7)
    with pytest.raises(ValueError, match="expected version 6"):
        whisper.read_ctranslate2(tmp_path / "model.bin")


def test_a_layer_is_a_transformer_layer() -> None:
    block: Any = tiny_encoder().blocks[0]  # Any: torch gives submodules and parameters one type
    x = torch.randn(2, 9, 16)
    torch.manual_seed(1)
    reference = nn.TransformerEncoderLayer(16, 2, 64, 0.0, "gelu", batch_first=True, norm_first=True)
    reference.load_state_dict(
        {
            "self_attn.in_proj_weight": block.queries_keys_values.weight,
            "self_attn.in_proj_bias": block.queries_keys_values.bias,
            **{
                f"{theirs}.{part}": getattr(getattr(block, ours), part)
                for theirs, ours in (
                    ("self_attn.out_proj", "output"),
                    ("linear1", "expand"),
                    ("linear2", "contract"),
                    ("norm1", "attention_norm"),
                    ("norm2", "feed_forward_norm"),
                )
                for part in ("weight", "bias")
            },
        }
    )
    assert torch.allclose(block(x), reference(x), atol=1e-5)


def test_frames_are_whole_rows_and_span_eight_decades_at_most() -> None:
    sound = np.random.default_rng(0).normal(0, 0.1, 16_001).astype(np.float32)
    sound[8000:] = 0
    mel = whisper.log_mel(sound, BANK)
    assert mel.shape == (8, 104)
    assert float(mel.max() - mel.min()) == pytest.approx(2.0)


def test_a_row_is_two_frames_of_the_encoder() -> None:
    model, clip = tiny_encoder(), torch.randn(8, ROW * 7)
    rows = whisper.encode(model, clip)
    whole = model(torch.nn.functional.pad(clip, (0, SILENCE * ROW), value=float(clip.min()))[None])[0]
    assert rows.shape == (7, 32)
    assert np.allclose(rows, whole.unflatten(0, (-1, 2)).flatten(1)[:7], atol=2e-3)


def test_the_longest_clip_has_positions() -> None:
    rows = whisper.encode(tiny_encoder(), torch.randn(8, whisper.LONGEST // ROW * ROW))
    assert len(rows) == whisper.LONGEST // ROW and np.isfinite(rows).all()
