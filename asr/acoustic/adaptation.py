"""A network with a voice: the vectors of the network are changed, its matrices are shared with the network.

What a voice changes are all vectors: mean and scale of the mel bands, and every bias and scale of convolutions, layer
normalisations, recurrent layers and scores. These are the scales of layers of Swietojanski & Renals 2014 ("Learning
hidden unit contributions") and the biases of Ben Zaken et al. 2022 ("BitFit"): 0.2 % of the numbers of a network, so
some minutes of speech suffice to learn them. Recognising costs nothing more, since the operations are the same. A voice
whose shifts are all 0 is no voice, to the bit.
"""

import hashlib
import json

import torch
from torch import Tensor

from asr.acoustic.config import Config
from asr.acoustic.model_file import drop_training_parts, largest_activation
from asr.acoustic.network import AcousticModel, weight_shapes, weights
from asr.errors import VoiceError
from asr.limits import LIMITS
from asr.user.voice import VoiceProfile


def vector_shapes(config: Config) -> dict[str, int]:
    """Return the names and lengths of the vectors of a network, which a voice may change."""
    return {name: shape[0] for name, shape in weight_shapes(config).items() if len(shape) == 1}


def network_digest(model: AcousticModel) -> str:
    """Return the SHA-256 of a network: of its configuration, its mel bank and its weights, in hexadecimal."""
    found = hashlib.sha256(json.dumps(model.config.to_dict(), sort_keys=True).encode())
    for name, value in sorted([*weights(model).items(), ("bank", model.bank)]):
        found.update(f"{name} {tuple(value.shape)}".encode())
        found.update(value.detach().float().contiguous().numpy().tobytes())
    return found.hexdigest()


def with_vectors(model: AcousticModel, vectors: dict[str, Tensor]) -> AcousticModel:
    """Return a network with some other vectors, which shares all else with `model`. It takes milliseconds.

    It is not packed; if `model` is, its matrices are copies.

    Args:
        model: It is not changed.
        vectors: By name.
    """
    with torch.device("meta"):  # so that nothing is allocated or drawn
        changed = AcousticModel(model.config)
    changed.bank = model.bank
    changed.load_state_dict(weights(model) | vectors, strict=False, assign=True)
    drop_training_parts(changed)
    return changed.eval().requires_grad_(False)


def with_voice(model: AcousticModel, digest: str, voice: VoiceProfile) -> AcousticModel:
    """Return the network with a voice.

    Args:
        model: It is not changed.
        digest: Of the network (`network_digest`).
        voice: From anywhere.

    Raises:
        VoiceError: It is of another model, or it changes what the network does not have, or its values are too large.
    """
    if voice.model != digest:
        raise VoiceError("other-model", name=voice.name)
    lengths = vector_shapes(model.config)
    for name, shift in voice.shifts.items():
        if lengths.get(name) != len(shift):
            raise VoiceError("other-vectors", name=voice.name, vector=name)
    kept = weights(model)
    vectors = {name: kept[name] + torch.from_numpy(shift) for name, shift in voice.shifts.items()}
    lowest, highest = LIMITS["weight"]
    fits = all(bool(((lowest <= value) & (value <= highest)).all()) for value in vectors.values())
    if not fits or largest_activation(model.config, kept | vectors) >= LIMITS["activation"][1]:
        raise VoiceError("too-large", name=voice.name)
    return with_vectors(model, vectors)
