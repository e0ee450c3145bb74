// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/digits/digit_set.h"

#include "base/error.h"
#include "base/signal_guard.h"
#include "data/digits/color_digit.h"

#include <algorithm>
#include <mutex>
#include <string>
#include <system_error>

namespace kernelscope {

namespace {

/// Samples that a background thread takes at a time. Few enough that the threads stay close together.
constexpr std::size_t kChunk = 32;

/// Of the set in colour: as many as CIFAR-10 has.
constexpr DigitSet::Counts kColorCounts{50000, 10000};

DataInfo describe(DigitSet::Counts counts, DigitStyle style) {
    const bool color = style == DigitStyle::Color;
    DataInfo info;
    info.name = color ? "Built-in colour digits" : "Built-in digits";
    info.source = color ? kColorDigitsSource : kDigitsSource;
    info.shape = color ? Shape{3, digits::kColorSide, digits::kColorSide} : Shape{1, digits::kSide, digits::kSide};
    info.classes = 10;
    for (int digit = 0; digit < 10; ++digit)
        info.classNames.push_back(std::to_string(digit));
    info.trainCount = counts.train;
    info.testCount = counts.test;
    return info;
}

} // namespace

DigitSet::DigitSet(std::uint64_t seed, int threads) : DigitSet(seed, threads, Counts{}) {}

DigitSet::DigitSet(std::uint64_t seed, int threads, Counts counts, DigitStyle style)
    : m_seed(seed),
      m_style(style),
      m_info(describe(counts, style)),
      m_imageSize(m_info.shape.size()),
      m_pixels(new std::uint8_t[(counts.train + counts.test) * m_imageSize]),
      m_states(new std::atomic<State>[counts.train + counts.test]) {
    try {
        const SignalGuard guard;
        for (int i = 0; i < threads; ++i)
            m_threads.emplace_back([this](std::stop_token stop) { makeInBackground(stop); });
    } catch (const std::system_error&) {
        // The system gives no more threads. The set works with fewer, or with none: require() makes what is missing.
    }
}

DigitSet::~DigitSet() {
    for (std::jthread& thread : m_threads)
        thread.request_stop(); // all before the first join
}

void DigitSet::require(Split split, std::span<const std::uint32_t> indices) const {
    for (const std::uint32_t index : indices) {
        if (index >= m_info.count(split))
            throw Error({"Cannot make a built-in digit", {}, "sample " + std::to_string(index),
                "one below " + std::to_string(m_info.count(split)), {}});
        makeUnlessBegun(position(split, index));
    }
    for (const std::uint32_t index : indices)
        m_states[position(split, index)].wait(State::BeingMade, std::memory_order_acquire);
}

bool DigitSet::isReady(Split split, std::size_t index) const {
    return m_states[position(split, index)].load(std::memory_order_acquire) == State::Ready;
}

std::span<const std::uint8_t> DigitSet::image(Split split, std::size_t index) const {
    return {m_pixels.get() + position(split, index) * m_imageSize, m_imageSize};
}

std::uint8_t DigitSet::label(Split split, std::size_t index) const {
    return digits::digitLabel(m_seed, split, index);
}

double DigitSet::fractionReady() const {
    const std::size_t total = m_info.trainCount + m_info.testCount;
    if (total == 0)
        return 1.0;
    return static_cast<double>(m_ready.load(std::memory_order_acquire)) / static_cast<double>(total);
}

void DigitSet::makeInBackground(std::stop_token stop) const {
    const std::size_t total = m_info.trainCount + m_info.testCount;
    for (;;) {
        const std::size_t begin = m_nextInBackground.fetch_add(kChunk, std::memory_order_relaxed);
        if (begin >= total)
            return;
        for (std::size_t i = begin; i < std::min(begin + kChunk, total); ++i) {
            if (stop.stop_requested())
                return;
            makeUnlessBegun(i);
        }
    }
}

void DigitSet::makeUnlessBegun(std::size_t position) const noexcept {
    std::atomic<State>& state = m_states[position];
    State expected = State::Missing;
    if (!state.compare_exchange_strong(expected, State::BeingMade, std::memory_order_relaxed))
        return;
    const Split split = position < m_info.trainCount ? Split::Train : Split::Test;
    const std::size_t index = split == Split::Train ? position : position - m_info.trainCount;
    std::uint8_t* pixels = m_pixels.get() + position * m_imageSize;
    if (m_style == DigitStyle::Color)
        digits::drawColorDigit(
            m_seed, split, index, std::span<std::uint8_t, digits::kColorPixels>(pixels, digits::kColorPixels));
    else
        digits::drawDigit(m_seed, split, index, std::span<std::uint8_t, digits::kPixels>(pixels, digits::kPixels));
    m_ready.fetch_add(1, std::memory_order_release);
    state.store(State::Ready, std::memory_order_release);
    state.notify_all();
}

std::shared_ptr<const DigitSet> builtInDigits() {
    static const std::shared_ptr<const DigitSet> digits = std::make_shared<const DigitSet>();
    return digits;
}

std::shared_ptr<const DigitSet> builtInColorDigits() {
    static std::mutex mutex;
    static std::weak_ptr<const DigitSet> shared;
    const std::lock_guard lock(mutex);
    std::shared_ptr<const DigitSet> digits = shared.lock();
    if (!digits) {
        digits = std::make_shared<const DigitSet>(1, 2, kColorCounts, DigitStyle::Color);
        shared = digits;
    }
    return digits;
}

} // namespace kernelscope
