// SPDX-License-Identifier: GPL-3.0-or-later
// How long the built-in digits take: all 70,000, as the application makes them in the background.
#include "data/digits/digit_set.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <thread>
#include <vector>

namespace {

double secondsFor(int threads) {
    const auto start = std::chrono::steady_clock::now();
    const kernelscope::DigitSet digits(1, threads);
    while (digits.fractionReady() < 1.0)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

} // namespace

int main() {
    constexpr int kRepeats = 5;
    std::printf("70,000 built-in digits, %d repeats\n", kRepeats);
    std::printf("threads  median s   min s   max s  digits/s\n");
    for (const int threads : {1, 2}) {
        std::vector<double> seconds;
        for (int i = 0; i < kRepeats; ++i)
            seconds.push_back(secondsFor(threads));
        std::sort(seconds.begin(), seconds.end());
        const double median = seconds[kRepeats / 2];
        std::printf(
            "%7d  %8.2f  %6.2f  %6.2f  %8.0f\n", threads, median, seconds.front(), seconds.back(), 70000.0 / median);
    }
    return 0;
}
