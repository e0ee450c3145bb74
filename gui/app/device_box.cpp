// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/device_box.h"

#include "app/device_delegate.h"
#include "app/session.h"
#include "widgets/device_text.h"

#include <QAbstractItemView>
#include <QSignalBlocker>
#include <QStandardItemModel>

namespace kernelscope {

DeviceBox::DeviceBox(Session& session, QWidget* parent) : QComboBox(parent), m_session(session) {
    setObjectName("deviceBox");
    setAccessibleName(tr("Run on"));
    setSizeAdjustPolicy(QComboBox::AdjustToContents);
    view()->setItemDelegate(new DeviceDelegate(view()));
    view()->setMinimumWidth(fontMetrics().averageCharWidth() * 60);
    fill();
    connect(&session, &Session::devicesChanged, this, &DeviceBox::fill);
    connect(&session, &Session::deviceIdChanged, this, &DeviceBox::showCurrent);
    connect(&session.run(), &RunSource::stateChanged, this, [this] { setEnabled(m_session.canEdit()); });
    connect(
        this, &QComboBox::activated, this, [this](int index) { m_session.setDeviceId(itemData(index).toString()); });
}

void DeviceBox::fill() {
    const QSignalBlocker blocker(this);
    clear();
    auto* items = qobject_cast<QStandardItemModel*>(model());
    for (const DeviceEntry& device : m_session.devices()) {
        addItem(QString::fromStdString(device.label), QString::fromStdString(device.info.id));
        const int last = count() - 1;
        const QString about = device.usable() ? tr("%1, %2").arg(QString::fromStdString(device.info.name),
                                                    QString::fromStdString(device.info.instructionSet))
                                              : QString::fromStdString(device.reason);
        setItemData(last, about, Qt::ToolTipRole);
        setItemData(last, about, Qt::AccessibleDescriptionRole);
        if (!device.usable() && items)
            items->item(last)->setEnabled(false);
    }
    showCurrent();
}

void DeviceBox::showCurrent() {
    const QSignalBlocker blocker(this);
    int index = findData(m_session.deviceId());
    if (index < 0) {
        // Not found yet, or one that only a command line or a settings file names, such as "cpu:3".
        const QString id = m_session.deviceId();
        addItem(deviceLabel(id), id);
        index = count() - 1;
    }
    setCurrentIndex(index);
    setToolTip(tr("What the next run computes on. %1").arg(itemData(index, Qt::ToolTipRole).toString()).trimmed());
}

} // namespace kernelscope
