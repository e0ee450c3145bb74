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
    if (conv.padding > 0)
        text += QLatin1Char(' ') + tr("The image is framed by %1 pixels of zeros.").arg(conv.padding);
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
    return activation.kind == ActivationKind::Relu
               ? tr("ReLU: negative values become zero, all others stay as they are.")
               : tr("tanh: every value is squeezed smoothly to between −1 and 1.");
}

QString sentence(const Flatten&, const LayerInfo& info) {
    return tr("The %1 maps of %2 are read map by map, row by row, as one vector of %3 values. Nothing is computed.")
        .arg(info.in.channels)
        .arg(plane(info.in), countText(info.out.channels));
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
            [](const Activation& activation) {
                return activation.kind == ActivationKind::Relu ? tr("ReLU") : tr("tanh");
            },
            [](const Flatten&) { return tr("flatten"); },
        },
        layer);
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
