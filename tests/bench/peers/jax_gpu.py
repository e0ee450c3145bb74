#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Any network of ours in JAX, as a peer of gpu_bench.py (see peer_server.py for how it is asked).

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
    import jax_network
    jax.config.update("jax_default_prng_impl", "rbg")  # the device's own generator, which is faster

    network = options.network
    number = int(options.device.partition(":")[2] or 0)
    device = jax.devices()[number]
    key = jax.random.key(options.seed)
    shape = [network["input"][name] for name in ("height", "width", "channels")]
    pixels = jax.random.randint(key, (options.images, *shape), 0, 256).astype(jnp.uint8)
    labels = jax.random.randint(key, (options.images,), 0, network["layers"][-1]["units"])

    def loss_of(weights, running, images, truth, key):
        logits, running = jax_network.forward(network, weights, running, images, key)
        return -jnp.mean(jnp.take_along_axis(nn.log_softmax(logits), truth[:, None], axis=1)), running

    def step(state, index):
        weights, running, first, second, count, key = state
        key, now = jax.random.split(key)
        images = pixels[index].astype(jnp.float32) / 255
        (loss, running), gradients = jax.value_and_grad(loss_of, has_aux=True)(
            weights, running, images, labels[index], now)
        count += 1
        rate = 1e-3 * jnp.sqrt(1 - 0.999**count) / (1 - 0.9**count)
        first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, gradients)
        second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, second, gradients)
        weights = jax.tree.map(lambda w, m, v: w - rate * m / (jnp.sqrt(v) + 1e-7), weights, first, second)
        return (weights, running, first, second, count, key), loss

    def prepare(batch, mode, precision):
        steps = options.images // batch

        def epoch(state, key):
            order = jax.random.permutation(key, options.images)[:steps * batch].reshape(steps, batch)
            return lax.scan(step, state, order)

        with jax.default_matmul_precision("highest" if precision == "fp32" else "default"):
            weights, running = jax_network.initialise(network, key)
            zeros = jax.tree.map(jnp.zeros_like, weights)
            state = (weights, running, zeros, zeros, jnp.zeros(()), key)
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
