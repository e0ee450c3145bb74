#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The preset "classic" in JAX, as a peer of gpu_bench.py (see peer_server.py for how it is asked).

An epoch is one compiled function: lax.scan over its steps, images resident as bytes and gathered by the permutation, Adam
written out. Its only mode is "scan".
"""
import os

from peer_server import options as peer_options, serve


def main():
    options = peer_options(__doc__)
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")  # the others need memory too
    os.environ["JAX_PLATFORMS"] = "cpu" if options.device == "cpu" else "cuda"
    import jax
    from jax import lax, nn, numpy as jnp

    number = int(options.device.partition(":")[2] or 0)
    device = jax.devices()[number]
    key = jax.random.key(1)
    pixels = jax.random.randint(key, (options.images, 28, 28, 1), 0, 256).astype(jnp.uint8)
    labels = jax.random.randint(key, (options.images,), 0, 10)

    def first_weights():
        glorot = nn.initializers.glorot_uniform()
        shapes = [(3, 3, 1, 32), (3, 3, 32, 64), (1600, 64), (64, 10)]
        keys = jax.random.split(key, len(shapes))
        return [(glorot(k, shape), jnp.zeros(shape[-1])) for k, shape in zip(keys, shapes)]

    def pool(x):
        return lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")

    def loss_of(weights, images, truth):
        (k1, b1), (k2, b2), (w3, b3), (w4, b4) = weights
        layout = ("NHWC", "HWIO", "NHWC")
        x = pool(nn.relu(lax.conv_general_dilated(images, k1, (1, 1), "VALID", dimension_numbers=layout) + b1))
        x = pool(nn.relu(lax.conv_general_dilated(x, k2, (1, 1), "VALID", dimension_numbers=layout) + b2))
        x = nn.relu(x.reshape(len(x), -1) @ w3 + b3) @ w4 + b4
        return -jnp.mean(jnp.take_along_axis(nn.log_softmax(x), truth[:, None], axis=1))

    def step(state, index):
        weights, first, second, count = state
        images = pixels[index].astype(jnp.float32) / 255
        loss, gradients = jax.value_and_grad(loss_of)(weights, images, labels[index])
        count += 1
        rate = 1e-3 * jnp.sqrt(1 - 0.999**count) / (1 - 0.9**count)
        first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, gradients)
        second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, second, gradients)
        weights = jax.tree.map(lambda w, m, v: w - rate * m / (jnp.sqrt(v) + 1e-7), weights, first, second)
        return (weights, first, second, count), loss

    def prepare(batch, mode, precision):
        steps = options.images // batch

        def epoch(state, key):
            order = jax.random.permutation(key, options.images)[:steps * batch].reshape(steps, batch)
            return lax.scan(step, state, order)

        with jax.default_matmul_precision("highest" if precision == "fp32" else "default"):
            weights = first_weights()
            zeros = jax.tree.map(jnp.zeros_like, weights)
            state = (weights, zeros, zeros, jnp.zeros(()))
            compiled = jax.jit(epoch, donate_argnums=0).lower(jax.device_put(state, device), key).compile()
        current = [jax.tree.map(jnp.copy, state), key]

        def run_epoch():
            current[1], now = jax.random.split(current[1])
            current[0], losses = compiled(current[0], now)
            losses.block_until_ready()

        return run_epoch, steps * batch

    serve({"system": f"JAX {jax.__version__}", "modes": ["scan"], "device": device.device_kind,
           "precisions": ["fp32"] if options.device == "cpu" else ["fp32", "tf32"]}, prepare)


if __name__ == "__main__":
    main()
