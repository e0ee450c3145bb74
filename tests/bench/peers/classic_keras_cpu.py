#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The preset "classic" as most people would write it: Keras with TensorFlow and model.fit, as a peer of cpu_bench.py."""
import argparse
import os

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--network", help="cpu_bench.py passes it; this script knows only one")
parser.add_argument("--threads", type=int, default=1)
options = parser.parse_args()
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras  # noqa: E402 (TensorFlow reads the environment when it is imported)
import numpy  # noqa: E402
import tensorflow  # noqa: E402
from keras import layers  # noqa: E402
from peer_server import serve  # noqa: E402


def main():
    tensorflow.config.threading.set_intra_op_parallelism_threads(options.threads)
    tensorflow.config.threading.set_inter_op_parallelism_threads(options.threads)
    random = numpy.random.default_rng(1)

    def prepare(batch, _mode, _precision):
        count = 200 * batch  # a call of fit() takes some time to begin: 200 steps are long beside it
        images = random.random((count, 28, 28, 1), numpy.float32)
        labels = random.integers(0, 10, count)
        model = keras.Sequential([
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"), layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, activation="relu"), layers.MaxPooling2D(2),
            layers.Flatten(), layers.Dense(64, activation="relu"), layers.Dense(10, activation="softmax")])
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
        return (lambda: model.fit(images, labels, batch_size=batch, epochs=1, verbose=0)), count

    serve({"system": f"Keras {keras.__version__}, TensorFlow {tensorflow.__version__}", "device": "CPU",
           "modes": ["model.fit"]}, prepare)


if __name__ == "__main__":
    main()
