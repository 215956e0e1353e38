"""A network as recognisers run it: its matrices in the layout of `asr.matrix_products`, all else shared with the model.

The matrices of such a network are no parameters any more, have no gradient and are not in `state_dict`;
`asr.acoustic.adaptation.weights` has them in any case. Nothing is kept twice.
"""

from torch import nn

from asr.acoustic.adaptation import with_vectors
from asr.acoustic.network import GRU, AcousticModel, Convolution
from asr.matrix_products import packed_matrix


def packed(model: AcousticModel, like: AcousticModel | None = None) -> AcousticModel:
    """Return a network with the numbers of a model, ready to recognise.

    Args:
        model: It is not changed.
        like: A packed network with the same matrices, which are taken from there.
    """
    network = with_vectors(model, {})
    for name, module in network.named_modules():
        if not isinstance(module, Convolution | nn.Linear | GRU):
            continue
        for weight, value in list(module.named_parameters(recurse=False)):
            if value.dim() > 1:
                matrix = getattr(like.get_submodule(name), weight) if like else packed_matrix(value.detach().flatten(1))
                if matrix.is_mkldnn:
                    delattr(module, weight)
                    setattr(module, weight, matrix)
    return network
