#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Any network of ours in PyTorch on the CPU at its best, as a peer of cpu_bench.py (see peer_server.py).

Batches are slices of images that already lie in memory as floats. Modes: "eager" (contiguous tensors), "channels last", for
PyTorch 2 "compiled" (torch.compile, channels last), and with several threads, where BLAS has threads of its own, "BLAS on 1
thread". Adam is fused where PyTorch can do that.
"""
import argparse
import ctypes
import json
import os
import pathlib

import torch
from torch import nn
from torch.nn import functional
from peer_server import serve

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


class Run:
    """One network with its optimizer, going round and round some images."""

    def __init__(self, network, data, batch, mode):
        layout = torch.contiguous_format if mode == "eager" else torch.channels_last
        self.batches = list(zip(data[0].contiguous(memory_format=layout).split(batch), data[1].split(batch)))
        self.network = build(network).to(memory_format=layout)
        self.forward = torch.compile(self.network) if mode == "compiled" else self.network
        extra = {"fused": True} if int(torch.__version__.split(".")[0]) >= 2 else {}
        self.optimizer = torch.optim.Adam(self.network.parameters(), lr=1e-3, eps=1e-7, **extra)

    def epoch(self):
        for images, labels in self.batches:
            self.optimizer.zero_grad(set_to_none=True)
            functional.cross_entropy(self.forward(images), labels).backward()
            self.optimizer.step()


def blas_threads():
    """OpenBLAS's own switch, where PyTorch has loaded it."""
    try:
        return ctypes.CDLL("libopenblas.so.0", mode=os.RTLD_NOLOAD | os.RTLD_NOW).openblas_set_num_threads
    except (OSError, AttributeError):
        return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--network", type=pathlib.Path, required=True)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    network = json.loads(options.network.read_text())
    torch.set_num_threads(options.threads)
    torch.set_num_interop_threads(1)
    torch.set_flush_denormal(True)
    torch.manual_seed(1)
    shape = [network["input"][name] for name in ("channels", "height", "width")]
    set_blas_threads = blas_threads()

    def prepare(batch, mode, _):
        images = max(batch, 512 // batch * batch)
        run = Run(network, (torch.rand(images, *shape), torch.randint(0, 10, (images,))), batch, mode)

        def epoch():
            if set_blas_threads:
                set_blas_threads(1 if mode == "BLAS on 1 thread" else options.threads)
            run.epoch()

        return epoch, images

    modes = ["eager", "channels last"]
    if hasattr(torch, "compile"):
        modes.append("compiled")
    if set_blas_threads and options.threads > 1:
        modes.append("BLAS on 1 thread")
    serve({"system": f"PyTorch {torch.__version__.split('+')[0]}", "device": "CPU", "modes": modes}, prepare)


if __name__ == "__main__":
    main()
