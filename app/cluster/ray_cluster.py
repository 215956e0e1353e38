"""Ray as what brings tasks to machines and gives the task of a lost one to another.

A Ray task runs in a process of a core that Ray keeps for the next one, so a model is loaded once a core; machines that
join get tasks. A task whose process or machine is lost is tried again by Ray.
"""

import os
from collections.abc import Callable, Iterator
from typing import Any

from app.cluster.errors import ClusterError

os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # else Ray reports its use to its authors

import ray
from ray import exceptions

LOCAL = "local"
RETRIES = 3  # of a task whose process is lost
STORE = 80 << 20  # bytes of shared memory on this computer: tasks pass only names
WAIT = 0.5  # seconds between two looks at an interrupt
TRIES = 4  # to start a cluster here: Ray gives up after 30 s, which a busy computer may take
QUEUED = 2  # tasks for each core that are submitted at once: one that runs and one that waits

QUIET: dict[str, Any] = {"log_to_driver": False, "configure_logging": False}


def _reason(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".") or type(error).__name__


def _start() -> None:
    """Start a cluster of this computer. Raises ClusterError."""
    for tried in range(1, TRIES + 1):
        try:
            ray.init(address=LOCAL, object_store_memory=STORE, include_dashboard=False, **QUIET)
            return
        except Exception as error:
            ray.shutdown()
            if tried == TRIES:
                raise ClusterError("not-started", tries=TRIES, reason=_reason(error)) from error


class RayCluster:
    """A cluster; a context manager. Main thread.

    Args:
        address: HOST:PORT of its head, "auto" on one of its machines, or LOCAL to start one of this computer's cores.

    Raises:
        ClusterError: Nothing answers there.
    """

    def __init__(self, address: str) -> None:
        self._pending: dict[Any, Any] = {}
        if address == LOCAL:
            _start()
            return
        try:
            ray.init(address=address, **QUIET)
        except Exception as error:  # Ray raises errors of many kinds, some of them plain ones
            raise ClusterError("unreachable", address=address, reason=_reason(error)) from error

    @property
    def cores(self) -> int:
        """The cores of all machines that are there now."""
        return max(1, int(ray.cluster_resources().get("CPU", 1)))

    def results(
        self, function: Callable[..., Any], items: list[Any], arguments: tuple[Any, ...], stopped: Callable[[], bool]
    ) -> Iterator[tuple[Any, Any]]:
        """Yield each item with what the function returned for it, or with the error, in the order of their ends.

        Args:
            function: Gets an item and the arguments.
            items: What is to be done; taken from the end.
            arguments: The same for all; sent to the cluster once.
            stopped: Ends it; what runs then is given up.
        """
        remote = ray.remote(num_cpus=1, max_retries=RETRIES)(function)
        shared = [ray.put(argument) for argument in arguments]
        while (items or self._pending) and not stopped():
            room = QUEUED * self.cores  # machines come and go
            while items and len(self._pending) < room:
                item = items.pop()
                self._pending[remote.remote(item, *shared)] = item
            ready, _ = ray.wait(list(self._pending), timeout=WAIT)
            for reference in ready:
                yield self._pending.pop(reference), _outcome(reference)

    def __enter__(self) -> "RayCluster":
        return self

    def __exit__(self, *error: object) -> None:
        for reference in self._pending:
            ray.cancel(reference, force=True)
        ray.shutdown()


def _outcome(reference: Any) -> Any:
    """Return what a task returned, or an error: of the task itself, or a sentence about its lost process."""
    try:
        return ray.get(reference)
    except exceptions.RayTaskError as error:
        return error.cause if isinstance(error.cause, Exception) else error
    except exceptions.RayError as error:
        kind = type(error).__name__
        return RuntimeError(f"the process that transcribed it was lost {RETRIES + 1} times, the last time: {kind}")
