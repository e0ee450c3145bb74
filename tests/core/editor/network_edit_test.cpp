// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/field_limits.h"
#include "editor/memory_needs.h"
#include "editor/network_edit.h"
#include "editor/network_fix.h"
#include "editor/slider_values.h"
#include "network/network_json.h"

#include <nlohmann/json.hpp>

#include <QtTest>

#include <random>
#include <set>

using namespace kernelscope;

namespace {

bool compiles(const Network& network) {
    try {
        compile(network);
        return true;
    } catch (const Error&) {
        return false;
    }
}

std::string refusal(const Network& network) {
    try {
        compile(network, Fusion::Off);
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

/// Networks of all sorts, many of which do not fit together.
Network anyNetwork(std::mt19937& random) {
    const auto pick = [&](int least, int most) { return std::uniform_int_distribution<int>(least, most)(random); };
    Network network{"any", {pick(1, 3), pick(1, 20), pick(1, 20)}, {}};
    const int count = pick(0, 7);
    for (int i = 0; i < count; ++i) {
        Layer layer =
            layerCatalogue()[static_cast<std::size_t>(pick(0, static_cast<int>(layerCatalogue().size()) - 1))].fresh;
        for (const LayerField* field : fieldsOf(layer)) {
            const double most = field->isWhole() ? std::min(field->most, 7.0) : field->most;
            if (field->isWhole() || field->scale == FieldScale::Choice)
                layer = withValue(layer, *field, pick(static_cast<int>(field->least), static_cast<int>(most)));
        }
        network.layers.push_back(layer);
    }
    if (pick(0, 2) > 0)
        network.layers.insert(network.layers.end(), {Flatten{}, Dense{pick(1, 12)}});
    return network;
}

QString text(const Network& network) {
    return QString::fromStdString(toJson(network).dump());
}

} // namespace

/// The edits of networks and what they keep right, without any window.
class NetworkEditTest : public QObject {
    Q_OBJECT

private slots:
    void everyKindOfLayerHasOneEntry() {
        std::set<std::size_t> kinds;
        for (const LayerKind& kind : layerCatalogue()) {
            QVERIFY2(kinds.insert(kind.fresh.index()).second, kind.name.c_str());
            QCOMPARE(kind.name, std::string(kindName(kind.fresh)));
            QVERIFY(!kind.label.empty() && !kind.tip.empty());
            QCOMPARE(&kindOf(kind.fresh), &kind);
        }
        QCOMPARE(kinds.size(), std::variant_size_v<Layer>);
    }

    void aPresetsNameIsThePresetsAlone() {
        const Network classic = preset("classic");
        QCOMPARE(withOwnName(classic), classic);
        const Network edited = withOwnName(removeLayer(classic, 1));
        QCOMPARE(edited.name, std::string("classic (edited)"));
        QCOMPARE(withOwnName(edited), edited);
        // Put back as it was, it is the preset again.
        QCOMPARE(withOwnName(insertLayer(edited, 1, classic.layers[1]).network), classic);
        Network own = edited;
        own.name = "mine";
        QCOMPARE(withOwnName(own), own);
    }

    void everyFieldIsReadWrittenAndNamedAsInJson() {
        for (const LayerKind& kind : layerCatalogue())
            for (const LayerField& field : kind.fields) {
                const std::string what = kind.name + "." + field.name;
                QVERIFY2(!field.label.empty() && !field.tip.empty() && field.least < field.most, what.c_str());
                if (field.scale == FieldScale::WholeRatio || field.scale == FieldScale::RealRatio)
                    QVERIFY2(field.least > 0, what.c_str());
                if (field.scale == FieldScale::Choice)
                    QCOMPARE(field.choices.size(), static_cast<std::size_t>(field.most) + 1);
                if (!field.applies(kind.fresh))
                    continue; // only of another choice
                for (const double value : {field.least, field.most}) {
                    const Layer changed = withValue(kind.fresh, field, value);
                    QVERIFY2(std::abs(field.value(changed) - value) < 1e-6, what.c_str());
                }
            }
    }

    void anOutlineAgreesWithCompile() {
        std::mt19937 random(1);
        int good = 0;
        for (int i = 0; i < 1000; ++i) {
            const Network network = anyNetwork(random);
            const NetworkOutline outline = outlineOf(network);
            const std::string expected = refusal(network);
            QCOMPARE(outline.compiles(), expected.empty());
            if (expected.empty()) {
                ++good;
                QCOMPARE(outline.layers.size(), network.layers.size());
                QCOMPARE(fittingLayers(network), network.layers.size());
                continue;
            }
            QCOMPARE(outline.problem->message, expected);
            if (!outline.problem->layer)
                continue;
            const std::size_t wrong = *outline.problem->layer;
            QVERIFY2(expected.find(layerNames(network)[wrong]) != std::string::npos, expected.c_str());
            QVERIFY(outline.layers.size() == wrong || wrong + 1 == network.layers.size());
            // What is known of the layers that fit is what a plan of them says.
            if (!outline.layers.empty())
                QVERIFY(outline.layers.back().out == shapesOf(network)[outline.layers.size()]);
        }
        QVERIFY2(good > 100 && good < 900, qPrintable(QString::number(good)));
    }

    void hugeNetworksAreRefusedAndPlaced() {
        Network network = preset("classic");
        network.layers[3] = Conv{4096, 3, 1, 0};
        network.layers[7] = Dense{65536};
        const NetworkOutline outline = outlineOf(network);
        QVERIFY(!outline.compiles());
        QCOMPARE(outline.problem->layer, std::optional<std::size_t>(7));
        QCOMPARE(outline.layers.size(), std::size_t{7});
        network = {"none", {1, 28, 28}, {}};
        QVERIFY(!outlineOf(network).compiles());
        QVERIFY(!outlineOf(network).problem->layer);
        network = {"no input", {0, 28, 28}, {Flatten{}, Dense{10}}};
        QVERIFY(outlineOf(network).layers.empty());
        QVERIFY(!outlineOf(network).problem->layer);
    }

    /// The heart of "sliders that cannot be wrong": inside the limits every network compiles, outside none does.
    void limitsAreExactlyWhatFits() {
        std::mt19937 random(2);
        int fields = 0;
        for (int i = 0; i < 500; ++i) {
            const Network network = anyNetwork(random);
            if (!compiles(network))
                continue;
            for (std::size_t layer = 0; layer < network.layers.size(); ++layer)
                for (const LayerField* field : fieldsOf(network.layers[layer])) {
                    if (field->scale != FieldScale::Whole)
                        continue; // others are too many for all to be tried
                    ++fields;
                    const FieldLimits limits = limitsOf(network, layer, *field);
                    for (double value = field->least; value <= field->most; ++value) {
                        Network changed = replaceLayer(network, layer, withValue(network.layers[layer], *field, value));
                        const bool isInside = value >= limits.least && value <= limits.most;
                        QVERIFY2(compiles(changed) == isInside, qPrintable(QStringLiteral("%1: layer %2, %3 = %4")
                                                                               .arg(text(network))
                                                                               .arg(layer)
                                                                               .arg(field->name.c_str())
                                                                               .arg(value)));
                        QCOMPARE(whyNot(network, layer, *field, value), isInside ? std::string() : refusal(changed));
                    }
                }
        }
        QVERIFY2(fields > 100, qPrintable(QString::number(fields)));
    }

    void limitsOfFiltersAndUnitsKeepTensorsInBounds() {
        const Network wide{"wide", {3, 256, 256}, {Conv{8, 3, 1, 1}, Flatten{}, Dense{10}}};
        const LayerField& filters = *findField(wide.layers[0], "filters");
        const FieldLimits limits = limitsOf(wide, 0, filters);
        QCOMPARE(limits.least, 1.0);
        // 10 units read filters * 65,536 values: at most 2^28 weights.
        QCOMPARE(limits.most, std::floor(static_cast<double>(maximumValues()) / 10 / 65536));
        for (const double filterCount : {limits.most, limits.most + 1}) {
            Network changed = replaceLayer(wide, 0, withValue(wide.layers[0], filters, filterCount));
            QCOMPARE(compiles(changed), filterCount <= limits.most);
        }
        const LayerField& units = *findField(wide.layers[2], "units");
        QCOMPARE(limitsOf(wide, 2, units), (FieldLimits{2, static_cast<double>(maximumValues() / 65536 / 8)}));
    }

    void changingOneFieldLimitsTheOthersAnew() {
        Network network{"one", {1, 8, 8}, {Conv{4, 3, 1, 0}, Flatten{}, Dense{10}}};
        const LayerField& kernel = *findField(network.layers[0], "kernel");
        const LayerField& padding = *findField(network.layers[0], "padding");
        QCOMPARE(limitsOf(network, 0, kernel), (FieldLimits{1, 8}));
        QCOMPARE(limitsOf(network, 0, padding), (FieldLimits{0, 2})); // less than the kernel
        network.layers[0] = Conv{4, 7, 1, 2};
        QCOMPARE(limitsOf(network, 0, kernel), (FieldLimits{3, 12})); // more than the padding; the padded image is 12
        QCOMPARE(limitsOf(network, 0, padding), (FieldLimits{0, 6}));
        // A layer behind counts as well: a window of 3 needs 3 of the 8 - kernel + 1 positions.
        network = {"two", {1, 8, 8}, {Conv{4, 3, 1, 0}, Pool{PoolKind::Max, 3, 3}, Flatten{}, Dense{10}}};
        QCOMPARE(limitsOf(network, 0, kernel), (FieldLimits{1, 6}));
        const std::string why = whyNot(network, 0, kernel, 7);
        QVERIFY2(why.find("pool1") != std::string::npos && why.find("4x2x2") != std::string::npos, why.c_str());
    }

    void aLayerThatDoesNotFitIsLedToWhatDoes() {
        const Network broken{"broken", {1, 8, 8}, {Conv{4, 20, 1, 0}, Flatten{}, Dense{10}}};
        const LayerField& kernel = *findField(broken.layers[0], "kernel");
        QCOMPARE(limitsOf(broken, 0, kernel), (FieldLimits{1, 20})); // from where it is to all that fit
        QCOMPARE(nearestCure(broken, 0, kernel), std::optional(8));
        QCOMPARE(nearestCure(broken, 0, *findField(broken.layers[0], "padding")), std::optional(6));
        QVERIFY(!nearestCure(broken, 0, *findField(broken.layers[0], "stride")));
        QVERIFY(!nearestCure(preset("classic"), 0, *findField(preset("classic").layers[0], "kernel")));
        const Network tooWide = replaceLayer(preset("classic"), 7, Dense{65536});
        const Network huge = replaceLayer(tooWide, 3, Conv{4096, 3, 1, 0});
        const LayerField& tooMany = *findField(huge.layers[7], "units");
        const int most = static_cast<int>(maximumValues() / (4096 * 25));
        QCOMPARE(nearestCure(huge, 7, tooMany), std::optional(most));
        QCOMPARE(limitsOf(huge, 7, tooMany), (FieldLimits{1, 65536}));
        QCOMPARE(limitsOf(replaceLayer(huge, 7, Dense{64}), 7, tooMany), (FieldLimits{1, static_cast<double>(most)}));
        // Behind a layer that does not fit nothing can be judged: the field's own range.
        const LayerField& units = *findField(broken.layers[2], "units");
        QCOMPARE(limitsOf(broken, 2, units), (FieldLimits{units.least, units.most}));
    }

    void layersAreInsertedWhereTheyFit() {
        const Network classic = preset("classic");
        const std::size_t count = classic.layers.size();
        for (const LayerKind& kind : layerCatalogue())
            for (std::size_t at = 0; at <= count; ++at) {
                const InsertedLayer inserted = insertLayer(classic, at, kind.fresh);
                const std::string what = kind.name + " at " + std::to_string(at);
                QCOMPARE(inserted.network.layers.size(), count + (inserted.withFlatten ? 2u : 1u));
                QVERIFY2(inserted.network.layers[inserted.index].index() == kind.fresh.index(), what.c_str());
                // Only a flatten in the midst of the image's layers, and a pool where little is left, can hurt.
                if (kind.name != "flatten" && kind.name != "pool")
                    QVERIFY2(compiles(inserted.network), (what + ": " + refusal(inserted.network)).c_str());
                // Without the new layer it is what it was.
                if (!inserted.withFlatten)
                    QCOMPARE(removeLayer(inserted.network, inserted.index), classic);
                QVERIFY2(std::holds_alternative<Dense>(inserted.network.layers.back()) || kind.name == "flatten",
                    what.c_str());
            }
    }

    void insertedLayersHelpThemselves() {
        const Network classic = preset("classic");
        InsertedLayer inserted = insertLayer(classic, 8, Conv{32, 3, 1, 1}); // behind dense1
        QCOMPARE(inserted.index, std::size_t{6});                            // before the flatten
        QVERIFY(inserted.isElsewhere);
        inserted = insertLayer(classic, 1, Dense{64}); // behind conv1
        QCOMPARE(inserted.index, std::size_t{7});      // behind the flatten
        QVERIFY(!inserted.withFlatten && inserted.isElsewhere);
        inserted = insertLayer(classic, 10, Activation{}); // behind the class scores
        QCOMPARE(inserted.index, std::size_t{9});
        QVERIFY(inserted.isElsewhere);
        inserted = insertLayer(classic, 1, Activation{});
        QCOMPARE(inserted.index, std::size_t{1});
        QVERIFY(!inserted.isElsewhere);

        const Network empty{"empty", {1, 28, 28}, {}};
        inserted = insertLayer(empty, 0, Dense{10});
        QVERIFY(inserted.withFlatten && !inserted.isElsewhere);
        QCOMPARE(inserted.network.layers, (std::vector<Layer>{Flatten{}, Dense{10}}));
        QCOMPARE(inserted.index, std::size_t{1});

        const Network images{"images", {1, 4, 4}, {Pool{PoolKind::Max, 2, 2}}};
        inserted = insertLayer(images, 1, Conv{8, 5, 1, 0});
        QCOMPARE(inserted.network.layers[1], Layer(Conv{8, 1, 1, 0})); // 2x2 is left: the odd kernel that fits
        const std::vector<Shape> shapes = shapesOf(inserted.network);
        QVERIFY(shapes.back() == (Shape{8, 2, 2}));
    }

    void editsAreUndoneByTheirOpposites() {
        const Network classic = preset("classic");
        QCOMPARE(removeLayer(duplicateLayer(classic, 3), 4), classic);
        QCOMPARE(duplicateLayer(classic, 3).layers[4], classic.layers[3]);
        for (std::size_t from = 0; from < classic.layers.size(); ++from)
            for (std::size_t to = 0; to < classic.layers.size(); ++to) {
                const Network moved = moveLayer(classic, from, to);
                QCOMPARE(moved.layers[to], classic.layers[from]);
                QCOMPARE(moveLayer(moved, to, from), classic);
            }
        QCOMPARE(replaceLayer(classic, 0, Conv{8, 5, 1, 0}).layers[0], Layer(Conv{8, 5, 1, 0}));
    }

    void remediesMend() {
        std::mt19937 random(3);
        int offered = 0;
        for (int i = 0; i < 400; ++i) {
            const Network network = anyNetwork(random);
            const std::vector<NetworkFix> fixes = fixesOf(network, 10);
            if (compiles(network)) {
                QVERIFY(fixes.empty());
                continue;
            }
            for (const NetworkFix& fix : fixes) {
                ++offered;
                QVERIFY2(fix.network != network, qPrintable(text(network)));
                QVERIFY2(compiles(fix.network) || fittingLayers(fix.network) > fittingLayers(network) ||
                             fix.kind == NetworkFix::Kind::RemoveLayer,
                    qPrintable(text(network) + text(fix.network)));
            }
        }
        QVERIFY2(offered > 100, qPrintable(QString::number(offered)));
    }

    void remediesAreTheExpectedOnes() {
        using Kind = NetworkFix::Kind;
        Network network{"no flatten", {1, 28, 28}, {Conv{4, 3, 1, 0}, Dense{10}}};
        std::vector<NetworkFix> fixes = fixesOf(network, 10);
        QVERIFY(!fixes.empty() && fixes[0].kind == Kind::InsertFlatten);
        QCOMPARE(fixes[0].network.layers[1], Layer(Flatten{}));
        QVERIFY(compiles(fixes[0].network));

        network = {"no end", {1, 28, 28}, {Conv{4, 3, 1, 0}, Activation{}}};
        fixes = fixesOf(network, 7);
        QCOMPARE(fixes.size(), std::size_t{1});
        QVERIFY(fixes[0].kind == Kind::AddOutput && fixes[0].value == 7);
        QCOMPARE(fixes[0].network.layers[3], Layer(Dense{7}));
        QVERIFY(compiles(fixes[0].network));
        fixes = fixesOf({"nothing", {1, 28, 28}, {}}, 10);
        QVERIFY(fixes.size() == 1 && compiles(fixes[0].network));

        network = {"small", {1, 4, 4}, {Conv{4, 9, 1, 0}, Flatten{}, Dense{10}}};
        fixes = fixesOf(network, 10);
        QVERIFY(!fixes.empty() && fixes[0].kind == Kind::ChangeField && fixes[0].field == "kernel");
        QCOMPARE(fixes[0].value, 4);
        QVERIFY(fixes.back().kind == Kind::RemoveLayer);
    }

    void theDataSetTheMeasures() {
        const DataMeasures digits{{1, 28, 28}, 10};
        QVERIFY(!inputFix(preset("classic"), digits));
        QVERIFY(!classesFix(preset("classic"), digits));
        const DataMeasures pictures{{3, 32, 32}, 100};
        const std::optional<NetworkFix> input = inputFix(preset("classic"), pictures);
        QVERIFY(input.has_value());
        QVERIFY(input->network.input == pictures.shape);
        const std::optional<NetworkFix> classes = classesFix(input->network, pictures);
        QVERIFY(classes && classes->kind == NetworkFix::Kind::UseClasses);
        QCOMPARE(classes->network.layers.back(), Layer(Dense{100}));
        // An end that is no dense layer gets one.
        const Network pooled{"pooled", {1, 4, 4}, {Conv{6, 4, 1, 0}}};
        const std::optional<NetworkFix> added = classesFix(pooled, {{1, 4, 4}, 10});
        QVERIFY(added && added->kind == NetworkFix::Kind::AddOutput && compiles(added->network));
        QCOMPARE(compile(added->network).classes, 10);
    }

    void aWholeNetworkIsFittedToTheData() {
        const DataMeasures digits{{1, 28, 28}, 10};
        QVERIFY(fittedTo(preset("classic"), digits) == preset("classic"));
        const DataMeasures pictures{{3, 32, 32}, 100};
        const std::optional<Network> fitted = fittedTo(preset("classic"), pictures);
        QVERIFY(fitted.has_value());
        QVERIFY(fitted->input == pictures.shape);
        QCOMPARE(compile(*fitted).classes, 100);
        QCOMPARE(fitted->layers.size(), preset("classic").layers.size());
        QVERIFY(!fittedTo(preset("classic"), {{1, 3, 3}, 10})); // too small for its layers
        const std::vector<Network> made = presetsFor(pictures);
        QVERIFY(!made.empty());
        QCOMPARE(made.front().name, std::string("deep (edited)")); // it has 100 outputs
        for (const Network& network : made) {
            QVERIFY(network.input == pictures.shape);
            QCOMPARE(compile(network).classes, 100);
        }
        QVERIFY(presetsFor({{1, 7, 7}, 3}).empty());
    }

    void slidersStopAtWhatIsPossible() {
        const Layer layer = Conv{20, 3, 1, 0};
        const LayerField& filters = *findField(layer, "filters");
        QCOMPARE(sliderValues(filters, {1, 40}, 20), (std::vector<double>{1, 2, 3, 4, 6, 8, 12, 16, 20, 24, 32, 40}));
        QCOMPARE(sliderValues(filters, {5, 5}, 5), (std::vector<double>{5}));
        QCOMPARE(sliderValues(filters, {2, 4096}, 64).back(), 4096.0);
        const LayerField& kernel = *findField(layer, "kernel");
        QCOMPARE(sliderValues(kernel, {2, 6}, 3), (std::vector<double>{2, 3, 4, 5, 6}));
        LayerField share = kernel;
        share.scale = FieldScale::Real;
        share.step = 0.25;
        QCOMPARE(sliderValues(share, {0, 1}, 0.6), (std::vector<double>{0, 0.25, 0.5, 0.6, 0.75, 1}));
        share.scale = FieldScale::RealRatio;
        const std::vector<double> decades = sliderValues(share, {1e-5, 1e-3}, 1e-4);
        QCOMPARE(decades.size(), std::size_t{7}); // 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3
        QVERIFY(std::abs(decades[2] - 5e-5) < 1e-12);
    }

    void theBorderIsANumberOrKeepsTheSize() {
        Layer layer = Conv{8, 5, 1, 1};
        layer = withValue(layer, *findField(layer, "same"), 1);
        QVERIFY(std::get<Conv>(layer).padding.isSame());
        QVERIFY(!findField(layer, "padding")); // which is the image's to say
        const Network network{"same", {1, 9, 9}, {layer, Flatten{}, Dense{10}}};
        QVERIFY(shapesOf(network)[1] == (Shape{8, 9, 9}));
        QCOMPARE(limitsOf(network, 0, *findField(layer, "kernel")), (FieldLimits{1, 63}));
        layer = withValue(layer, *findField(layer, "same"), 0);
        QCOMPARE(layer, Layer(Conv{8, 5, 1, 2})); // nearest to what it was
        QVERIFY(!findField(Activation{ActivationKind::Relu}, "slope"));
        QVERIFY(findField(Activation{ActivationKind::LeakyRelu}, "slope"));
    }

    void memoryIsCountedFromTheShapes() {
        const Network network{"sum", {1, 4, 4}, {Conv{2, 3, 1, 0}, Flatten{}, Dense{3}}};
        TrainingSpec spec;
        spec.batchSize = 5;
        const std::vector<LayerInfo> layers = outlineOf(network).layers;
        const MemoryNeeds adam = memoryNeeds(network.input, layers, spec);
        const std::int64_t parameters = 2 * 9 + 2 + 8 * 3 + 3;
        QCOMPARE(adam.parameters, 4 * parameters);
        QCOMPARE(adam.gradients, 4 * parameters);
        QCOMPARE(adam.optimizer, 8 * parameters);
        QCOMPARE(adam.activations, std::int64_t{4 * 5 * (16 + 8 + 8 + 3)});
        QCOMPARE(adam.total(), adam.parameters + adam.gradients + adam.optimizer + adam.activations);
        spec.optimizer.kind = OptimizerKind::Momentum;
        QCOMPARE(memoryNeeds(network.input, layers, spec).optimizer, 4 * parameters);
        spec.optimizer.kind = OptimizerKind::Sgd;
        QCOMPARE(memoryNeeds(network.input, layers, spec).optimizer, std::int64_t{0});
    }
};

QTEST_GUILESS_MAIN(NetworkEditTest)
#include "network_edit_test.moc"
