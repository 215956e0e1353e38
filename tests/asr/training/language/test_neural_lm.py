"""The neural LM: its probabilities, compared with sums and steps by hand, and its training."""

import argparse
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from asr.language.lexicon import END, MARKS, START, UNKNOWN, Lexicon, digest
from asr.language.neural_lm import interpolate
from asr.language.ngram_estimation import count, prune, smooth, tokens
from asr.language.ngram_estimation import perplexity as ngram_perplexity
from asr.text.phones import LABELS
from asr.training.checkpoints import check_lexicon
from asr.training.language.neural_lm import NeuralLMTraining
from asr.training.language.neural_lm_compare import compare, depth, known, neural_logp, ngram_logp, perplexity
from asr.training.language.neural_lm_model import NeuralLMNetwork, load_grown
from asr.training.language.neural_lm_text import ALIGNED, NegativeSampler, Sentences, exact_loss, sampled_loss

WORDS = (*MARKS, *"abcdefgh")  # g and h are outside the vocabulary of the network
IDS = {word: index for index, word in enumerate(WORDS)}
VOCABULARY = IDS["g"]
FREQUENCY = np.array([0, 8, 1, 9, 8, 7, 6, 5, 4, 3, 1]) / 52.0


def model(seed: int = 0) -> NeuralLMNetwork:
    torch.manual_seed(seed)
    made = NeuralLMNetwork(VOCABULARY, FREQUENCY, width=12, inner=6)
    with torch.no_grad():
        made.embedding.weight.mul_(4)  # so that the state matters
    return made.eval().requires_grad_(False)


def ids(text: str) -> list[int]:
    return [IDS.get(word, UNKNOWN) for word in text.split()]


def lines(number: int = 60, seed: int = 1) -> list[str]:
    """Return sentences in which each word mostly determines the next: b after a, c after b ..."""
    rng = np.random.default_rng(seed)
    following = dict(zip("abcdefgh", "bcdefgha", strict=True))
    made = []
    for _ in range(number):
        word, sentence = str(rng.choice(list("abcdefgh"))), []
        for _ in range(rng.integers(2, 9)):
            sentence.append(word)
            word = following[word] if rng.random() < 0.9 else str(rng.choice(list("abcdefgh")))
        made.append(" ".join(sentence))
    return made


def sentences(text: list[str]) -> Sentences:
    return Sentences.of(np.minimum(tokens([text], IDS), VOCABULARY).astype(np.uint16))


def settings(folder: Path, **changes: Any) -> argparse.Namespace:
    given: dict[str, Any] = {
        **{"vocabulary": VOCABULARY, "words": WORDS[:VOCABULARY], "width": 16, "inner": 8, "init": None},
        **{"head": 5, "draws": 4, "exact": False, "even": 0.1, "dropout": 0.0, "batch": 40, "seed": 1},
        **{"rate": 1e-2, "warm": 5, "minutes": 60.0, "anneal": 1.0, "output": folder},
    }
    return argparse.Namespace(**{**given, **changes})


def training(folder: Path, text: list[str] | None = None, **changes: Any) -> NeuralLMTraining:
    torch.manual_seed(7)
    return NeuralLMTraining(sentences(text or lines()), np.zeros(0, np.int32), FREQUENCY, settings(folder, **changes))


def test_a_training_begins_from_weights_of_another_and_resumes_from_its_own(tmp_path: Path) -> None:
    first = training(tmp_path / "first")
    first.path.parent.mkdir()
    first.train(updates=3)
    first.save()
    (tmp_path / "second").mkdir()
    second = training(tmp_path / "second", init=[first.path])
    assert second.progress.update == 0
    torch.testing.assert_close(second.model.state_dict(), first.model.state_dict())
    second.train(updates=2)
    second.save()
    again = training(tmp_path / "second", init=[first.path])
    assert again.progress.update == 2
    torch.testing.assert_close(again.model.state_dict(), second.model.state_dict())
    with pytest.raises(SystemExit, match="another lexicon"):
        training(tmp_path / "third", init=[first.path], words=WORDS[::-1][:VOCABULARY])


