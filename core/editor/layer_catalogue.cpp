// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/layer_catalogue.h"

#include <cmath>
#include <utility>

// Marks what people read for the translators' tools; views look it up in this context.
#define QT_TRANSLATE_NOOP(context, text) text

namespace kernelscope {
namespace {

template <class L>
std::function<bool(const Layer&)> always() {
    return [](const Layer& layer) { return std::holds_alternative<L>(layer); };
}

/// A field that is an int of the struct.
template <class L>
LayerField whole(std::string name, std::string label, std::string tip, int L::*member, int least, int most,
    FieldScale scale = FieldScale::Whole) {
    return {std::move(name), std::move(label), std::move(tip), scale, static_cast<double>(least),
        static_cast<double>(most), 1, {}, [member](const Layer& layer) { return std::get<L>(layer).*member; },
        [member](Layer& layer, double value) { std::get<L>(layer).*member = static_cast<int>(value); }, always<L>()};
}

/// A field that is a float of the struct.
template <class L>
LayerField real(std::string name, std::string label, std::string tip, float L::*member, double least, double most,
    double step, FieldScale scale = FieldScale::Real) {
    return {std::move(name), std::move(label), std::move(tip), scale, least, most, step, {},
        // As many digits as a float has: 0.1, not 0.10000000149.
        [member](
            const Layer& layer) { return std::round(static_cast<double>(std::get<L>(layer).*member) * 1e9) / 1e9; },
        [member](Layer& layer, double value) { std::get<L>(layer).*member = static_cast<float>(value); }, always<L>()};
}

/// A field that is an enum of the struct, its values counted from 0.
template <class L, class E>
LayerField choice(
    std::string name, std::string label, std::string tip, E L::*member, std::vector<std::string> choices) {
    const auto last = static_cast<double>(choices.size() - 1);
    return {std::move(name), std::move(label), std::move(tip), FieldScale::Choice, 0, last, 1, std::move(choices),
        [member](const Layer& layer) { return static_cast<double>(std::get<L>(layer).*member); },
        [member](Layer& layer, double value) { std::get<L>(layer).*member = static_cast<E>(std::lround(value)); },
        always<L>()};
}

/// Whether the padding follows from the image's size. Otherwise half the kernel is what comes nearest.
LayerField samePadding() {
    return {"same", QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue", "Border"),
        QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue",
            "Zeros around the image: a number of your own, or as many as keep its size (\"same\" in Keras)."),
        FieldScale::Choice, 0, 1, 1,
        {QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue", "Zeros as set"),
            QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue", "Keeps the size")},
        [](const Layer& layer) { return std::get<Conv>(layer).padding.isSame() ? 1.0 : 0.0; },
        [](Layer& layer, double value) {
            Conv& conv = std::get<Conv>(layer);
            if (value > 0.5)
                conv.padding = Padding::same();
            else if (conv.padding.isSame())
                conv.padding = conv.kernel / 2;
        },
        always<Conv>()};
}

LayerField zeros() {
    return {"padding", QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue", "Padding"),
        QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue",
            "Zeros added on each side of the image. Half the kernel keeps the image's size."),
        FieldScale::Whole, 0, 62, 1, {},
        [](const Layer& layer) { return static_cast<double>(std::get<Conv>(layer).padding.zeros()); },
        [](Layer& layer, double value) { std::get<Conv>(layer).padding = static_cast<int>(value); },
        [](const Layer& layer) {
            const Conv* conv = std::get_if<Conv>(&layer);
            return conv && !conv->padding.isSame();
        }};
}

LayerKind conv() {
    return {"conv", QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue", "Convolution"),
        QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue", "Small kernels slide over the image; each finds one pattern "
                                                         "wherever it is and makes one feature map."),
        Conv{32, 3, 1, 1},
        {whole("filters", QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue", "Filters"),
             QT_TRANSLATE_NOOP(
                 "kernelscope::LayerCatalogue", "How many kernels there are: each makes one feature map."),
             &Conv::filters, 1, 4096, FieldScale::WholeRatio),
            whole("kernel", QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue", "Kernel size"),
                QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue",
                    "Side of the square window that a kernel sees at a time. 3 and 5 are usual."),
                &Conv::kernel, 1, 63),
            whole("stride", QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue", "Stride"),
                QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue",
                    "How many pixels the window moves at a time. 2 halves the feature maps."),
                &Conv::stride, 1, 63),
            samePadding(), zeros()}};
}

