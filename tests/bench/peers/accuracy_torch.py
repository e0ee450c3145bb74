#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accuracy of a preset against the same network in PyTorch, on the same images, mean of several seeds.

"classic" learns MNIST (--mnist FOLDER). "deep" learns CIFAR-10's binary version (--data FOLDER), or, where that is not
at hand, a stand-in of the same form (--mnist FOLDER): MNIST's digits as 32x32 colour pictures, in a random ink on a
random, noisy, two-coloured ground. Both programs get the same network, Glorot-uniform first weights, Adam, batch size
and epochs; each draws its own random numbers. Prints test accuracies after each epoch, their means, and the difference.

    accuracy_torch.py --model classic --mnist FOLDER --train 60000 --epochs 5 --seeds 3
    accuracy_torch.py --model deep --mnist FOLDER --train 10000 --epochs 5 --seeds 3
"""
import argparse
import gzip
import json
import pathlib
import subprocess
import tempfile
import time

import numpy
import torch
from torch import nn


def mnist_part(folder, split):
    """Images as bytes, [count][28][28], and their labels."""
    images = numpy.frombuffer(gzip.open(folder / f"{split}-images-idx3-ubyte.gz").read(), numpy.uint8, offset=16)
    labels = numpy.frombuffer(gzip.open(folder / f"{split}-labels-idx1-ubyte.gz").read(), numpy.uint8, offset=8)
    return images.reshape(-1, 28, 28), labels


def read_mnist(folder, split, most):
    images, labels = (array[:most] for array in mnist_part(folder, split))
    values = torch.from_numpy(images[:, None].astype(numpy.float32) / 255)
    return values.contiguous(memory_format=torch.channels_last), torch.from_numpy(labels.astype(numpy.int64))


def stand_in(mnist, folder, train, test):
    """Writes data_batch_1.bin and test_batch.bin."""
    random = numpy.random.default_rng(7)
    for split, name, count in (("train", "data_batch_1.bin", train), ("t10k", "test_batch.bin", test)):
        images, labels = mnist_part(mnist, split)
        ink = numpy.zeros((count, 1, 32, 32), numpy.float32)
        ink[:, 0, 2:30, 2:30] = images[:count] / 255.0
        ramp = numpy.linspace(0, 1, 32, dtype=numpy.float32)
        ramp = numpy.where(random.random((count, 1, 1, 1)) < 0.5, ramp[None, None, :, None], ramp[None, None, None, :])
        one, two, colour = (random.random((count, 3, 1, 1), numpy.float32) for _ in range(3))
        pixels = (one * ramp + two * (1 - ramp)) * (1 - ink) + colour * ink
        pixels += random.normal(0, 0.15, pixels.shape)
        data = (pixels.clip(0, 1) * 255).astype(numpy.uint8).reshape(count, 3072)
        records = numpy.concatenate([labels[:count, None], data], axis=1)
        (folder / name).write_bytes(records.tobytes())


def read(folder, pattern, most):
    records = numpy.concatenate(
        [numpy.fromfile(file, numpy.uint8).reshape(-1, 3073) for file in sorted(folder.glob(pattern))])
    records = records[:most] if most else records
    images = torch.from_numpy(records[:, 1:].reshape(-1, 3, 32, 32).astype(numpy.float32) / 255)
    return images.contiguous(memory_format=torch.channels_last), torch.from_numpy(records[:, 0].astype(numpy.int64))


def classic():
    return nn.Sequential(nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3), nn.ReLU(),
                         nn.MaxPool2d(2), nn.Flatten(), nn.Linear(1600, 64), nn.ReLU(), nn.Linear(64, 10))


def deep():
    def block(inputs, filters, rate):
        layers = []
        for channels in (inputs, filters):
            layers += [nn.Conv2d(channels, filters, 3, padding=1), nn.BatchNorm2d(filters), nn.ReLU()]
        return layers + [nn.MaxPool2d(2), nn.Dropout(rate)]

    return nn.Sequential(*block(3, 32, 0.2), *block(32, 48, 0.3), nn.Flatten(), nn.Linear(3072, 64),
                         nn.BatchNorm1d(64), nn.ReLU(), nn.Dropout(0.5), nn.Linear(64, 10))


def with_first_weights(network):
    for layer in network:
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)
    return network.to(memory_format=torch.channels_last)


def torch_run(train, test, seed, options):
    torch.manual_seed(seed)
    network = with_first_weights({"classic": classic, "deep": deep}[options.model]())
    optimizer = torch.optim.Adam(network.parameters(), 1e-3, eps=1e-7)
    accuracies = []
    for _ in range(options.epochs):
        network.train()
        for batch in torch.randperm(len(train[1])).split(options.batch):
            optimizer.zero_grad(set_to_none=True)
            nn.functional.cross_entropy(network(train[0][batch]), train[1][batch]).backward()
            optimizer.step()
        network.eval()
        with torch.no_grad():
            right = sum((network(images).argmax(1) == labels).sum().item()
                        for images, labels in zip(test[0].split(500), test[1].split(500)))
        accuracies.append(100 * right / len(test[1]))
    return accuracies


def our_run(folder, seed, options):
    lines = subprocess.run(
        [options.command, "train", "--json", "--model", options.model, "--data", str(folder), "--batch", str(options.batch),
         "--epochs", str(options.epochs), "--seed", str(seed), "--train-samples", str(options.train)],
        check=True, capture_output=True, text=True).stdout.splitlines()
    events = [json.loads(line) for line in lines]
    return [100 * event["testAccuracy"] for event in events if event["event"] == "epoch"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--command", default="build/release/kernelscope-cli")
    parser.add_argument("--model", choices=["classic", "deep"], default="deep")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--data", type=pathlib.Path, help="folder of CIFAR-10's .bin files")
    source.add_argument("--mnist", type=pathlib.Path, help="folder of MNIST's files, for classic or the stand-in")
    parser.add_argument("--train", type=int, default=10_000, help="training images")
    parser.add_argument("--test", type=int, default=10_000, help="test images of the stand-in")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args()
    if options.model == "classic" and not options.mnist:
        parser.error("classic learns MNIST: --mnist FOLDER")
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.data or pathlib.Path(scratch)
        if options.model == "classic":
            folder = options.mnist
            train, test = (read_mnist(folder, split, most) for split, most in (("train", options.train), ("t10k", None)))
        else:
            if options.mnist:
                stand_in(options.mnist, folder, options.train, options.test)
            train, test = read(folder, "data_batch_*.bin", options.train), read(folder, "test_batch.bin", 0)
        last = {"ours": [], "torch": []}
        for seed in range(1, options.seeds + 1):
            for name, run in (("ours", lambda: our_run(folder, seed, options)),
                              ("torch", lambda: torch_run(train, test, seed, options))):
                begin = time.monotonic()
                accuracies = run()
                last[name].append(accuracies[-1])
                print(f"{name:5} seed {seed}: {' '.join(f'{a:.2f}' for a in accuracies)} %"
                      f"   ({time.monotonic() - begin:.0f} s)", flush=True)
        ours, theirs = numpy.mean(last["ours"]), numpy.mean(last["torch"])
        print(f"mean after {options.epochs} epochs: ours {ours:.2f} %, PyTorch {torch.__version__} {theirs:.2f} %, "
              f"difference {ours - theirs:+.2f} points")


if __name__ == "__main__":
    main()
