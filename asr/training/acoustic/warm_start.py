"""A network that begins as a smaller one: what it has more of is silent, so that nothing learnt is lost."""

import torch
from torch import nn

from asr.acoustic.network import AcousticModel


def silence(layer: nn.Module, width: int) -> None:
    """Make a recurrent layer of `width` units say 0, whatever it hears: nothing is a candidate for its state."""
    with torch.no_grad():
        for weight in layer.parameters():
            # Reset, update, candidate; input, forget, cell, output; a plain network has nothing but candidates.
            (weight[2 * width : 3 * width] if len(weight) > width else weight).zero_()


def start(model: AcousticModel, weights: dict[str, torch.Tensor]) -> None:
    """Load weights, perhaps of a network that looked less far ahead (to the steps it did not see it is deaf), that
    scored labels alone (all pairs of a label are alike) or had fewer layers (those above them begin silent).
    ValueError for one that looked further, had more layers, or is of another cell or width."""
    ahead = weights["ahead.weight"]
    further = model.ahead.weight.shape[2] - ahead.shape[2]
    if further < 0:
        raise ValueError(f"the network of --init looks {-further} steps further ahead; give its --lookahead")
    weights["ahead.weight"] = nn.functional.pad(ahead, (0, further))
    had, layers = sum(key.startswith("norms.") for key in weights) // 2 - 1, len(model.layers)
    if had > layers:
        raise ValueError(f"the network of --init has {had} layers; give its --layers")
    for part in ("weight", "bias"):
        weights[f"norms.{layers}.{part}"] = weights.pop(f"norms.{had}.{part}")
    for layer in model.layers[had:]:
        silence(layer, model.config.width)
    above = [f"{part}.{i}." for i in range(had, layers) for part in ("norms", "layers")]
    parts = ("head.bottleneck", "head.pairs", "middle", *above)
    new = {key: value for key, value in model.state_dict().items() if key.startswith(parts)}
    try:
        model.load_state_dict(new | weights)
    except RuntimeError as error:  # which tells of every weight
        raise ValueError("the network of --init has another --cell, --width or --bottleneck; give its own") from error
