// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"
#include "core/data/made_files.h"
#include "data/npz_reader.h"
#include "fuzz/fuzz_target.h"

#include <array>

namespace kernelscope::fuzz {
namespace {

/// Few changes would leave an archive whole, so it is made here: the first byte says how it is stored and what the
/// arrays are called, then follow up to five arrays' types, shapes and values. Array headers that are given whole are
/// what the target npy is for.
void run(std::span<const std::uint8_t> input) {
    static constexpr std::array<std::array<const char*, 5>, 2> kNames = {
        {{"x_train.npy", "y_train.npy", "x_test.npy", "y_test.npy", "class_names.npy"},
            {"images.npy", "labels.npy", "more.npy", "readme.txt", "classes.npy"}}};
    Pieces pieces(input);
    const unsigned form = pieces.byte();
    std::vector<std::pair<std::string, Bytes>> files;
    for (const char* name : kNames[form >> 2 & 1]) {
        const std::span<const std::uint8_t> type = pieces.next();
        const std::span<const std::uint8_t> shape = pieces.next();
        const std::span<const std::uint8_t> values = pieces.next();
        if (!type.empty())
            files.emplace_back(name, npy({type.begin(), type.end()}, {shape.begin(), shape.end()},
                                         {values.begin(), values.end()}, (form & 8) != 0));
    }
    const InputFile file(zip(files, static_cast<ZipForm>((form & 3) % 3)));
    try {
        readNpz(file.path());
    } catch (const Error&) {
    }
}

Bytes form(std::uint8_t first, Bytes rest) {
    rest.insert(rest.begin(), first);
    return rest;
}

std::vector<Bytes> seeds() {
    const auto t = [](const char* text) { return bytesOf(text); };
    const Bytes keras = pieces({t("|u1"), t("3, 2, 2"), Bytes(12, 9), t("|u1"), t("3,"), {0, 1, 1}, t("|u1"),
        t("2, 2, 2"), Bytes(8, 3), t("|u1"), t("2,"), {1, 0}, t("|S2"), t("2,"), t("abcd")});
    const Bytes color = pieces(
        {t("<f4"), t("2, 1, 1, 3"), Bytes(24), t("<i8"), t("2, 1"), {0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0}});
    const Bytes hot = pieces({t("<f2"), t("4, 4"), Bytes(32), t("|b1"), t("4, 2"), {1, 0, 0, 1, 1, 0, 0, 1}});
    return {form(0, keras), form(1, keras), form(2, keras), form(4, hot), form(12, color), form(5, color)};
}

const Registration registration({"npz", run, seeds});

} // namespace
} // namespace kernelscope::fuzz
