// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Memory that vector loops read and write.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>

namespace kernelscope {

/// A fixed number of plain values, zero at first, at the start of a cache line (which is also the widest vector).
template <class T>
class AlignedBuffer {
    static_assert(std::is_trivially_copyable_v<T>);

public:
    AlignedBuffer() = default;
    explicit AlignedBuffer(std::size_t size)
        : m_values(static_cast<T*>(::operator new(std::max<std::size_t>(size, 1) * sizeof(T), alignment))),
          m_size(size) {
        std::fill_n(m_values.get(), size, T{});
    }

    T* data() const { return m_values.get(); }
    std::size_t size() const { return m_size; }

private:
    static constexpr std::align_val_t alignment{64};
    struct Deleter {
        void operator()(T* values) const { ::operator delete(values, alignment); }
    };

    std::unique_ptr<T, Deleter> m_values;
    std::size_t m_size = 0;
};

} // namespace kernelscope
