"""Make an n-gram model smaller: drop the n-grams that matter least, until its file is no larger than --size.

python -m asr.training.language.ngram_prune MODEL --size 15 --output OUT
python -m asr.training.language.ngram --perplexity FILE --lexicon LEXICON --model OUT

Relative entropy pruning (Stolcke, 1998) needs no text. An n-gram can be dropped where the next shorter one says nearly
the same: its loss is the Kullback-Leibler divergence between the distributions after its context with and without it,
times the share of all words that are predicted from that context. The other n-grams of the context keep their
probabilities, and its back-off weight makes them sum to 1 again. An n-gram stays while a longer one begins or ends with
it. Those with the least loss per byte of the file go first, in --rounds, since the loss of an n-gram grows when others
of its context go.

The shares are those of endless text that the model itself writes: its states are a Markov chain. Products of its
probabilities along a context would be wrong, since the lower orders of Kneser-Ney smoothing count different words
before an n-gram, not its occurrences (Chelba et al., 2010).
"""

import argparse
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np

from asr.language.lexicon import END, START
from asr.language.ngram_lm import WORD_BITS, NgramLM

_STEPS = 30  # of the Markov chain, of which sentences forget all but their last words
_LEAST = 1e-3  # probability left to other words that rounding in the file may have made 0 or negative
_HEADER = 1500  # bytes, no fewer than a file begins with
_BOOKS = 2056  # bytes, no fewer than each order has besides: two codebooks of 256 float32, and its size


@dataclass(frozen=True)
class Trie:
    """The n-grams of a model, N nodes numbered as `asr.language.ngram_lm` numbers them; node 0 is the empty context."""

    order: np.ndarray  # (N,) int8, words of the n-gram
    word: np.ndarray  # (N,) int64, the last word
    prefix: np.ndarray  # (N,) int64, node without the last word
    suffix: np.ndarray  # (N,) int64, node without the first word
    logp: np.ndarray  # (N,) float, ln p(last word | words before it), as in the model
    left: np.ndarray  # (N,) float64, p after this context of words for which it has no n-gram
    left_below: np.ndarray  # (N,) float64, p of the same words after the shorter context
    share: np.ndarray  # (N,) float64, share of words that have this state before them; 0 for what is no context

    def p(self, nodes: np.ndarray) -> np.ndarray:
        """Return p(last word | words before it) of (n,) nodes, (n,) float64."""
        return np.exp(self.logp[nodes].astype(np.float64))

    def children(self) -> np.ndarray:
        """Return the number of n-grams of each context, (N,) int64; single words are not counted."""
        return np.bincount(self.prefix[self.order > 1], minlength=len(self.order))

    def weight(self) -> np.ndarray:
        """Return the weight of the shorter context, (N,) float64; 1 for what is no context."""
        return np.where(self.children() > 0, self.left / self.left_below, 1)

    def droppable(self) -> np.ndarray:
        """Return the nodes of two words or more with which no longer n-gram begins or ends, (n,) int64."""
        inner = self.children() > 0
        inner[self.suffix[self.order > 1]] = True
        return np.flatnonzero((self.order > 1) & ~inner)

    def without(self, dropped: np.ndarray) -> "Trie":
        """Return the trie without some nodes, (n,) int64, which are `droppable`."""
        context, below = self.prefix[dropped], self.suffix[dropped]
        left = self.left + np.bincount(context, self.p(dropped), len(self.order))
        left_below = self.left_below + np.bincount(context, self.p(below), len(self.order))
        kept = np.ones(len(self.order), bool)
        kept[dropped] = False
        new = np.cumsum(kept) - 1
        prefix, suffix = new[self.prefix], new[self.suffix]
        changed = replace(self, prefix=prefix, suffix=suffix, left=left, left_below=left_below)
        trie = Trie(*(getattr(changed, field.name)[kept] for field in fields(Trie)))
        share, is_context = trie.share.copy(), trie.children() > 0
        for order in range(int(trie.order.max()), 0, -1):
            gone = np.flatnonzero((trie.order == order) & ~is_context)  # their suffixes are the states now
            np.add.at(share, trie.suffix[gone], share[gone])
            share[gone] = 0
        return replace(trie, share=share)

    def asked(self) -> np.ndarray:
        """Return the share of words that are predicted from each context, (N,) float64.

        They have its state before them, or that of a longer context, which has no n-gram for them.
        """
        found, weight = self.share.copy(), self.weight()
        for order in range(int(self.order.max()) - 1, 0, -1):
            longer = np.flatnonzero(self.order == order)
            found += np.bincount(self.suffix[longer], found[longer] * weight[longer], len(found))
        return found

    def bytes(self) -> np.ndarray:
        """Return the bytes of the file that each node takes, (N,) float64, with its part of those of its context."""
        own = np.where(self.order > 1, 3, self.logp.itemsize) + np.where(self.order < self.order.max(), 1 / 8, 0)
        context = np.where(self.order > 2, 7, 3) / np.maximum(self.children(), 1)
        return own + np.where(self.order > 1, context[self.prefix], 0)

    def file_bytes(self) -> float:
        """Return no fewer bytes than the file of the model takes."""
        return float(self.bytes().sum()) + _HEADER + _BOOKS * float(self.order.max())


