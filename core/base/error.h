// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The one exception type of core/. Header-only, because the CUDA module throws it too and links no object of core/.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace kernelscope {

/// What went wrong, in five parts, so that every message names what a user needs to mend it.
/// Any part but `doing` may be empty.
struct ErrorParts {
    std::string doing;    ///< What was being done, as a sentence's start: "Cannot read the data set".
    std::string subject;  ///< To what: a file, a field, a layer, a device.
    std::string found;    ///< What was found there.
    std::string expected; ///< What was expected instead.
    std::string advice;   ///< What to do about it, as a whole sentence.
};

/// Thrown by everything in core/ that meets bad input or a failing system.
/// what() joins the parts: "Cannot read the data set 'x.gz': found 3 bytes, expected at least 8. Download it again."
class Error : public std::runtime_error {
public:
    explicit Error(ErrorParts parts) : std::runtime_error(sentence(parts)), m_parts(std::move(parts)) {}

    /// The parts that what() was made of.
    const ErrorParts& parts() const noexcept { return m_parts; }

private:
    static std::string sentence(const ErrorParts& p) {
        std::string s = p.doing;
        if (!p.subject.empty())
            s += " '" + p.subject + "'";
        if (!p.found.empty())
            s += ": found " + p.found;
        if (!p.expected.empty())
            s += (p.found.empty() ? ": expected " : ", expected ") + p.expected;
        s += '.';
        if (!p.advice.empty())
            s += ' ' + p.advice;
        return s;
    }

    ErrorParts m_parts;
};

} // namespace kernelscope
