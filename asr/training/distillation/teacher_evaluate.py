"""Evaluate a teacher on a manifest, with the search, the lexicon and the language models of the recogniser.

python -m asr.training.distillation.teacher_evaluate DEV/manifest.jsonl TEACHER/checkpoint.pt FEATURES [--model FOLDER]

The figures are those of `asr.training.evaluation.evaluate`, so they can be compared with those of the acoustic model
and show what its student may reach. The teacher itself needs the whole recording and cannot stream. The real-time
factor is that of the search alone.
"""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from rich.console import Console
from rich.progress import track

from asr.decoding.decoder import Decoder
from asr.decoding.search_options import SearchOptions
from asr.language.lexicon import Lexicon
from asr.language.neural_lm import NeuralLM
from asr.language.ngram_lm import NgramLM
from asr.recognizer import LEXICON, NEURAL_LM, NGRAM_LM, SHIPPED
from asr.text.normalize import normalize
from asr.training.acoustic.packs import clip_name, manifest_name
from asr.training.distillation import shards
from asr.training.distillation.teacher import Teacher
from asr.training.distillation.teacher import read as read_teacher
from asr.training.evaluation.evaluate import common_parser, report
from asr.training.manifests import read_manifest

BLOCK = 8  # rows that the search gets at once, as in the recogniser: it makes words final after each block


def load_decoder(folder: Path, row_seconds: float) -> Decoder:
    """Load the search of a model, without its acoustic model.

    Args:
        folder: Of the model.
        row_seconds: Seconds of a row of posteriors.
    """
    neural_lm = NeuralLM.load(folder / NEURAL_LM) if (folder / NEURAL_LM).exists() else None
    lexicon, ngram_lm = Lexicon.load(folder / LEXICON), NgramLM.load(folder / NGRAM_LM)
    return Decoder(lexicon, ngram_lm, SearchOptions(), row_seconds, neural_lm)


def decode(decoder: Decoder, logp: np.ndarray) -> list[int]:
    """Return the ids of the words of a whole recording, from its (rows, units) log posteriors."""
    state, words = decoder.start(), []
    for first in range(0, len(logp), BLOCK):
        state, final, _ = decoder.step(state, logp[first : first + BLOCK])
        words += final
    return [word.word for word in words + decoder.close(state)]


def posteriors(model: Teacher, clips: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Return the log posteriors (rows, units) of clips, from their features (rows, inputs)."""
    rows = torch.tensor([len(clip) for clip in clips])
    features = torch.zeros(len(clips), int(rows.max()), clips[0].shape[1])
    for i, clip in enumerate(clips):
        features[i, : rows[i]] = torch.from_numpy(clip.astype(np.float32))
    with torch.inference_mode():
        logp = model(features, rows).float().log_softmax(-1)
    return [scores[:n].numpy() for scores, n in zip(logp, rows.tolist(), strict=True)]


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = common_parser(__doc__)
    parser.add_argument("teacher", type=Path, help="checkpoint of asr.training.distillation.teacher")
    parser.add_argument("features", type=Path, help="folder of asr.training.distillation.whisper")
    parser.add_argument("--model", type=Path, default=SHIPPED, help="folder of lexicon and language models")
    return parser


def main() -> None:
    """Run the command."""
    args = make_parser().parse_args()
    torch.set_num_threads(1)
    model = read_teacher(args.teacher)
    decoder = load_decoder(args.model, model.config.output_seconds)
    features, name = shards.read(args.features), manifest_name(args.manifest)
    rows = []
    for entry in track(read_manifest(args.manifest, args.limit), "Decoding", console=Console(stderr=True)):
        (logp,) = posteriors(model, [features[clip_name(name, entry)]])
        began = time.process_time()
        text = " ".join(decoder.lexicon.words[word] for word in decode(decoder, logp))
        rows.append(
            {
                "corpus": entry["corpus"],
                "reference": normalize(entry["text"]),
                "hypothesis": normalize(text),
                "seconds": entry["seconds"],
                "processor_seconds": time.process_time() - began,
                "delay": None,
            }
        )
    report(rows, args)


if __name__ == "__main__":
    main()
