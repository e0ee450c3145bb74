// SPDX-License-Identifier: GPL-3.0-or-later
#include "cuda/emulation/fibers.h"

#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>

#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>
#include <new>

#if !defined(__x86_64__) || defined(KERNELSCOPE_PORTABLE_FIBERS)
#include <ucontext.h>
#endif

namespace kernelscope::emulation {
namespace {

constexpr std::size_t stackBytes = 256 * 1024; // room for a report of AddressSanitizer on top of a kernel
constexpr std::size_t pageBytes = 4096;

Fiber* previous = nullptr; ///< Whom the switch under way leaves.
Fiber* entering = nullptr; ///< Whom it goes to.

/// Where every fiber begins.
void begin() {
    // Where the thread's own stack lies is learnt here: its fiber was made without knowing.
    const void* bottom = nullptr;
    std::size_t size = 0;
    __sanitizer_finish_switch_fiber(nullptr, &bottom, &size);
    previous->bottom = static_cast<std::byte*>(const_cast<void*>(bottom));
    previous->size = size;
    entering->entry();
    std::abort(); // entries never return
}

} // namespace

#if defined(__x86_64__) && !defined(KERNELSCOPE_PORTABLE_FIBERS)

// What the calling convention (System V, x86-64) says a function leaves as it was goes onto the old stack and comes
// from the new one; the rest the compiler saves around the call.
asm(R"(
.text
.type kernelscopeSwitchStack, @function
kernelscopeSwitchStack:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
.size kernelscopeSwitchStack, . - kernelscopeSwitchStack
)");
extern "C" void kernelscopeSwitchStack(void** leftContext, void* context);

namespace {

void prepare(Fiber& fiber) {
    // As kernelscopeSwitchStack() left it: six registers, where to return to, and above that the return address of
    // begin(), which is none.
    auto* const top = reinterpret_cast<std::uintptr_t*>(fiber.bottom + fiber.size - fiber.colour);
    top[-1] = 0;
    top[-2] = reinterpret_cast<std::uintptr_t>(&begin);
    for (int i = 3; i <= 8; ++i)
        top[-i] = 0;
    fiber.context = top - 8;
}

void switchContext(Fiber& from, Fiber& to) {
    kernelscopeSwitchStack(&from.context, to.context);
}

} // namespace

#else

namespace {

void prepare(Fiber& fiber) {
    auto* const context = fiber.context ? static_cast<ucontext_t*>(fiber.context) : new ucontext_t;
    getcontext(context);
    context->uc_stack.ss_sp = fiber.bottom;
    context->uc_stack.ss_size = fiber.size - fiber.colour;
    context->uc_link = nullptr;
    makecontext(context, begin, 0);
    fiber.context = context;
}

void switchContext(Fiber& from, Fiber& to) {
    if (!from.context)
        from.context = new ucontext_t; // of the few threads that run kernels; kept
    swapcontext(static_cast<ucontext_t*>(from.context), static_cast<ucontext_t*>(to.context));
}

} // namespace

#endif

void switchFiber(Fiber& from, Fiber& to, Leaving leaving) {
    previous = &from;
    entering = &to;
    __sanitizer_start_switch_fiber(leaving == Leaving::ForGood ? nullptr : &from.fakeStack, to.bottom, to.size);
    switchContext(from, to);
    __sanitizer_finish_switch_fiber(from.fakeStack, nullptr, nullptr);
}

FiberPool::~FiberPool() {
    abandonAll();
    for (const auto& fiber : m_all)
        munmap(fiber->bottom - pageBytes, fiber->size + pageBytes);
}

Fiber& FiberPool::take(void (*entry)()) {
    if (m_free.empty()) {
        void* const memory = mmap(nullptr, stackBytes + pageBytes, PROT_READ | PROT_WRITE,
            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (memory == MAP_FAILED || mprotect(memory, pageBytes, PROT_NONE) != 0)
            throw std::bad_alloc();
        m_all.push_back(std::make_unique<Fiber>());
        Fiber& fiber = *m_all.back();
        fiber.bottom = static_cast<std::byte*>(memory) + pageBytes;
        fiber.size = stackBytes;
        // Stacks whose used ends all lie at the same place in a page would fight for the same few lines of the cache.
        fiber.colour = m_all.size() % 40 * 192;
        m_free.push_back(&fiber);
    }
    Fiber& fiber = *m_free.back();
    m_free.pop_back();
    fiber.entry = entry;
    // The functions that it was in when it was left for good did not return, so nobody cleaned up behind them.
    constexpr std::size_t ends = 4096;
    __asan_unpoison_memory_region(fiber.bottom + fiber.size - fiber.colour - ends, ends);
    prepare(fiber);
    return fiber;
}

void FiberPool::giveBack(Fiber& fiber) {
    m_free.push_back(&fiber);
}

void FiberPool::abandonAll() {
    m_free.clear();
    for (const auto& fiber : m_all) {
        __asan_unpoison_memory_region(fiber->bottom, fiber->size); // the variables of functions that never end
        m_free.push_back(fiber.get());
    }
}

} // namespace kernelscope::emulation