def test_the_mean_of_checkpoints_is_exported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from asr.training.language import neural_lm

    prons = {word: [("AH",)] for word in WORDS[len(MARKS) :]}
    Lexicon.build(WORDS, prons, np.log(FREQUENCY + 0.01), LABELS).save(tmp_path / "lexicon.safetensors")
    monkeypatch.setattr(neural_lm, "frequencies", lambda _: FREQUENCY)
    monkeypatch.setattr(neural_lm.NgramLM, "load", lambda _: None)
    paths = []
    for name, seed in (("one", 7), ("two", 8)):
        (tmp_path / name).mkdir()
        run = training(tmp_path / name)
        with torch.no_grad():
            run.model.bias.fill_(seed)
        run.save()
        paths.append(run.path)
    wide = training(tmp_path / "three", width=20)
    wide.path.parent.mkdir()
    wide.save()

    def export(*checkpoints: Path) -> float:
        output = tmp_path / "neural_lm.safetensors"
        command = ["neural_lm", "export", *checkpoints, output, "--model", tmp_path]
        monkeypatch.setattr("sys.argv", [str(part) for part in command])
        neural_lm.main()
        return float(load_file(output)["bias"].float().mean())

    assert export(paths[0]) == pytest.approx(7, abs=0.1)
    assert export(paths[0], paths[1], paths[1], paths[1]) == pytest.approx(7.75, abs=0.1)
    with pytest.raises(SystemExit, match="different widths"):
        export(paths[0], wide.path)


def test_words_become_classes_with_the_same_distributions() -> None:
    before = model()
    grown = before.grown(VOCABULARY + 1, FREQUENCY)
    assert grown.vocabulary == VOCABULARY + 1
    text = [ids(line) for line in ("g a h b", "a g g", "h", "c d zzz g h")]
    for old, new in zip(before.score(text), grown.score(text), strict=True):
        np.testing.assert_allclose(new, old, atol=1e-5)
    assert before.grown(VOCABULARY, FREQUENCY) is before
    with pytest.raises(ValueError, match="would lose"):
        before.grown(VOCABULARY - 1, FREQUENCY)


def test_a_training_may_have_more_words_than_the_one_before(tmp_path: Path) -> None:
    first = training(tmp_path / "first")
    first.path.parent.mkdir()
    first.save()
    more = training(tmp_path / "more", init=[first.path], vocabulary=VOCABULARY + 1, words=WORDS[: VOCABULARY + 1])
    text = [ids("g a h"), ids("b g")]
    for old, new in zip(first.model.score(text), more.model.score(text), strict=True):
        np.testing.assert_allclose(new, old, atol=1e-5)
    more.train(updates=2)
    more.path.parent.mkdir()
    more.save()
    both = training(tmp_path / "both", init=[first.path, more.path], vocabulary=VOCABULARY + 1, words=more.args.words)
    middle = (more.model.state_dict()["down.weight"] + first.model.state_dict()["down.weight"]) / 2
    torch.testing.assert_close(both.model.state_dict()["down.weight"], middle)
    with pytest.raises(SystemExit, match="would lose"):
        load_grown(first.path, FREQUENCY, WORDS[: VOCABULARY - 1])
    with pytest.raises(SystemExit, match="needs --width 16 --inner 8"):
        training(tmp_path / "wider", init=[first.path], width=20)


@pytest.mark.parametrize("before", ["", "a b", "g", "zzz h a"])
def test_all_words_sum_to_one(before: str) -> None:
    gru = model()
    texts = [[*ids(before), word] for word in range(UNKNOWN, len(WORDS))]
    each = [math.exp(scores[len(ids(before))]) for scores in gru.score(texts)]
    ends = math.exp(gru.score([ids(before)])[0][-1])
    assert sum(each) + ends == pytest.approx(1, abs=1e-5)
    # g and h share the probability of their class, three to one.
    assert each[IDS["g"] - UNKNOWN] / each[IDS["h"] - UNKNOWN] == pytest.approx(3, rel=1e-4)


