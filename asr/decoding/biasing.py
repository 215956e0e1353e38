"""Words of somebody's own vocabulary in the beam search: new words, and a preference for all words of the vocabulary.

The pronunciations of all entries form a prefix tree of their own, whose nodes stand behind those of the lexicon. A
hypothesis between two words goes on in either tree. In this one its score rises phone by phone towards the boost of
the entry that it spells (contextual biasing; Zhao et al. 2019). A phrase is a chain: the first word of a phrase leads
to a node from which only its second word goes on. A hypothesis that leaves an entry half-way dies, and the same words
without any boost live on in the lexicon's tree, so nothing has to be paid back when a phrase breaks off. Hence the
score of some words is the sum over all ways of dividing them into words of the lexicon and entries of the vocabulary.
"""

import itertools
import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np

from asr.decoding.beams import WordHypothesis
from asr.errors import VocabularyError
from asr.language.lexicon import UNKNOWN, Lexicon
from asr.language.ngram_lm import NgramLM, Scores
from asr.limits import outside
from asr.text.normalize import normalize
from asr.text.pronounce import GraphemeToPhoneme
from asr.user.vocabulary import NO_VOCABULARY, Entry, Sound, Vocabulary

PRONOUNCE = "pronounce.safetensors"  # the file of the grapheme-to-phoneme network in a model folder
_VARIANTS = 3  # pronunciations of a word outside the lexicon
_MARGIN = 2.5  # ln by which a pronunciation may be less likely than the best one
_MOST_SOUNDS = 8  # pronunciations of one written word
_FEW = 20  # entries; a smaller vocabulary has no larger boost
_LONG = 12  # phones; a longer entry has no larger boost
_ACRONYM = 5  # capital letters up to which a word outside the lexicon may also be spelt out

Phones = tuple[str, ...]
Pronunciations = dict[Phones, float]  # of one word -> ln of how likely each is, 0 for the likeliest


class VocabularyWord(NamedTuple):
    """A word of an entry. The same word may be written in several ways."""

    text: str  # as spoken: as the lexicon spells it, if it has the word
    written: str  # as the entry writes it
    lexicon_id: int  # word id in the lexicon; the number of its words for a new word


