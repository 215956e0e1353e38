"""Train for a given time, with checkpoints: what the trainings of the acoustic model and the neural LM share.

A training counts its time, not its updates. It saves a checkpoint every few minutes, resumes from it when the same
command runs again, prints a progress line every few seconds, and validates from time to time.
"""

import json
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from asr.training import checkpoints

SAVE_SECONDS = 180.0  # between two checkpoints
LARGE = 1e5  # parameters from which bfloat16 is faster; the networks of tests are smaller


def fastest_autocast(device: torch.device, parameters: int) -> AbstractContextManager[Any]:
    """Return the context of a forward pass of a network with so many parameters: bfloat16 where it is faster.

    Without AVX-512 a processor emulates bfloat16, which takes six times as long as float32, and has none for an LSTM.
    """
    native = device.type == "cuda" or torch.backends.cpu.get_cpu_capability().startswith("AVX512")
    return torch.autocast(device.type, torch.bfloat16) if native and parameters > LARGE else nullcontext()


@dataclass
class Progress:
    """How far a training is. Its fields are entries of the checkpoint."""

    update: int = 0
    elapsed: float = 0.0  # seconds, over all runs of the command
    epoch: int = 0


def warm_up(update: int, updates: int) -> float:
    """Return the share of the learning rate at an update: it rises linearly over the first `updates` ones."""
    return min(1.0, (update + 1) / updates)


class TimedTraining:
    """A model, its optimiser, its progress, and the folder that holds its checkpoint and its log.

    A subclass defines `learning_rate`, `validate`, `amount` and `speed`, and a loop that calls `apply_gradients` and
    `count_update` once an update until `finished`.
    """

    clock = staticmethod(time.monotonic)  # seconds; what `minutes` counts
    report_seconds = 20.0  # between two progress lines
    validate_seconds = SAVE_SECONDS  # between two validations
    validates_at_end = False  # validate when the time is up, too

    model: nn.Module
    progress: Progress

    def __init__(
        self, model: nn.Module, optimiser: torch.optim.Optimizer, progress: Progress, output: Path, minutes: float
    ):
        """Resume from the checkpoint in the folder `output`, if there is one; `progress` is that of a new training."""
        self.model, self.optimiser, self.output, self.minutes = model, optimiser, output, minutes
        self.path = output / checkpoints.FILE_NAME
        self.progress = checkpoints.resume(self.path, model, optimiser, progress)
        self.parameters = sum(p.numel() for p in model.parameters())
        self._losses: list[Tensor] = []
        self.start_clock()

    def learning_rate(self) -> float:
        """Return the learning rate of the next update."""
        raise NotImplementedError

    def validate(self) -> None:
        """Measure the model on development data and write the result with `log`."""
        raise NotImplementedError

    def amount(self) -> str:
        """Return how much has been trained on, with its unit, for the progress line."""
        raise NotImplementedError

    def speed(self) -> str:
        """Return the training speed, with its unit, for the progress line."""
        raise NotImplementedError

    def checkpoint_entries(self) -> dict[str, Any]:
        """Return what the checkpoint holds beside weights, optimiser and progress."""
        return {}

    @property
    def leads(self) -> bool:
        """Whether this process writes checkpoints, progress lines and the log."""
        return True

    @property
    def finished(self) -> bool:
        """Whether the time is up."""
        return self.progress.elapsed >= self.minutes * 60

    @property
    def minutes_left(self) -> float:
        """Minutes of training that remain."""
        return self.minutes - self.progress.elapsed / 60

    def shared_time(self, seconds: float) -> float:
        """Return the elapsed seconds on which all processes of a training agree."""
        return seconds

    def autocast(self, device: torch.device) -> AbstractContextManager[Any]:
        """Return the context of a forward pass: bfloat16 where it is faster."""
        return fastest_autocast(device, self.parameters)

    def set_learning_rate(self) -> None:
        """Give the optimiser the learning rate of the next update."""
        for group in self.optimiser.param_groups:
            group["lr"] = self.learning_rate()

    def apply_gradients(self, loss: Tensor, drop_invalid: bool = False) -> None:
        """Make one optimiser step, with gradients clipped to a norm of 1.

        Args:
            loss: Scalar.
            drop_invalid: Replace gradients that are infinite or not a number by 0; they would stay in the weights.
        """
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        if drop_invalid:
            for weight in self.model.parameters():
                if weight.grad is not None:
                    weight.grad.nan_to_num_(0.0, 0.0, 0.0)
        self.optimiser.step()

    def start_clock(self) -> None:
        """Begin to count time; what passed before is not training."""
        self._previous = self._reported = self._saved = self._validated = self.clock()

    def count_update(self, loss: Tensor) -> None:
        """Count one update and its time; report, save and validate when they are due.

        Args:
            loss: Scalar, detached. Its value is read only for a progress line, so that a GPU does not have to wait.
        """
        now = self.clock()
        self.progress.update += 1
        self.progress.elapsed = self.shared_time(self.progress.elapsed + now - self._previous)
        self._previous = now
        if not self.leads:
            return
        self._losses.append(loss)
        if now - self._reported > self.report_seconds:
            self._reported = now
            self.report(float(torch.stack(self._losses).mean()))
            self._losses.clear()
        if now - self._saved > SAVE_SECONDS:
            self._saved = now
            self.save()
        if now - self._validated > self.validate_seconds or (self.validates_at_end and self.finished):
            self._validated = now
            self.validate()

    def save(self) -> None:
        """Write the checkpoint."""
        checkpoints.save(self.path, self.model, self.optimiser, self.progress, **self.checkpoint_entries())

    def report(self, loss: float) -> None:
        """Print a progress line; `loss` is the mean since the last one."""
        progress = self.progress
        print(
            f"{progress.elapsed / 60:5.1f}/{self.minutes:.0f} min  update {progress.update}  epoch {progress.epoch}  "
            f"{self.amount()}  loss {loss:.3f}  rate {self.learning_rate():.2e}  {self.speed()}  "
            f"left {self.minutes_left:.0f} min",
            flush=True,
        )

    def log(self, row: dict[str, Any]) -> None:
        """Print a row of figures and append it to log.jsonl."""
        print(row, flush=True)
        with (self.output / "log.jsonl").open("a") as file:
            print(json.dumps(row), file=file)

    @contextmanager
    def saved_on_interrupt(self) -> Iterator[None]:
        """Save the checkpoint when Ctrl+C ends the block, and exit with code 130."""
        try:
            yield
        except KeyboardInterrupt:
            if self.leads:
                self.save()
                print(f"Saved in {self.path}; the same command continues from there.", flush=True)
            raise SystemExit(130) from None
