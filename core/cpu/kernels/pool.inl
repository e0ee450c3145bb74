// SPDX-License-Identifier: GPL-3.0-or-later
// Max and average pooling, a vector of channels at a time. A maximum takes size^2 loads and two stores (value and place),
// a comparison and two selections for each value but the first; an average size^2 loads and additions, a multiplication
// and a store, and backward as many loads, additions and stores. Where a gradient belongs is told by place, so max
// pooling's way back is an addition for each result, without vectors: places are anywhere.

/// With the window's size known to the compiler, or Size = 0 for any.
template <std::size_t Size>
void maxPoolColumns(const MaxPoolRow& a) {
    const std::size_t size = Size > 0 ? Size : a.size;
    const bool rectified = a.function == Function::Relu;
    for (std::size_t column = 0; column < a.columns; ++column) {
        const std::size_t first = column * a.stride;
        const std::int32_t firstArgument = a.firstOffset + static_cast<std::int32_t>(first) * a.columnOffset;
        for (std::size_t v = 0; v < a.vectors; ++v) {
            const std::size_t at = first * a.inputStep + v * lanes;
            Vec maximum = load(a.rows[0] + at);
            IntVec argument = broadcast(firstArgument);
#pragma GCC unroll 3
            for (std::size_t i = 0; i < size; ++i)
#pragma GCC unroll 3
                for (std::size_t j = i == 0 ? 1 : 0; j < size; ++j) {
                    const Vec value = load(a.rows[i] + at + j * a.inputStep);
                    const IntVec greater = value > maximum; // strictly: the first of equals stays
                    maximum = greater ? value : maximum;
                    argument = greater ? broadcast(firstArgument + static_cast<std::int32_t>(i) * a.rowOffset +
                                                   static_cast<std::int32_t>(j) * a.columnOffset)
                                       : argument;
                }
            if (rectified)
                maximum = maximum <= Vec{} ? Vec{} : maximum;
            store(a.output + column * a.outputStep + v * lanes, maximum);
            store(a.arguments + column * a.argumentStep + v * lanes, argument);
        }
    }
}

void maxPoolRow(const MaxPoolRow& a) {
    if (a.size == 2)
        maxPoolColumns<2>(a);
    else if (a.size == 3)
        maxPoolColumns<3>(a);
    else
        maxPoolColumns<0>(a);
}

void maxPoolRowBackward(const MaxPoolRowBackward& a) {
    for (std::size_t column = 0; column < a.columns; ++column)
        for (std::size_t c = 0; c < a.channels; ++c)
            a.inputGradient[static_cast<std::size_t>(a.arguments[column * a.argumentStep + c]) + c] +=
                a.gradient[column * a.outputStep + c];
}

void averagePoolRow(const AveragePoolRow& a) {
    const Vec share = broadcast(1 / static_cast<float>(a.size * a.size));
    for (std::size_t column = 0; column < a.columns; ++column)
        for (std::size_t v = 0; v < a.vectors; ++v) {
            const float* window = a.input + column * a.stride * a.pixelStep + v * lanes;
            Vec total{};
            for (std::size_t i = 0; i < a.size; ++i)
                for (std::size_t j = 0; j < a.size; ++j)
                    total += load(window + i * a.rowStep + j * a.pixelStep);
            store(a.output + column * a.outputStep + v * lanes, total * share);
        }
}

void averagePoolRowBackward(const AveragePoolRow& a) {
    const Vec share = broadcast(1 / static_cast<float>(a.size * a.size));
    for (std::size_t column = 0; column < a.columns; ++column)
        for (std::size_t v = 0; v < a.vectors; ++v) {
            float* window = a.inputGradient + column * a.stride * a.pixelStep + v * lanes;
            const Vec g = load(a.gradient + column * a.outputStep + v * lanes) * share;
            for (std::size_t i = 0; i < a.size; ++i)
                for (std::size_t j = 0; j < a.size; ++j) {
                    float* to = window + i * a.rowStep + j * a.pixelStep;
                    store(to, load(to) + g);
                }
        }
}
