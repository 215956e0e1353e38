"""Hypotheses with the same future become one, and those too far behind the best are dropped."""

import numpy as np

from asr.decoding.beams import NEVER, NO_WORD, STATE_BITS, Beams
from asr.decoding.biasing import Biasing
from asr.decoding.compiled.acceleration import Kernels
from asr.decoding.expansion import Expansion
from asr.decoding.search_options import SearchOptions
from asr.decoding.word_ends import WordEnds


def merge(
    beams: Beams,
    expansion: Expansion,
    ends: WordEnds,
    biasing: Biasing | None,
    scores: np.ndarray,
    labels: int,
    row: int,
    search: SearchOptions,
    kernels: Kernels | None = None,
) -> Beams:
    """Return the hypotheses after a row, best first: at most `beam_size`, all within `beam_threshold` of the best.

    Args:
        beams: Those before the row.
        expansion: Those that stay, and those that go on with a new phone.
        ends: Those whose word has ended with that phone.
        biasing: The stream's vocabulary.
        scores: (units,) float64 ln posteriors.
        labels: How many labels there are; fewer than units where these are pairs.
        row: Number of the row.
        search: The settings.
        kernels: What does it, to the same bit; numpy if there are none.
    """
    moves, inner = expansion.moves, expansion.inner
    count, move = len(beams.node), np.concatenate([inner, ends.move])
    moved, inner_source = moves.nonblank[move], moves.source[inner]
    node = np.concatenate([beams.node, moves.node[inner], ends.node])
    ngram_state = np.concatenate([beams.ngram_state, beams.ngram_state[inner_source], ends.ngram_state])
    unit = np.concatenate([beams.last_unit, moves.unit[move]])
    blank = np.concatenate([expansion.blank, np.full(len(move), NEVER)])
    nonblank = np.concatenate([expansion.nonblank, moved])
    lm_score = np.concatenate([beams.lm_score, moves.lm_score[inner], ends.lm_score])
    total = np.concatenate([expansion.total, moved + lm_score[count:]])
    keys = ngram_state
    if keys.max() >> STATE_BITS:  # states of two models do not fit into a key: number those that occur
        states = np.concatenate([beams.ngram_state, ends.ngram_state])
        numbers = np.unique(states, return_inverse=True)[1].reshape(-1)
        keys = np.concatenate([numbers[:count], numbers[inner_source], numbers[count:]])
    do = kernels.group if kernels else group
    kept, blank, nonblank = do(
        keys, node, unit, blank, nonblank, lm_score, total, search.beam_size, search.beam_threshold
    )
    # The other fields are those of the hypothesis that goes on, changed where a phone or a word is new.
    source = np.concatenate([np.arange(count), moves.source[move]])[kept]
    unit, is_moved = unit[kept], kept >= count
    before = beams.node[source]
    first = is_moved & (biasing.is_start(before) if biasing else before == 0)
    phone_logp = np.where(first, 0, beams.phone_logp[source])
    new = np.flatnonzero(is_moved)
    phone_logp[new] += _label_scores(scores, labels, unit[new] % labels)
    ended = np.flatnonzero(kept >= count + len(inner))
    end = kept[ended] - count - len(inner)
    word_count, lm_state = beams.word_count[source], beams.lm_state[source]
    ended_word = np.full(len(kept), NO_WORD)
    word_count[ended] += 1
    lm_state[ended], ended_word[ended] = ends.lm_state[end], ends.word[end]
    return Beams(
        node=node[kept],
        ngram_state=ngram_state[kept],
        lm_state=lm_state,
        last_unit=unit,
        blank=blank,
        nonblank=nonblank,
        lm_score=lm_score[kept],
        first_row=np.where(first, row, beams.first_row[source]),
        phone_logp=phone_logp,
        phone_count=np.where(first, 0, beams.phone_count[source]) + is_moved,
        word_count=word_count,
        source=source,
        ended_word=ended_word,
    )


def _label_scores(scores: np.ndarray, labels: int, wanted: np.ndarray) -> np.ndarray:
    """Return (n,) float64 ln posteriors of (n,) labels, which are sums over all units that end in them."""
    if len(scores) == labels:
        return scores[wanted]
    is_wanted = np.zeros(labels, bool)
    is_wanted[wanted] = True  # few of them, and a sum takes as long as several numpy calls
    sums = np.logaddexp.reduce(scores.reshape(labels, labels)[:, is_wanted])
    return sums[np.cumsum(is_wanted)[wanted] - 1]


def group(
    ngram_state: np.ndarray,
    node: np.ndarray,
    unit: np.ndarray,
    blank: np.ndarray,
    nonblank: np.ndarray,
    lm_score: np.ndarray,
    total: np.ndarray,
    beam_size: int,
    beam_threshold: float,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Merge hypotheses with equal n-gram state, lexicon node and last unit, then prune.

    Equal hypotheses have the same future: their probabilities are summed, and the better one's history is kept.

    Args:
        ngram_state: (n,) int64, numbers of states of the n-gram models, below 2 to the STATE_BITS.
        node: (n,) int64, as the next four a field of Beams.
        unit: (n,) int64, `Beams.last_unit`.
        blank: (n,) float64.
        nonblank: (n,) float64.
        lm_score: (n,) float64.
        total: (n,) float64, ln of the whole score.
        beam_size: How many to keep at most.
        beam_threshold: Drop those this far behind the best, ln.

    Returns:
        (k,) int64, the best hypothesis of each group that is kept, best first; and (k,) float64 the group's `blank`
        and `nonblank`.
    """
    order = np.argsort(-total, kind="stable")
    # 24 bits for a node, 11 for a unit (there are 1,600 pairs of labels).
    key = ((ngram_state << 24) | node) << 11 | unit
    order = order[np.argsort(key[order], kind="stable")]
    # Equal keys now lie side by side, the best of each group first.
    sorted_keys = key[order]
    heads = np.flatnonzero(np.concatenate([[True], sorted_keys[1:] != sorted_keys[:-1]]))
    best, ordered_lm_score = order[heads], lm_score[order]
    best_lm_score = lm_score[best]
    # The sums include the language model, since the members of a group may differ in its score.
    blank = np.logaddexp.reduceat(blank[order] + ordered_lm_score, heads) - best_lm_score
    nonblank = np.logaddexp.reduceat(nonblank[order] + ordered_lm_score, heads) - best_lm_score
    total = np.logaddexp(blank, nonblank) + best_lm_score
    kept = np.argsort(-total, kind="stable")[:beam_size]
    kept = kept[total[kept] > total[kept[0]] - beam_threshold]
    return best[kept], blank[kept], nonblank[kept]
