// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/layer_text.h"

#include "base/overloaded.h"
#include "widgets/number_text.h"

#include <QCoreApplication>
#include <QStringList>

namespace kernelscope {
namespace {

QString tr(const char* text, int n = -1) {
    return QCoreApplication::translate("kernelscope::LayerText", text, nullptr, n);
}

/// "3×3".
QString square(int side) {
    return QStringLiteral("%1×%1").arg(side);
}

/// "25 %".
QString percentText(float share) {
    return tr("%1 %").arg(QString::number(static_cast<double>(share) * 100, 'g', 4));
}

/// "11×11".
QString plane(const Shape& shape) {
    return QStringLiteral("%1×%2").arg(shape.height).arg(shape.width);
}

QString sentence(const Conv& conv, const LayerInfo& info) {
    QString text = info.in.channels == 1 ? tr("%1 kernels of %2 slide over the image; each makes one %3 feature map.")
                                               .arg(conv.filters)
                                               .arg(square(conv.kernel), plane(info.out))
                                         : tr("%1 kernels of %2 over %3 channels; each makes one %4 feature map.")
                                               .arg(conv.filters)
                                               .arg(square(conv.kernel))
                                               .arg(info.in.channels)
                                               .arg(plane(info.out));
    if (conv.stride > 1)
        text += QLatin1Char(' ') + tr("The window moves %1 pixels at a time.").arg(conv.stride);
    if (conv.padding.isSame())
        text += QLatin1Char(' ') + (conv.stride == 1 ? tr("Zeros around the image keep its size.")
                                                     : tr("Zeros around the image let the window reach its edges."));
    else if (conv.padding.zeros() > 0)
        text += QLatin1Char(' ') + tr("The image is framed by %1 pixels of zeros.").arg(conv.padding.zeros());
    return text;
}

QString sentence(const Pool& pool, const LayerInfo& info) {
    const QString what = pool.kind == PoolKind::Max ? tr("the greatest value") : tr("the average");
    return tr("Of every %1 window only %2 is kept: each of the %3 maps shrinks from %4 to %5.")
        .arg(square(pool.size), what)
        .arg(info.in.channels)
        .arg(plane(info.in), plane(info.out));
}

QString sentence(const Dense& dense, const LayerInfo& info) {
    return tr("%1 units, each a weighted sum of all %2 inputs: a %1 × %2 matrix times a vector.")
        .arg(dense.units)
        .arg(countText(info.in.channels));
}

QString sentence(const Activation& activation, const LayerInfo&) {
    switch (activation.kind) {
    case ActivationKind::Relu:
        return tr("ReLU: negative values become zero, all others stay as they are.");
    case ActivationKind::Tanh:
        break;
    case ActivationKind::LeakyRelu:
        return tr("Leaky ReLU: negative values are multiplied by %1, all others stay as they are.")
            .arg(valueText(static_cast<double>(activation.slope)));
    case ActivationKind::Sigmoid:
        return tr("Sigmoid: every value is squeezed smoothly to between 0 and 1.");
    }
    return tr("tanh: every value is squeezed smoothly to between −1 and 1.");
}

QString sentence(const Dropout& dropout, const LayerInfo&) {
    return tr("While training, every value becomes zero with a chance of %1, at random and anew in each step, and the "
              "others grow to make up for it. A trained network is used without it.")
        .arg(percentText(dropout.rate));
}

QString sentence(const BatchNorm&, const LayerInfo& info) {
    return (info.in.isFlat() ? tr("Each of the %1 units is shifted and scaled to mean 0 and variance 1 over the batch, "
                                  "then to a mean and a spread that are learnt.")
                             : tr("Each of the %1 maps is shifted and scaled to mean 0 and variance 1 over the batch, "
                                  "then to a mean and a spread that are learnt."))
               .arg(info.in.channels) +
           QLatin1Char(' ') + tr("A trained network uses the running mean and variance.");
}

QString sentence(const Flatten&, const LayerInfo& info) {
    return tr("The %1 maps of %2 are read map by map, row by row, as one vector of %3 values. Nothing is computed.")
        .arg(info.in.channels)
        .arg(plane(info.in), countText(info.out.channels));
}

/// The function's name.
QString functionText(const Activation& activation) {
    switch (activation.kind) {
    case ActivationKind::Relu:
        return tr("ReLU");
    case ActivationKind::Tanh:
        break;
    case ActivationKind::LeakyRelu:
        return tr("leaky ReLU");
    case ActivationKind::Sigmoid:
        return tr("sigmoid");
    }
    return tr("tanh");
}

QString row(const QString& name, const QString& value) {
    return QStringLiteral("<tr><td>%1&nbsp;&nbsp;</td><td>%2</td></tr>").arg(name, value);
}

} // namespace

QString layerCaption(const Layer& layer) {
    return std::visit(
        Overloaded{
            [](const Conv& conv) { return tr("%1 convolution").arg(square(conv.kernel)); },
            [](const Pool& pool) {
                return (pool.kind == PoolKind::Max ? tr("%1 max-pool") : tr("%1 mean pool")).arg(square(pool.size));
            },
            [](const Dense& dense) { return tr("%1 units").arg(dense.units); },
            [](const Activation& activation) { return functionText(activation); },
            [](const Dropout& dropout) { return tr("dropout %1").arg(percentText(dropout.rate)); },
            [](const BatchNorm&) { return tr("batch norm"); },
            [](const Flatten&) { return tr("flatten"); },
        },
        layer);
}

QString layerSummary(const Layer& layer) {
    QStringList parts{layerCaption(layer)};
    if (const Conv* conv = std::get_if<Conv>(&layer)) {
        parts = {tr("%1 filters of %2").arg(conv->filters).arg(square(conv->kernel))};
        if (conv->stride != 1)
            parts += tr("stride %1").arg(conv->stride);
        if (conv->padding.isSame())
            parts += tr("same size");
        else if (conv->padding.zeros() != 0)
            parts += tr("padding %1").arg(conv->padding.zeros());
    } else if (const Pool* pool = std::get_if<Pool>(&layer); pool && pool->stride != pool->size) {
        parts += tr("stride %1").arg(pool->stride);
    }
    return parts.join(QStringLiteral(", "));
}

QString layerSentence(const Plan& plan, int layer) {
    const auto index = static_cast<std::size_t>(layer);
    QString text =
        std::visit([&](const auto& held) { return sentence(held, plan.layers[index]); }, plan.network.layers[index]);
    if (index + 1 == plan.layers.size())
        text += QLatin1Char(' ') + tr("Softmax turns them into probabilities.");
    return text;
}

QString parameterFormula(const Plan& plan, int layer) {
    QStringList terms;
    for (const ParameterInfo& parameter : plan.parameters) {
        if (parameter.layer != layer)
            continue;
        QStringList factors;
        for (int dimension : parameter.shape.dimensions)
            factors += countText(dimension);
        terms += factors.join(QStringLiteral(" × "));
    }
    if (terms.isEmpty())
        return tr("nothing to learn");
    return terms.join(QStringLiteral(" + ")) + QStringLiteral(" = ") +
           countText(plan.layers[static_cast<std::size_t>(layer)].parameters);
}

QString layerToolTip(const Plan& plan, int layer) {
    const LayerInfo& info = plan.layers[static_cast<std::size_t>(layer)];
    QString text = QStringLiteral("<p><b>%1</b>: %2<br/>%3</p><table>")
                       .arg(QString::fromStdString(info.name).toHtmlEscaped(),
                           layerCaption(plan.network.layers[static_cast<std::size_t>(layer)]).toHtmlEscaped(),
                           layerSentence(plan, layer).toHtmlEscaped());
    text += row(tr("Input"), shapeText(info.in));
    text += row(tr("Output"), shapeText(info.out));
    text += row(tr("Parameters"), parameterFormula(plan, layer));
    if (info.states > 0)
        text += row(tr("Running statistics"), countText(info.states));
    if (info.flops.forward > 0) {
        text += row(tr("Forward"), tr("%1 an image (counted from the shapes)").arg(flopsText(info.flops.forward)));
        text += row(tr("Backward"), flopsText(info.flops.backward));
    } else {
        text += row(tr("FLOPs"), tr("not counted: only multiply-adds are"));
    }
    if (info.parameterBytes > 0)
        text += row(tr("Parameter bytes"), bytesText(info.parameterBytes));
    text += row(tr("Output bytes"), tr("%1 an image").arg(bytesText(info.activationBytes)));
    return text + QStringLiteral("</table>");
}

} // namespace kernelscope
