"""The inner loops of a row of the search, in the part of Python that numba compiles (`acceleration`).

Each function does what the function of numpy calls does that its docstring names, in the same order of sums and in the
same types, so that both give the same bits: tests/asr/decoding/compiled/test_kernels.py. They run without numba,
too, slowly.
All arrays have one dimension. A float32 that is multiplied by a setting stays float32, as in numpy.
"""

import math

import numpy as np

# What numba compiles cannot import: these are constants of asr.decoding.beams and asr.text.phones.
NEVER = -1e30
NO_WORD = -1
BLANK = 0

_LN_2 = 0.693147180559945309417232121458176568
_LN_NOTHING = 746.0  # exp of less than minus this is 0
_UNIT_BITS, _NODE_BITS = 11, 24  # of a key, see asr.decoding.merging


def log_add(x, y):
    """Return ln(exp x + exp y) of two float64, to the bit as np.logaddexp does."""
    if x == y:
        return x + _LN_2
    difference = x - y
    if difference > 0:
        return x if difference > _LN_NOTHING else x + math.log1p(math.exp(-difference))
    return y if difference < -_LN_NOTHING else y + math.log1p(math.exp(difference))


def log_add_arrays(x, y):
    """Return (n,) float64 ln(exp x + exp y) of (n,) float64."""
    result = np.empty(len(x))
    for i in range(len(x)):
        result[i] = log_add(x[i], y[i])
    return result


def expand(
    node,
    last_unit,
    blank,
    nonblank,
    lm_score,
    scores,
    phone,
    first_child,
    children,
    lookahead,
    labels,
    branch_first,
    branch_count,
    lm_weight,
    beam_threshold,
    token_threshold,
):
    """Do what `asr.decoding.expansion.expand` does.

    Args:
        node: (B,) int64, as the next four a field of the beams.
        last_unit: (B,) int64.
        blank: (B,) float64.
        nonblank: (B,) float64.
        lm_score: (B,) float64.
        scores: (units,) float64 ln posteriors.
        phone: (N,) uint8, as the next three a field of the lexicon.
        first_child: (N,) int32.
        children: (N,) uint8.
        lookahead: (N,) float32.
        labels: How many labels there are; fewer than units where these are pairs.
        branch_first: The first of the nodes that a vocabulary adds to the children of the root.
        branch_count: How many they are; 0 without a vocabulary.
        lm_weight: float32.
        beam_threshold: float64.
        token_threshold: float64.

    Returns:
        The fields of an Expansion: three arrays by beam, the floor, five arrays by move, and the moves to inner nodes.
    """
    beams = len(node)
    acoustic, stay_blank = np.empty(beams), np.empty(beams)
    stay_nonblank, stay_total = np.empty(beams), np.empty(beams)
    best, most = -np.inf, np.int64(0)
    for b in range(beams):
        acoustic[b] = log_add(blank[b], nonblank[b])
        stay_blank[b] = acoustic[b] + scores[BLANK]
        stay_nonblank[b] = NEVER if last_unit[b] == BLANK else nonblank[b] + scores[last_unit[b]]
        stay_total[b] = log_add(stay_blank[b], stay_nonblank[b]) + lm_score[b]
        best = max(best, stay_total[b])
        most += np.int64(children[node[b]]) + (branch_count if node[b] == 0 else 0)
    floor = best - beam_threshold
    source, reached, units = np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most, np.int64)
    move_nonblank, move_lm_score = np.empty(most), np.empty(most)
    inner = np.empty(most, np.int64)
    pairs = len(scores) > labels
    count, inner_count = 0, 0
    for branch in range(2 if branch_count else 1):  # the children of all nodes come before those of the vocabulary
        for b in range(beams):
            if branch and node[b] != 0:
                continue
            first = branch_first if branch else np.int64(first_child[node[b]])
            size = branch_count if branch else np.int64(children[node[b]])
            before = last_unit[b] % labels * labels if pairs else 0
            for child in range(first, first + size):
                unit = before + np.int64(phone[child])
                logp = scores[unit]
                if not logp > token_threshold:
                    continue
                # A unit that repeats needs a blank in between; without one it is the same phone, held for another row.
                score = (blank[b] if unit == last_unit[b] else acoustic[b]) + logp
                lm = lm_score[b] + np.float64(lm_weight * (lookahead[child] - lookahead[node[b]]))
                if not score + lm > floor:
                    continue
                source[count], reached[count], units[count] = b, child, unit
                move_nonblank[count], move_lm_score[count] = score, lm
                if children[child] > 0:
                    inner[inner_count] = count
                    inner_count += 1
                count += 1
    return (
        stay_blank,
        stay_nonblank,
        stay_total,
        floor,
        source[:count].copy(),
        reached[:count].copy(),
        units[:count].copy(),
        move_nonblank[:count].copy(),
        move_lm_score[:count].copy(),
        inner[:inner_count].copy(),
    )


