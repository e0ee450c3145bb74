// SPDX-License-Identifier: GPL-3.0-or-later
#include "cuda/emulation/block.h"

#include "cuda/emulation/device_words.h"
#include "cuda/emulation/fibers.h"
#include "cuda/emulation/order.h"
#include "cuda/emulation/warp.h"

#include <cstdlib>
#include <map>
#include <utility>
#include <vector>

// What kernels read of themselves. One kernel runs at a time, under the emulation's lock.
uint3 threadIdx{};
uint3 blockIdx{};
dim3 blockDim{};
dim3 gridDim{};

namespace kernelscope::emulation {
namespace {

struct Thread {
    Fiber* fiber = nullptr;         ///< Where it waits.
    const char* waitsFor = nullptr; ///< Null while it runs or is woken.
    std::source_location where;
};

constexpr int noThread = -1;

struct Block {
    const ThreadLoop* loop = nullptr;
    std::vector<Thread> threads;
    std::vector<int> order;     ///< Of threads.
    std::vector<uint3> indices; ///< threadIdx of each thread, for the shape below.
    dim3 shape{0, 0, 0};
    Order orderKind;
    int begun = 0; ///< How many of `order`.
    int finished = 0;
    int running = noThread;
    std::vector<int> woken; ///< A ring of those that may go on, in their order.
    std::size_t wokenHead = 0, wokenCount = 0;
    bool runsAhead = false; ///< Whoever is woken goes first, instead of last.
    int atBarrier = 0, holding = 0, barrierResult = 0;
    std::source_location barrierWhere;
    std::string fault;

