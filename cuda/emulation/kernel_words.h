// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The emulated device's words for what has no spelling in C++. Included by platform.h, within its namespace, after
/// <cuda_runtime.h>; what they mean is said there.
#pragma once

#define KERNEL_SHARED(type, name, dimensions)                                                                          \
    using name##SharedType = ::kernelscope::emulation::SharedTypeOf<type dimensions>;                                  \
    static ::kernelscope::emulation::SharedVariable name##Shared{sizeof(name##SharedType), alignof(name##SharedType)}; \
    name##SharedType& name = *static_cast<name##SharedType*>(::kernelscope::emulation::sharedMemory(name##Shared))

#define KERNEL_DYNAMIC_SHARED(type, name)                                                                              \
    type* const name = static_cast<type*>(::kernelscope::emulation::dynamicSharedMemory())

template <class... Parameters, class... Arguments>
cudaError_t launchKernel(
    void (*kernel)(Parameters...), const LaunchShape& shape, cudaStream_t stream, Arguments&&... arguments) {
    static_assert(sizeof...(Parameters) == sizeof...(Arguments));
    const std::tuple<Parameters...> values(std::forward<Arguments>(arguments)...);
    return emulation::launch({reinterpret_cast<const void*>(kernel), shape.blocks, shape.threads, shape.dynamicShared,
                                 emulation::pointersIn(values),
                                 [kernel, values] {
                                     while (emulation::nextThread())
                                         std::apply(kernel, values);
                                 }},
        stream);
}
