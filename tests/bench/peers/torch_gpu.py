#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Any network of ours in PyTorch on a GPU at its best, as a peer of gpu_bench.py (see peer_server.py for how it is asked).

Images lie on the device as bytes and are gathered by the epoch's permutation. Adam is fused, tensors are channels_last.
Modes: "eager"; "compiled" (torch.compile); "graph" (the compiled network, its backward pass, gathering and Adam in one
CUDA graph that is replayed once a step).
"""
import torch
from torch.nn import functional
from peer_server import options as peer_options, serve
from torch_network import build


class Run:
    """One network with its optimizer; position and permutation lie on the device, so that a step is the same each time."""

    def __init__(self, network, data, batch, mode, device):
        self.pixels, self.labels = data
        self.batch = batch
        self.device = device
        self.steps = len(self.labels) // batch
        self.network = build(network).to(device=device, memory_format=torch.channels_last)
        self.forward = self.network if mode == "eager" else torch.compile(self.network)
        on_gpu = device.type == "cuda"
        extra = {"fused": True, "capturable": True} if on_gpu else {}
        self.optimizer = torch.optim.Adam(self.network.parameters(), lr=1e-3, eps=1e-7, **extra)
        self.order = torch.randperm(len(self.labels), device=device)
        self.places = torch.arange(batch, device=device)
        self.position = torch.zeros((), dtype=torch.int64, device=device)
        self.graph = None
        if mode == "graph":
            self.capture()

    def step(self):
        index = self.order[self.position + self.places]
        images = self.pixels[index].to(torch.float32).mul_(1 / 255.0)
        images = images.contiguous(memory_format=torch.channels_last)
        loss = functional.cross_entropy(self.forward(images), self.labels[index])
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        self.position += self.batch

    def capture(self):
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            for _ in range(5):
                self.step()
        torch.cuda.current_stream().wait_stream(stream)
        torch.cuda.synchronize()
        self.optimizer.zero_grad(set_to_none=True)
        self.graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self.graph):
            self.step()

    def epoch(self):
        self.order.copy_(torch.randperm(len(self.labels), device=self.device))
        self.position.zero_()
        for _ in range(self.steps):
            if self.graph is None:
                self.step()
            else:
                self.graph.replay()
        if self.device.type == "cuda":
            torch.cuda.synchronize()


def main():
    options = peer_options(__doc__)
    device = torch.device(options.device)
    on_gpu = device.type == "cuda"
    if on_gpu:
        torch.cuda.set_device(device)
    torch.manual_seed(options.seed)
    shape = [options.network["input"][name] for name in ("channels", "height", "width")]
    classes = options.network["layers"][-1]["units"]
    data = (torch.randint(0, 256, (options.images, *shape), dtype=torch.uint8, device=device),
            torch.randint(0, classes, (options.images,), device=device))

    def prepare(batch, mode, precision):
        allowed = precision == "tf32"
        torch.backends.cuda.matmul.allow_tf32 = allowed
        torch.backends.cudnn.allow_tf32 = allowed
        torch.backends.cudnn.benchmark = True
        if hasattr(torch, "_dynamo"):
            torch._dynamo.reset()  # what was compiled for the other precision is not this one's
        run = Run(options.network, data, batch, mode, device)

        def epoch():
            torch.backends.cuda.matmul.allow_tf32 = allowed
            torch.backends.cudnn.allow_tf32 = allowed
            run.epoch()

        return epoch, run.steps * batch

    modes = ["eager"]
    if on_gpu and hasattr(torch, "compile"):
        modes += ["compiled", "graph"]
    serve({"system": f"PyTorch {torch.__version__}", "modes": modes, "precisions": ["fp32", "tf32"] if on_gpu else ["fp32"],
           "device": torch.cuda.get_device_name(device) if on_gpu else "CPU"}, prepare)


if __name__ == "__main__":
    main()
