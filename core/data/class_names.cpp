// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/class_names.h"

#include <algorithm>
#include <cstddef>

namespace kernelscope {

namespace {

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

char lowerOf(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

/// The digits from `at` on, without leading zeros; `at` moves behind them.
std::string_view numberAt(std::string_view text, std::size_t& at) {
    while (at < text.size() && text[at] == '0')
        ++at;
    const std::size_t begin = at;
    while (at < text.size() && isDigit(text[at]))
        ++at;
    return text.substr(begin, at - begin);
}

} // namespace

std::string toLower(std::string_view text) {
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(), lowerOf);
    return lower;
}

std::string lastName(const std::filesystem::path& path) {
    std::error_code ignored;
    std::filesystem::path whole = std::filesystem::absolute(path, ignored).lexically_normal();
    if (!whole.has_filename()) // "data/mnist/"
        whole = whole.parent_path();
    return whole.filename().string();
}

std::vector<std::string> numberedClasses(int count) {
    std::vector<std::string> names;
    for (int i = 0; i < count; ++i)
        names.push_back(std::to_string(i));
    return names;
}

std::vector<std::string> fashionClasses() {
    return {"T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"};
}

std::vector<std::string> cifar10Classes() {
    return {"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"};
}

std::vector<std::string> classNamesFor(std::string_view setName, int count) {
    if (count == 10 && setName == "Fashion-MNIST")
        return fashionClasses();
    if (count == 10 && setName == "CIFAR-10")
        return cifar10Classes();
    return numberedClasses(count);
}

bool naturallyBefore(std::string_view a, std::string_view b) {
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < a.size() && j < b.size()) {
        if (isDigit(a[i]) && isDigit(b[j])) {
            const std::string_view left = numberAt(a, i);
            const std::string_view right = numberAt(b, j);
            if (left.size() != right.size())
                return left.size() < right.size();
            if (left != right)
                return left < right;
            continue;
        }
        const auto left = static_cast<unsigned char>(lowerOf(a[i]));
        const auto right = static_cast<unsigned char>(lowerOf(b[j]));
        if (left != right)
            return left < right;
        ++i;
        ++j;
    }
    if (i < a.size() || j < b.size())
        return j < b.size();
    return a < b; // they differ in letters' case or leading zeros at most
}

} // namespace kernelscope
