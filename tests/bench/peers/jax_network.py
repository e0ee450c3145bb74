# SPDX-License-Identifier: GPL-3.0-or-later
"""Networks of ours in JAX: images lie as height, width, channels."""
import jax
from jax import lax, nn, numpy as jnp

MOMENTUM, EPSILON = 0.1, 1e-5  # of batch norm
LAYOUT = ("NHWC", "HWIO", "NHWC")


def activation(layer):
    slope = layer.get("slope", 0.01)
    return {"relu": nn.relu, "tanh": jnp.tanh, "sigmoid": nn.sigmoid,
            "leaky-relu": lambda x: nn.leaky_relu(x, slope)}[layer["function"]]


def pool(x, layer):
    size, stride = layer["size"], layer.get("stride", layer["size"])
    window, strides = (1, size, size, 1), (1, stride, stride, 1)
    if layer.get("kind", "max") == "max":
        return lax.reduce_window(x, -jnp.inf, lax.max, window, strides, "VALID")
    return lax.reduce_window(x, 0.0, lax.add, window, strides, "VALID") / (size * size)


def conv(x, layer, kernel):
    padding = layer.get("padding", 0)
    around = "SAME" if padding == "same" else ((padding, padding),) * 2
    stride = (layer.get("stride", 1),) * 2
    return lax.conv_general_dilated(x, kernel, stride, around, dimension_numbers=LAYOUT)


def initialise(network, key):
    """Parameters and running statistics, each a list with one entry for each layer."""
    glorot = nn.initializers.glorot_uniform()
    weights, state = [], []
    x = jnp.zeros((1, *(network["input"][name] for name in ("height", "width", "channels"))))
    for layer in network["layers"]:
        key, now = jax.random.split(key)
        weights.append(())
        state.append(())
        if layer["type"] == "conv":
            weights[-1] = (glorot(now, (layer["kernel"], layer["kernel"], x.shape[-1], layer["filters"])),
                           jnp.zeros(layer["filters"]))
        elif layer["type"] == "dense":
            weights[-1] = (glorot(now, (x.shape[-1], layer["units"])), jnp.zeros(layer["units"]))
        elif layer["type"] == "batchnorm":
            weights[-1] = (jnp.ones(x.shape[-1]), jnp.zeros(x.shape[-1]))
            state[-1] = (jnp.zeros(x.shape[-1]), jnp.ones(x.shape[-1]))
        x = jax.eval_shape(lambda x, w=weights[-1], s=state[-1]: apply(layer, x, w, s, key)[0], x)
    return weights, state


def apply(layer, x, weights, state, key):
    """One layer in training. Returns its output and its running statistics."""
    kind = layer["type"]
    if kind == "conv":
        return conv(x, layer, weights[0]) + weights[1], state
    if kind == "dense":
        return x @ weights[0] + weights[1], state
    if kind == "activation":
        return activation(layer)(x), state
    if kind == "pool":
        return pool(x, layer), state
    if kind == "flatten":
        return x.reshape(len(x), -1), state
    if kind == "dropout":
        keep = 1 - layer.get("rate", 0.5)
        return jnp.where(jax.random.bernoulli(key, keep, x.shape), x / keep, 0), state
    if kind == "batchnorm":
        axes = tuple(range(x.ndim - 1))
        mean, variance = x.mean(axes), x.var(axes)
        count = x.size // x.shape[-1]
        unbiased = variance * (count / max(count - 1, 1))
        state = ((1 - MOMENTUM) * state[0] + MOMENTUM * mean, (1 - MOMENTUM) * state[1] + MOMENTUM * unbiased)
        return weights[0] * (x - mean) * lax.rsqrt(variance + EPSILON) + weights[1], state
    raise ValueError(f"no layer of type {kind} here")


def forward(network, weights, state, x, key):
    """Logits of a batch in training, and the new running statistics."""
    new_state = []
    for number, (layer, w, s) in enumerate(zip(network["layers"], weights, state)):
        x, s = apply(layer, x, w, s, jax.random.fold_in(key, number))
        new_state.append(s)
    return x, new_state
