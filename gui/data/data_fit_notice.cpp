// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/data_fit_notice.h"

#include "editor/network_edit.h"
#include "editor/network_fix.h"
#include "widgets/number_text.h"

namespace kernelscope {

DataFitNotice::DataFitNotice(Session& session, QWidget* parent)
    : Notice(Kind::Information, "dataFitNotice", parent),
      m_session(session) {
    connect(&session, &Session::networkChanged, this, &DataFitNotice::refresh);
    connect(&session, &Session::dataChanged, this, &DataFitNotice::refresh);
    connect(&session.run(), &RunSource::stateChanged, this, &DataFitNotice::refresh);
    refresh();
}

void DataFitNotice::refresh() {
    const DataSetPtr set = m_session.data();
    const Network& network = m_session.network();
    const int outputs = m_session.plan().classes;
    if (!set || (network.input == set->info().shape && outputs == set->info().classes) || !m_session.canEdit()) {
        dismiss();
        return;
    }
    const DataInfo& info = set->info();
    const DataMeasures measures{info.shape, info.classes};
    const QString name = QString::fromStdString(network.name);
    std::vector<Remedy> remedies;
    const std::optional<Network> fitted = fittedTo(network, measures);
    if (fitted)
        remedies.push_back({tr("Fit %1 to the data").arg(name),
            tr("Changes the size of its input and the number of its outputs, and no other layer"),
            [this, fitted] { m_session.setNetwork(*fitted); }});
    for (const Network& other : presetsFor(measures)) {
        const bool isSame = other == network || (fitted && other.layers == fitted->layers);
        if (remedies.size() >= 3 || isSame)
            continue;
        remedies.push_back({tr("Use %1").arg(QString::fromStdString(originalName(other))),
            tr("A built-in network that reads images of %1").arg(shapeText(other.input)),
            [this, other] { m_session.setNetwork(other); }});
    }
    if (remedies.empty())
        remedies.push_back({tr("Edit the network"), tr("No built-in network fits these images as it is"),
            [this] { emit networkEditRequested(); }});
    QString text;
    if (network.input != info.shape)
        text = tr("The network %1 reads images of %2, but those of %3 are %4.")
                   .arg(name, shapeText(network.input), QString::fromStdString(info.name), shapeText(info.shape));
    else
        text = tr("The network %1 tells %2 classes apart, but %3 has %4.")
                   .arg(name, countText(outputs), QString::fromStdString(info.name), countText(info.classes));
    show(text + QLatin1Char(' ') + tr("They cannot be trained together as they are."), std::move(remedies));
}

} // namespace kernelscope
