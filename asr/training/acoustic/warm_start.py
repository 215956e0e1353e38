"""Begin the training of a network from a smaller one, so that the larger network computes the same at first."""

import torch
from torch import nn

from asr.acoustic.network import AcousticModel


def zero_output(layer: nn.Module, width: int) -> None:
    """Make a recurrent layer of `width` units output 0 for every input: the weights of its candidate become 0."""
    with torch.no_grad():
        for weight in layer.parameters():
            # Gates of a GRU: reset, update, candidate; of an LSTM: input, forget, cell, output. A plain network has
            # the candidate alone.
            (weight[2 * width : 3 * width] if len(weight) > width else weight).zero_()


def initialise_from(model: AcousticModel, weights: dict[str, torch.Tensor]) -> None:
    """Load the weights of a network that is equal to the model or smaller; `weights` is changed.

    The smaller network may have less look-ahead (the additional steps get weight 0), may score labels instead of pairs
    (all pairs of a label get the same score), and may have fewer layers (the additional ones output 0).

    Raises:
        ValueError: The network has more look-ahead or layers than the model, or another cell, width or bottleneck.
    """
    ahead = weights["ahead.weight"]
    further = model.ahead.weight.shape[2] - ahead.shape[2]
    if further < 0:
        raise ValueError(f"the network of --init looks {-further} steps further ahead; give its --lookahead")
    weights["ahead.weight"] = nn.functional.pad(ahead, (0, further))
    had, layers = sum(key.startswith("norms.") for key in weights) // 2 - 1, len(model.layers)
    if had > layers:
        raise ValueError(f"the network of --init has {had} layers; give its --layers")
    for part in ("weight", "bias"):  # the last normalisation belongs to the output, not to a layer
        weights[f"norms.{layers}.{part}"] = weights.pop(f"norms.{had}.{part}")
    for layer in model.layers[had:]:
        zero_output(layer, model.config.width)
    above = [f"{part}.{i}." for i in range(had, layers) for part in ("norms", "layers")]
    parts = ("head.bottleneck", "head.pairs", "middle", *above)
    new = {key: value for key, value in model.state_dict().items() if key.startswith(parts)}
    try:
        model.load_state_dict(new | weights)
    except RuntimeError as error:  # its message lists every weight
        raise ValueError("the network of --init has another --cell, --width or --bottleneck; give its own") from error
