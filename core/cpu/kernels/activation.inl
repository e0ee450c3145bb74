// SPDX-License-Identifier: GPL-3.0-or-later
// The activation functions, and the pixels' way into floats.

/// e^x for 0 <= x <= 88: S. L. Moshier, Cephes, expf.c: x = n ln 2 + r, a polynomial in r, 2^n into the exponent bits.
KERNELSCOPE_INLINE Vec exponential(Vec x) {
    const IntVec n = __builtin_convertvector(x * 1.44269504088896341f + 0.5f, IntVec); // x >= 0: rounds to nearest
    const Vec whole = __builtin_convertvector(n, Vec);
    const Vec r = x - whole * 0.693359375f + whole * 2.12194440e-4f; // ln 2 in two parts
    Vec p = broadcast(1.9875691500e-4f);
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * r * r + r + 1.0f;
    const IntVec exponent = (n + 127) << 23;
    return p * reinterpret_cast<Vec>(exponent);
}

/// tanh x, exact to a few units in the last place: Cephes, tanhf.c. Not a number stays not a number.
KERNELSCOPE_INLINE Vec hyperbolicTangent(Vec x) {
    const Vec magnitude = x < Vec{} ? -x : x;
    // Near zero an odd polynomial; the difference below would cancel.
    const Vec z = x * x;
    Vec p = broadcast(-5.70498872745e-3f);
    p = p * z + 2.06390887954e-2f;
    p = p * z - 5.37397155531e-2f;
    p = p * z + 1.33314422036e-1f;
    p = p * z - 3.33332819422e-1f;
    const Vec near = p * z * x + x;
    // Elsewhere 1 - 2 / (e^2|x| + 1), which is 1 in float from |x| = 9.01 on. The comparison lets NaN through to
    // `near`.
    const Vec bounded = magnitude < broadcast(10.0f) ? magnitude : broadcast(10.0f);
    const Vec far = 1 - 2 / (exponential(2 * bounded) + 1);
    const Vec signedFar = x < Vec{} ? -far : far;
    return magnitude >= broadcast(0.625f) ? signedFar : near;
}

/// 1 / (1 + e^-x), with e^-|x|'s reciprocal, so that nothing overflows. Not a number stays not a number.
KERNELSCOPE_INLINE Vec logistic(Vec x) {
    const Vec magnitude = x < Vec{} ? -x : x;
    const Vec bounded = magnitude < broadcast(88.0f) ? magnitude : broadcast(88.0f);
    const Vec below = 1 / (1 + exponential(bounded)); // at -|x|
    const Vec y = x < Vec{} ? below : 1 - below;
    return x == x ? y : x;
}

/// The function's value at x.
KERNELSCOPE_INLINE Vec valueOf(Nonlinearity nonlinearity, Vec x) {
    switch (nonlinearity.function) {
    case Function::None:
        break;
    case Function::Relu:
        return x <= Vec{} ? Vec{} : x; // not a number stays what it is, so that the loss tells
    case Function::Tanh:
        return hyperbolicTangent(x);
    case Function::LeakyRelu:
        return x < Vec{} ? x * nonlinearity.slope : x;
    case Function::Sigmoid:
        return logistic(x);
    }
    return x;
}

template <Function F>
void activateBy(float slope, const float* in, float* out, std::size_t count) {
    for (std::size_t i = 0; i < count; i += lanes)
        store(out + i, valueOf({F, slope}, load(in + i)));
}

void activate(Nonlinearity nonlinearity, const float* in, float* out, std::size_t count) {
    switch (nonlinearity.function) {
    case Function::None:
        if (in != out)
            activateBy<Function::None>(0, in, out, count);
        break;
    case Function::Relu:
        activateBy<Function::Relu>(0, in, out, count);
        break;
    case Function::Tanh:
        activateBy<Function::Tanh>(0, in, out, count);
        break;
    case Function::LeakyRelu:
        activateBy<Function::LeakyRelu>(nonlinearity.slope, in, out, count);
        break;
    case Function::Sigmoid:
        activateBy<Function::Sigmoid>(0, in, out, count);
        break;
    }
}

void activateBackward(
    Nonlinearity nonlinearity, const float* out, const float* outGradient, float* inGradient, std::size_t count) {
    switch (nonlinearity.function) {
    case Function::None:
        if (outGradient != inGradient)
            for (std::size_t i = 0; i < count; i += lanes)
                store(inGradient + i, load(outGradient + i));
        break;
    case Function::Relu:
        for (std::size_t i = 0; i < count; i += lanes)
            store(inGradient + i, load(out + i) > Vec{} ? load(outGradient + i) : Vec{});
        break;
    case Function::Tanh:
        for (std::size_t i = 0; i < count; i += lanes) {
            const Vec y = load(out + i);
            store(inGradient + i, load(outGradient + i) * (1 - y * y));
        }
        break;
    case Function::LeakyRelu:
        for (std::size_t i = 0; i < count; i += lanes) {
            const Vec g = load(outGradient + i);
            store(inGradient + i, load(out + i) > Vec{} ? g : g * nonlinearity.slope);
        }
        break;
    case Function::Sigmoid:
        for (std::size_t i = 0; i < count; i += lanes) {
            const Vec y = load(out + i);
            store(inGradient + i, load(outGradient + i) * (y * (1 - y)));
        }
        break;
    }
}

void pixelsToFloats(const std::uint8_t* pixels, float* out, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
        out[i] = static_cast<float>(pixels[i]) / 255.0f;
}
