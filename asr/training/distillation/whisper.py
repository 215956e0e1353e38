"""Compute encoder features of speech with a frozen Whisper encoder (Radford et al. 2022, arXiv 2212.04356).

python -m asr.training.distillation.whisper WHISPER/model.bin FEATURES DEV/manifest.jsonl TRAIN/manifest.jsonl

The encoder's weights are read from a CTranslate2 model file and run in PyTorch. The features of the clips of a
manifest, (rows, 2 * width) float16, are written to FEATURES/<manifest>/<corpus> as shards
(`asr.training.distillation.shards`). The same command continues where it stopped, and `--part 0/2` and `--part 1/2`
divide the work between two processes.

Each clip is encoded alone, from the first position on. Several clips in one window of 30 s would cost more, as
attention is quadratic, and would change the features, which depend on the absolute position: features of a clip after
other clips correlate by 0.6 with those of the clip padded to 30 s, features of the clip alone by 0.96.

A row is 40 ms, two encoder frames side by side: row r of a clip covers its samples from r * 640 on, as row r of the
acoustic model's output does.
"""

import argparse
import re
import struct
import sys
import time
from pathlib import Path
from typing import BinaryIO

import numpy as np
import soundfile
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from asr.training.acoustic.mel_bank import functional
from asr.training.acoustic.packs import manifest_name
from asr.training.distillation import shards
from asr.training.manifests import read_manifest

RATE = 16_000  # Hz
FFT, HOP, MELS = 400, 160, 80  # of Whisper's log-mel frames, 10 ms apart
LONGEST = 2950  # mel frames of the longest clip that is encoded; the encoder has positions for 3000
ROW = 4  # mel frames of a row of features: 40 ms
SILENCE = 5  # rows of silence after a clip
DTYPES = (np.float32, np.int8, np.int16, np.int32, np.float16)  # by CTranslate2's number


def _text(file: BinaryIO) -> str:
    (length,) = struct.unpack("<H", file.read(2))
    return file.read(length).rstrip(b"\0").decode()


def read_ctranslate2(path: Path, prefix: str = "encoder/") -> dict[str, np.ndarray]:
    """Return the variables of a CTranslate2 model file (version 6) whose names begin with `prefix`, without it.

    Raises:
        ValueError: The file has another version or a type that this reader does not know.
    """
    found: dict[str, np.ndarray] = {}
    with path.open("rb") as file:
        (version,) = struct.unpack("<I", file.read(4))
        if version != 6:
            raise ValueError(f"{path}: expected version 6 of CTranslate2's format, found {version}")
        _text(file)  # the model's class
        _, count = struct.unpack("<II", file.read(8))
        for _ in range(count):
            name = _text(file)
            (rank,) = struct.unpack("<B", file.read(1))
            shape = struct.unpack(f"<{rank}I", file.read(4 * rank))
            kind, size = struct.unpack("<BI", file.read(5))
            if not name.startswith(prefix):
                file.seek(size, 1)
                continue
            if kind >= len(DTYPES):
                raise ValueError(f"{path}: {name} has the unknown type {kind}")
            found[name.removeprefix(prefix)] = np.frombuffer(file.read(size), DTYPES[kind]).reshape(shape)
    return found