def test_scores_are_those_of_plain_steps_through_each_sentence() -> None:
    gru = model()
    texts = [ids("a b c"), ids("a b h"), ids(""), ids("a zzz"), ids("a b c")]
    for sentence, found in zip(texts, gru.score(texts), strict=True):
        hidden, want = None, []
        for here, after in zip([START, *sentence], [*sentence, END], strict=True):
            states, hidden = gru(torch.tensor([[min(here, VOCABULARY)]]), hidden)
            logp = gru.output(states).log_softmax(-1)[0, 0, min(after, VOCABULARY)]
            want.append(float(logp + gru.share[after]))
        np.testing.assert_allclose(found, want, rtol=1e-5, atol=1e-5)


def test_a_sentence_in_pieces_is_the_sentence_uncut() -> None:
    gru = model()
    classes = torch.tensor([[START, *ids("a b c d e f a b")]])
    whole, end = gru(classes)
    for cut in range(1, classes.shape[1]):
        first, hidden = gru(classes[:, :cut])
        second, last = gru(classes[:, cut:], hidden)
        torch.testing.assert_close(torch.cat([first, second], 1), whole)
        torch.testing.assert_close(last, end)
    forgetful, _ = gru(classes[:, 4:])
    assert not torch.allclose(forgetful, whole[:, 4:], atol=1e-3)


def test_with_all_weights_zero_perplexity_is_known() -> None:
    gru = model()
    with torch.no_grad():
        for parameter in gru.parameters():
            parameter.zero_()
    text = tokens([["a h", "zzz"]], IDS)
    logp = neural_logp(gru, text)
    # Nine classes can follow: </s>, <unk>, a to f, and that of g and h, of which h has a quarter.
    classes = VOCABULARY  # all but <s>, and the last
    assert classes == 9
    want = [1 / classes, 1 / classes / 4, 1 / classes, 1 / classes, 1 / classes]
    np.testing.assert_allclose(logp, np.log(want), rtol=1e-5)
    assert known(text).tolist() == [True, True, True, False, True]
    assert perplexity(logp[known(text)]) == pytest.approx(9 * 4**0.25, rel=1e-5)


def test_with_every_rival_the_sampled_loss_is_the_exact_one() -> None:
    gru = model()
    states = torch.randn(20, 12, generator=torch.Generator().manual_seed(1))
    targets = torch.randint(1, VOCABULARY + 1, (20,), generator=torch.Generator().manual_seed(2))
    sample, log_weights = NegativeSampler(np.ones(VOCABULARY + 1), VOCABULARY + 1, 4).draw(np.random.default_rng(0))
    exact = -gru.output(states).log_softmax(-1)[torch.arange(20), targets].mean()
    torch.testing.assert_close(sampled_loss(gru, states, targets, sample, log_weights), exact)
    uneven = gru.output(states).logsumexp(-1).square().mean()
    torch.testing.assert_close(sampled_loss(gru, states, targets, sample, log_weights, even=0.3), exact + 0.3 * uneven)


@pytest.mark.parametrize("classes", [VOCABULARY + 1, ALIGNED])
@pytest.mark.parametrize("even", [0.0, 0.3])
def test_the_exact_loss_and_its_gradients_are_those_of_plain_sums(classes: int, even: float) -> None:
    torch.manual_seed(4)
    gru = NeuralLMNetwork(classes - 1, np.ones(classes + 2), width=12, inner=6)
    gru.bias.data.normal_()
    states = torch.randn(20, 12, requires_grad=True)
    targets = torch.randint(1, classes, (20,))
    sample, log_weights = NegativeSampler(np.ones(classes), classes, 4).draw(np.random.default_rng(0))
    logits = gru.output(states)
    plain = -logits.log_softmax(-1)[torch.arange(20), targets].mean() + even * logits.logsumexp(-1).square().mean()
    inputs = [states, gru.embedding.weight, gru.bias, gru.down.weight]
    gradients = torch.autograd.grad(plain, inputs)
    for loss in (
        exact_loss(gru, states, targets, even),
        sampled_loss(gru, states, targets, sample, log_weights, even),
    ):
        torch.testing.assert_close(loss, plain)
        for found, gradient in zip(torch.autograd.grad(loss, inputs), gradients, strict=True):
            torch.testing.assert_close(found, gradient, rtol=1e-4, atol=1e-6)