    FiberPool pool;
    Fiber host; ///< The stack that called runBlock().
    Fiber* current = nullptr;
    std::uint64_t switches = 0;
};

/// For the whole process, and never destroyed: a kernel may run while static objects go.
Block& onlyBlock = *new Block;

std::string nameOf(const std::source_location& where) {
    return std::string(where.file_name()) + ":" + std::to_string(where.line());
}

/// Why no thread can go on: who waits where, and who has left.
std::string describeWaiting(const Block& b) {
    std::map<std::string, int> counts;
    for (const Thread& thread : b.threads)
        if (thread.waitsFor)
            ++counts[std::string(thread.waitsFor) + " at " + nameOf(thread.where)];
    std::string text = "of its " + std::to_string(b.threads.size()) + " threads";
    for (const auto& [place, count] : counts)
        text += ", " + std::to_string(count) + " wait for " + place;
    return text + ", " + std::to_string(b.finished) + " have left the kernel";
}

void switchTo(Block& b, Fiber& to, Leaving leaving) {
    Fiber& from = *b.current;
    b.current = &to;
    ++b.switches;
    switchFiber(from, to, leaving);
}

void runLoop();

/// Goes on with another thread; returns when the running one is woken and its turn comes.
void goOn(Block& b, Leaving leaving) {
    const bool canBegin = leaving == Leaving::ForAWhile && b.begun < static_cast<int>(b.threads.size());
    if (canBegin && (!b.runsAhead || b.wokenCount == 0)) {
        switchTo(b, b.pool.take(runLoop), leaving);
        return;
    }
    if (b.wokenCount > 0) {
        const int thread = b.woken[b.wokenHead];
        b.wokenHead = (b.wokenHead + 1) % b.woken.size();
        --b.wokenCount;
        if (leaving == Leaving::ForAWhile && thread == b.running)
            return;
        switchTo(b, *b.threads[static_cast<std::size_t>(thread)].fiber, leaving);
        return;
    }
    if (b.finished < static_cast<int>(b.threads.size()) && b.fault.empty())
        b.fault = "not all threads come to where others wait: " + describeWaiting(b);
    switchTo(b, b.host, Leaving::ForGood);
}

void finishRunning(Block& b) {
    if (b.running == noThread)
        return;
    ++b.finished;
    leaveWarp(std::exchange(b.running, noThread));
}

/// What a fiber runs.
void runLoop() {
    Block& b = onlyBlock;
    b.running = noThread;
    (*b.loop)();
    b.pool.giveBack(*b.current);
    goOn(b, Leaving::ForGood);
    std::abort(); // nobody comes back here
}

void prepareShape(Block& b, Order order) {
    const bool sameShape = b.shape.x == blockDim.x && b.shape.y == blockDim.y && b.shape.z == blockDim.z;
    const std::size_t count = std::size_t{blockDim.x} * blockDim.y * blockDim.z;
    if (!sameShape) {
        b.shape = blockDim;
        b.indices.clear();
        for (unsigned z = 0; z < blockDim.z; ++z)
            for (unsigned y = 0; y < blockDim.y; ++y)
                for (unsigned x = 0; x < blockDim.x; ++x)
                    b.indices.push_back({x, y, z});
        b.woken.assign(count, 0);
    }
    if (!sameShape || !(order == b.orderKind)) {
        b.orderKind = order;
        b.order = orderOf(count, order);
    }
}

} // namespace

std::string runBlock(const ThreadLoop& threads, Order order) {
    Block& b = onlyBlock;
    prepareShape(b, order);
    b.loop = &threads;
    b.runsAhead = order.kind == Order::Kind::Reversed || (order.kind == Order::Kind::Shuffled && order.seed % 2 == 1);
    b.threads.assign(b.indices.size(), Thread{});
    b.begun = b.finished = b.atBarrier = b.holding = 0;
    b.wokenHead = b.wokenCount = 0;
    b.running = noThread;
    b.fault.clear();
    beginWarps(static_cast<int>(b.threads.size()));

    b.current = &b.host;
    switchTo(b, b.pool.take(runLoop), Leaving::ForAWhile);
    if (!b.fault.empty())
        b.pool.abandonAll();
    return b.fault;
}

bool nextThread() {
    Block& b = onlyBlock;
    finishRunning(b);
    if (b.begun == static_cast<int>(b.threads.size()))
        return false;
    b.running = b.order[static_cast<std::size_t>(b.begun++)];
    threadIdx = b.indices[static_cast<std::size_t>(b.running)];
    return true;
}

int meetBlock(bool predicate, const std::source_location& where) {
    Block& b = onlyBlock;
    if (b.atBarrier == 0) {
        b.barrierWhere = where;
        b.holding = 0;
    } else if (b.barrierWhere.line() != where.line() || b.barrierWhere.column() != where.column()) {
        noteFault("thread " + std::to_string(b.running) + " comes to the barrier at " + nameOf(where) + " while " +
                  std::to_string(b.atBarrier) + " threads wait at the one at " + nameOf(b.barrierWhere));
        leaveKernel();
    }
    ++b.atBarrier;
    b.holding += predicate ? 1 : 0;
    if (b.atBarrier == static_cast<int>(b.threads.size())) {
        b.atBarrier = 0;
        b.barrierResult = b.holding;
        wakeUp(b.order);
    }
    waitUntilWoken("the barrier", where);
    return b.barrierResult;
}

int runningThread() {
    return onlyBlock.running;
}

int threadCount() {
    return static_cast<int>(onlyBlock.threads.size());
}

int threadAt(int position) {
    return onlyBlock.order[static_cast<std::size_t>(position)];
}

void waitUntilWoken(const char* waitsFor, const std::source_location& where) {
    Block& b = onlyBlock;
    const int self = b.running;
    Thread& thread = b.threads[static_cast<std::size_t>(self)];
    thread.fiber = b.current;
    thread.waitsFor = waitsFor;
    thread.where = where;
    goOn(b, Leaving::ForAWhile);
    thread.waitsFor = nullptr;
    b.running = self;
    threadIdx = b.indices[static_cast<std::size_t>(self)];
}

void wakeUp(std::span<const int> threads) {
    Block& b = onlyBlock;
    const std::size_t size = b.woken.size();
    if (b.runsAhead)
        b.wokenHead = (b.wokenHead + size - threads.size()) % size;
    std::size_t place = (b.wokenHead + (b.runsAhead ? 0 : b.wokenCount)) % size;
    for (const int thread : threads) {
        b.woken[place] = thread;
        place = (place + 1) % size;
    }
    b.wokenCount += threads.size();
}

void noteFault(const std::string& what) {
    onlyBlock.fault = what;
}

void leaveKernel() {
    Block& b = onlyBlock;
    switchTo(b, b.host, Leaving::ForGood);
    std::abort(); // the fiber is abandoned
}

std::uint64_t fiberSwitches() {
    return onlyBlock.switches;
}

} // namespace kernelscope::emulation