class EncoderLayer(nn.Module):
    """A Transformer layer with layer normalisation before attention and feed-forward part."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.attention_norm = nn.LayerNorm(width)
        self.queries_keys_values = nn.Linear(width, 3 * width)
        self.output = nn.Linear(width, width)
        self.feed_forward_norm = nn.LayerNorm(width)
        self.expand = nn.Linear(width, 4 * width)
        self.contract = nn.Linear(4 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        """Return features (batch, time, width) from features of the same shape."""
        parts = self.queries_keys_values(self.attention_norm(x)).unflatten(-1, (3, self.heads, -1))
        q, k, v = parts.permute(2, 0, 3, 1, 4)  # each (batch, heads, time, width / heads)
        x = x + self.output(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2))
        return x + self.contract(F.gelu(self.expand(self.feed_forward_norm(x))))


class WhisperEncoder(nn.Module):
    """Whisper's encoder: two convolutions, positions, and Transformer layers."""

    def __init__(self, width: int = 512, layers: int = 6, heads: int = 8, mels: int = MELS, positions: int = 1500):
        super().__init__()
        self.width = width
        self.conv1 = nn.Conv1d(mels, width, 3, padding=1)
        self.conv2 = nn.Conv1d(width, width, 3, stride=2, padding=1)
        self.positions = nn.Parameter(torch.zeros(positions, width))
        self.blocks = nn.ModuleList(EncoderLayer(width, heads) for _ in range(layers))
        self.norm = nn.LayerNorm(width)

    def forward(self, mel: Tensor) -> Tensor:
        """Return the features (batch, frames / 2, width) of log-mel frames (batch, mels, frames)."""
        x = F.gelu(self.conv2(F.gelu(self.conv1(mel)))).transpose(1, 2)
        x = x + self.positions[: x.shape[1]]
        for block in self.blocks:
            x = block(x)
        return self.norm(x)  # type: ignore[no-any-return]

    @classmethod
    def from_ctranslate2(cls, stored: dict[str, np.ndarray]) -> "WhisperEncoder":
        """Build the encoder from the variables that `read_ctranslate2` returns."""
        layers = len({name.split("/")[0] for name in stored if re.match(r"layer_\d", name)})
        positions, width = stored["position_encodings/encodings"].shape
        mels = stored["conv1/weight"].shape[1]
        model = cls(width, layers, int(stored["num_heads"]) if "num_heads" in stored else width // 64, mels, positions)
        names = {"conv1": "conv1", "conv2": "conv2", "norm": "layer_norm"}
        for i in range(layers):
            names |= {
                f"blocks.{i}.attention_norm": f"layer_{i}/self_attention/layer_norm",
                f"blocks.{i}.queries_keys_values": f"layer_{i}/self_attention/linear_0",
                f"blocks.{i}.output": f"layer_{i}/self_attention/linear_1",
                f"blocks.{i}.feed_forward_norm": f"layer_{i}/ffn/layer_norm",
                f"blocks.{i}.expand": f"layer_{i}/ffn/linear_0",
                f"blocks.{i}.contract": f"layer_{i}/ffn/linear_1",
            }
        weights = {"positions": stored["position_encodings/encodings"]}
        for ours, theirs in names.items():
            weight, bias = ("gamma", "beta") if "norm" in ours else ("weight", "bias")
            weights |= {f"{ours}.weight": stored[f"{theirs}/{weight}"], f"{ours}.bias": stored[f"{theirs}/{bias}"]}
        model.load_state_dict({name: torch.from_numpy(value.astype(np.float32)) for name, value in weights.items()})
        return model.eval().requires_grad_(False)


def log_mel(sound: np.ndarray, bank: Tensor) -> Tensor:
    """Compute Whisper's log-mel frames of one clip.

    Args:
        sound: (n,) float32 samples at 16 kHz.
        bank: (FFT / 2 + 1, mels) mel filters, see `slaney_bank`.

    Returns:
        (mels, frames), about -1 to 1.5; `frames` is a multiple of ROW, and the last frames may include zeros after the
        sound.
    """
    samples = torch.from_numpy(sound)
    samples = F.pad(samples, (0, -len(samples) % (ROW * HOP)))
    spectrum = torch.stft(samples, FFT, HOP, window=torch.hann_window(FFT), return_complex=True)[:, :-1]
    energies = (bank.t() @ spectrum.abs().square()).clamp_min(1e-10).log10()
    return (energies.maximum(energies.max() - 8) + 4) / 4


def slaney_bank(mels: int = MELS) -> Tensor:
    """Return Whisper's mel filters, (FFT / 2 + 1, mels) float32."""
    bank: Tensor = functional().melscale_fbanks(
        FFT // 2 + 1, 0.0, RATE / 2, mels, RATE, norm="slaney", mel_scale="slaney"
    )
    return bank


@torch.inference_mode()
def encode(encoder: WhisperEncoder, clip: Tensor) -> np.ndarray:
    """Compute the features of one clip.

    The clip is followed by SILENCE rows of silence, not padded to the 30 s that the encoder was trained on.

    Args:
        encoder: Trained.
        clip: (mels, frames) of `log_mel`.

    Returns:
        (frames / ROW, 2 * width) float16.
    """
    mel = F.pad(clip, (0, SILENCE * ROW), value=float(clip.min()))[None]
    features = encoder(mel.to(encoder.positions.dtype))[0].unflatten(0, (-1, ROW // 2)).flatten(1)
    return features[: clip.shape[1] // ROW].to(torch.float16).numpy()


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path, help="model.bin of a Whisper model in CTranslate2's format")
    parser.add_argument("features", type=Path, help="folder of the shards to write")
    parser.add_argument("manifests", type=Path, nargs="+", help="manifests of recordings to encode")
    parser.add_argument("--corpus", nargs="+", help="encode only recordings of these corpora")
    parser.add_argument("--part", **shards.PART_ARGUMENT)
    parser.add_argument("--bfloat16", action="store_true", help="compute in bfloat16: faster where it is native")
    return parser


def main() -> None:
    """Run the command."""
    args = make_parser().parse_args()
    dtype = torch.bfloat16 if args.bfloat16 else torch.float32
    encoder = WhisperEncoder.from_ctranslate2(read_ctranslate2(args.weights)).to(dtype)
    bank = slaney_bank()
    for manifest in args.manifests:
        entries = read_manifest(manifest)
        for corpus in args.corpus or sorted({entry["corpus"] for entry in entries}):
            folder = args.features / manifest_name(manifest) / corpus
            chosen = [entry for entry in entries if entry["corpus"] == corpus]
            for stem, clips in shards.missing(folder, chosen, args.part):
                began = time.monotonic()
                clips = [entry for entry in clips if entry["seconds"] * 100 < LONGEST]
                sounds = [soundfile.read(manifest.parent / entry["audio"], dtype="float32")[0] for entry in clips]
                features = [encode(encoder, log_mel(sound, bank)) for sound in sounds]
                shards.write(stem, [entry["audio"] for entry in clips], features)
                factor = sum(map(len, sounds)) / RATE / (time.monotonic() - began)
                about = f"{manifest.parent.name} {corpus} {stem.name}"
                print(f"{about}: {factor:.0f}x real time", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
