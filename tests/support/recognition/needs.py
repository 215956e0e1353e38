"""What some tests cannot do without, with the reason why they are skipped where it is missing."""

import pytest


def _torchaudio_fails() -> str:
    """Return why torchaudio cannot be used here, or "" where it can: its wheels want a torch with CUDA."""
    try:
        import torchaudio.functional  # noqa: F401
    except (ImportError, OSError) as error:  # OSError: a library of it does not load
        return f"torchaudio does not load: {error}"
    return ""


_REASON = _torchaudio_fails()
torchaudio = pytest.mark.skipif(bool(_REASON), reason=_REASON or "torchaudio loads")
