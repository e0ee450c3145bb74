// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Atomic operations: as one thread runs at a time, plain ones. Sums of floats in the order in which threads come are
/// not the same in every order of threads, and tests see that.
#pragma once

#include <type_traits>
#include <utility>

template <class T>
T atomicAdd(T* target, std::type_identity_t<T> value) {
    return std::exchange(*target, static_cast<T>(*target + value));
}
template <class T>
T atomicSub(T* target, std::type_identity_t<T> value) {
    return std::exchange(*target, static_cast<T>(*target - value));
}
template <class T>
T atomicExch(T* target, std::type_identity_t<T> value) {
    return std::exchange(*target, value);
}
template <class T>
T atomicMin(T* target, std::type_identity_t<T> value) {
    return std::exchange(*target, value < *target ? value : *target);
}
template <class T>
T atomicMax(T* target, std::type_identity_t<T> value) {
    return std::exchange(*target, *target < value ? value : *target);
}
template <class T>
T atomicAnd(T* target, std::type_identity_t<T> value) {
    return std::exchange(*target, *target & value);
}
template <class T>
T atomicOr(T* target, std::type_identity_t<T> value) {
    return std::exchange(*target, *target | value);
}
template <class T>
T atomicXor(T* target, std::type_identity_t<T> value) {
    return std::exchange(*target, *target ^ value);
}
template <class T>
T atomicCAS(T* target, std::type_identity_t<T> expected, std::type_identity_t<T> value) {
    return std::exchange(*target, *target == expected ? value : *target);
}
/// Counts to `limit` and begins again at 0.
inline unsigned atomicInc(unsigned* target, unsigned limit) {
    return std::exchange(*target, *target >= limit ? 0 : *target + 1);
}
/// Counts down from `limit`.
inline unsigned atomicDec(unsigned* target, unsigned limit) {
    return std::exchange(*target, *target == 0 || *target > limit ? limit : *target - 1);
}

inline void __threadfence() {}
inline void __threadfence_block() {}
inline void __threadfence_system() {}
