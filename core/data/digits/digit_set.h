// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The built-in digits as a data set that is made in the background.
#pragma once

#include "data/data_set.h"
#include "data/digits/digit_generator.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <thread>
#include <vector>

namespace kernelscope {

/// How the built-in digits look: ink on nothing, 28 x 28 pixels as MNIST's, or in colour on textured ground, 3 x 32
/// x 32.
enum class DigitStyle { Grey, Color };

/// 60,000 + 10,000 hand-written digits, drawn by simulated writers (data/digits/); in colour, 50,000 + 10,000, as many
/// as CIFAR-10 has.
///
/// Threads started by the constructor make all samples in order, the training images first. require() makes samples
/// that are still missing itself and waits only for those that another thread is making at that moment, so that
/// training may begin at once. Sample i is the same, whoever makes it and when. All functions but the destructor
/// may be called from any thread.
class DigitSet final : public DataSet {
public:
    /// How many samples of each split; sample i does not depend on it.
    struct Counts {
        std::size_t train = 60000;
        std::size_t test = 10000;
    };

    /// Starts making the set of this seed in `threads` background threads; with 0, only require() makes samples.
    explicit DigitSet(std::uint64_t seed = 1, int threads = 2);
    DigitSet(std::uint64_t seed, int threads, Counts counts, DigitStyle style = DigitStyle::Grey);

    /// Stops the background threads, which takes as long as drawing one digit.
    ~DigitSet() override;

    DigitSet(const DigitSet&) = delete;
    DigitSet& operator=(const DigitSet&) = delete;

    const DataInfo& info() const override { return m_info; }
    void require(Split split, std::span<const std::uint32_t> indices) const override;
    bool isReady(Split split, std::size_t index) const override;
    std::span<const std::uint8_t> image(Split split, std::size_t index) const override;
    std::uint8_t label(Split split, std::size_t index) const override;

    /// How much of the set exists, 0 to 1. At 1 all of it may be read, without require().
    double fractionReady() const;

private:
    /// A sample's life. Whoever turns Missing into BeingMade makes it.
    enum class State : std::uint8_t { Missing, BeingMade, Ready };

    /// Position of a sample among all: the training images, then the test images.
    std::size_t position(Split split, std::size_t index) const {
        return split == Split::Train ? index : m_info.trainCount + index;
    }

    void makeInBackground(std::stop_token stop) const;
    void makeUnlessBegun(std::size_t position) const noexcept;

    std::uint64_t m_seed;
    DigitStyle m_style;
    DataInfo m_info;
    std::size_t m_imageSize;
    // Each sample's bytes are written once, by the thread that makes it, before its state becomes Ready.
    std::unique_ptr<std::uint8_t[]> m_pixels;
    std::unique_ptr<std::atomic<State>[]> m_states;
    mutable std::atomic<std::size_t> m_ready = 0;
    mutable std::atomic<std::size_t> m_nextInBackground = 0;
    std::vector<std::jthread> m_threads; // last, so that they end before what they work on
};

/// The one set of built-in digits (seed 1) that all who train or look share. The first call starts its making.
std::shared_ptr<const DigitSet> builtInDigits();

/// The same in colour. As they take 184 MB, they live only while somebody holds them.
std::shared_ptr<const DigitSet> builtInColorDigits();

} // namespace kernelscope
