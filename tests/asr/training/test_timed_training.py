"""What the trainings share: time, checkpoints, progress lines, validation and interruption."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch

from asr.training import checkpoints
from asr.training.acoustic.train import AcousticProgress
from asr.training.timed_training import Progress, TimedTraining, warm_up


@dataclass
class CountingProgress(Progress):
    steps: int = 0


class CountingTraining(TimedTraining):
    """A training of one weight, by a clock that the test sets."""

    progress: CountingProgress
    seconds = 0.0
    validates_at_end = True
    validate_seconds = 300.0

    def __init__(self, output: Path, minutes: float = 10.0):
        self.clock = lambda: self.seconds  # type: ignore[method-assign, misc, assignment]
        model = torch.nn.Linear(1, 1)
        optimiser = torch.optim.SGD(model.parameters(), lr=1.0)
        super().__init__(model, optimiser, CountingProgress(), output, minutes)

    def learning_rate(self) -> float:
        return 0.5 * warm_up(self.progress.update, 4)

    def amount(self) -> str:
        return f"{self.progress.steps} steps"

    def speed(self) -> str:
        return "1 step/s"

    def validate(self) -> None:
        self.log({"update": self.progress.update})

    def step(self, seconds: float) -> None:
        self.set_learning_rate()
        loss = self.model(torch.ones(1, 1)).square().sum()
        self.apply_gradients(loss)
        self.progress.steps += 1
        self.seconds += seconds
        self.count_update(loss.detach())


def test_reports_checkpoints_and_validations_are_made_when_they_are_due(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    training = CountingTraining(tmp_path)
    path = tmp_path / checkpoints.FILE_NAME
    for _ in range(3):
        training.step(15.0)
    assert len(capsys.readouterr().out.splitlines()) == 1  # after 30 s
    assert not path.exists() and not (tmp_path / "log.jsonl").exists()
    training.step(150.0)
    assert "3.2/10 min  update 4  epoch 0  4 steps  loss" in capsys.readouterr().out
    assert checkpoints.read(path)["update"] == 4
    training.step(120.0)
    assert json.loads((tmp_path / "log.jsonl").read_text()) == {"update": 5}
    assert not training.finished
    training.step(290.0)  # the end comes before the next validation would
    assert training.finished and len((tmp_path / "log.jsonl").read_text().splitlines()) == 2


def test_time_before_the_start_does_not_count_and_a_resumed_training_has_the_same_progress(tmp_path: Path) -> None:
    training = CountingTraining(tmp_path)
    training.seconds += 1000.0
    training.start_clock()
    training.step(7.0)
    assert training.progress == CountingProgress(update=1, elapsed=7.0, steps=1)
    training.save()
    resumed = CountingTraining(tmp_path)
    assert resumed.progress == training.progress
    for name, weight in training.model.state_dict().items():
        assert torch.equal(weight, resumed.model.state_dict()[name])


def test_an_interrupted_training_is_saved_and_exits_with_130(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    training = CountingTraining(tmp_path)
    training.step(1.0)
    with pytest.raises(SystemExit) as error, training.saved_on_interrupt():
        raise KeyboardInterrupt
    assert error.value.code == 130
    assert checkpoints.read(training.path)["steps"] == 1
    assert "the same command continues from there" in capsys.readouterr().out


def test_invalid_gradients_are_dropped_where_that_is_wanted(tmp_path: Path) -> None:
    training = CountingTraining(tmp_path)
    before = [weight.detach().clone() for weight in training.model.parameters()]
    loss = training.model(torch.ones(1, 1)).sum() * torch.inf
    training.apply_gradients(loss, drop_invalid=True)
    assert all(torch.equal(old, new) for old, new in zip(before, training.model.parameters(), strict=True))


def test_the_learning_rate_rises_to_its_highest_value() -> None:
    assert [warm_up(update, 4) for update in range(6)] == [0.25, 0.5, 0.75, 1.0, 1.0, 1.0]


def test_a_checkpoint_of_version_0_2_is_resumed(tmp_path: Path) -> None:
    """Its hours were stored as `heard`."""
    model = torch.nn.Linear(1, 1)
    optimiser = torch.optim.SGD(model.parameters(), lr=1.0)
    old = {"model": model.state_dict(), "optimiser": optimiser.state_dict()}
    path = tmp_path / checkpoints.FILE_NAME
    torch.save({**old, "update": 7, "heard": 2.5, "elapsed": 60.0, "epoch": 3}, path)
    progress = checkpoints.resume(path, model, optimiser, AcousticProgress())
    assert progress == AcousticProgress(update=7, elapsed=60.0, epoch=3, hours=2.5)
