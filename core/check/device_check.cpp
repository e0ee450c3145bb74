// SPDX-License-Identifier: GPL-3.0-or-later
#include "check/device_check.h"

#include "base/error.h"
#include "check/check_groups.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>
#include <iterator>
#include <limits>
#include <utility>

namespace kernelscope {
namespace {

/// How much of its tolerance a figure takes; infinite beyond a tolerance of nothing, or where it is not a number.
double share(const CheckFigure& figure) {
    if (figure.holds() && figure.deviation == 0)
        return 0;
    const double share = figure.deviation / figure.tolerance;
    return std::isnan(share) ? std::numeric_limits<double>::infinity() : share;
}

/// A device that could not run a case is farther off than any figure.
double share(const CheckResult& result) {
    if (!result.failure.empty())
        return std::numeric_limits<double>::infinity();
    const CheckFigure* worst = result.worst();
    return worst ? share(*worst) : 0;
}

} // namespace

Tolerance toleranceOf(const std::string& precision) {
    if (precision == "tf32")
        return {2e-3, 5e-2, 0.5, 0.1, 0.2};
    return {};
}

std::vector<CheckCase> deviceChecks(std::string_view filter) {
    std::vector<CheckCase> cases;
    for (auto* group : {&check::layerChecks, &check::updateChecks, &check::imageChecks, &check::dropoutChecks,
             &check::repetitionChecks, &check::trainingChecks}) {
        std::vector<CheckCase> more = group();
        std::copy_if(std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()),
            std::back_inserter(cases),
            [&](const CheckCase& each) { return (each.group + ": " + each.name).find(filter) != std::string::npos; });
    }
    return cases;
}

bool CheckResult::passed() const {
    return failure.empty() && !figures.empty() &&
           std::all_of(figures.begin(), figures.end(), [](const CheckFigure& figure) { return figure.holds(); });
}

const CheckFigure* CheckResult::worst() const {
    const auto worst = std::max_element(
        figures.begin(), figures.end(), [](const CheckFigure& a, const CheckFigure& b) { return share(a) < share(b); });
    return worst == figures.end() ? nullptr : &*worst;
}

CheckResult runCheck(const CheckCase& check, const Backend& backend) {
    CheckResult result{check.group, check.name, {}, ""};
    try {
        result.figures = check.compare(backend);
    } catch (const std::bad_alloc&) {
        result.failure = "There is not enough memory.";
    } catch (const std::exception& error) {
        result.failure = error.what();
    }
    return result;
}

std::size_t CheckReport::passed() const {
    return static_cast<std::size_t>(
        std::count_if(results.begin(), results.end(), [](const CheckResult& result) { return result.passed(); }));
}

const CheckResult* CheckReport::worst() const {
    const auto worst = std::max_element(
        results.begin(), results.end(), [](const CheckResult& a, const CheckResult& b) { return share(a) < share(b); });
    return worst == results.end() ? nullptr : &*worst;
}

std::string CheckReport::verdict() const {
    if (results.empty())
        return "Nothing was checked.";
    std::string text = std::to_string(passed()) + " of " + std::to_string(results.size()) +
                       (results.size() == 1 ? " case agrees" : " cases agree") + " with the reference";
    const CheckResult* worst = this->worst();
    const CheckFigure* figure = worst->worst();
    if (!worst->failure.empty())
        text += "; the device failed at " + worst->group + ": " + worst->name;
    else if (figure && figure->tolerance > 0)
        text += "; greatest deviation " + deviationText(figure->deviation) + " of " + deviationText(figure->tolerance) +
                " (" + worst->group + ": " + worst->name + ")";
    else if (figure && figure->deviation > 0)
        text += "; " + worst->group + ": " + worst->name + " differs";
    text += ".";
    if (!isComplete())
        text += " Cancelled after " + std::to_string(results.size()) + " of " + std::to_string(planned) + " cases.";
    return text;
}

CheckReport checkDevice(
    const Backend& backend, const std::vector<CheckCase>& cases, const std::function<bool(const CheckReport&)>& goOn) {
    CheckReport report{backend.device(), {}, cases.size()};
    for (const CheckCase& check : cases) {
        if (goOn && !goOn(report))
            return report;
        report.results.push_back(runCheck(check, backend));
    }
    if (goOn)
        goOn(report);
    return report;
}

std::string deviationText(double deviation) {
    char text[40];
    const bool isCount = deviation >= 1 && deviation < 1e6 && deviation == std::floor(deviation);
    std::snprintf(text, sizeof text, isCount ? "%.0f" : deviation == 0 ? "%.0f" : "%.1e", deviation);
    return text;
}

} // namespace kernelscope
