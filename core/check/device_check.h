// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// "Check this device": whether a device computes what the reference computes, case by case. The command, the window
/// and the tests run the same cases.
#pragma once

#include "check/layer_cases.h"
#include "training/backend.h"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace kernelscope {

/// One comparison: how far a device is from what is expected, and how far it may be.
struct CheckFigure {
    std::string what;     ///< "gradients (conv1.weight)".
    double deviation = 0; ///< Scaled (see scaledDifference()), or a count of values that differ.
    double tolerance = 0;
    bool holds() const { return deviation <= tolerance; } // false where the deviation is not a number
};

/// How far a device may be from the reference, by its precision.
struct Tolerance {
    double forward = 1e-5;   ///< Losses, probabilities, running statistics.
    double gradients = 1e-4; ///< Each parameter array, scaled by its greatest value.
    /// The same for networks of so many values that some stand near a tie or kink, whatever the images (see Clearance).
    double largeGradients = 1e-4;
    double early = 1e-4; ///< Loss of a run's 20th step and those before, relative: the runs lie on each other.
    double late = 1e-2;  ///< Up to the 50th: rounding has grown, as it does in training.
};

/// "fp32": 24 bits of fraction, of which sums over some thousand terms leave 1e-5. "tf32": factors of 11 bits. TF32's
/// figures are three to ten times what the reference layers deviate by when their factors are rounded like that.
Tolerance toleranceOf(const std::string& precision);

/// One case of the check.
struct CheckCase {
    std::string group; ///< "layers", "updates", "images", "dropout masks", "repetition" or "training".
    std::string name;  ///< Unique within the group.
    /// Runs it on a device. Throws Error where the device fails.
    std::function<std::vector<CheckFigure>(const Backend&)> compare;
};

/// All cases, in the order in which they are run: those whose group and name ("layers: conv 3 ...") hold the filter.
std::vector<CheckCase> deviceChecks(std::string_view filter = {});

/// What came of a case.
struct CheckResult {
    std::string group;
    std::string name;
    std::vector<CheckFigure> figures;
    std::string failure; ///< What went wrong, as a sentence, where the device could not run the case.
    bool passed() const;
    /// The figure that is nearest to its tolerance, or farthest beyond; null where there is none.
    const CheckFigure* worst() const;
};

/// Runs one case; an Error becomes the result's failure.
CheckResult runCheck(const CheckCase& check, const Backend& backend);

/// All results of a device, and what they come to.
struct CheckReport {
    DeviceInfo device;
    std::vector<CheckResult> results;
    std::size_t planned = 0; ///< Cases; more than results where the check was cancelled.
    std::size_t passed() const;
    bool isComplete() const { return results.size() == planned; }
    bool agrees() const { return isComplete() && planned > 0 && passed() == planned; }
    /// The passed case whose figure is nearest to its tolerance, or the failed one farthest beyond; null without any.
    const CheckResult* worst() const;
    /// One sentence or two: "212 of 212 cases agree with the reference; greatest deviation 3.1e-07 of 1e-05 (layers:
    /// conv ...)."
    std::string verdict() const;
};

/// Runs the cases one after the other.
/// @param backend one that opened the device. @param goOn asked after each case with the report so far, before the
/// first one too; false ends the check, which keeps what was found.
CheckReport checkDevice(const Backend& backend, const std::vector<CheckCase>& cases,
    const std::function<bool(const CheckReport&)>& goOn = {});

/// "3.1e-07", or "2" for a count.
std::string deviationText(double deviation);

} // namespace kernelscope
