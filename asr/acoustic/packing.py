"""A network as recognisers run it: its matrices packed by `asr.matrix_products`, all else shared with the model.

Model files are loaded so (`asr.acoustic.model_file.load`). The matrices of such a network are no parameters any more,
have no gradient and are not in `state_dict`; `asr.acoustic.network.weights` has them in any case.
Nothing is kept twice.
"""

import copy
from typing import TypeVar

from torch import nn

from asr.acoustic.network import GRU, AcousticModel, Convolution
from asr.matrix_products import PackedMatrix, packed_matrix

ModuleT = TypeVar("ModuleT", bound=nn.Module)


def packed(model: AcousticModel, like: AcousticModel | None = None) -> AcousticModel:
    """Return a network with the numbers of a model, ready to recognise.

    Args:
        model: It is not changed.
        like: A packed network with the same matrices, which are taken from there.
    """
    network = _copied(model)
    for name, module in network.named_modules():
        if not takes_packed(module):
            continue
        for weight, value in list(module.named_parameters(recurse=False)):
            if value.dim() > 1:
                matrix = getattr(like.get_submodule(name), weight) if like else packed_matrix(value.detach().flatten(1))
                if isinstance(matrix, PackedMatrix):
                    put(module, weight, matrix)
    return network


def put(module: nn.Module, name: str, matrix: PackedMatrix) -> None:
    """Let a packed matrix take the place of a parameter."""
    delattr(module, name)
    setattr(module, name, matrix)


def takes_packed(module: nn.Module) -> bool:
    """Return whether the matrices of a module may be packed: it computes with `asr.matrix_products`."""
    return isinstance(module, Convolution | nn.Linear | GRU)


def plain_layers(network: AcousticModel) -> nn.ModuleList:
    """Return the recurrent layers with plain matrices, which take the memory of another copy if `network` is packed."""
    layers = _copied(network)._modules["layers"]
    assert isinstance(layers, nn.ModuleList)
    for layer in layers:
        for name, value in list(vars(layer).items()):
            if isinstance(value, PackedMatrix):
                delattr(layer, name)
                setattr(layer, name, nn.Parameter(value.plain(), requires_grad=False))
    return layers


def _copied(module: ModuleT) -> ModuleT:
    """Return a module of copies of its parts, all of which share their tensors with the originals."""
    made = copy.copy(module)  # building one on the device "meta" would import 800 modules, for a second
    made._parameters, made._buffers = dict(module._parameters), dict(module._buffers)
    made._modules = {name: part and _copied(part) for name, part in module._modules.items()}
    if isinstance(made, nn.RNNBase):
        made._flat_weights = list(made._flat_weights)
    return made
