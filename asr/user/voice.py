"""A voice: what a model has learnt about one speaker, as small changes of its vectors. A file of some 100 kilobytes.

The file comes from anywhere, as that of a model does, so it is checked in the same order: the file, its terms, the
names and types of its tensors, their values; their shapes are those of the model, which `asr.acoustic.adaptation`
checks before anything is changed. A voice fits one model alone, whose digest it names.
"""

import json
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from asr.errors import VoiceError
from asr.limits import outside

if TYPE_CHECKING:
    import numpy as np

    from asr.tensor_file import TensorFile

LAYOUT = "echoic voice 1"
SUFFIX = ".voice.safetensors"
NAME = re.compile(r"[^\W_](?:[\w .'-]{0,38}[\w.'-])?")  # of a voice, which is also the name of its file
DIGEST = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class VoiceFacts:
    """What is known about how a voice was learnt: shown in lists, and used for nothing else."""

    created: float = 0.0  # seconds since 1970, UTC
    seconds: float = 0.0  # of speech that it was learnt from
    held_out_words: int = 0  # of speech that it was tried on
    errors_before: int = 0  # words that were wrong there without it
    errors_after: int = 0  # and with it


@dataclass(frozen=True, eq=False)
class VoiceProfile:
    """A voice. Two are equal if they have the same name, model and changes."""

    name: str
    model: str  # digest of the network that it fits: `asr.acoustic.adaptation.network_digest`
    shifts: Mapping[str, "np.ndarray"]  # name of a vector of the network -> (n,) float32, what is added to it
    facts: VoiceFacts = field(default_factory=VoiceFacts)

    def _key(self) -> tuple[Any, ...]:
        return self.name, self.model, tuple((name, self.shifts[name].tobytes()) for name in sorted(self.shifts))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, VoiceProfile) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def save(self, path: Path) -> None:
        """Write the file whole or not at all, for this user only.

        Raises:
            VoiceError: It cannot be written.
        """
        import tempfile

        from safetensors.numpy import save

        metadata = {"layout": LAYOUT, "name": self.name, "model": self.model, "facts": json.dumps(vars(self.facts))}
        content = save({name: shift for name, shift in self.shifts.items()}, metadata)
        try:
            number, unfinished = tempfile.mkstemp(".part", ".", path.parent)  # mode 0600
            try:
                with open(number, "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(unfinished, path)
            except BaseException:
                with suppress(OSError):
                    os.unlink(unfinished)
                raise
        except OSError as error:
            raise VoiceError("cannot-write", path=path, reason=error.strerror or error) from error

    @classmethod
    def load(cls, path: Path) -> "VoiceProfile":
        """Read what `save` wrote.

        Raises:
            VoiceError: The file is missing, damaged, no voice, or asks for more than asr.limits allows.
        """
        from asr.errors import ModelError
        from asr.tensor_file import TensorFile

        if not path.exists():
            raise VoiceError("missing", path=path)
        try:
            file = TensorFile.open(path, LAYOUT)
            shifts = _shifts(file)
        except ModelError as error:
            raise VoiceError("damaged", path=path, reason=error.parameters.get("reason", error.code)) from error
        name, model = file.metadata.get("name", ""), file.metadata.get("model", "")
        if not is_name(name) or not DIGEST.fullmatch(model):
            raise VoiceError("damaged", path=path, reason="its name or the digest of its model is impossible")
        return cls(name, model, shifts, _facts(path, file.metadata.get("facts", "")))


def is_name(text: str) -> bool:
    """Return whether a text may name a voice: 1 to 40 letters, digits, spaces, dots, hyphens and apostrophes."""
    return bool(NAME.fullmatch(text)) and text.isprintable()


def _shifts(file: "TensorFile") -> dict[str, "np.ndarray"]:
    """Return the tensors of a file, all of them float32 vectors whose values are finite and within limits."""
    from asr.limits import LIMITS
    from asr.tensor_file import damaged, within

    if wrong := outside({"voice bytes": file.path.stat().st_size, "voice vectors": len(file.tensors)}):
        raise damaged(file.path, "; ".join(wrong))
    for name, (dtype, shape) in file.tensors.items():
        if dtype != "F32" or len(shape) != 1:
            raise damaged(file.path, f"'{name}' is {dtype} {list(shape)}, expected a vector of F32")
    shifts = {name: file.array(name) for name in sorted(file.tensors)}
    for name, values in shifts.items():
        if not within(values, *LIMITS["voice shift"]):
            raise damaged(file.path, f"a value of '{name}' is impossible")
    return shifts


def _facts(path: Path, text: str) -> VoiceFacts:
    """Return the facts of a file; every one must be there and possible."""
    try:
        values = json.loads(text)
        facts = VoiceFacts(**values)
    except (ValueError, TypeError, RecursionError) as error:
        raise VoiceError("damaged", path=path, reason="its facts cannot be read") from error
    if wrong := outside({f"voice {name}": value for name, value in vars(facts).items()}):
        raise VoiceError("damaged", path=path, reason="; ".join(wrong))
    return facts
