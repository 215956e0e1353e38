"""The language of somebody's own texts: how often three words follow each other in them, and the words that are new.

A small file holds it, made from documents or corrections by `asr.adaptation`. The search mixes it with the language
models of the recogniser, see `asr.decoding.user_lm`. Words are texts here, not ids of a lexicon, so that the file stays
valid with another model.
"""

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from asr.errors import LanguageError, ModelError, VocabularyError
from asr.limits import LIMITS, outside
from asr.tensor_file import TensorFile, Wanted, plain, within
from asr.user.vocabulary import NO_VOCABULARY, Entry, Vocabulary

START, END, UNKNOWN = 0, 1, 2  # word ids of the two ends of a sentence, and of all words that are not listed
MARKS = ("<s>", "</s>", "<unk>")  # their texts: the first words of every list, as in a lexicon
LONGEST = 3  # words of an n-gram
_LAYOUT = "user language 1"


@dataclass(frozen=True, eq=False)
class UserLanguage:
    """Counts of word triples. Never changes. Equal languages give equal results.

    The first triple of a sentence begins with <s>, its last one ends with </s>, so shorter counts follow from these.
    """

    words: tuple[str, ...]  # word id -> text as spoken; MARKS first
    grams: np.ndarray  # (m, 3) int32, word ids of each triple, sorted
    counts: np.ndarray  # (m,) int64, how often each occurs
    new_words: Vocabulary = NO_VOCABULARY  # words that the recogniser lacks, with their pronunciations in phones
    sources: tuple[str, ...] = ()  # names of the texts, for people

    @classmethod
    def of(
        cls,
        sentences: Iterable[Sequence[str]],
        words: Sequence[str],
        new_words: Vocabulary = NO_VOCABULARY,
        sources: Sequence[str] = (),
    ) -> "UserLanguage":
        """Count sentences.

        Args:
            sentences: Spoken words; those that are not in `words` become <unk>.
            words: Texts without MARKS, the most frequent first: beyond the limit of a file the last are left out.
            new_words: Those of them that the recogniser lacks.
            sources: Names of the texts.
        """
        listed = (*MARKS, *words)[: int(LIMITS["user words"][1])]
        ids = {word: number for number, word in enumerate(listed) if number > UNKNOWN}
        text: list[int] = []
        for sentence in sentences:
            if sentence:
                text += [START, *(ids.get(word, UNKNOWN) for word in sentence), END]
        tokens = np.array(text, np.int32)
        triples = np.stack([tokens[:-2], tokens[1:-1], tokens[2:]], 1) if len(tokens) else np.zeros((0, 3), np.int32)
        inside = (triples[:, 1] != START) & (triples[:, 2] != START)  # none crosses the beginning of a sentence
        grams, counts = np.unique(triples[inside], axis=0, return_counts=True)
        return cls(listed, grams, counts.astype(np.int64), new_words, tuple(sources))

    @cached_property
    def _digest(self) -> str:
        lines = "\n".join([*self.words, "", *map(_line, self.new_words.entries)])
        return hashlib.sha256(lines.encode() + self.grams.tobytes() + self.counts.tobytes()).hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, UserLanguage) and self._digest == other._digest

    def __hash__(self) -> int:
        return hash(self._digest)

    @property
    def size(self) -> int:
        """The number of running words."""
        return int(self.counts[self.grams[:, 2] != END].sum() + self.counts[self.grams[:, 0] == START].sum())

    def __bool__(self) -> bool:
        return bool(len(self.counts))

    def merged(self, other: "UserLanguage", times: int = 1) -> "UserLanguage":
        """Return both as one, the counts of the other one taken `times` times."""
        words = tuple(dict.fromkeys((*self.words, *other.words)))[: int(LIMITS["user words"][1])]
        ids = {word: number for number, word in enumerate(words)}
        number_of = np.array([ids.get(word, UNKNOWN) for word in other.words], np.int32)
        both = np.concatenate([self.grams, number_of[other.grams]])
        grams, inverse = np.unique(both, axis=0, return_inverse=True)
        counts = np.bincount(inverse.reshape(-1), np.concatenate([self.counts, other.counts * times]), len(grams))
        written = {entry.written.casefold() for entry in self.new_words.entries}
        added = tuple(entry for entry in other.new_words.entries if entry.written.casefold() not in written)
        new_words = Vocabulary((*self.new_words.entries, *added)[: int(LIMITS["vocabulary entries"][1])])
        sources = tuple(dict.fromkeys((*self.sources, *other.sources)))
        return UserLanguage(words, grams, counts.astype(np.int64), new_words, sources)

    def save(self, path: Path) -> None:
        """Write the file, which replaces one that is there as a whole.

        Raises:
            LanguageError: It cannot be written.
        """
        tensors = {
            "words": np.frombuffer("\n".join(self.words).encode(), np.uint8),
            "grams": self.grams.astype(np.uint16),
            "counts": np.minimum(self.counts, np.iinfo(np.uint32).max).astype(np.uint32),
            "new_words": np.frombuffer("\n".join(map(_line, self.new_words.entries)).encode() or b"#", np.uint8),
        }
        partly = path.with_name(f".{path.name}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            save_file(tensors, partly, {"layout": _LAYOUT, "sources": "\n".join(map(plain, self.sources))})
            partly.chmod(0o600)
            partly.replace(path)
        except OSError as error:
            with suppress(OSError):
                partly.unlink()
            raise LanguageError("cannot-write", path=path, reason=error.strerror or error) from error

    @classmethod
    def load(cls, path: Path) -> "UserLanguage":
        """Load what `save` wrote.

        Raises:
            LanguageError: The file is missing, damaged or of another kind.
        """
        if not path.exists():
            raise LanguageError("missing", path=path)
        try:
            return cls._load(TensorFile.open(path, _LAYOUT))
        except (ModelError, VocabularyError, UnicodeDecodeError) as error:
            raise LanguageError("damaged", path=path, reason=plain(error)) from error

    @classmethod
    def _load(cls, file: TensorFile) -> "UserLanguage":
        texts, new_words, (grams, _) = file.shape("words", 1), file.shape("new_words", 1), file.shape("grams", 2)
        wanted = {"words": Wanted(("U8",), texts), "new_words": Wanted(("U8",), new_words)}
        wanted |= {"grams": Wanted(("U16",), (grams, LONGEST)), "counts": Wanted(("U32",), (grams,))}
        file.expect(wanted)
        words = tuple(file.array("words").tobytes().decode().split("\n"))
        triples, counts = file.array("grams").astype(np.int32), file.array("counts").astype(np.int64)
        keys = (triples[:, 0].astype(np.int64) << 32) | (triples[:, 1] << 16) | triples[:, 2]
        file.check(
            {
                "its words": lambda: not outside({"user words": len(words)}) and words[: len(MARKS)] == MARKS,
                "a word is empty, listed twice or no text": lambda: (
                    all(word and word.isprintable() for word in words) and len(set(words)) == len(words)
                ),
                "a word is not in its list": lambda: within(triples, 0, len(words) - 1),
                "its triples are not sorted": lambda: (np.diff(keys) > 0).all(),
                "an end is inside a triple": lambda: (triples[:, 1:] != START).all() and (triples[:, :2] != END).all(),
                "a triple occurs never": lambda: within(counts, 1, np.iinfo(np.uint32).max),
            }
        )
        vocabulary = replace(Vocabulary.parse(file.array("new_words").tobytes().decode(), "new words"), name="")
        sources = tuple(filter(None, file.metadata.get("sources", "").split("\n")))
        return cls(words, triples, counts, vocabulary, sources)


def _line(entry: Entry) -> str:
    """Return the line of a vocabulary that has an entry of one word."""
    return " = ".join([entry.written, *(" ".join(sound.parts) for (sound,) in entry.sounds)])
