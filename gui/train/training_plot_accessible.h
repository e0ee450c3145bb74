// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The training plot for screen readers.
#pragma once

namespace kernelscope {

/// Makes every TrainingPlot a chart to screen readers, with its latest figures as its value. Once is enough; more do no
/// harm.
void installTrainingPlotAccessibility();

} // namespace kernelscope
