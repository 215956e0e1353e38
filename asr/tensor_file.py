"""Files of tensors (safetensors) from anywhere: what a file holds is known and checked before a tensor is read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from safetensors import SafetensorError, safe_open

from asr.errors import ModelError
from asr.limits import LIMITS, outside

if TYPE_CHECKING:
    import numpy as np


class Stored(NamedTuple):
    """Type and shape of a tensor in a file."""

    dtype: str  # as safetensors names it: F16, F32, I8, U8 and others
    shape: tuple[int, ...]


class Wanted(NamedTuple):
    """What a tensor must be."""

    dtypes: tuple[str, ...]  # one of these
    shape: tuple[int, ...]


@dataclass(frozen=True)
class TensorFile:
    """A file whose header has been read and none of its tensors."""

    path: Path
    metadata: dict[str, str]
    tensors: dict[str, Stored]

    @classmethod
    def open(cls, path: Path, layout: str | None = None) -> "TensorFile":
        """Read the header of a file.

        Nothing else than a regular file is opened, since a pipe may wait for ever and a device may have no end. A long
        header is refused before it is parsed.

        Args:
            path: The file.
            layout: What its metadata have to name as its "layout"; None: they need not name one.

        Raises:
            ModelError: The file is missing, no regular file, too large, damaged, not readable or of another layout.
        """
        if not path.is_file():
            code = "not-a-file" if path.exists() else "missing"
            raise ModelError(code, path=path)
        with _reading(path):
            size = path.stat().st_size
            with path.open("rb") as stored:
                header = int.from_bytes(stored.read(8), "little")
            if wrong := outside({"file bytes": size, "header bytes": header}):
                raise damaged(path, "; ".join(wrong))
            with safe_open(path, framework="numpy") as file:
                slices = {name: file.get_slice(name) for name in file.keys()}  # noqa: SIM118
                tensors = {k: Stored(str(v.get_dtype()), tuple(v.get_shape())) for k, v in slices.items()}
                opened = cls(path, file.metadata() or {}, tensors)
        found = opened.metadata.get("layout")
        if layout is not None and found != layout:
            raise ModelError("other-format", path=path, expected=layout, found=found and plain(found))
        return opened

    def shape(self, name: str, dimensions: int) -> tuple[int, ...]:
        """Return the shape of a tensor, from which a loader takes a size.

        Raises:
            ModelError: The file has no such tensor, or one of another number of dimensions.
        """
        if name not in self.tensors:
            raise ModelError("other-weights", path=self.path, name=plain(name))
        shape = self.tensors[name].shape
        if len(shape) != dimensions:
            raise self.contradiction(f"'{name}' has {len(shape)} dimensions, expected {dimensions}")
        return shape

    def expect(self, wanted: Mapping[str, Wanted]) -> None:
        """Check that the file holds these tensors, of these types and shapes, and no others.

        Raises:
            ModelError: It does not.
        """
        if different := [*(wanted.keys() - self.tensors.keys()), *(self.tensors.keys() - wanted.keys())]:
            raise ModelError("other-weights", path=self.path, name=plain(min(different)))
        for name, (dtypes, shape) in wanted.items():
            found = self.tensors[name]
            if found.dtype not in dtypes or found.shape != shape:
                expected = f"{' or '.join(dtypes)} {list(shape)}"
                raise self.contradiction(f"'{name}' is {found.dtype} {list(found.shape)}, expected {expected}")

    def array(self, name: str) -> "np.ndarray":
        """Read one tensor. The file is opened anew each time: pages of an open file count as memory."""
        with _reading(self.path), safe_open(self.path, framework="numpy") as file:
            return file.get_tensor(name)

    def torch(self) -> dict[str, Any]:
        """Read all tensors as those of torch, by name."""
        with _reading(self.path), safe_open(self.path, framework="pt") as file:
            return {name: file.get_tensor(name) for name in self.tensors}

    def contradiction(self, reason: str) -> ModelError:
        """Return the error for a file whose parts do not fit each other."""
        return ModelError("contradiction", path=self.path, reason=plain(reason))

    def check(self, facts: Mapping[str, Callable[[], Any]]) -> None:
        """Check facts about values in their order; each may rely on those before it.

        Args:
            facts: What is wrong if a fact does not hold, and the fact: a truth value, of numpy or not.

        Raises:
            ModelError: One does not hold.
        """
        for wrong, holds in facts.items():
            if not holds():
                raise damaged(self.path, wrong)


class _reading:
    """Turn what a library raises while it reads a file into a ModelError."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, SafetensorError | OSError | ValueError | TypeError | OverflowError):
            raise damaged(self.path, error) from error


def plain(text: object) -> str:
    """Return a text out of a file for a sentence: not longer than 200 characters, none of them a control character."""
    return "".join(c if c.isprintable() else "?" for c in str(text)[:200])


def damaged(path: Path, reason: object) -> ModelError:
    """Return the error for a file that cannot be what it should be."""
    return ModelError("damaged", path=path, reason=plain(reason))


def within(values: "np.ndarray", lowest: float, highest: float) -> bool:
    """Return whether all of (n,) values are from `lowest` to `highest`; NaN is not. True for no values."""
    return not values.size or bool(values.min() >= lowest and values.max() <= highest)


def are_logp(values: "np.ndarray") -> bool:
    """Return whether all values are finite and possible as the ln of probabilities or of weights of them."""
    return within(values, *LIMITS["logp"])
