"""Many streams, one call of a network for all of them.

A network that serves one stream waits for its weights. What needs a network is therefore written as a generator: it
yields a `Call` and is sent the answer. `run_alone` answers each call by itself; `run_together` goes on with many
generators at once and answers the calls of all of them that wait for the same network by one call of it. Nobody waits
for sound that is yet to come: streams that have a block ready go together, wherever they are in their sound.

The same code runs alone and together, so the words of a stream do not depend on the streams beside it, as long as a
network gives each row the bits that it gives it alone. Whether it does is measured (`same_bits`), on each computer.
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

MOST_TOGETHER = 16  # streams in a call of a network

ResultT = TypeVar("ResultT")


@dataclass(frozen=True)
class Call:
    """A call of a network that a stream waits for.

    Attributes:
        run: Takes the values of some calls and returns an answer to each, in order. Calls with equal `run` are joined.
        value: What this call gives it.
        late: Answered once no stream that goes together with this one waits for another kind of call: they are then
            many.
    """

    run: Callable[[Sequence[Any]], Sequence[Any]]
    value: Any
    late: bool = False


Work = Generator[Call, Any, ResultT]


def run_alone(work: Work[ResultT]) -> ResultT:
    """Return the result of a generator, each of whose calls is answered by itself. Exceptions pass through."""
    try:
        call = next(work)
        while True:
            (answer,) = call.run([call.value])
            call = work.send(answer)
    except StopIteration as end:
        result: ResultT = end.value
        return result


def run_together(works: Sequence[Work[ResultT]], joined: bool = True) -> list[ResultT | Exception]:
    """Return the result of each generator, or the exception that it ended with; the others go on.

    Args:
        works: The generators.
        joined: False: no two calls are joined, for networks that do not give the same bits (`same_bits`).
    """
    results: list[Any] = [None] * len(works)
    waiting: dict[int, Call] = {}

    def go_on(number: int, resume: Callable[[], Call]) -> None:
        try:
            waiting[number] = resume()
        except StopIteration as end:
            results[number] = end.value
        except Exception as error:
            results[number] = error

    for number, work in enumerate(works):
        go_on(number, partial(next, work))
    while waiting:
        late = all(call.late for call in waiting.values())
        groups: dict[Any, list[int]] = {}
        for number, call in waiting.items():
            if call.late == late:
                groups.setdefault(call.run, []).append(number)
        size = MOST_TOGETHER if joined else 1
        for run, numbers in groups.items():
            for part in (numbers[i : i + size] for i in range(0, len(numbers), size)):
                answers = _answers(run, [waiting.pop(number).value for number in part])
                for number, answer in zip(part, answers, strict=True):
                    resume = works[number].throw if isinstance(answer, Exception) else works[number].send
                    go_on(number, partial(resume, answer))
    return results


def _answers(run: Callable[[Sequence[Any]], Sequence[Any]], values: list[Any]) -> Sequence[Any]:
    """Return the answer to each value, or the exception that it alone gives."""
    try:
        return run(values)
    except Exception as error:
        return [error] if len(values) == 1 else [_answers(run, [value])[0] for value in values]


def same_bits(
    run: Callable[[Sequence[Any]], Sequence[Any]], values: Sequence[Any], bits: Callable[[Any], bytes]
) -> bool:
    """Return whether calls that are joined have the answers that they have alone, tried on each number of calls.

    Args:
        run: As in `Call`.
        values: As many as are ever joined.
        bits: Of an answer.
    """
    alone = [bits(run([value])[0]) for value in values]
    return all([bits(answer) for answer in run(values[:count])] == alone[:count] for count in range(2, len(values) + 1))
