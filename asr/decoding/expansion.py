"""One row of scores for all hypotheses: each stays as it is, or goes on into the children of its node."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from asr.decoding.beams import NEVER, NO_WORD, Beams
from asr.decoding.biasing import Biasing
from asr.decoding.compiled.acceleration import Kernels
from asr.decoding.search_options import SearchOptions
from asr.language.lexicon import Lexicon
from asr.text.phones import BLANK


class Moves(NamedTuple):
    """M ways in which a hypothesis may go on with one more phone. No path of theirs ends in a blank yet."""

    source: np.ndarray  # (M,) int64, the hypothesis
    node: np.ndarray  # (M,) int64, node of the tree after the phone
    unit: np.ndarray  # (M,) int64, unit of the phone
    nonblank: np.ndarray  # (M,) float64, ln p of all paths
    lm_score: np.ndarray  # (M,) float64, with the look-ahead of the node


class Expansion(NamedTuple):
    """What may become of B hypotheses in one row, but for words that end."""

    blank: np.ndarray  # (B,) float64, ln p of all paths that end in a blank, without a new phone
    nonblank: np.ndarray  # (B,) float64, ln p of all paths that hold the last unit for another row
    total: np.ndarray  # (B,) float64, ln of the whole score of both
    floor: float  # scores that are not above this are too far behind the best
    moves: Moves
    inner: np.ndarray  # (I,) int64, moves to nodes with children: a leaf lives on as an ended word only


def hold(beams: Beams, scores: np.ndarray) -> Beams:
    """Return the hypotheses after a row that starts no phone: a blank, or the last unit held for another row.

    Args:
        beams: The B hypotheses.
        scores: (units,) float64 ln posteriors of the row.
    """
    everyone = np.arange(len(beams.node))
    return replace(
        beams,
        source=everyone,
        ended_word=np.full(len(everyone), NO_WORD),
        blank=beams.acoustic + scores[BLANK],
        nonblank=np.where(beams.last_unit == BLANK, NEVER, beams.nonblank + scores[beams.last_unit]),
    )


def expand(
    beams: Beams,
    scores: np.ndarray,
    tree: Lexicon,
    biasing: Biasing | None,
    search: SearchOptions,
    kernels: Kernels | None = None,
) -> Expansion:
    """Extend all hypotheses by one row.

    Args:
        beams: The hypotheses.
        scores: (units,) float64 ln posteriors of the row.
        tree: The lexicon, or that of `biasing`.
        biasing: The stream's vocabulary.
        search: The settings.
        kernels: What does it, to the same bit; numpy if there are none.
    """
    if kernels:
        first, count = biasing.branches if biasing else (0, 0)
        blank, nonblank, total, floor, source, node, unit, new, lm_score, inner = kernels.expand(
            beams.node,
            beams.last_unit,
            beams.blank,
            beams.nonblank,
            beams.lm_score,
            scores,
            tree.phone,
            tree.first_child,
            tree.children,
            tree.lookahead,
            len(tree.labels),
            first,
            count,
            np.float32(search.lm_weight),  # as numpy multiplies float32 by a setting
            search.beam_threshold,
            search.token_threshold,
        )
        return Expansion(blank, nonblank, total, floor, Moves(source, node, unit, new, lm_score), inner)
    acoustic = beams.acoustic
    blank = acoustic + scores[BLANK]
    nonblank = np.where(beams.last_unit == BLANK, NEVER, beams.nonblank + scores[beams.last_unit])
    total = np.logaddexp(blank, nonblank) + beams.lm_score
    floor = float(total.max()) - search.beam_threshold
    # Every hypothesis into every child of its node whose phone this row may hold.
    source, index = repeats(tree.children[beams.node].astype(np.int64))
    node = tree.first_child[beams.node[source]] + index
    if biasing:
        source, node = biasing.branch(beams.node, source, node)
    unit, labels = tree.phone[node].astype(np.int64), len(tree.labels)
    if len(scores) > labels:  # units are pairs of labels: asr.acoustic.biphones
        unit += beams.last_unit[source] % labels * labels
    logp = scores[unit]
    keep = np.flatnonzero(logp > search.token_threshold)
    source, node, unit, logp = source[keep], node[keep].astype(np.int64), unit[keep], logp[keep]
    # A unit that repeats needs a blank in between; without one it is the same phone, held for another row.
    repeated = unit == beams.last_unit[source]
    new = np.where(repeated, beams.blank[source], acoustic[source]) + logp
    lookahead = tree.lookahead[node] - tree.lookahead[beams.node[source]]
    lm_score = beams.lm_score[source] + search.lm_weight * lookahead
    keep = np.flatnonzero(new + lm_score > floor)
    moves = Moves(source[keep], node[keep], unit[keep], new[keep], lm_score[keep])
    return Expansion(blank, nonblank, total, floor, moves, np.flatnonzero(tree.children[moves.node]))


def repeats(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Repeat each row `counts` times: (B,) int64 -> (n,) row number and (n,) index within its row's repeats."""
    source = np.repeat(np.arange(len(counts)), counts)
    index = np.arange(len(source)) - np.repeat(np.cumsum(counts) - counts, counts)
    return source, index
