// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The data set in device memory.
#pragma once

#include "cuda/staging.h"
#include "training/backend.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace kernelscope::cuda {

/// All images and labels of both splits, as the bytes that they are: nothing but indices crosses to the device while it
/// trains.
///
/// A data set may still be in the making. What there is when the network is loaded is copied then; the rest as training
/// asks for it, and a stretch beside that with each call, so that it is all there soon after it is all made.
class ResidentData {
public:
    ResidentData(DataSetPtr data, DeviceMemory& memory);

    /// Copies all labels, and the images that exist.
    void uploadWhatThereIs(Staging& staging, cudaStream_t stream);

    /// Copies those of the images that are not there yet. DataSet::require() was called for them. What reads them must
    /// wait for the stream.
    void ensure(Split split, std::span<const std::uint32_t> samples, Staging& staging, cudaStream_t stream);
    /// The same for a stretch.
    void ensure(const SampleRange& range, Staging& staging, cudaStream_t stream);

    const DataInfo& info() const { return m_data->info(); }
    const std::uint8_t* pixels(Split split) const { return part(split).pixels; }
    const std::uint8_t* labels(Split split) const { return part(split).labels; }

private:
    struct Part {
        std::uint8_t* pixels = nullptr; ///< [images][channels][height][width], in device memory as the next.
        std::uint8_t* labels = nullptr; ///< [images]
        std::vector<bool> isResident;   ///< For each image.
        std::size_t missing = 0;        ///< Images that are not resident.
        std::size_t next = 0;           ///< Where the search for images that were made since goes on.
    };
    Part& part(Split split) { return m_parts[split == Split::Train ? 0 : 1]; }
    const Part& part(Split split) const { return m_parts[split == Split::Train ? 0 : 1]; }
    void upload(Split split, std::size_t first, std::size_t count, Staging& staging, cudaStream_t stream);
    void uploadReady(Split split, std::size_t most, Staging& staging, cudaStream_t stream);

    DataSetPtr m_data;
    std::array<Part, 2> m_parts;
};

} // namespace kernelscope::cuda
