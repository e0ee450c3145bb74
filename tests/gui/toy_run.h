// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Runs so small that a test can make hundreds of them.
#pragma once

#include "training/trainer.h"

namespace kernelscope::testing {

/// 8x8 images of four classes: noise, and the class's quadrant bright. A tiny network learns them in a few steps.
inline DataSetPtr toyData(std::size_t trainCount = 256, std::size_t testCount = 64) {
    DataInfo info;
    info.name = "Quadrants";
    info.source = "test";
    info.shape = {1, 8, 8};
    info.classes = 4;
    info.classNames = {"top left", "top right", "bottom left", "bottom right"};
    std::uint32_t random = 1;
    const auto part = [&random](std::size_t count) {
        MemoryDataSet::Part p;
        for (std::size_t i = 0; i < count; ++i) {
            const auto label = static_cast<std::uint8_t>(i % 4);
            for (int y = 0; y < 8; ++y)
                for (int x = 0; x < 8; ++x) {
                    random = random * 1664525u + 1013904223u;
                    const bool bright = x / 4 == label % 2 && y / 4 == label / 2;
                    p.pixels.push_back(static_cast<std::uint8_t>((random >> 26) + (bright ? 128 : 0)));
                }
            p.labels.push_back(label);
        }
        return p;
    };
    MemoryDataSet::Part train = part(trainCount);
    MemoryDataSet::Part test = part(testCount);
    return std::make_shared<const MemoryDataSet>(info, std::move(train), std::move(test));
}

inline Network toyNetwork() {
    return {"toy", {1, 8, 8},
        {Conv{.filters = 2, .kernel = 3, .padding = {}}, Activation{}, Pool{.size = 2, .stride = 2}, Flatten{},
            Dense{.units = 4}}};
}

inline RunSetup toySetup(int epochs = 2) {
    RunSetup setup;
    setup.network = toyNetwork();
    setup.spec.batchSize = 8;
    setup.spec.epochs = epochs;
    setup.deviceId = "reference";
    setup.data = toyData();
    return setup;
}

} // namespace kernelscope::testing
