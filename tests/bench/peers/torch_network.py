# SPDX-License-Identifier: GPL-3.0-or-later
"""Networks of ours in PyTorch."""
from torch import nn

FUNCTIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid}


def build(network):
    """The layers of a network in our JSON format (core/network/network_json.h)."""
    channels, height, width = (network["input"][name] for name in ("channels", "height", "width"))
    layers = []
    flat = False
    for layer in network["layers"]:
        kind = layer["type"]
        if kind == "conv":
            kernel, stride, padding = layer["kernel"], layer.get("stride", 1), layer.get("padding", 0)
            layers.append(nn.Conv2d(channels, layer["filters"], kernel, stride, padding))
            channels = layer["filters"]
            around = kernel - 1 if padding == "same" else 2 * padding
            height, width = ((size + around - kernel) // stride + 1 for size in (height, width))
        elif kind == "activation":
            layers.append(nn.LeakyReLU(layer.get("slope", 0.01)) if layer["function"] == "leaky-relu"
                          else FUNCTIONS[layer["function"]]())
        elif kind == "pool":
            stride = layer.get("stride", layer["size"])
            layers.append((nn.MaxPool2d if layer.get("kind", "max") == "max" else nn.AvgPool2d)(layer["size"], stride))
            height, width = ((size - layer["size"]) // stride + 1 for size in (height, width))
        elif kind == "flatten":
            layers.append(nn.Flatten())
            channels, flat = channels * height * width, True
        elif kind == "dense":
            layers.append(nn.Linear(channels, layer["units"]))
            channels = layer["units"]
        elif kind == "batchnorm":
            layers.append((nn.BatchNorm1d if flat else nn.BatchNorm2d)(channels))
        elif kind == "dropout":
            layers.append(nn.Dropout(layer.get("rate", 0.5)))
        else:
            raise ValueError(f"no layer of type {kind} here")
        if kind in ("conv", "dense"):
            nn.init.xavier_uniform_(layers[-1].weight)
            nn.init.zeros_(layers[-1].bias)
    return nn.Sequential(*layers)
