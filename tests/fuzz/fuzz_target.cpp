// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuzz/fuzz_target.h"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace kernelscope::fuzz {

namespace fs = std::filesystem;

namespace {

void writeAll(int file, std::span<const std::uint8_t> content) {
    while (!content.empty()) {
        const ssize_t count = ::write(file, content.data(), content.size());
        if (count <= 0)
            throw std::runtime_error("an input cannot be written");
        content = content.subspan(static_cast<std::size_t>(count));
    }
}

} // namespace

std::vector<Target>& targets() {
    static std::vector<Target> all;
    return all;
}

InputFile::InputFile(std::span<const std::uint8_t> content) {
    static const int file = memfd_create("input", MFD_CLOEXEC);
    if (file < 0 || ftruncate(file, 0) != 0 || lseek(file, 0, SEEK_SET) != 0)
        throw std::runtime_error("no file in memory");
    writeAll(file, content);
    m_path = "/proc/self/fd/" + std::to_string(file);
}

InputFolder::InputFolder() {
    // Below /dev/shm, which is memory, where there is one.
    static const fs::path folder = [] {
        std::error_code ignored;
        const fs::path base = fs::is_directory("/dev/shm", ignored) ? fs::path("/dev/shm") : fs::temp_directory_path();
        std::string name = (base / "kernelscope-fuzz-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr)
            throw std::runtime_error("no folder in memory");
        static std::string made;
        made = name;
        std::atexit([] { // made outlives this, being older
            std::error_code failed;
            fs::remove_all(made, failed);
        });
        return fs::path(name);
    }();
    for (const fs::directory_entry& entry : fs::directory_iterator(folder))
        fs::remove_all(entry.path());
    m_path = folder;
}

void InputFolder::add(const std::string& name, std::span<const std::uint8_t> content) const {
    const fs::path path = m_path / name;
    fs::create_directories(path.parent_path());
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0)
        throw std::runtime_error("an input cannot be written");
    writeAll(file, content);
    ::close(file);
}

std::span<const std::uint8_t> Pieces::next() {
    // One after the other: what is left is only known when both bytes are read.
    const std::size_t low = byte();
    const std::size_t high = byte();
    const std::size_t length = std::min(low | high << 8, m_left.size());
    const std::span<const std::uint8_t> piece = m_left.first(length);
    m_left = m_left.subspan(length);
    return piece;
}

std::uint8_t Pieces::byte() {
    if (m_left.empty())
        return 0;
    const std::uint8_t value = m_left.front();
    m_left = m_left.subspan(1);
    return value;
}

Bytes pieces(std::initializer_list<Bytes> contents) {
    Bytes joined;
    for (const Bytes& content : contents) {
        joined.push_back(static_cast<std::uint8_t>(content.size()));
        joined.push_back(static_cast<std::uint8_t>(content.size() >> 8));
        joined.insert(joined.end(), content.begin(), content.end());
    }
    return joined;
}

Bytes bytesOf(const std::string& text) {
    return {text.begin(), text.end()};
}

} // namespace kernelscope::fuzz
