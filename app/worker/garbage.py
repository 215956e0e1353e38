"""The garbage collector while the program starts.

A start imports thousands of modules and loads a model, and none of that is garbage. Collections meanwhile take a third of
the processor time until the window can listen, so they are stopped, and skip those objects later.
"""

import gc


def stop_collecting() -> None:
    """Collect no garbage until `collect_again`. Any thread; the whole process."""
    gc.disable()


def collect_again(loaded: bool = True) -> None:
    """Collect garbage as usual; where something was `loaded`, leave alone what there is now. Any thread."""
    if loaded:
        gc.freeze()
    gc.enable()
