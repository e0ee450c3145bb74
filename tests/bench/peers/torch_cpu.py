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
from torch.nn import functional
from peer_server import serve
from torch_network import build

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
