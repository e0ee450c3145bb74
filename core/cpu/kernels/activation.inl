// SPDX-License-Identifier: GPL-3.0-or-later
// The activation functions, and the pixels' way into floats. A vector forward is a load and a store, and for tanh and
// sigmoid about 20 multiply-adds and a division between them; backward two loads, a store and at most two
// multiplications: derivatives are told from results.

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

/// g times the function's derivative where its value is y. Behind ReLU what is not positive has none.
KERNELSCOPE_INLINE Vec timesDerivative(Nonlinearity nonlinearity, Vec y, Vec g) {
    switch (nonlinearity.function) {
    case Function::None:
        break;
    case Function::Relu:
        return y > Vec{} ? g : Vec{};
    case Function::Tanh:
        return g * (1 - y * y);
    case Function::LeakyRelu:
        return y > Vec{} ? g : g * nonlinearity.slope;
    case Function::Sigmoid:
        return g * (y * (1 - y));
    }
    return g;
}

/// Calls use<F>() with the function known to the compiler, so that no loop asks for it.
template <class Use>
KERNELSCOPE_INLINE void withFunction(Function function, const Use& use) {
    switch (function) {
    case Function::None:
        return use.template operator()<Function::None>();
    case Function::Relu:
        return use.template operator()<Function::Relu>();
    case Function::Tanh:
        return use.template operator()<Function::Tanh>();
    case Function::LeakyRelu:
        return use.template operator()<Function::LeakyRelu>();
    case Function::Sigmoid:
        return use.template operator()<Function::Sigmoid>();
    }
}

void activate(Nonlinearity nonlinearity, const float* in, float* out, std::size_t count) {
    withFunction(nonlinearity.function, [&]<Function F>() {
        for (std::size_t i = 0; i < count; i += lanes)
            store(out + i, valueOf({F, nonlinearity.slope}, load(in + i)));
    });
}

void activateBackward(
    Nonlinearity nonlinearity, const float* out, const float* outGradient, float* inGradient, std::size_t count) {
    withFunction(nonlinearity.function, [&]<Function F>() {
        for (std::size_t i = 0; i < count; i += lanes)
            store(
                inGradient + i, timesDerivative({F, nonlinearity.slope}, load(out + i), load(outGradient + i)));
    });
}

void pixelsToFloats(const std::uint8_t* pixels, float* out, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
        out[i] = static_cast<float>(pixels[i]) / 255.0f;
}
