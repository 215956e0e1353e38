"""Records of a journal, as tests of odd journals and the fuzzer begin with them. It imports nothing of the program."""

from typing import Any

WORDS: dict[str, Any] = {"words": [["one", 0.0, 0.5, 0.9], ["two", 0.5, 1.0, 0.9]], "seconds": 1.0, "endpoint": True}
# What may happen to the words
CHANGES: tuple[dict[str, Any], ...] = (
    {"gap": [1.0, 0.5]},
    {"edit": [0, 1, [["won", 0.0, 0.5, 1.0]]]},
    {"edits": [[0, 1, [["won", 0.0, 0.5, 1.0]]]]},
    {"split": [0, 1, 0.5, 0.5]},
    {"join": 0},
    {"undo": True},
    {"pause": 1.0},
)
