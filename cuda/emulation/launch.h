// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Putting kernels into streams.
#pragma once

#include "cuda/emulation/block.h"
#include "cuda/emulation/runtime_types.h"

#include <cstddef>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

namespace kernelscope::emulation {

/// A kernel with its arguments.
struct KernelLaunch {
    const void* kernel = nullptr; ///< Its address, which names it.
    dim3 blocks, threads;
    std::size_t dynamicShared = 0;
    std::vector<const void*> pointers; ///< Among its arguments.
    ThreadLoop loop;                   ///< Holds the arguments by value.
};

/// Puts it into the stream, or into the graph that the stream captures. What CUDA refuses is refused, and so is a
/// pointer argument that is neither to device memory nor to pinned memory.
cudaError_t launch(KernelLaunch kernel, cudaStream_t stream);

/// A kernel's name and place in the source, as well as the program's symbols tell.
std::string nameOfKernel(const void* kernel);

template <class T>
struct SharedType {
    using Type = T;
};
/// A type under a name that can stand where `float [3]` could not.
template <class T>
using SharedTypeOf = typename SharedType<T>::Type;

template <class... Values>
std::vector<const void*> pointersIn(const std::tuple<Values...>& values) {
    std::vector<const void*> result;
    const auto add = [&](const auto& value) {
        if constexpr (std::is_pointer_v<std::remove_cvref_t<decltype(value)>>)
            result.push_back(value);
    };
    std::apply([&](const auto&... value) { (add(value), ...); }, values);
    return result;
}

} // namespace kernelscope::emulation
