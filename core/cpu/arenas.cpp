// SPDX-License-Identifier: GPL-3.0-or-later
#include "cpu/arenas.h"

namespace kernelscope::cpu {

void Arenas::allocate(std::size_t momentsPerParameter) {
    parameters = AlignedBuffer<float>(size);
    gradients = AlignedBuffer<float>(size);
    if (momentsPerParameter > 0)
        first = AlignedBuffer<float>(size);
    if (momentsPerParameter > 1)
        second = AlignedBuffer<float>(size);
}

/// The arena that holds the value at an index; moments are all first ones, then all second ones.
float* Arenas::arenaOf(Arena arena, std::size_t index) const {
    if (arena == Arena::Parameters)
        return parameters.data();
    if (arena == Arena::Gradients)
        return gradients.data();
    return (index < place.size() ? first : second).data();
}

void Arenas::read(Arena arena, std::span<float> values) const {
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = arenaOf(arena, i)[place[i % place.size()]];
}

void Arenas::write(Arena arena, std::span<const float> values) {
    for (std::size_t i = 0; i < values.size(); ++i)
        arenaOf(arena, i)[place[i % place.size()]] = values[i];
}

} // namespace kernelscope::cpu