LayerKind pool() {
    return {"pool", QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue", "Pooling"),
        QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue", "Of every window only the greatest value, or the average, is "
                                                         "kept: the maps shrink, and small shifts no longer matter."),
        Pool{PoolKind::Max, 2, 2},
        {choice("kind", QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue", "Keeps"),
             QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue", "What is kept of a window."), &Pool::kind,
             {QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue", "Greatest value"),
                 QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue", "Average")}),
            whole("size", QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue", "Window size"),
                QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue", "Side of the square window. 2 is usual."), &Pool::size,
                1, 63),
            whole("stride", QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue", "Stride"),
                QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue",
                    "How many pixels the window moves at a time. As many as its size is usual: windows then lie side "
                    "by side."),
                &Pool::stride, 1, 63)}};
}

LayerKind dense() {
    return {"dense", QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue", "Dense"),
        QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue",
            "Every unit sees all inputs: a matrix times a vector. The last one has a unit for each class."),
        Dense{64},
        {whole("units", QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue", "Units"),
            QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue",
                "How many weighted sums of all inputs there are. The last layer needs one for each class."),
            &Dense::units, 1, 65536, FieldScale::WholeRatio)}};
}

LayerKind activation() {
    LayerField slope = real("slope", QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue", "Slope"),
        QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue", "What negative values are multiplied by. 0.01 is usual."),
        &Activation::slope, 0, 1, 0.01);
    slope.applies = [](const Layer& layer) {
        const Activation* held = std::get_if<Activation>(&layer);
        return held && held->kind == ActivationKind::LeakyRelu;
    };
    return {"activation", QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue", "Activation"),
        QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue", "Bends every value. Without it, layers one after the other "
                                                         "would do no more than a single one."),
        Activation{ActivationKind::Relu},
        {choice("function", QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue", "Function"),
             QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue", "What is done to every value."), &Activation::kind,
             {QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue", "ReLU"),
                 QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue", "tanh"),
                 QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue", "leaky ReLU"),
                 QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue", "sigmoid")}),
            std::move(slope)}};
}

LayerKind dropout() {
    return {"dropout", QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue", "Dropout"),
        QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue",
            "While training, values are dropped at random, so that the network relies on no single one and learns less "
            "by heart."),
        Dropout{},
        {real("rate", QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue", "Rate"),
            QT_TRANSLATE_NOOP(
                "kernelscope::LayerCatalogue", "The chance of a value to be dropped. 0.2 to 0.5 is usual."),
            &Dropout::rate, 0, 0.95, 0.05)}};
}

LayerKind batchNorm() {
    return {"batchnorm", QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue", "Batch norm"),
        QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue",
            "Brings every channel to mean 0 and variance 1 over the batch. Deep networks learn faster with it."),
        BatchNorm{},
        {real("momentum", QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue", "Momentum"),
             QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue",
                 "How much of the running mean and variance stays in each step. 0.9 is usual."),
             &BatchNorm::momentum, 0, 0.99, 0.01),
            real("epsilon", QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue", "Epsilon"),
                QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue",
                    "A small number that keeps the layer from dividing by zero. 1e-05 is usual."),
                &BatchNorm::epsilon, 1e-7, 0.1, 1e-6, FieldScale::RealRatio)}};
}

LayerKind flatten() {
    return {"flatten", QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue", "Flatten"),
        QT_TRANSLATE_NOOP("kernelscope::LayerCatalogue",
            "Reads all feature maps as one vector, as a dense layer needs it. Nothing is computed."),
        Flatten{}, {}};
}

} // namespace

const std::vector<LayerKind>& layerCatalogue() {
    static const std::vector<LayerKind> kinds{conv(), batchNorm(), activation(), pool(), dropout(), flatten(), dense()};
    return kinds;
}

const LayerKind& kindOf(const Layer& layer) {
    for (const LayerKind& kind : layerCatalogue())
        if (kind.fresh.index() == layer.index())
            return kind;
    throw Error({"Cannot edit the layer", kindName(layer), "no entry for it in the catalogue", "one", ""});
}

std::vector<const LayerField*> fieldsOf(const Layer& layer) {
    std::vector<const LayerField*> fields;
    for (const LayerField& field : kindOf(layer).fields)
        if (field.applies(layer))
            fields.push_back(&field);
    return fields;
}

const LayerField* findField(const Layer& layer, const std::string& name) {
    for (const LayerField* field : fieldsOf(layer))
        if (field->name == name)
            return field;
    return nullptr;
}

Layer withValue(const Layer& layer, const LayerField& field, double value) {
    Layer result = layer;
    field.setValue(result, field.isWhole() ? std::round(value) : value);
    return result;
}

} // namespace kernelscope
