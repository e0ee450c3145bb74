// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// CUDA's short vectors, aligned as a GPU loads them, so that UndefinedBehaviorSanitizer sees what a GPU would refuse.
#pragma once

/// The extent of a grid or a block.
struct dim3 {
    unsigned x = 1, y = 1, z = 1;
    constexpr dim3(unsigned vx = 1, unsigned vy = 1, unsigned vz = 1) : x(vx), y(vy), z(vz) {}
};

#define KERNELSCOPE_VECTORS(Type, name, align2, align4)                                                                \
    struct name##1 {                                                                                                   \
        Type x;                                                                                                        \
    };                                                                                                                 \
    struct alignas(align2) name##2 {                                                                                   \
        Type x, y;                                                                                                     \
    };                                                                                                                 \
    struct name##3 {                                                                                                   \
        Type x, y, z;                                                                                                  \
    };                                                                                                                 \
    struct alignas(align4) name##4 {                                                                                   \
        Type x, y, z, w;                                                                                               \
    };                                                                                                                 \
    constexpr name##1 make_##name##1(Type x) {                                                                         \
        return {x};                                                                                                    \
    }                                                                                                                  \
    constexpr name##2 make_##name##2(Type x, Type y) {                                                                 \
        return {x, y};                                                                                                 \
    }                                                                                                                  \
    constexpr name##3 make_##name##3(Type x, Type y, Type z) {                                                         \
        return {x, y, z};                                                                                              \
    }                                                                                                                  \
    constexpr name##4 make_##name##4(Type x, Type y, Type z, Type w) {                                                 \
        return {x, y, z, w};                                                                                           \
    }

KERNELSCOPE_VECTORS(signed char, char, 2, 4)
KERNELSCOPE_VECTORS(unsigned char, uchar, 2, 4)
KERNELSCOPE_VECTORS(short, short, 4, 8)
KERNELSCOPE_VECTORS(unsigned short, ushort, 4, 8)
KERNELSCOPE_VECTORS(int, int, 8, 16)
KERNELSCOPE_VECTORS(unsigned int, uint, 8, 16)
KERNELSCOPE_VECTORS(float, float, 8, 16)
KERNELSCOPE_VECTORS(long long, longlong, 16, 16)
KERNELSCOPE_VECTORS(unsigned long long, ulonglong, 16, 16)
KERNELSCOPE_VECTORS(double, double, 16, 16)

#undef KERNELSCOPE_VECTORS