def trie_of(model: NgramLM) -> Trie:
    """Return the n-grams of a model.

    Raises:
        ValueError: An n-gram lacks the one without its first word.
    """
    singles, size = 1 + model.vocabulary, len(model.logp)
    state_node = np.concatenate([[0], model.parents.nodes()])
    state = np.repeat(np.arange(len(state_node)), np.diff(model.first))
    last = model.word.astype(np.int64)
    keys, shorter = state << WORD_BITS | last, model.shorter.astype(np.int64)[state]
    sought = shorter << WORD_BITS | last
    place = np.minimum(np.searchsorted(keys, sought), len(keys) - 1)
    if ((shorter > 0) & (keys[place] != sought)).any():
        raise ValueError("The model lacks n-grams with which longer ones end")
    word = np.concatenate([[0], np.arange(singles - 1), last])
    prefix = np.concatenate([np.zeros(singles, np.int64), state_node[state]])
    suffix = np.concatenate([np.zeros(singles, np.int64), np.where(shorter > 0, singles + place, 1 + last)])
    order = np.ones(size, np.int8)
    order[0], begin = 0, singles
    while begin < size:
        order[begin:] += 1
        begin = singles + int(np.searchsorted(prefix[singles:], begin))
    nothing = np.zeros(size)
    trie = Trie(order, word, prefix, suffix, model.logp, nothing, nothing, nothing)
    left_below = np.maximum(1 - np.bincount(prefix[singles:], trie.p(suffix[singles:]), size), _LEAST)
    left = left_below.copy()
    left[state_node] *= np.exp(model.backoff.astype(np.float64))
    trie = replace(trie, left=left, left_below=left_below)
    return replace(trie, share=_shares(trie))


def _shares(trie: Trie) -> np.ndarray:
    """Return the share of words in endless text that have each state before them, (N,) float64."""
    nodes, is_context, longer = np.arange(len(trie.order)), trie.children() > 0, trie.order > 1
    p, weight = trie.p(nodes), trie.weight()
    p[0] = 0
    state = np.where(is_context, nodes, 0)  # after each n-gram
    for order in range(1, int(trie.order.max()) + 1):
        shortened = np.flatnonzero((trie.order == order) & ~is_context)
        state[shortened] = state[trie.suffix[shortened]]
    state[trie.word == END] = state[1 + START]
    said = np.where(trie.order == 1, p, 0)
    for _ in range(_STEPS):
        share = np.bincount(state, said / said.sum(), len(p))
        asked = replace(trie, share=share).asked()
        # A word for which a longer context has an n-gram is not predicted from the shorter one.
        elsewhere = np.bincount(trie.suffix[longer], (asked * weight)[trie.prefix[longer]], len(p))
        said = p * np.maximum(asked[trie.prefix] - elsewhere, 0)
    return share


def losses(trie: Trie, nodes: np.ndarray) -> np.ndarray:
    """Return what it costs to drop each of (n,) `droppable` nodes alone, (n,) float64 nats for each word of text."""
    context = trie.prefix[nodes]
    p, below = trie.p(nodes), trie.p(trie.suffix[nodes])
    left, left_below = trie.left[context], trie.left_below[context]
    before, after = left / left_below, (left + p) / (left_below + below)
    return trie.asked()[context] * (p * np.log(p / (after * below)) - left * np.log(after / before))


def prune(model: NgramLM, size: float, rounds: int) -> NgramLM:
    """Drop n-grams until the file of the model takes no more than `size` bytes.

    Args:
        model: As `NgramLM.load` returns it.
        size: Bytes.
        rounds: In each an equal part of what is too much is dropped.

    Raises:
        ValueError: Single words alone take more, or an n-gram lacks the one without its first word.
    """
    trie = trie_of(model)
    while (excess := trie.file_bytes() - size) > 0:
        nodes = trie.droppable()
        freed = trie.bytes()[nodes]
        least = np.argsort(losses(trie, nodes) / freed, kind="stable")
        count = 1 + int(np.searchsorted(np.cumsum(freed[least]), excess / max(rounds, 1)))
        if count >= np.count_nonzero(trie.order > 1):
            raise ValueError(f"The single words alone take more than {size / 1e6:.2f} MB")
        trie, rounds = trie.without(nodes[least[:count]]), rounds - 1
    return replace(_model_of(trie), lexicon_digest=model.lexicon_digest)


def _model_of(trie: Trie) -> NgramLM:
    """Return the model of a trie."""
    longer, inner = trie.order > 1, trie.order < trie.order.max()
    return NgramLM.of_trie(
        order=int(trie.order.max()),
        keys=trie.prefix[longer] << WORD_BITS | trie.word[longer],
        logp=trie.logp,
        backoff=np.log(trie.weight()[inner]).astype(np.float32),
        shorter=trie.suffix[inner],
        parent=(trie.children() > 0)[inner],
    )


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path, help="model file to make smaller")
    parser.add_argument("--size", type=float, required=True, metavar="MB", help="most megabytes of the new file")
    parser.add_argument("--rounds", type=int, default=10, help="rounds; more take longer and lose a little less")
    parser.add_argument("--output", type=Path, required=True, help="model file to write")
    return parser


def main() -> None:
    """Run the command."""
    parser = make_parser()
    args = parser.parse_args()
    model = NgramLM.load(args.model)
    try:
        smaller = prune(model, 1e6 * args.size, args.rounds)
    except ValueError as error:
        parser.error(str(error))
    smaller.save(args.output)
    print(f"{len(smaller.word)} n-grams of two words or more for {len(model.word)}, ", end="")
    print(f"{args.output.stat().st_size / 1e6:.1f} MB for {args.model.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
