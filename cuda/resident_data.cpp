// SPDX-License-Identifier: GPL-3.0-or-later
#include "cuda/resident_data.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace kernelscope::cuda {
namespace {

constexpr std::size_t stretchBytes = Staging::pieceBytes; // copied beside what a call asks for

} // namespace

ResidentData::ResidentData(DataSetPtr data, DeviceMemory& memory) : m_data(std::move(data)) {
    for (const Split split : {Split::Train, Split::Test}) {
        const std::size_t count = info().count(split);
        part(split).pixels = memory.allocate<std::uint8_t>(count * info().shape.size());
        part(split).labels = memory.allocate<std::uint8_t>(count);
        part(split).isResident.resize(count);
        part(split).missing = count;
    }
}

void ResidentData::uploadWhatThereIs(Staging& staging, cudaStream_t stream) {
    for (const Split split : {Split::Train, Split::Test}) {
        const std::size_t count = info().count(split);
        std::vector<std::uint8_t> labels(count);
        for (std::size_t i = 0; i < count; ++i)
            labels[i] = m_data->label(split, i);
        staging.upload(stream, part(split).labels, labels.data(), count);
        uploadReady(split, count, staging, stream);
    }
}

void ResidentData::ensure(Split split, std::span<const std::uint32_t> samples, Staging& staging, cudaStream_t stream) {
    if (part(split).missing == 0)
        return;
    for (const std::uint32_t sample : samples)
        if (!part(split).isResident[sample])
            upload(split, sample, 1, staging, stream);
    uploadReady(split, stretchBytes / info().shape.size(), staging, stream);
}

void ResidentData::ensure(const SampleRange& range, Staging& staging, cudaStream_t stream) {
    if (part(range.split).missing == 0)
        return;
    for (std::size_t i = range.first; i < range.first + range.count;) {
        std::size_t end = i;
        while (end < range.first + range.count && !part(range.split).isResident[end])
            ++end;
        upload(range.split, i, end - i, staging, stream);
        i = end + 1;
    }
}

/// Looks at `most` images, from where the last call ended, and copies those that exist and are not resident.
void ResidentData::uploadReady(Split split, std::size_t most, Staging& staging, cudaStream_t stream) {
    Part& of = part(split);
    const std::size_t count = of.isResident.size();
    const auto isWanted = [&](std::size_t i) { return !of.isResident[i] && m_data->isReady(split, i); };
    std::size_t looked = 0;
    for (std::size_t copied = 0; copied < most && of.missing > 0 && looked < most;) {
        const std::size_t first = of.next;
        std::size_t end = first;
        while (end < count && end - first < most - copied && isWanted(end))
            ++end;
        upload(split, first, end - first, staging, stream);
        copied += end - first;
        looked += std::max<std::size_t>(end - first, 1);
        of.next = std::max(end, first + 1) >= count ? 0 : std::max(end, first + 1);
    }
}

/// Copies neighbours that exist and are not resident.
void ResidentData::upload(Split split, std::size_t first, std::size_t count, Staging& staging, cudaStream_t stream) {
    const std::size_t size = info().shape.size();
    const std::size_t atOnce = std::max<std::size_t>(Staging::pieceBytes / size, 1);
    for (std::size_t at = first; at < first + count; at += atOnce) {
        const std::size_t images = std::min(atOnce, first + count - at);
        std::uint8_t* const to = part(split).pixels + at * size;
        if (size > Staging::pieceBytes) { // one image, larger than a piece
            staging.upload(stream, to, m_data->image(split, at).data(), size);
        } else {
            const std::span<std::byte> piece = staging.nextPiece();
            for (std::size_t i = 0; i < images; ++i)
                std::memcpy(piece.data() + i * size, m_data->image(split, at + i).data(), size);
            staging.sendPiece(stream, to, images * size);
        }
        for (std::size_t i = 0; i < images; ++i)
            part(split).isResident[at + i] = true;
        part(split).missing -= images;
    }
}

} // namespace kernelscope::cuda
