// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/training_plot_accessible.h"

#include "train/training_plot.h"

#include <QAccessibleWidget>

namespace kernelscope {
namespace {

class AccessibleTrainingPlot : public QAccessibleWidget {
public:
    explicit AccessibleTrainingPlot(TrainingPlot* plot) : QAccessibleWidget(plot, QAccessible::Chart) {}

    /// Made when asked, so that a running training costs nothing where nobody listens.
    QString text(QAccessible::Text which) const override {
        if (which == QAccessible::Value || which == QAccessible::Description)
            return static_cast<const TrainingPlot*>(widget())->summary();
        if (which == QAccessible::Help)
            return TrainingPlot::tr("Left and Right read values, plus and minus zoom, Home shows the whole run.");
        return QAccessibleWidget::text(which);
    }
};

QAccessibleInterface* makeInterface(const QString& className, QObject* object) {
    if (className == QLatin1String("kernelscope::TrainingPlot"))
        if (auto* plot = qobject_cast<TrainingPlot*>(object))
            return new AccessibleTrainingPlot(plot);
    return nullptr;
}

} // namespace

void installTrainingPlotAccessibility() {
    static const bool installed = [] {
        QAccessible::installFactory(makeInterface);
        return true;
    }();
    Q_UNUSED(installed)
}

} // namespace kernelscope
