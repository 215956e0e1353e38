"""Score a teacher's words on a manifest, with our search, lexicon and language models:

python -m asr.training.teacher_evaluate DEV/manifest.jsonl TEACHER/checkpoint.pt FEATURES [--model FOLDER] [--json]

The figures are those of asr.training.evaluate, so they compare with our acoustic model's. They tell what its student
may reach; the teacher itself sees the whole recording and cannot stream. The real-time factor is of the search alone.
"""

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from rich.console import Console
from rich.progress import track

from asr.decoder import Decoder, Search
from asr.language import LanguageModel
from asr.lexicon import Lexicon
from asr.reader import Reader
from asr.recognizer import READER, SHIPPED
from asr.text import normalise
from asr.training import shards, teacher
from asr.training.data import clip_name, entries, identity
from asr.training.evaluate import arguments, report

BLOCK = 8  # rows given to the search at once, as the recogniser does: it fixes words behind each block


def decoder(folder: Path, row_seconds: float) -> Decoder:
    """Load the search of a model's folder, without its acoustic model."""
    lexicon = Lexicon.load(folder / "lexicon.safetensors")
    reader = Reader.load(folder / READER) if (folder / READER).exists() else None
    return Decoder(lexicon, LanguageModel.load(folder / "language.safetensors"), Search(), row_seconds, reader)


def words(search: Decoder, logp: np.ndarray) -> list[int]:
    """Decode (rows, units) log posteriors of a whole recording into words' numbers in the lexicon."""
    state, found = search.start(), []
    for first in range(0, len(logp), BLOCK):
        state, final, _ = search.step(state, logp[first : first + BLOCK])
        found += final
    return [word.word for word in found + search.close(state)]


def posteriors(model: teacher.Teacher, clips: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Compute the log posteriors (rows, units) of clips' features (rows, inputs)."""
    rows = torch.tensor([len(clip) for clip in clips])
    padded = torch.zeros(len(clips), int(rows.max()), clips[0].shape[1])
    for i, clip in enumerate(clips):
        padded[i, : rows[i]] = torch.from_numpy(clip.astype(np.float32))
    with torch.inference_mode():
        logp = model(padded, rows).log_softmax(-1)
    return [scores[:n].numpy() for scores, n in zip(logp, rows.tolist(), strict=True)]


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("teacher", type=Path, help="checkpoint of asr.training.teacher")
    parser.add_argument("features", type=Path, help="folder of asr.training.whisper")
    parser.add_argument("--model", type=Path, default=SHIPPED, help="folder whose lexicon and language models are used")
    args = parser.parse_args()
    torch.set_num_threads(1)
    model = teacher.read(args.teacher)
    search = decoder(args.model, model.config.output_seconds)
    features, name = shards.read(args.features), identity(args.manifest)
    rows = []
    for entry in track(entries(args.manifest, args.limit), "Decoding", console=Console(stderr=True)):
        (logp,) = posteriors(model, [features[clip_name(name, entry)]])
        began = time.process_time()
        text = " ".join(search.lexicon.words[word] for word in words(search, logp))
        spent = time.process_time() - began
        rows.append(
            {"corpus": entry["corpus"], "said": normalise(entry["text"]), "heard": normalise(text),
             "seconds": entry["seconds"], "spent": spent, "delay": None}
        )  # fmt: skip
    report(rows, args)


if __name__ == "__main__":
    main()