def reach_words(
    source,
    node,
    nonblank,
    lm_score,
    word_count,
    max_words,
    first_word,
    homophones,
    node_words,
    lookahead,
    bounds,
    is_bounded,
    lm_weight,
    word_score,
    floor,
):
    """Do what `asr.decoding.word_ends.reach_words` does.

    Args:
        source: (M,) int64, as the next three a field of the moves.
        node: (M,) int64.
        nonblank: (M,) float64.
        lm_score: (M,) float64.
        word_count: (B,) int64 of the beams.
        max_words: A hypothesis with so many words ends none.
        first_word: (N,) int32, as the next three a field of the lexicon.
        homophones: (N,) uint16, `Lexicon.word_count`.
        node_words: (items,) int32.
        lookahead: (N,) float32.
        bounds: (V,) float32, upper bounds of ln p of words.
        is_bounded: Whether words that are below `floor` with these bounds are left out.
        lm_weight: float32.
        word_score: float64.
        floor: float64.

    Returns:
        (E,) int64 each: move, item of the tree, word id.
    """
    most = np.int64(0)
    for m in range(len(source)):
        if word_count[source[m]] < max_words:
            most += np.int64(homophones[node[m]])
    moves, items, words = np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most, np.int64)
    count = 0
    for m in range(len(source)):
        if word_count[source[m]] >= max_words:
            continue
        without = nonblank[m] + lm_score[m] - np.float64(lm_weight * lookahead[node[m]]) + word_score
        first = np.int64(first_word[node[m]])
        for item in range(first, first + np.int64(homophones[node[m]])):
            word = np.int64(node_words[item])
            if is_bounded and not without + np.float64(lm_weight * bounds[word]) > floor:
                continue
            moves[count], items[count], words[count] = m, item, word
            count += 1
    return moves[:count].copy(), items[:count].copy(), words[:count].copy()


