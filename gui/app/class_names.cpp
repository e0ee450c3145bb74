// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/class_names.h"

#include "app/session.h"

namespace kernelscope {

QStringList classNames(const Session& session) {
    const int count = session.plan().classes;
    QStringList names;
    // Data of other images tells of other classes, even where it has as many.
    if (session.dataFits() && static_cast<int>(session.data()->info().classNames.size()) == count) {
        for (const std::string& name : session.data()->info().classNames)
            names += QString::fromStdString(name);
        return names;
    }
    for (int i = 0; i < count; ++i)
        names += QString::number(i);
    return names;
}

} // namespace kernelscope
