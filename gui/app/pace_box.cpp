// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pace_box.h"

#include "app/session.h"

namespace kernelscope {

PaceBox::PaceBox(Session& session, QWidget* parent) : QComboBox(parent) {
    setObjectName("paceBox");
    setAccessibleName(tr("Pace"));
    setSizeAdjustPolicy(QComboBox::AdjustToContents);
    setToolTip(tr("Watch: every view is live, which takes some of the processor from the training.\n"
                  "Full speed: views stand still while the network trains; curves and figures come twice a second."));
    addItem(tr("Watch"), static_cast<int>(Session::Pace::Watch));
    addItem(tr("Full speed"), static_cast<int>(Session::Pace::FullSpeed));
    const auto show = [this, &session] { setCurrentIndex(findData(static_cast<int>(session.pace()))); };
    show();
    connect(&session, &Session::paceChanged, this, show);
    connect(this, &QComboBox::activated, this,
        [this, &session](int index) { session.setPace(static_cast<Session::Pace>(itemData(index).toInt())); });
}

} // namespace kernelscope