def test_the_exact_loss_in_half_precision_is_near() -> None:
    torch.manual_seed(5)
    gru = NeuralLMNetwork(VOCABULARY, FREQUENCY, width=12, inner=6)
    states, targets = torch.randn(300, 12), torch.randint(1, VOCABULARY + 1, (300,))
    inputs = [gru.embedding.weight, gru.bias, gru.down.weight]
    want = exact_loss(gru, states, targets, 0.1)
    gradients = torch.autograd.grad(want, inputs)
    with torch.autocast("cpu", torch.bfloat16):
        found = exact_loss(gru, states, targets, 0.1)
    assert found.dtype == torch.float32 and found.item() == pytest.approx(want.item(), abs=2e-3)
    for got, gradient in zip(torch.autograd.grad(found, inputs), gradients, strict=True):
        assert got.dtype == torch.float32
        torch.testing.assert_close(got, gradient, rtol=0.05, atol=2e-3)


def test_words_far_from_likely_leave_the_exact_loss_finite() -> None:
    gru = model()
    gru.bias[IDS["a"]] = -300
    loss = exact_loss(gru, torch.zeros(3, 12), torch.full((3,), IDS["a"]), 0.1)
    assert torch.isfinite(loss)


def test_a_sample_estimates_the_whole_sum() -> None:
    frequency = np.array([99, 40, 30, 20, 9, 5, 3, 2, 1, 50])
    sampler = NegativeSampler(frequency, head=4, draws=3)
    value = np.exp(np.linspace(-1, 1, 10))
    rng = np.random.default_rng(3)
    sums = []
    for _ in range(4000):
        classes, log_weights = sampler.draw(rng)
        assert START not in classes and len(set(classes.tolist())) == len(classes)
        sums.append(float((value[classes] * np.exp(log_weights.numpy())).sum()))
    assert np.std(sums) > 0
    assert np.mean(sums) == pytest.approx(value[1:].sum(), abs=4 * np.std(sums) / 4000**0.5)


def test_batches_hold_every_sentence_once_and_little_else() -> None:
    text = sentences(lines(300))
    for epoch in (1, 2):
        parts = list(text.batches(50, 1, epoch))
        assert sorted(np.concatenate(parts).tolist()) == list(range(300))
        assert max(len(part) * text.lengths[part].max() for part in parts) <= 50
    first = np.concatenate(list(text.batches(50, 1, 1)))
    assert first.tolist() != np.concatenate(list(text.batches(50, 1, 2))).tolist()
    classes, predicted = text.padded(np.array([3, 4]))
    for row, mask, sentence in zip(classes, predicted, lines(300)[3:5], strict=True):
        want = [min(word, VOCABULARY) for word in [START, *ids(sentence), END]]
        assert row[: len(want)].tolist() == want
        assert int(mask.sum()) == len(want) - 1 and mask[: len(want) - 1].all()


def test_a_resumed_training_equals_an_uninterrupted_one(tmp_path: Path) -> None:
    (tmp_path / "whole").mkdir()
    (tmp_path / "parts").mkdir()
    whole = training(tmp_path / "whole")
    whole.train(updates=12)
    part = training(tmp_path / "parts")
    part.train(updates=5)
    part.save()
    resumed = training(tmp_path / "parts")
    assert resumed.progress.update == 5
    resumed.train(updates=7)
    assert (resumed.progress.words, resumed.progress.batch, resumed.progress.epoch) == (
        whole.progress.words,
        whole.progress.batch,
        whole.progress.epoch,
    )
    for name, weight in whole.model.state_dict().items():
        assert torch.equal(weight, resumed.model.state_dict()[name]), name


