// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// A run's curves as a table for spreadsheets and scripts.
#pragma once

#include "training/run_record.h"

#include <string>

namespace kernelscope {

/// Comma-separated values (RFC 4180, but lines end in a plain newline), one line for each step, after a line of names:
///
///     step,epoch,seconds,train_loss,train_correct,train_count,learning_rate,test_loss,test_accuracy
///
/// `epoch` is the whole number of the epoch that the step belongs to. The two test columns are filled on the last step
/// of each epoch. Figures have a dot and the fewest digits that read back as the same value, whatever the locale.
/// Values that are not finite are left empty.
std::string runCsv(const RunRecord& record);

} // namespace kernelscope
