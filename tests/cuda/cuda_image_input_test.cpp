// SPDX-License-Identifier: GPL-3.0-or-later
#include "cuda/image_input.h"

#include "cuda_orders.h"
#include "step_rig.h"

#include <QtTest>

#include <span>

using namespace kernelscope;
using namespace kernelscope::cuda;

namespace {

constexpr int kImages = 11; // of the split
constexpr int kPlaces = 5;  // of a batch
constexpr std::uint64_t kSeed = 0x123456789abcdefull;

std::vector<std::uint8_t> bytes(std::size_t count, std::uint32_t purpose) {
    std::vector<std::uint8_t> values(count);
    for (std::size_t i = 0; i < count; ++i)
        values[i] = static_cast<std::uint8_t>(philox({static_cast<std::uint32_t>(i), purpose, 0, 0}, {0x7e57, 0})[0]);
    return values;
}

/// A split on the device, and an edge that its images are fetched to.
struct Fixture {
    explicit Fixture(Shape shape) : pixels(bytes(shape.size() * kImages, 1)), labels(bytes(kImages, 2)) {
        input.shape = shape;
        input.pixels = rig.upload(pixels);
        input.labels = rig.upload(labels);
        input.values = rig.upload(rig.unwritten(shape.size() * kPlaces));
        input.placeLabels = rig.upload(std::vector<std::uint8_t>(kPlaces, 77));
        input.seed = kSeed;
        state = rig.upload(std::vector<StepState>(1));
    }

    void fetch(const StepOrder& order) {
        StepState next;
        next.order = order;
        rig.write(state, std::vector<StepState>{next});
        gatherImages(rig.stream(), input, state, kPlaces);
    }

    std::vector<float> values() { return rig.read(input.values, input.shape.size() * kPlaces); }
    std::vector<std::uint8_t> placeLabels() { return rig.read(input.placeLabels, kPlaces); }

    /// What values() is to be, given the samples of the valid places.
    std::vector<float> expected(const std::vector<std::uint32_t>& samples, std::int64_t step) const {
        const std::size_t size = input.shape.size();
        std::vector<float> values(size * kPlaces);
        for (std::size_t place = 0; place < samples.size(); ++place) {
            const std::span image(pixels.data() + samples[place] * size, size);
            std::vector<std::uint8_t> seen(image.begin(), image.end());
            if (isActive(input.augmentation))
                augment(image, input.shape, drawAugmentation(input.augmentation, kSeed, step, place), seen);
            for (std::size_t i = 0; i < size; ++i)
                values[place * size + i] = static_cast<float>(seen[i]) / 255.0f;
        }
        return values;
    }

    std::vector<std::uint8_t> expectedLabels(const std::vector<std::uint32_t>& samples) const {
        std::vector<std::uint8_t> values(kPlaces);
        for (std::size_t place = 0; place < samples.size(); ++place)
            values[place] = labels[samples[place]];
        return values;
    }

    StepRig rig{RigBatch{}};
    std::vector<std::uint8_t> pixels;
    std::vector<std::uint8_t> labels;
    ImageInput input;
    StepState* state = nullptr;
};

StepOrder orderOf(std::int64_t step, std::uint32_t firstSample, int validImages) {
    StepOrder order;
    order.step = step;
    order.firstSample = firstSample;
    order.validImages = validImages;
    return order;
}

} // namespace

class CudaImageInputTest : public QObject {
    Q_OBJECT

private slots:
    void init() { emulation::reset(); }

    void takesOneOrderAfterTheOther() {
        StepRig rig{RigBatch{}};
        std::vector<StepOrder> ring;
        for (int i = 0; i < 3; ++i)
            ring.push_back(orderOf(100 + i, static_cast<std::uint32_t>(i), i));
        const StepOrder* onDevice = rig.upload(ring);
        StepState first;
        first.next = 0xfffffffeu; // counts on past its end
        first.nonFiniteStep = 5;
        StepState* state = rig.upload(std::vector<StepState>{first});
        for (const std::uint32_t next : {0xfffffffeu, 0xffffffffu, 0u, 1u}) {
            beginStep(rig.stream(), onDevice, 3, state);
            const StepState now = rig.read(state, 1)[0];
            QCOMPARE(now.order.step, ring[next % 3].step);
            QCOMPARE(now.order.validImages, ring[next % 3].validImages);
            QCOMPARE(now.next, next + 1);
            QCOMPARE(now.nonFiniteStep, 5);
        }
    }

    /// Through the ring of samples, past its end; a partial batch leaves zeros.
    void fetchesTheSamplesOfAnOrder() {
        for (const Shape shape : {Shape{1, 28, 28}, Shape{3, 5, 7}, Shape{1, 1, 1}}) {
            Fixture fixture(shape);
            const std::vector<std::uint32_t> ring{4, 0, 10, 10, 7, 3, 1};
            fixture.input.samples = fixture.rig.upload(ring);
            fixture.input.sampleCount = static_cast<std::uint32_t>(ring.size());
            fixture.fetch(orderOf(1, 5, 4));
            QCOMPARE(fixture.values(), fixture.expected({3, 1, 4, 0}, 1));
            QCOMPARE(fixture.placeLabels(), fixture.expectedLabels({3, 1, 4, 0}));
            fixture.fetch(orderOf(2, 0, 0)); // no step at all
            QCOMPARE(fixture.values(), fixture.expected({}, 2));
        }
    }

    void fetchesARangeOfASplit() {
        Fixture fixture({2, 4, 3});
        fixture.fetch(orderOf(1, 6, kPlaces));
        QCOMPARE(fixture.values(), fixture.expected({6, 7, 8, 9, 10}, 1));
        QCOMPARE(fixture.placeLabels(), fixture.expectedLabels({6, 7, 8, 9, 10}));
    }

    /// As core/data/augmentation.h has it, bit by bit.
    void augments() {
        for (const AugmentationSpec spec :
            {AugmentationSpec{2, false}, AugmentationSpec{0, true}, AugmentationSpec{4, true}})
            for (const Shape shape : {Shape{1, 9, 9}, Shape{3, 6, 8}})
                for (const std::int64_t step : {std::int64_t{1}, std::int64_t{77}, std::int64_t{1} << 33}) {
                    Fixture fixture(shape);
                    fixture.input.augmentation = spec;
                    const std::vector<std::uint32_t> ring{5, 6, 2, 0, 9};
                    fixture.input.samples = fixture.rig.upload(ring);
                    fixture.input.sampleCount = kPlaces;
                    fixture.fetch(orderOf(step, 0, kPlaces));
                    QCOMPARE(fixture.values(), fixture.expected(ring, step));
                }
    }
};

QTEST_APPLESS_MAIN(CudaImageInputTest)
#include "cuda_image_input_test.moc"
