// SPDX-License-Identifier: GPL-3.0-or-later
// Runs one of the programs, as it should be or with its mistake: planted_faults NAME sound|planted. Exits with 0 where
// nothing was found; with 3, and what was found on standard error, otherwise; as AddressSanitizer does where that finds
// something.
#include "planted_faults.h"

#include <cstdio>
#include <map>

using namespace kernelscope::planted;

int main(int count, char** arguments) {
    const std::map<std::string, Finding (*)(bool)> programs{{"out-of-bounds-read", outOfBoundsRead},
        {"missing-barrier", missingBarrier}, {"barrier-not-reached-by-all", barrierNotReachedByAll},
        {"uninitialised-shared", uninitialisedShared}, {"argument-changes-after-capture", argumentChangesAfterCapture},
        {"missing-event", missingEvent}, {"host-reads-too-early", hostReadsTooEarly}};
    const auto program = count == 3 ? programs.find(arguments[1]) : programs.end();
    if (program == programs.end())
        return 2;
    const Finding found = program->second(std::string(arguments[2]) == "planted");
    if (found.empty())
        return 0;
    std::fprintf(stderr, "found: %s\n", found.c_str());
    return 3;
}
