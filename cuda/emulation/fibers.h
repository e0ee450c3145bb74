// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Fibers: stacks that one thread of the processor switches between. A kernel's thread that waits at a barrier is one.
/// Every switch is announced to AddressSanitizer, which thus knows whose stack it looks at.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace kernelscope::emulation {

/// A stack, and where its computation goes on.
struct Fiber {
    void* context = nullptr;     ///< What it left on its stack when it was left.
    std::byte* bottom = nullptr; ///< Lowest address that may be used.
    std::size_t size = 0;        ///< Bytes from there.
    std::size_t colour = 0;      ///< Bytes left free at the top, another number for each; see FiberPool.
    void* fakeStack = nullptr;   ///< AddressSanitizer's, while another fiber runs.
    void (*entry)() = nullptr;   ///< What it runs, from its start. Must never return.
};

/// Whether a fiber that is left will be switched to again.
enum class Leaving { ForAWhile, ForGood };

/// Leaves `from`, which is running, and goes on with `to`. Returns when something switches to `from` again.
void switchFiber(Fiber& from, Fiber& to, Leaving leaving);

/// Stacks for the threads of a block, kept from block to block, with a page below each that must not be touched.
class FiberPool {
public:
    FiberPool() = default;
    ~FiberPool();
    FiberPool(const FiberPool&) = delete;
    FiberPool& operator=(const FiberPool&) = delete;

    /// A fiber that will run `entry` from its start.
    Fiber& take(void (*entry)());
    /// The fiber has nothing left to do, or runs its last switch.
    void giveBack(Fiber& fiber);
    /// All fibers, wherever they were left, are free again. Not to be called in one of them.
    void abandonAll();

private:
    std::vector<std::unique_ptr<Fiber>> m_all;
    std::vector<Fiber*> m_free;
};

} // namespace kernelscope::emulation