@dataclass(frozen=True)
class Biasing:
    """A vocabulary, ready for the search. Belongs to a stream, and never changes.

    A vocabulary word has an id behind those of the lexicon. Each of its entries has paths from the node `root`; an
    item of `node_words` behind those of the lexicon is a word that ends on such a path.
    """

    tree: Lexicon  # the lexicon's tree, and behind its nodes those of the vocabulary
    words: tuple[VocabularyWord, ...]  # word id - first_word -> word
    first_word: int  # number of words of the lexicon
    root: int  # node from which all entries begin
    starts: int  # nodes from `root` on that lie between two words
    first_item: int  # items of the lexicon's tree
    landing: np.ndarray  # (items,) int64, node after the word: 0, or inside a phrase the start of its next word
    boost: np.ndarray  # (items,) float64, ln added at the end of a word, before the weight of the language model
    lexicon_ids: np.ndarray  # (words,) int64
    spoken_ids: np.ndarray  # (words,) int64, equal for words that are spoken alike: the lexicon's id if it has one
    new_word_score: float  # ln added to the probability of an unknown word: there are many of them

    @property
    def branches(self) -> tuple[int, int]:
        """The first of the nodes that all entries begin with, and how many they are."""
        return int(self.tree.first_child[self.root]), int(self.tree.children[self.root])

    def branch(self, nodes: np.ndarray, source: np.ndarray, child: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Add the first phones of all entries to the arcs of hypotheses between two words.

        Args:
            nodes: (B,) int64, the node of each hypothesis.
            source: (n,) int64, the hypothesis of each arc.
            child: (n,) int, the node after each arc.

        Returns:
            The two arrays of arcs, with those of the vocabulary at the end.
        """
        begin, count = self.branches
        between = np.flatnonzero(nodes == 0)
        first = np.tile(np.arange(begin, begin + count), len(between))
        return np.concatenate([source, np.repeat(between, count)]), np.concatenate([child, first])

    def is_start(self, nodes: np.ndarray) -> np.ndarray:
        """Return (n,) bool: whether each of (n,) nodes lies between two words."""
        return (nodes == 0) | ((nodes >= self.root) & (nodes < self.root + self.starts))

    def lm_words(self, words: np.ndarray) -> np.ndarray:
        """Return (n,) int64 lexicon ids of (n,) word ids; the number of its words for a new word."""
        return self._look_up(self.lexicon_ids, words)

    def spoken(self, words: np.ndarray) -> np.ndarray:
        """Return (n,) int64 ids that are equal for words that are spoken alike."""
        return self._look_up(self.spoken_ids, words)

    def _look_up(self, ids: np.ndarray, words: np.ndarray) -> np.ndarray:
        return np.where(words < self.first_word, words, ids[np.maximum(words - self.first_word, 0)])

    def score(self, score: Scores, states: np.ndarray, words: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Score words as `score` does, which is that of an n-gram model: a new word is an unknown one, one of many."""
        new = words == self.first_word
        logp, following = score(states, np.where(new, UNKNOWN, words))
        return np.where(new, logp + np.float32(self.new_word_score), logp), following

    def end(self, items: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return for (n,) items of the tree (n,) int64 the nodes after these words, and (n,) float64 what they add.

        What they add is the boost of an entry that is complete, or what the next word of a phrase begins with, and how
        likely the pronunciation is; ln, before the weight of the language model.
        """
        own = items >= self.first_item
        index = np.where(own, items - self.first_item, 0)
        landing = np.where(own, self.landing[index], 0)
        return landing, np.where(own, self.boost[index] + self.tree.lookahead[landing], 0.0)

    def named(self, hypotheses: Iterable[WordHypothesis]) -> list[WordHypothesis]:
        """Return the hypotheses with texts for the words of the vocabulary, and the lexicon's id where it has one."""
        result = []
        for hypothesis in hypotheses:
            if hypothesis.word >= self.first_word:
                word = self.words[hypothesis.word - self.first_word]
                spoken = int(self.spoken_ids[hypothesis.word - self.first_word])
                hypothesis = replace(hypothesis, word=spoken, text=word.text, written=word.written)
            result.append(hypothesis)
        return result


@dataclass
class _Trie:
    """The nodes of the vocabulary while they are collected; numbers count from 0, the root."""

    phone: list[int] = field(default_factory=lambda: [0])
    children: list[dict[int, int]] = field(default_factory=lambda: [{}])
    items: list[dict[tuple[int, int], float]] = field(default_factory=lambda: [{}])  # (word, landing) -> boost
    value: list[float] = field(default_factory=lambda: [0.0])
    starts: dict[tuple[int, ...], int] = field(default_factory=lambda: {(): 0})  # words of a phrase so far -> node

    def add(self, phone: int) -> int:
        """Add a node."""
        self.phone.append(phone)
        self.children.append({})
        self.items.append({})
        self.value.append(-np.inf)
        return len(self.phone) - 1

    def raise_to(self, node: int, value: float) -> None:
        """Let the look-ahead of a node be `value` at least."""
        self.value[node] = max(self.value[node], value)

    def start(self, words: tuple[int, ...]) -> int:
        """Return the node after the first words of a phrase."""
        if words not in self.starts:
            self.starts[words] = self.add(0)
        return self.starts[words]

    def insert(
        self, words: Sequence[int], sounds: Sequence[Mapping[bytes, float]], logp: Sequence[float], boost: float
    ) -> None:
        """Add an entry.

        Args:
            words: The numbers of its words.
            sounds: For each word its pronunciations, as label ids, with their ln probabilities.
            logp: For each word its ln probability, as a look-ahead.
            boost: Of the entry, ln.
        """
        for index, (word, variants) in enumerate(zip(words, sounds, strict=True)):
            begin, last = self.start(tuple(words[:index])), index + 1 == len(words)
            landing = 0 if last else self.start(tuple(words[: index + 1]))
            if not last:
                self.raise_to(landing, boost * (index + 1) / len(words))
            for phones, likelihood in variants.items():
                node = begin
                for depth, phone in enumerate(phones, 1):
                    if phone not in self.children[node]:
                        self.children[node][phone] = self.add(phone)
                    node = self.children[node][phone]
                    granted = boost * (index + depth / len(phones)) / len(words)
                    self.raise_to(node, logp[index] + likelihood + granted)
                items = self.items[node]
                added = likelihood + (boost if last else 0.0)
                items[word, landing] = max(items.get((word, landing), -np.inf), added)

    def arrays(self, first_node: int, first_item: int, first_word: int) -> dict[str, np.ndarray]:
        """Return the arrays of the nodes, numbered breadth first from the starts on, as those of a Lexicon.

        "landing" and "boost" are by item. The numbers of nodes, items and words begin at the given ones.
        """
        order = list(self.starts.values())
        rank = {node: index for index, node in enumerate(order)}
        first_child = []
        for node in order:  # grows
            first_child.append(first_node + len(order))
            order.extend(child for _, child in sorted(self.children[node].items()))
        items = [sorted(self.items[node].items()) for node in order]
        flat = [(word, landing, boost) for each in items for (word, landing), boost in each]
        counts = np.array([len(each) for each in items])
        return {
            "phone": np.array([self.phone[node] for node in order], np.uint8),
            "first_child": np.array(first_child, np.int32),
            "children": np.array([len(self.children[node]) for node in order], np.uint8),
            "first_word": (first_item + np.cumsum(counts) - counts).astype(np.int32),
            "word_count": counts.astype(np.uint16),
            "node_words": np.array([first_word + word for word, _, _ in flat], np.int32),
            "lookahead": np.array([self.value[node] for node in order], np.float32),
            "landing": np.array([first_node + rank[landing] if landing else 0 for _, landing, _ in flat], np.int64),
            "boost": np.array([boost for _, _, boost in flat], np.float64),
        }


def compile_vocabulary(
    vocabulary: Vocabulary,
    lexicon: Lexicon,
    ngram_lm: NgramLM,
    network: GraphemeToPhoneme | None,
    boost: float,
    phone_boost: float,
    new_word_score: float,
    language_words: Vocabulary = NO_VOCABULARY,
    language_boost: float = 0.0,
) -> Biasing | None:
    """Prepare a vocabulary for the search; None for an empty one.

    Args:
        vocabulary: The entries.
        lexicon: The words that the search knows already.
        ngram_lm: Their language model.
        network: Pronounces words that the lexicon lacks; without one, entries with such words need phones.
        boost: Added to the score of an entry with weight 1, ln, before the weight of the language model. An entry of
            n has ln n less, so that a large vocabulary makes hardly more mistakes than a small one.
        phone_boost: Added to that for each phone of an entry, up to _LONG: what is long is hardly ever recognised by
            mistake, and more often pronounced in another way than expected.
        new_word_score: Added to the probability of an unknown word, ln.
        language_words: New words of the user's language; those that the vocabulary has are left out.
        language_boost: Added to the score of such a word, ln, instead of a boost.

    Raises:
        VocabularyError: An entry cannot be pronounced, or there are too many that sound alike.
    """
    count = len(vocabulary.entries)
    own = {normalize(entry.written) for entry in vocabulary.entries}
    more = tuple(entry for entry in language_words.entries if normalize(entry.written) not in own)
    vocabulary = Vocabulary((*vocabulary.entries, *more), vocabulary.name)
    if not vocabulary:
        return None
    ids, sounds = pronounce_entries(vocabulary, lexicon, network)
    label_ids = {name: label for label, name in enumerate(lexicon.labels)}
    first_word, first_node, first_item = len(lexicon.words), len(lexicon.phone), len(lexicon.node_words)
    numbers: dict[VocabularyWord, int] = {}
    trie = _Trie()
    boost -= math.log(max(count, _FEW))

    def boost_of(sounds: Sequence[Mapping[bytes, float]], weight: float, from_language: bool) -> float:
        if from_language:
            return language_boost
        phones = sum(min(map(len, each)) for each in sounds)
        return weight * (boost + phone_boost * min(phones, _LONG))

    for number, (entry, variants) in enumerate(zip(vocabulary.entries, sounds, strict=True)):
        words = [_word(written, ids, first_word) for written in entry.words]
        lm_ids = np.array([UNKNOWN if w.lexicon_id == first_word else w.lexicon_id for w in words], np.int64)
        unigrams, _ = ngram_lm.score(np.zeros(len(words), np.int64), lm_ids)
        logp = [
            float(score) + (new_word_score if word.lexicon_id == first_word else 0.0)
            for score, word in zip(unigrams, words, strict=True)
        ]
        labels = [
            {bytes(label_ids[phone] for phone in phones): likelihood for phones, likelihood in each.items()}
            for each in variants
        ]
        indices = [numbers.setdefault(word, len(numbers)) for word in words]
        whole = boost_of(labels, entry.weight, number >= count)
        trie.insert(indices, labels, logp, whole)
        for i, word in enumerate(words):
            if len(words) > 1 and word.lexicon_id == first_word:  # a new word of a phrase may also stand alone
                alone = boost_of(labels[i : i + 1], entry.weight, number >= count)
                trie.insert(indices[i : i + 1], labels[i : i + 1], [logp[i]], alone)
    arrays = trie.arrays(first_node, first_item, first_word)
    homophones = int(arrays["word_count"].max())
    if wrong := outside({"nodes": first_node + len(arrays["phone"]), "homophones": homophones}):
        raise VocabularyError("too-many-sounds", name=vocabulary.name, reason=", ".join(wrong))
    landing, item_boost = arrays.pop("landing"), arrays.pop("boost")
    joined: dict[str, Any] = {name: np.concatenate([getattr(lexicon, name), values]) for name, values in arrays.items()}
    names = tuple(numbers)
    first_of: dict[str, int] = {}
    spoken = [
        word.lexicon_id if word.lexicon_id < first_word else first_of.setdefault(word.text, first_word + index)
        for index, word in enumerate(names)
    ]
    return Biasing(
        tree=replace(lexicon, **joined),
        words=names,
        first_word=first_word,
        root=first_node,
        starts=len(trie.starts),
        first_item=first_item,
        landing=landing,
        boost=item_boost,
        lexicon_ids=np.array([word.lexicon_id for word in names], np.int64),
        spoken_ids=np.array(spoken, np.int64),
        new_word_score=new_word_score,
    )


def _word(written: str, ids: dict[str, int], first_word: int) -> VocabularyWord:
    spelt = normalize(written)
    if spelt in ids:
        return VocabularyWord(spelt, written, ids[spelt])
    return VocabularyWord(spelt if spelt and " " not in spelt else written.lower(), written, first_word)


def pronounce_entries(
    vocabulary: Vocabulary, lexicon: Lexicon, network: GraphemeToPhoneme | None
) -> tuple[dict[str, int], list[tuple[Pronunciations, ...]]]:
    """Return the lexicon's ids of the words that it has, and for each entry the pronunciations of each of its words.

    Raises:
        VocabularyError: One cannot be pronounced.
    """
    spelt = {part for entry in vocabulary.entries for part in _spelt_parts(entry)}
    ids = {word: index for index, word in enumerate(lexicon.words) if word in spelt}
    known: dict[str, Pronunciations] = {
        word: {tuple(lexicon.labels[label] for label in labels): 0.0 for labels in variants}
        for word, variants in lexicon.pronunciations(ids).items()
    }
    unknown = sorted(spelt - known.keys())
    if network and unknown:
        for word, hypotheses in network.pronounce(unknown, _VARIANTS).items():
            scores = {each.phones: each.logp - hypotheses[0].logp for each in hypotheses}
            known[word] = {phones: score for phones, score in scores.items() if score > -_MARGIN}
    sounds = []
    for entry in vocabulary.entries:
        spoken = entry.sounds or (tuple(Sound(tuple(normalize(word).split())) for word in entry.words),)
        each_word = []
        for index, written in enumerate(entry.words):
            alternatives = [sound[index] for sound in spoken]
            if not entry.sounds and _is_acronym(written, ids):
                alternatives.insert(0, Sound(tuple(normalize(written))))
            variants: Pronunciations = {}
            for sound in alternatives:
                for phones, score in _pronunciations(sound, known, lexicon, entry, vocabulary).items():
                    variants[phones] = max(score, variants.get(phones, score))
            likeliest = sorted(variants.items(), key=lambda each: -each[1])[:_MOST_SOUNDS]
            each_word.append(dict(likeliest))
        sounds.append(tuple(each_word))
    return ids, sounds


def _spelt_parts(entry: Entry) -> Iterator[str]:
    """Yield what may have to be pronounced: the words of an entry, the spelt sounds of it, letters of acronyms."""
    for written in entry.words:
        spelt = normalize(written)
        yield spelt  # for the lexicon's id
        if not entry.sounds:
            yield from spelt.split()
            if _is_acronym(written, {}):
                yield from spelt
    for sound in itertools.chain(*entry.sounds):
        if not sound.phones:
            yield from sound.parts


def _is_acronym(written: str, ids: Collection[str]) -> bool:
    """Return whether a word may be spoken letter by letter: a few capitals that are no word of the lexicon."""
    letters = normalize(written)
    return letters.isalpha() and 2 <= len(letters) <= _ACRONYM and written.isupper() and letters not in ids


def _pronunciations(
    sound: Sound, known: dict[str, Pronunciations], lexicon: Lexicon, entry: Entry, vocabulary: Vocabulary
) -> Pronunciations:
    """Return the pronunciations of one word that sounds like this.

    Raises:
        VocabularyError: A part of it is unknown.
    """
    if sound.phones:
        if wrong := [phone for phone in sound.parts if phone not in lexicon.labels[1:]]:
            raise VocabularyError(
                "unknown-phone",
                name=vocabulary.name,
                line=entry.line,
                phone=wrong[0],
                known=" ".join(lexicon.labels[1:]),
            )
        return {sound.parts: 0.0}
    if wrong := [part for part in sound.parts if not known.get(part)]:
        raise VocabularyError("no-pronunciation", name=vocabulary.name, line=entry.line, word=wrong[0], file=PRONOUNCE)
    chains = itertools.islice(itertools.product(*(known[part].items() for part in sound.parts)), _MOST_SOUNDS)
    return {tuple(itertools.chain(*(p for p, _ in chain))): sum(score for _, score in chain) for chain in chains}
