// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What the fuzz targets have in common: each source here feeds one parser, and registers itself with its seeds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace kernelscope::fuzz {

using Bytes = std::vector<std::uint8_t>;

/// A parser, and inputs to begin with.
struct Target {
    std::string name;
    /// Parses; errors that the parser names are caught, everything else is a finding.
    void (*run)(std::span<const std::uint8_t> input);
    /// Small good inputs, and what once was a finding.
    std::vector<Bytes> (*seeds)();
    /// How many of the first seeds are good ones, where accepts() tells; a parser that refuses those would never be
    /// fuzzed behind its first checks.
    std::size_t goodSeeds = 0;
    bool (*accepts)(std::span<const std::uint8_t> input) = nullptr;
};

/// All targets that were linked.
std::vector<Target>& targets();

/// Registers a target while the program starts.
struct Registration {
    explicit Registration(Target target) { targets().push_back(std::move(target)); }
};

/// A file in memory with the input as its content, for parsers that take paths.
class InputFile {
public:
    explicit InputFile(std::span<const std::uint8_t> content);

    const std::filesystem::path& path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

/// A folder in memory that is emptied with each input.
class InputFolder {
public:
    InputFolder();

    const std::filesystem::path& path() const { return m_path; }
    void add(const std::string& name, std::span<const std::uint8_t> content) const;

private:
    std::filesystem::path m_path;
};

/// Cuts an input into pieces, each with its length, of two bytes with the low one first, before it; the last piece may
/// be shorter.
class Pieces {
public:
    explicit Pieces(std::span<const std::uint8_t> input) : m_left(input) {}
    std::span<const std::uint8_t> next();
    std::uint8_t byte();

private:
    std::span<const std::uint8_t> m_left;
};

/// The other way round, for seeds.
Bytes pieces(std::initializer_list<Bytes> contents);

/// The bytes of a text.
Bytes bytesOf(const std::string& text);

} // namespace kernelscope::fuzz
