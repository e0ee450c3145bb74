// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// All that kernels and the code that launches them see of CUDA. Under nvcc this is the toolkit. Under g++ it is the
/// emulated device of cuda/emulation, whose <cuda_runtime.h> is found first: there a thread is a fiber, and what the
/// language of CUDA has beyond C++ (launches, shared memory) goes through the few words below.
#pragma once

#include <cuda_runtime.h>

#include <cstddef>
#include <tuple>
#include <utility>

namespace kernelscope::cuda {

/// How many threads run a kernel.
struct LaunchShape {
    dim3 blocks;
    dim3 threads;                  ///< In each block.
    std::size_t dynamicShared = 0; ///< Bytes of KERNEL_DYNAMIC_SHARED, for each block.
};

#if defined(__CUDACC__)

/// `KERNEL_SHARED(float, tile, [16][17]);` in a kernel: memory that the threads of a block share. Not initialised.
/// The name behind the type is a reference or an array: sizeof and indexing work, a copy of the name is no copy of it.
#define KERNEL_SHARED(type, name, dimensions) __shared__ type name dimensions
/// `KERNEL_DYNAMIC_SHARED(float, values);`: a pointer to the LaunchShape::dynamicShared bytes, aligned to 16.
#define KERNEL_DYNAMIC_SHARED(type, name)                                                                              \
    extern __shared__ __align__(16) unsigned char kernelscopeDynamicShared[];                                          \
    type* const name = reinterpret_cast<type*>(kernelscopeDynamicShared)

/// Puts a kernel into a stream, its arguments converted to its parameters' types and kept by value; while the stream is
/// captured, into the graph. Gives the launch's own error; what goes wrong inside the kernel shows at a later call.
template <class... Parameters, class... Arguments>
cudaError_t launchKernel(
    void (*kernel)(Parameters...), const LaunchShape& shape, cudaStream_t stream, Arguments&&... arguments) {
    static_assert(sizeof...(Parameters) == sizeof...(Arguments));
    std::tuple<Parameters...> values(std::forward<Arguments>(arguments)...);
    return std::apply(
        [&](auto&... value) {
            void* pointers[sizeof...(value) + 1] = {const_cast<void*>(static_cast<const void*>(&value))..., nullptr};
            return cudaLaunchKernel(reinterpret_cast<const void*>(kernel), shape.blocks, shape.threads, pointers,
                shape.dynamicShared, stream);
        },
        values);
}

#elif defined(__CUDA_RUNTIME_H__)
// The toolkit as the module's .cpp files see it: these launch no kernels.
#else

// KERNEL_SHARED, KERNEL_DYNAMIC_SHARED and launchKernel() of the emulated device.
#include "cuda/emulation/kernel_words.h"

#endif

} // namespace kernelscope::cuda
