// SPDX-License-Identifier: GPL-3.0-or-later
#include "check/case_networks.h"

namespace kernelscope {

std::vector<LayerCase> convolutionCases() {
    struct Row {
        Shape in;
        Conv conv;
    };
    const std::vector<Row> rows{
        // Each kernel alone, at stride 1, without padding, with half and with the most.
        {{1, 5, 5}, {1, 1, 1, 0}},
        {{3, 6, 5}, {4, 1, 1, 0}},
        {{2, 6, 7}, {3, 2, 1, 0}},
        {{2, 6, 7}, {3, 2, 1, 1}},
        {{1, 8, 8}, {1, 3, 1, 0}},
        {{1, 8, 8}, {5, 3, 1, 1}},
        {{2, 7, 9}, {4, 3, 1, 2}},
        {{3, 9, 8}, {2, 4, 1, 0}},
        {{3, 9, 8}, {2, 4, 1, 2}},
        {{3, 9, 8}, {2, 4, 1, 3}},
        {{1, 10, 12}, {6, 5, 1, 0}},
        {{2, 10, 12}, {3, 5, 1, 2}},
        {{2, 6, 5}, {3, 5, 1, 4}},
        {{2, 9, 11}, {3, 6, 1, 0}},
        {{2, 9, 11}, {3, 6, 1, 3}},
        {{2, 4, 6}, {2, 6, 1, 5}},
        {{1, 11, 10}, {4, 7, 1, 0}},
        {{2, 11, 10}, {3, 7, 1, 3}},
        {{2, 3, 4}, {3, 7, 1, 6}},
        // Strides: that divide, that leave rows or columns over, that are larger than the kernel.
        {{2, 8, 8}, {3, 1, 2, 0}},
        {{2, 8, 7}, {3, 1, 3, 0}},
        {{2, 9, 9}, {3, 2, 2, 0}},
        {{2, 9, 8}, {3, 2, 3, 1}},
        {{1, 9, 9}, {4, 3, 2, 0}},
        {{2, 10, 9}, {4, 3, 2, 1}},
        {{2, 10, 9}, {4, 3, 2, 2}},
        {{2, 10, 11}, {3, 3, 3, 0}},
        {{2, 11, 10}, {3, 3, 3, 1}},
        {{2, 12, 9}, {3, 4, 2, 1}},
        {{2, 12, 9}, {3, 4, 3, 3}},
        {{1, 13, 12}, {5, 5, 2, 0}},
        {{3, 12, 13}, {2, 5, 2, 2}},
        {{2, 13, 13}, {2, 5, 3, 4}},
        {{2, 14, 13}, {2, 6, 2, 2}},
        {{1, 15, 14}, {3, 7, 2, 0}},
        {{2, 14, 15}, {2, 7, 3, 3}},
        {{2, 12, 12}, {2, 7, 2, 6}},
        // One output position.
        {{1, 1, 1}, {3, 1, 1, 0}},
        {{3, 3, 3}, {4, 3, 1, 0}},
        {{2, 5, 5}, {9, 5, 2, 0}},
        {{2, 1, 1}, {3, 3, 1, 1}},
        {{2, 4, 4}, {3, 3, 3, 0}},
        // "Same": even and odd sums of zeros, strides that divide and that do not, kernels larger than the image.
        {{2, 6, 7}, {3, 3, 1, Padding::same()}},
        {{2, 6, 7}, {3, 2, 1, Padding::same()}},
        {{3, 5, 8}, {4, 4, 1, Padding::same()}},
        {{1, 7, 7}, {5, 5, 1, Padding::same()}},
        {{2, 8, 7}, {3, 3, 2, Padding::same()}},
        {{2, 9, 10}, {3, 5, 2, Padding::same()}},
        {{2, 10, 9}, {3, 2, 3, Padding::same()}},
        {{2, 7, 7}, {3, 1, 2, Padding::same()}},
        {{2, 3, 2}, {3, 7, 1, Padding::same()}},
        {{3, 12, 5}, {17, 4, 3, Padding::same()}},
        // Rows and columns of very different length.
        {{1, 3, 40}, {3, 3, 1, 0}},
        {{1, 40, 3}, {3, 3, 1, 0}},
        {{2, 2, 33}, {3, 3, 1, 1}},
        {{2, 31, 1}, {3, 3, 1, 1}},
        // Channels and filters around the widths of vector registers.
        {{7, 5, 5}, {8, 3, 1, 0}},
        {{8, 5, 6}, {7, 3, 1, 1}},
        {{9, 6, 5}, {15, 3, 1, 0}},
        {{15, 5, 5}, {16, 3, 1, 1}},
        {{16, 6, 6}, {17, 3, 1, 0}},
        {{17, 5, 5}, {31, 1, 1, 0}},
        {{32, 5, 5}, {33, 3, 1, 0}},
        {{33, 4, 4}, {32, 2, 1, 0}},
        {{24, 6, 6}, {48, 3, 2, 1}},
        {{5, 7, 7}, {65, 3, 1, 0}},
        {{1, 19, 19}, {32, 3, 1, 0}},
        {{1, 17, 35}, {12, 5, 1, 2}},
        {{20, 6, 6}, {10, 5, 1, 0}},
        // 3x3 at stride 1 with many channels, which may be convolved in tiles of 2x2: even and odd sizes, one tile,
        // less than one, and padding.
        {{16, 4, 4}, {16, 3, 1, 0}},
        {{16, 3, 5}, {17, 3, 1, 0}},
        {{16, 7, 8}, {9, 3, 1, 2}},
        {{17, 9, 6}, {16, 3, 1, Padding::same()}},
        {{32, 13, 13}, {24, 3, 1, 0}},
    };
    std::vector<LayerCase> cases;
    for (const auto& [in, conv] : rows) {
        const std::string what = "conv " + std::to_string(conv.kernel) + " stride " + std::to_string(conv.stride) +
                                 " padding " + (conv.padding.isSame() ? "same" : std::to_string(conv.padding.zeros())) +
                                 " " + layer_cases::text(in) + " to " + std::to_string(conv.filters);
        cases.push_back({what, layer_cases::network(in, {conv}), 3, cases.size() + 1});
        // The same in the middle of a network, where the data gradient matters.
        cases.push_back({"learnt before: " + what, layer_cases::afterLearning(in, {conv}), 2, cases.size() + 1});
    }
    return cases;
}

} // namespace kernelscope
