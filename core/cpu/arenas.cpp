// SPDX-License-Identifier: GPL-3.0-or-later
#include "cpu/arenas.h"

#include <algorithm>

namespace kernelscope::cpu {

void Arenas::allocate(std::size_t momentsPerParameter, std::size_t stateCount) {
    state = AlignedBuffer<float>(stateCount);
    parameters = AlignedBuffer<float>(size);
    gradients = AlignedBuffer<float>(size);
    if (momentsPerParameter > 0)
        first = AlignedBuffer<float>(size);
    if (momentsPerParameter > 1)
        second = AlignedBuffer<float>(size);
}

/// The buffer with the values from an index on; moments are all first ones, then all second ones.
float* Arenas::bufferAt(Arena arena, std::size_t index) const {
    if (arena == Arena::Parameters)
        return parameters.data();
    if (arena == Arena::Gradients)
        return gradients.data();
    return (index < place.size() ? first : second).data();
}

void Arenas::read(Arena arena, std::span<float> values) const {
    if (arena == Arena::State) {
        std::copy_n(state.data(), values.size(), values.begin());
        return;
    }
    for (std::size_t begin = 0; begin < values.size(); begin += place.size()) {
        const float* from = bufferAt(arena, begin);
        float* to = values.data() + begin;
        const std::size_t count = std::min(place.size(), values.size() - begin);
        for (std::size_t i = 0; i < count; ++i)
            to[i] = from[place[i]];
    }
}

void Arenas::clearPadding() {
    std::vector<float> values(place.size());
    for (AlignedBuffer<float>* buffer : {&parameters, &gradients, &first, &second}) {
        if (buffer->size() == 0)
            continue;
        float* all = buffer->data();
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = all[place[i]];
        std::fill_n(all, buffer->size(), 0.0f);
        for (std::size_t i = 0; i < values.size(); ++i)
            all[place[i]] = values[i];
    }
}

void Arenas::write(Arena arena, std::span<const float> values) {
    if (arena == Arena::State) {
        std::copy(values.begin(), values.end(), state.data());
        return;
    }
    for (std::size_t begin = 0; begin < values.size(); begin += place.size()) {
        const float* from = values.data() + begin;
        float* to = bufferAt(arena, begin);
        const std::size_t count = std::min(place.size(), values.size() - begin);
        for (std::size_t i = 0; i < count; ++i)
            to[place[i]] = from[i];
    }
}

} // namespace kernelscope::cpu
