// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/label_check.h"

#include "training/fit.h"

namespace kernelscope {

LabelCheck::LabelCheck(QObject* parent) : QObject(parent) {
    connect(&m_job, &BackgroundJob::done, this, &LabelCheck::onDone);
    // Labels that cannot be counted are no reason to worry anybody: the run will say what is wrong.
    connect(&m_job, &BackgroundJob::failed, this, &LabelCheck::onDone);
}

void LabelCheck::ask(const DataSetPtr& data, const TrainingSpec& spec) {
    const Question question{data, spec.trainSamples};
    if (question == m_asked)
        return;
    m_asked = question;
    if (!m_warnings.isEmpty()) {
        m_warnings.clear();
        emit changed();
    }
    if (!m_job.isRunning())
        begin();
}

void LabelCheck::begin() {
    m_begun = m_asked;
    if (!m_begun.data)
        return;
    m_found = std::make_shared<std::vector<std::string>>();
    m_job.start([place = m_found, question = m_begun] {
        TrainingSpec spec;
        spec.trainSamples = question.samples;
        *place = labelWarnings(*question.data, spec);
    });
}

void LabelCheck::onDone() {
    if (m_begun != m_asked)
        return begin(); // something else was asked meanwhile
    for (const std::string& warning : *m_found)
        m_warnings.append(QString::fromStdString(warning));
    m_begun.data.reset(); // a data set lives no longer than others want it
    if (!m_warnings.isEmpty())
        emit changed();
}

} // namespace kernelscope