def _bits_of(number):
    """Count the bits of a uint64 that are 1 (Warren 2013, section 5-1)."""
    number = number - ((number >> np.uint64(1)) & np.uint64(0x5555555555555555))
    number = (number & np.uint64(0x3333333333333333)) + ((number >> np.uint64(2)) & np.uint64(0x3333333333333333))
    number = (number + (number >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    number = number + (number >> np.uint64(8))
    number = number + (number >> np.uint64(16))
    number = number + (number >> np.uint64(32))
    return np.int64(number & np.uint64(127))


def _state_of(node, bits, before):
    """Return the state of a node of the trie; 0 for one without children: `RankBitmap.states`."""
    part = node >> 6
    if part >= len(bits):
        return np.int64(0)
    bit = np.uint64(1) << np.uint64(node & 63)
    if not bits[part] & bit:
        return np.int64(0)
    return 1 + before[part] + _bits_of(bits[part] & (bit - np.uint64(1)))


def score_ngrams(states, words, word, first, logp, backoff, shorter, bits, before, values):
    """Do what `asr.language.ngram_lm.NgramLM.score` does, of a model in float16.

    Args:
        states: (n,) int64.
        words: (n,) int64.
        word: (M,) uint16, as the next four a field of the model.
        first: (S + 1,) int32.
        logp: (1 + V + M,) uint16, the bits of float16.
        backoff: (S,) uint16, the bits of float16.
        shorter: (S,) int32.
        bits: As the next one a field of its RankBitmap.
        before: (N // 64 + 1,) int64.
        values: (65536,) float32, the number that each uint16 is as the bits of a float16.

    Returns:
        (n,) float32 ln p(word | state), and (n,) int64 states after the words.
    """
    count, vocabulary = len(states), len(logp) - len(word) - 1
    result, following = np.zeros(count, np.float32), np.zeros(count, np.int64)
    for i in range(count):
        context, known = states[i], False
        while context > 0 and not (known and following[i] > 0):
            low, high = np.int64(first[context]), np.int64(first[context + 1])
            end = high
            while low < high:
                middle = (low + high) >> 1
                if np.int64(word[middle]) < words[i]:
                    low = middle + 1
                else:
                    high = middle
            if low < end and np.int64(word[low]) == words[i]:
                node = 1 + vocabulary + low
                if not known:
                    result[i] += values[logp[node]]
                    known = True
                if following[i] == 0:
                    following[i] = _state_of(node, bits, before)
            elif not known:
                result[i] += values[backoff[context]]
            context = np.int64(shorter[context])
        if not known:
            result[i] += values[logp[1 + words[i]]]
        if following[i] == 0:
            following[i] = _state_of(1 + words[i], bits, before)
    return result, following


def _sort(numbers, total, key):
    """Sort (n,) numbers in place by falling (n,) totals and then by rising keys (Shell 1959; Ciura 2001)."""
    gap = 1
    while gap < len(numbers) // 3:
        gap = 3 * gap + 1
    while gap > 0:
        for i in range(gap, len(numbers)):
            moved, j = numbers[i], i
            while j >= gap:
                other = numbers[j - gap]
                if total[other] > total[moved] or (total[other] == total[moved] and key[other] < key[moved]):
                    break
                numbers[j] = other
                j -= gap
            numbers[j] = moved
        gap //= 3


def group(ngram_state, node, unit, blank, nonblank, lm_score, total, beam_size, beam_threshold):
    """Do what `asr.decoding.merging.group` does.

    Args:
        ngram_state: (n,) int64, as the next six of the hypotheses to merge.
        node: (n,) int64.
        unit: (n,) int64.
        blank: (n,) float64.
        nonblank: (n,) float64.
        lm_score: (n,) float64.
        total: (n,) float64.
        beam_size: int.
        beam_threshold: float64.

    Returns:
        (k,) int64, the best hypothesis of each group that is kept, and (k,) float64 its blank and nonblank.
    """
    count, size = len(node), 16
    while size < 2 * count:
        size *= 2
    slots = np.full(size, -1, np.int64)  # a hash table with open addresses: the best hypothesis of a key
    heads, keys = np.empty(count, np.int64), np.empty(count, np.int64)
    following = np.full(count, -1, np.int64)  # the next best of the same key
    slot_of = np.empty(count, np.int64)  # of each group
    groups = 0
    for i in range(count):
        keys[i] = (((ngram_state[i] << _NODE_BITS) | node[i]) << _UNIT_BITS) | unit[i]
        slot = (keys[i] ^ (keys[i] >> 9) ^ (keys[i] >> 19) ^ (keys[i] >> 35) ^ (keys[i] >> 44)) & (size - 1)
        while slots[slot] >= 0 and keys[slots[slot]] != keys[i]:
            slot = (slot + 1) & (size - 1)
        other = slots[slot]
        if other < 0:
            slots[slot], slot_of[groups] = i, slot
            groups += 1
        elif total[i] > total[other]:
            slots[slot], following[i] = i, other
        else:
            while following[other] >= 0 and total[following[other]] >= total[i]:
                other = following[other]
            following[i], following[other] = following[other], i
    merged_blank, merged_nonblank, merged_total = np.empty(count), np.empty(count), np.empty(count)
    best = -np.inf
    for g in range(groups):
        head = slots[slot_of[g]]
        heads[g], other = head, following[head]
        # The sums include the language model, since the members of a group may differ in its score.
        blank_sum, nonblank_sum = blank[head] + lm_score[head], nonblank[head] + lm_score[head]
        while other >= 0:
            blank_sum = log_add(blank_sum, blank[other] + lm_score[other])
            nonblank_sum = log_add(nonblank_sum, nonblank[other] + lm_score[other])
            other = following[other]
        merged_blank[head], merged_nonblank[head] = blank_sum - lm_score[head], nonblank_sum - lm_score[head]
        merged_total[head] = log_add(merged_blank[head], merged_nonblank[head]) + lm_score[head]
        best = max(best, merged_total[head])
    kept = 0
    for g in range(groups):
        if merged_total[heads[g]] > best - beam_threshold:
            heads[kept] = heads[g]
            kept += 1
    heads = heads[:kept]
    _sort(heads, merged_total, keys)
    heads = heads[: min(kept, beam_size)].copy()
    return heads, merged_blank[heads], merged_nonblank[heads]
