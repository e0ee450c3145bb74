// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Looks over a data set's labels before they are trained on.
#pragma once

#include "app/background_job.h"
#include "data/data_set.h"
#include "training/training_spec.h"

#include <QObject>
#include <QStringList>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace kernelscope {

/// Finds labelWarnings() in a thread: a data set may have millions of labels. The newest question counts.
class LabelCheck : public QObject {
    Q_OBJECT

public:
    explicit LabelCheck(QObject* parent = nullptr);

    /// Answers with changed(), unless the same was asked last.
    void ask(const DataSetPtr& data, const TrainingSpec& spec);
    /// Of the last question that was answered; empty while another one is open.
    const QStringList& warnings() const { return m_warnings; }

signals:
    void changed();

private:
    struct Question {
        DataSetPtr data;
        std::size_t samples = 0;
        bool operator==(const Question&) const = default;
    };

    void begin();
    void onDone();

    Question m_asked;
    Question m_begun;
    QStringList m_warnings;
    std::shared_ptr<std::vector<std::string>> m_found;
    BackgroundJob m_job; // last, so that its thread ends first
};

} // namespace kernelscope
