// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"
#include "data/cifar_reader.h"
#include "fuzz/fuzz_target.h"

#include <array>

namespace kernelscope::fuzz {
namespace {

/// Records are 3073 or 3074 bytes, more than a fuzzer should have to turn over: a piece holds the first bytes of each.
Bytes records(std::span<const std::uint8_t> piece, std::size_t recordSize, bool whole) {
    constexpr std::size_t kGiven = 4;
    Bytes bytes;
    for (std::size_t at = 0; at < piece.size() && bytes.size() < 8 * recordSize; at += kGiven) {
        const auto given = piece.subspan(at, std::min(kGiven, piece.size() - at));
        bytes.insert(bytes.end(), given.begin(), given.end());
        bytes.resize((bytes.size() + recordSize - 1) / recordSize * recordSize);
    }
    if (!whole && !bytes.empty())
        bytes.pop_back();
    return bytes;
}

/// A folder of files; the first byte says which there are.
void run(std::span<const std::uint8_t> input) {
    Pieces pieces(input);
    const unsigned form = pieces.byte();
    const bool hundred = (form & 1) != 0;
    const std::size_t recordSize = hundred ? 3074 : 3073;
    const InputFolder folder;
    const bool otherNames = (form & 2) != 0;
    folder.add(otherNames ? "images.bin"
               : hundred  ? "train.bin"
                          : "data_batch_1.bin",
        records(pieces.next(), recordSize, (form & 4) == 0));
    folder.add(otherNames ? "test-images.bin"
               : hundred  ? "test.bin"
                          : "test_batch.bin",
        records(pieces.next(), recordSize, (form & 8) == 0));
    if ((form & 16) != 0)
        folder.add(hundred ? "fine_label_names.txt" : "batches.meta.txt", pieces.next());
    try {
        readCifarFolder(folder.path());
    } catch (const Error&) {
    }
}

std::vector<Bytes> seeds() {
    const auto with = [](std::uint8_t form, Bytes rest) {
        rest.insert(rest.begin(), form);
        return rest;
    };
    std::string names;
    for (int i = 0; i < 10; ++i)
        names += "name " + std::to_string(i) + "\n";
    return {with(0, pieces({{1, 2, 3, 4, 9, 8, 7, 6}, {0, 0, 0, 0}})), with(16, pieces({{1}, {2}, bytesOf(names)})),
        with(1, pieces({{19, 99, 1, 1, 0, 5}, {3, 4}})), with(2, pieces({{1}, {2}})), with(3, pieces({{1, 1}, {2, 2}})),
        with(4, pieces({{1}, {2}}))};
}

const Registration registration({"cifar", run, seeds});

} // namespace
} // namespace kernelscope::fuzz
