"""Pronunciations of words that no dictionary has: a small grapheme-to-phoneme network.

A GRU encoder-decoder (Cho et al. 2014) reads the letters of a word in both directions and gives its phones one by one,
each after attention over the letters (Luong et al. 2015, with the context fed back into the decoder). It is trained
on CMUdict by asr.training.text.g2p.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from asr.limits import outside
from asr.quantization import check_values, dequantize, quantize, wanted
from asr.tensor_file import TensorFile

LETTERS = "abcdefghijklmnopqrstuvwxyz'"
_LAYOUT = "pronounce 1"
_EDGE = 0  # symbol before the first and after the last phone
_BATCH = 64  # words pronounced at once


class G2PHypothesis(NamedTuple):
    """One pronunciation of a word."""

    phones: tuple[str, ...]
    logp: float  # ln p(phones | letters)


@dataclass(frozen=True)
class G2PSizes:
    """Widths of the network."""

    embedding: int = 64  # of a letter, and of a phone
    encoder: int = 160  # of the GRU in each of the two directions
    decoder: int = 224


class G2PNetwork(nn.Module):
    """Encoder, attention and decoder.

    All words of a batch have equally many letters, so nothing has to be padded or masked.

    Args:
        phones: How many phones there are; symbol 0 is the edge of a word, symbol 1 + i phone i.
        sizes: The widths.
        dropout: Share of inputs of the GRUs and of the output layer that training sets to 0.
    """

    def __init__(self, phones: int, sizes: G2PSizes, dropout: float = 0.0):
        super().__init__()
        self.letter = nn.Embedding(len(LETTERS), sizes.embedding)
        self.encoder = nn.GRU(sizes.embedding, sizes.encoder, batch_first=True, bidirectional=True)
        self.bridge = nn.Linear(2 * sizes.encoder, sizes.decoder)
        self.phone = nn.Embedding(phones + 1, sizes.embedding)
        self.decoder = nn.GRUCell(sizes.embedding + 2 * sizes.encoder, sizes.decoder)
        self.attention = nn.Linear(sizes.decoder, 2 * sizes.encoder, bias=False)
        self.combine = nn.Linear(sizes.decoder + 2 * sizes.encoder, sizes.decoder)
        self.output = nn.Linear(sizes.decoder, phones + 1)
        self.dropout = nn.Dropout(dropout)

    def encode(self, letters: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Read (B, L) int64 letters.

        Returns:
            (B, L, 2 * encoder) float annotations, and the start of the decoder: (B, decoder) hidden state and
            (B, 2 * encoder) context.
        """
        annotations, last = self.encoder(self.dropout(self.letter(letters)))
        hidden = torch.tanh(self.bridge(torch.cat([last[0], last[1]], -1)))
        return annotations, hidden, torch.zeros_like(annotations[:, 0])

    def decode(self, annotations: Tensor, hidden: Tensor, context: Tensor, symbol: Tensor) -> tuple[Tensor, Tensor]:
        """Take in the symbol before, (B,) int64.

        Returns:
            The new hidden state and context, from which `logits` scores the next symbol.
        """
        hidden = self.decoder(torch.cat([self.dropout(self.phone(symbol)), context], -1), hidden)
        weights = torch.bmm(annotations, self.attention(hidden).unsqueeze(-1)).squeeze(-1).softmax(-1)
        return hidden, torch.bmm(weights.unsqueeze(1), annotations).squeeze(1)

    def logits(self, hidden: Tensor, context: Tensor) -> Tensor:
        """(..., decoder) hidden states and (..., 2 * encoder) contexts -> (..., phones + 1) float logits."""
        combined = torch.tanh(self.combine(torch.cat([hidden, context], -1)))
        return self.output(self.dropout(combined))

    def forward(self, letters: Tensor, symbols: Tensor) -> Tensor:
        """Score known pronunciations, as training needs it.

        Args:
            letters: (B, L) int64.
            symbols: (B, T) int64, the symbols before each position; the first is the edge.

        Returns:
            (B, T, phones + 1) float logits.
        """
        annotations, hidden, context = self.encode(letters)
        steps = []
        for symbol in symbols.unbind(1):
            hidden, context = self.decode(annotations, hidden, context, symbol)
            steps.append((hidden, context))
        hiddens, contexts = zip(*steps, strict=True)
        return self.logits(torch.stack(hiddens, 1), torch.stack(contexts, 1))


def weight_shapes(phones: int, sizes: G2PSizes) -> dict[str, tuple[int, ...]]:
    """Compute the shapes of all weights of a `G2PNetwork` without building one.

    A network on PyTorch's meta device has them too, but the first one there takes a second.
    """
    embedding, encoder, decoder = sizes.embedding, sizes.encoder, sizes.decoder
    shapes: dict[str, tuple[int, ...]] = {
        "letter.weight": (len(LETTERS), embedding),
        "phone.weight": (phones + 1, embedding),
        "attention.weight": (2 * encoder, decoder),
    }
    for name, outputs, inputs in (
        ("bridge", decoder, 2 * encoder),
        ("combine", decoder, decoder + 2 * encoder),
        ("output", phones + 1, decoder),
    ):
        shapes |= {f"{name}.weight": (outputs, inputs), f"{name}.bias": (outputs,)}
    for name, suffix, inputs, width in (
        ("encoder", "_l0", embedding, encoder),
        ("encoder", "_l0_reverse", embedding, encoder),
        ("decoder", "", embedding + 2 * encoder, decoder),
    ):
        shapes |= {f"{name}.weight_ih{suffix}": (3 * width, inputs), f"{name}.weight_hh{suffix}": (3 * width, width)}
        shapes |= {f"{name}.bias_ih{suffix}": (3 * width,), f"{name}.bias_hh{suffix}": (3 * width,)}
    return shapes


