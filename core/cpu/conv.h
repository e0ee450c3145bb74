// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Convolution on the CPU, with its activation and max-pool.
#pragma once

#include "cpu/step.h"
#include "cpu/winograd.h"
#include "network/needed_work.h"

namespace kernelscope::cpu {

/// Convolution + activation + max-pool in one step.
///
/// Forward: direct convolution, or Winograd's where it pays; outputs are pooled while they are in the cache, or in
/// registers. Outputs that the pooling, or whatever follows, never reads are not computed (see needed_work.h).
///
/// Backward: for each filter a list of the outputs with a gradient other than zero. Behind a max-pool only one output
/// of each window has one, behind ReLU about half of these; the sums over the list are, of finite values, exactly the
/// dense ones. Without a pooling most outputs have one: then, at stride 1, the input's gradient is the convolution of
/// the output's, framed by zeros, with the turned kernels, and runs as fast as forward(); and where Winograd's way
/// pays, it gives the weights' gradient too. Other weights' gradients take sums of outer products, as long as no list
/// is there. Behind a max-pool, filters of one channel, such as an image's, take no lists either: see
/// windowGradientsOf().
///
/// Weights are kept as filters x kernel rows x (kernel columns x channels, padded to whole vectors), which both
/// gradients read along; forward() reads a packed copy, filters innermost.
class ConvStep final : public CpuStep {
public:
    ConvStep(const StepOf<Conv>& step, const NeededWork& work, Edge& in, Edge& out, const Environment& environment);

    void forward(IndexRange images, int thread, const Pass& pass) override;
    void backward(IndexRange images, int thread) override;
    void beginBatch(int thread) override;
    void reduceGradients(int part, std::size_t images, bool first, bool last) override;
    std::vector<ParameterRange> ownedParameters(int part) const override;
    void packParameters(int part) override;

private:
    /// What a thread works with; nothing of it is shared.
    struct Scratch {
        AlignedBuffer<float> rows;                  ///< A ring of convolution rows that the pooling still reads.
        std::vector<const float*> window;           ///< The rows of one pooling window.
        AlignedBuffer<GradientEntry> entries;       ///< [filters][m_listCapacity].
        AlignedBuffer<std::int32_t> counts;         ///< [filters].
        AlignedBuffer<GradientEntry> windowEntries; ///< The same, sorted by windows: [windows][m_windowCapacity],
        AlignedBuffer<std::int32_t> windowFirsts;   ///< or one window's behind the other's. [windows], and
        AlignedBuffer<std::int32_t> windowEnds;     ///< [windows]: see ConvInputGradient.
        AlignedBuffer<float> weightGradient; ///< Of the thread's images, as the weights; or as WindowGradients has it.
        AlignedBuffer<float> biasGradient;
        AlignedBuffer<float> framed; ///< One image's output gradient with zeros around it; see inputGradientOf().
    };

    void chooseWinograd();
    void forwardImage(std::size_t image, int thread);
    void forwardWinograd(std::size_t image, int thread);
    void activate(std::size_t image, int thread);
    void forwardPooled(const ConvRow& row, std::size_t firstFilter, std::size_t image, int thread);
    /// The same where the pool's windows are 2x2 and disjoint, and fit registers.
    void forwardPooledInRegisters(const ConvRow& row, std::size_t firstFilter, std::size_t image, int thread);
    /// An image's part of m_arguments.
    std::int32_t* argumentsOf(std::size_t image, int thread) const {
        return m_arguments.data() + environment().groups.slot(image, thread) * m_out.layout.neededRows *
                                        m_out.layout.neededColumns * m_out.layout.channelStride;
    }
    CollectGradients outputGradientOf(std::size_t image, int thread, Scratch& scratch) const;
    void backwardImage(std::size_t image, int thread, Scratch& scratch);
    bool windowGradientsPay() const;
    /// The weights' gradient straight from the result's, filters side by side: from a list each filter would take its
    /// own values only, but some instructions to find them, and vectors that a kernel's row may not fill.
    void windowGradientsOf(std::size_t image, const CollectGradients& results, int thread, Scratch& scratch);
    /// Gradients from the lists of output gradients.
    void backwardLists(std::size_t image, int thread, Scratch& scratch);
    /// The input's gradient from these lists, sorted by the windows of the convolution, which numberWindows() counted.
    void inputGradientByWindows(std::size_t image, int thread, Scratch& scratch);
    void numberWindows();
    /// The input's gradient as a convolution of the output's.
    void inputGradientOf(std::size_t image, int thread, Scratch& scratch);
    /// What a thread has of it, into weights' order; the first thread's overwrites.
    void addWindowSums(IndexRange filters, std::size_t thread, float* gradient) const;
    IndexRange ownedFilters(int part) const;

    StepOf<Conv> m_step;
    Edge& m_in;
    Edge& m_out;
    Nonlinearity m_function;
    std::size_t m_kernel;
    std::size_t m_channels;
    std::size_t m_filters;
    std::size_t m_rows;         ///< Rows of convolution outputs computed,
    std::size_t m_columns;      ///< and outputs in each.
    std::size_t m_window;       ///< Inputs of an output.
    std::size_t m_corner;       ///< In the input, of the first window's upper left corner.
    std::size_t m_rowStep;      ///< Input floats from an output row's windows to the next row's.
    std::size_t m_columnStep;   ///< The same between columns.
    std::size_t m_runVectors;   ///< Vectors of a kernel row.
    std::size_t m_filterStride; ///< Floats of a filter's weights.
    std::size_t m_weights;      ///< Offsets in the arenas.
    std::size_t m_bias;
    std::size_t m_listCapacity;
    std::size_t m_windowCapacity = 0;       ///< Entries that each window has room for; 0: they are counted first.
    AlignedBuffer<std::int32_t> m_windowAt; ///< See ConvInputGradient; where the input's gradient comes from lists.
    AlignedBuffer<std::int32_t> m_windowOffsets; ///< [m_rows * m_columns].
    AlignedBuffer<float> m_packed;      ///< [pairs of vectors of filters][kernel][kernel][channels][lanes or 2 lanes].
    std::optional<Winograd> m_winograd; ///< Takes the place of convRow() where it pays.
    std::optional<Winograd> m_winogradBack;              ///< The same in inputGradientOf().
    std::optional<WinogradWeightSums> m_winogradWeights; ///< Takes the place of lists and weight gradients from them.
    bool m_isConvolvedBack;                              ///< Whether inputGradientOf() is used.
    /// For it: [pairs of vectors of channels][kernel][kernel][filters][lanes or 2 lanes], rows and columns turned.
    AlignedBuffer<float> m_turned;
    AlignedBuffer<float> m_noBias;      ///< Zeros in place of a bias.
    bool m_isPooledInRegisters = false; ///< Whether forwardPooledInRegisters() is used.
    bool m_sumsWindows = false;         ///< Whether windowGradientsOf() is used.
    /// With pooling, where each maximum was: [slots of groups][rows][columns][channels of the result].
    AlignedBuffer<std::int32_t> m_arguments;
    std::vector<Scratch> m_scratch;
};

} // namespace kernelscope::cpu
