"""Score a teacher's words on a manifest, with our search, lexicon and language models:

python -m asr.training.distillation.teacher_evaluate DEV/manifest.jsonl TEACHER/checkpoint.pt FEATURES [--model FOLDER]

The figures are those of asr.training.evaluation.evaluate, so they compare with our acoustic model's. They tell what its
student may reach; the teacher itself sees the whole recording and cannot stream. The real-time factor is of the search
alone.
"""

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from rich.console import Console
from rich.progress import track

from asr.decoding.decoder import Decoder, SearchOptions
from asr.decoding.lexicon import Lexicon
from asr.decoding.neural_lm import NeuralLM
from asr.decoding.ngram_lm import NgramLM
from asr.recognizer import LEXICON, NEURAL_LM, NGRAM_LM, SHIPPED
from asr.text.normalize import normalize
from asr.training.acoustic.packs import clip_name, entries, identity
from asr.training.distillation import shards, teacher
from asr.training.evaluation.evaluate import arguments, report

BLOCK = 8  # rows given to the search at once, as the recogniser does: it fixes words behind each block


def decoder(folder: Path, row_seconds: float) -> Decoder:
    """Load the search of a model's folder, without its acoustic model."""
    neural = NeuralLM.load(folder / NEURAL_LM) if (folder / NEURAL_LM).exists() else None
    lexicon, ngram = Lexicon.load(folder / LEXICON), NgramLM.load(folder / NGRAM_LM)
    return Decoder(lexicon, ngram, SearchOptions(), row_seconds, neural)


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
    parser.add_argument("teacher", type=Path, help="checkpoint of asr.training.distillation.teacher")
    parser.add_argument("features", type=Path, help="folder of asr.training.distillation.whisper")
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
            {"corpus": entry["corpus"], "said": normalize(entry["text"]), "heard": normalize(text),
             "seconds": entry["seconds"], "spent": spent, "delay": None}
        )  # fmt: skip
    report(rows, args)


if __name__ == "__main__":
    main()