def test_a_training_is_not_resumed_with_another_lexicon(tmp_path: Path) -> None:
    text = sentences(lines())
    NeuralLMTraining(text, np.zeros(0, np.int32), FREQUENCY, settings(tmp_path)).save()
    NeuralLMTraining(text, np.zeros(0, np.int32), FREQUENCY, settings(tmp_path))
    with pytest.raises(SystemExit, match="another lexicon"):
        NeuralLMTraining(text, np.zeros(0, np.int32), FREQUENCY, settings(tmp_path, words=WORDS[::-1][:VOCABULARY]))
    check_lexicon(tmp_path / "checkpoint.pt", digest(WORDS[:VOCABULARY]))
    with pytest.raises(SystemExit, match="another lexicon"):
        check_lexicon(tmp_path / "checkpoint.pt", "other")


@pytest.mark.slow
@pytest.mark.parametrize("changes", [{}, {"exact": True}, {"exact": True, "dropout": 0.1}])
def test_a_tiny_text_is_learnt_and_the_checkpoint_has_it(tmp_path: Path, changes: dict) -> None:
    run = training(tmp_path, lines(200), **changes)
    run.train(updates=150)
    run.save()
    gru = NeuralLMNetwork.load(tmp_path / "checkpoint.pt", np.ones(len(WORDS)))
    text = tokens([lines(50, seed=2)], IDS)
    trained = perplexity(neural_logp(gru, text))
    words = text[text != START]
    share = np.bincount(words, minlength=len(WORDS)) / len(words)
    unigram = perplexity(np.log(share[words]))  # the best that frequencies alone can reach
    assert trained < 0.7 * unigram

    with pytest.raises(ValueError, match="train it again"):
        NeuralLMNetwork.load(tmp_path / "checkpoint.pt", np.ones(len(WORDS) - 1))
    # New words of the lexicon share the probability of the rare ones.
    grown = NeuralLMNetwork.load(tmp_path / "checkpoint.pt", np.ones(len(WORDS) + 5))
    before, after = (
        np.array([float(np.concatenate(model.score([[word]]))[0]) for word in range(START + 1, len(model.share))])
        for model in (gru, grown)
    )
    np.testing.assert_allclose(np.exp(before).sum(), 1, rtol=1e-3)
    np.testing.assert_allclose(np.exp(after).sum(), 1, rtol=1e-3)
    assert len(after) == len(before) + 5 and np.allclose(after[: VOCABULARY - 1], before[: VOCABULARY - 1])


def test_the_learning_rate_is_constant_and_then_falls(tmp_path: Path) -> None:
    run = training(tmp_path, minutes=10.0, anneal=4.0, rate=1.0)
    run.progress.update = 100
    rates = []
    for minute in (0, 5, 6, 8, 10, 11):
        run.progress.elapsed = 60.0 * minute
        rates.append(run.learning_rate())
    assert rates == pytest.approx([1, 1, 1, 0.5, 0, 0])


def test_the_comparison_has_the_same_predictions_of_both_models() -> None:
    text = tokens([[*lines(40, seed=3), "a zzz b"]], IDS)
    grams = count(tokens([lines(200)], IDS), 3, len(WORDS))
    smooth(grams)
    ngram = prune(grams, [0, 1, 1])
    logp, length = ngram_logp(ngram, text)
    value, left_out = ngram_perplexity(ngram, text)
    assert perplexity(logp[known(text)]) == pytest.approx(value, rel=1e-5)
    begins = np.flatnonzero(text[text != START] == END)[:-1] + 1
    assert length[0] == 1 and (length[begins] == 1).all() and length.max() == 2
    assert depth(ngram, np.array([0, ngram.start])).tolist() == [0, 1]
    found = compare(model(), ngram, text)
    assert found["left_out"] == left_out == 1
    assert found["whole_text"]["ngram"] == pytest.approx(value, abs=0.06)
    parts = {row["words"]: row["count"] for row in found["other_half"]}
    assert sum(n for name, n in parts.items() if name.startswith(("word 1", "words", "ends"))) == parts["everything"]


def test_a_mixture_lies_between_and_its_ends_are_the_models() -> None:
    one, other = np.log([0.2, 0.9]), np.log([0.6, 0.1])
    np.testing.assert_allclose(np.exp(interpolate(one, other, 0.25)), [0.5, 0.3])
    np.testing.assert_allclose(interpolate(one, other, 0.0), other)
    np.testing.assert_allclose(interpolate(one, other, 1.0), one)
