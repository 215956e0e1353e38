"""The imports of a start, which are thousands of modules and hundreds of megabytes of libraries."""

import ctypes
import gc
import importlib.util
import os
import sys
from pathlib import Path


def stop_collecting() -> None:
    """Collect no garbage until `collect_again`. Any thread; the whole process.

    Nothing that a start imports and loads is garbage. Collections meanwhile take a fifth of the processor time until
    the window can listen.
    """
    gc.disable()


def collect_again(loaded: bool = True) -> None:
    """Collect garbage as usual; where something was `loaded`, leave alone what there is now. Any thread."""
    if loaded:
        gc.freeze()
    gc.enable()


def map_torch() -> None:
    """Map the libraries of torch before it is imported, while other threads go on. Worker thread.

    An import holds Python's lock while the system maps a library, here for 0.2 s and more; a call of the system's own
    function does not. Whatever fails here is reported by the import that follows. On other systems than Linux nothing
    happens.
    """
    if not sys.platform.startswith("linux") or "torch" in sys.modules:
        return
    spec = importlib.util.find_spec("torch")
    if spec is None or spec.origin is None:
        return
    dlopen = ctypes.CDLL(None).dlopen
    dlopen.argtypes, dlopen.restype = (ctypes.c_char_p, ctypes.c_int), ctypes.c_void_p
    folder = Path(spec.origin).parent / "lib"
    # as torch loads them: what the first one names must be found by the others
    dlopen(os.fsencode(folder / "libtorch_global_deps.so"), os.RTLD_NOW | os.RTLD_GLOBAL)
    dlopen(os.fsencode(folder / "libtorch.so"), os.RTLD_NOW)
