// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session_state.h"

#include <algorithm>
#include <utility>

namespace kernelscope {

bool Session::finishRun(std::chrono::milliseconds patience) {
    return m->controller.stopAndWait(patience);
}

const RunRecord* Session::currentRecord() const {
    return m->record ? &*m->record : nullptr;
}

const RunPredictions& Session::predictions() const {
    return m->predictions;
}

const std::vector<FinishedRun>& Session::runs() const {
    return m->runs;
}

void Session::removeRun(int number) {
    if (std::erase_if(m->runs, [number](const FinishedRun& run) { return run.number == number; }) == 0)
        return;
    const bool wasGhost = m->ghosts.erase(number) > 0;
    emit runsChanged();
    if (wasGhost)
        emit ghostsChanged();
}

int Session::addRun(const RunRecord& record, const QString& file, SnapshotPtr weights) {
    auto result = std::make_shared<const RunResult>(RunResult{record, std::move(weights)});
    const auto known =
        std::find_if(m->runs.begin(), m->runs.end(), [&](const FinishedRun& run) { return run.file == file; });
    const int number = known != m->runs.end() ? known->number : m->nextNumber++;
    if (known != m->runs.end()) {
        known->result = std::move(result);
    } else {
        m->runs.push_back({number, std::move(result), file});
        m->ghosts.insert(number); // whoever opens a record wants to see it
        m->chosenGhosts.insert(number);
        m->limitGhosts(number);
    }
    emit runsChanged();
    emit ghostsChanged();
    return number;
}

int Session::currentRun() const {
    return m->currentRun;
}

const std::set<int>& Session::ghosts() const {
    return m->ghosts;
}

void Session::setGhost(int number, bool isGhost) {
    m->chosenGhosts.insert(number);
    const bool changed = isGhost ? m->ghosts.insert(number).second : m->ghosts.erase(number) > 0;
    if (!changed)
        return;
    m->limitGhosts(number);
    emit ghostsChanged();
}

void Session::Private::chooseGhosts() {
    constexpr int mostByThemselves = 3;
    int left = mostByThemselves;
    for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
        if (chosenGhosts.contains(run->number))
            continue;
        // What learnt something else, or nothing, tells little about these curves; the menu offers it all the same.
        const RunRecord& of = run->result->record;
        const bool hasLearnt = of.stop != StopReason::NonFinite && of.stop != StopReason::Failed;
        const bool isComparable =
            hasLearnt &&
            (!record || (of.network.input == record->network.input && of.data.source == record->data.source));
        if (isComparable && left-- > 0)
            ghosts.insert(run->number);
        else
            ghosts.erase(run->number);
    }
    if (!runs.empty())
        limitGhosts(runs.back().number);
    emit session->ghostsChanged();
}

void Session::Private::limitGhosts(int kept) {
    // More than have a colour each would be a tangle, and the legend has no room for them.
    constexpr std::size_t most = 4;
    while (ghosts.size() > most)
        ghosts.erase(*ghosts.begin() == kept ? std::next(ghosts.begin()) : ghosts.begin());
}

} // namespace kernelscope
