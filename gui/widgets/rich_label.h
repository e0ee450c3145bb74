// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// A label with links or markup.
#pragma once

#include <QLabel>

namespace kernelscope {

/// Rich text whose links keep to the palette: a QLabel lays its text out once, and keeps the colours of that time.
class RichLabel : public QLabel {
    Q_OBJECT

public:
    explicit RichLabel(QWidget* parent = nullptr);

protected:
    void changeEvent(QEvent* event) override;
};

} // namespace kernelscope
