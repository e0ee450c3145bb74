// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Keeps a run on the disk while it goes on.
#pragma once

#include "base/stopwatch.h"
#include "training/checkpoint.h"

#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace kernelscope {

/// Which files are written while a run goes on, and how often. None where a path is empty.
struct RunFiles {
    std::filesystem::path checkpoint;
    std::filesystem::path record; ///< With StopReason::Running; whoever started the run writes the last one.
    /// Greatest age of the checkpoint; 0: as often as it can be written.
    double checkpointSeconds = 60;
    double recordSeconds = 2; ///< Likewise of the record.

    bool any() const { return !checkpoint.empty() || !record.empty(); }
};

/// Writes a run's checkpoint and record at the end of each epoch and in between, in a thread of its own, so that the
/// training pays for no more than a copy. What is written so often that it would take more than a fiftieth of the time
/// waits a little. A file that cannot be written is told once and tried again: the run goes on.
class RunKeeper {
public:
    explicit RunKeeper(RunFiles files);
    /// Waits for what is being written.
    ~RunKeeper();

    /// Whether something is to be written now. Between steps; takes no time. @param epochEnded since the last call.
    bool isDue(bool epochEnded);
    /// Whether what is due needs parameters and moments, or only the record.
    bool needsWeights() const { return !m_files.checkpoint.empty() && m_checkpoint.isDue(m_files.checkpointSeconds); }
    /// Hands over what is due. @param copySeconds what it took to make the copy; @param hasWeights as needsWeights()
    /// said.
    void keep(CheckpointPtr checkpoint, bool hasWeights, double copySeconds);
    /// Writes a checkpoint whatever is due, and waits for it: the run ends here, for now. That it failed is told even
    /// where an earlier failure was.
    void keepLast(CheckpointPtr checkpoint);
    bool keepsCheckpoints() const { return !m_files.checkpoint.empty(); }

    /// Why a file could not be written: once, until it went well again.
    std::optional<std::string> takeFailure();

private:
    /// When one of the files is written next.
    struct Rhythm {
        bool epochEnded = false;
        double cost = 0; ///< Seconds that the last one took, copying included.
        Stopwatch since; ///< The last one was begun.

        bool isDue(double seconds) const;
        void begin();
    };
    /// What the thread is to write.
    struct Job {
        CheckpointPtr checkpoint;
        bool writesCheckpoint = false;
        bool writesRecord = false;
    };

    void work();
    void write(const Job& job);
    void hand(Job job);

    const RunFiles m_files;
    Rhythm m_checkpoint; ///< Of the trainer's thread, as the next.
    Rhythm m_record;

    std::mutex m_mutex; ///< Guards all that follows.
    std::condition_variable m_changed;
    std::optional<Job> m_job;
    bool m_busy = false;
    bool m_quit = false;
    /// What is known of the writing of one file.
    struct Outcome {
        double cost = 0;
        std::string failure; ///< Of the last attempt; empty where it went well.
        bool isTold = true;  ///< Whether takeFailure() gave it.
    };
    Outcome m_checkpointOutcome;
    Outcome m_recordOutcome;
    std::thread m_thread;
};

} // namespace kernelscope