class GraphemeToPhoneme:
    """Pronounce words of a-z and apostrophe. Never changes, so threads may share it.

    Args:
        network: The trained network.
        phones: Names of its phones, in the order of its symbols.
    """

    def __init__(self, network: G2PNetwork, phones: Sequence[str]):
        self.phones = tuple(phones)
        self._network = network.eval()

    def save(self, path: Path) -> None:
        """Write the network as safetensors, its matrices as int8."""
        weights = {key: value.contiguous() for key, value in quantize(self._network.state_dict()).items()}
        save_file(weights, path, {"layout": _LAYOUT, "phones": " ".join(self.phones)})

    @classmethod
    def load(cls, path: Path) -> "GraphemeToPhoneme":
        """Load what `save` wrote.

        Raises:
            ModelError: The file is missing, damaged, of another layout, or contradicts itself.
        """
        file = TensorFile.open(path, _LAYOUT)
        phones = tuple(file.metadata.get("phones", "").split())
        _, embedding = file.shape("letter.weight", 2)
        decoder, both = file.shape("bridge.weight", 2)
        sizes = G2PSizes(embedding, both // 2, decoder)
        terms = {"labels": len(phones) + 1, "inner": embedding, "hidden": decoder, "encoder": sizes.encoder}
        if wrong := outside(terms):
            raise file.contradiction("; ".join(wrong))
        if len(set(phones)) < len(phones):
            raise file.contradiction("a phone is named twice")
        file.expect(wanted(file, weight_shapes(len(phones), sizes)))  # before anything is allocated
        stored = file.torch()
        check_values(file, stored)
        network = G2PNetwork(len(phones), sizes)
        network.load_state_dict(dequantize(stored), assign=True)
        return cls(network, phones)

    @torch.inference_mode()
    def pronounce(self, words: Iterable[str], count: int = 1, beam_size: int = 4) -> dict[str, list[G2PHypothesis]]:
        """Return the likeliest pronunciations of each word, the best first.

        Args:
            words: Not empty, of LETTERS alone.
            count: How many pronunciations of a word to return at most.
            beam_size: Width of the beam search, at least `count`.

        Raises:
            ValueError: A word is empty or has another character.
        """
        words = list(dict.fromkeys(words))
        if wrong := [word for word in words if not word or set(word) - set(LETTERS)]:
            raise ValueError(f"Expected words of the letters {LETTERS}; found {wrong[0]!r}")
        found = {}
        for batch in equally_long(words, _BATCH):
            letters = torch.tensor([[LETTERS.index(letter) for letter in word] for word in batch])
            for word, hypotheses in zip(batch, self._search(letters, max(beam_size, count)), strict=True):
                found[word] = hypotheses[:count]
        return {word: found[word] for word in words}

    def _search(self, letters: Tensor, beam_size: int) -> list[list[G2PHypothesis]]:
        """Search (B, L) int64 letters with a beam: for each word its complete hypotheses, the best first."""
        size, length = letters.shape
        annotations, hidden, context = self._network.encode(letters)
        # Hypotheses of one word lie side by side: row word * width + rank.
        logp, symbol = torch.zeros(size, 1), torch.full((size,), _EDGE)
        ended = torch.zeros(size, 1, dtype=torch.bool)
        spelt = torch.zeros(size, 1, 0, dtype=torch.long)
        outside_vocabulary = torch.full((1, len(self.phones) + 1), -torch.inf)
        outside_vocabulary[0, _EDGE] = 0.0  # an ended hypothesis only goes on with the edge, at no cost
        last = 2 * length + 3  # longer than any pronunciation in CMUdict
        for step in range(last + 1):
            width = logp.shape[1]
            hidden, context = self._network.decode(annotations.repeat_interleave(width, 0), hidden, context, symbol)
            scores = self._network.logits(hidden, context).log_softmax(-1)
            if step == 0:
                scores[:, _EDGE] = -torch.inf  # no word is silent
            elif step == last:
                scores[:, _EDGE + 1 :] = -torch.inf  # and none is endless
            scores = torch.where(ended.reshape(-1, 1), outside_vocabulary, scores)
            totals = (logp.reshape(-1, 1) + scores).reshape(size, -1)
            logp, best = totals.topk(min(beam_size, totals.shape[1]), 1)
            parent, following = best // scores.shape[1], best % scores.shape[1]
            row = (torch.arange(size)[:, None] * width + parent).reshape(-1)
            hidden, context, symbol = hidden[row], context[row], following.reshape(-1)
            ended = ended.gather(1, parent) | (following == _EDGE)
            spelt = torch.cat(
                [spelt.reshape(size * width, -1)[row].reshape(*parent.shape, -1), following[..., None]], -1
            )
            if bool(ended.all()):
                break
        return [
            [
                G2PHypothesis(tuple(self.phones[s - 1] for s in symbols if s != _EDGE), score)
                for symbols, score, complete in zip(*columns, strict=True)
                if complete and score > -torch.inf
            ]
            for columns in zip(spelt.tolist(), logp.tolist(), ended.tolist(), strict=True)
        ]


def equally_long(words: Iterable[str], size: int) -> Iterator[list[str]]:
    """Group words into batches of at most `size` words with equally many letters, the shortest first."""
    batch: list[str] = []
    for word in sorted(words, key=len):
        if batch and (len(batch) == size or len(batch[0]) != len(word)):
            yield batch
            batch = []
        batch.append(word)
    if batch:
        yield batch
