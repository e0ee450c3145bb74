// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/check_dialog.h"

#include "app/session.h"
#include "app/svg_icon.h"
#include "devices/devices.h"
#include "widgets/device_text.h"

#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <mutex>
#include <utility>
#include <vector>

namespace kernelscope {

using namespace std::chrono_literals;

/// What the checking thread and the dialog share.
struct CheckDialog::Shared {
    std::mutex mutex;
    bool cancelled = false;
    std::size_t planned = 0;
    std::vector<CheckResult> arrived; ///< Not shown yet.
    CheckReport report;               ///< Whole once the thread is done.
};

namespace {

enum Column { CaseColumn, ResultColumn, DeviationColumn, ToleranceColumn, WhereColumn };

QLabel* wrapped(const char* name, QWidget* parent) {
    auto* label = new QLabel(parent);
    label->setObjectName(QLatin1String(name));
    label->setWordWrap(true);
    return label;
}

} // namespace

CheckDialog::CheckDialog(Session& session, QWidget* parent, std::string filter)
    : QDialog(parent),
      m_session(session),
      m_filter(std::move(filter)),
      m_device(wrapped("checkDevice", this)),
      m_verdict(wrapped("checkVerdict", this)),
      m_progress(new QProgressBar(this)),
      m_cases(new QTreeWidget(this)),
      m_start(new QPushButton(this)) {
    setObjectName(QStringLiteral("checkDialog"));
    setWindowTitle(tr("Check this device"));
    QFont strong = font();
    strong.setWeight(QFont::DemiBold);
    m_device->setFont(strong);
    QLabel* about = wrapped("checkAbout", this);
    about->setText(
        tr("Small networks of every kind of layer, every optimizer, dropout masks and short runs are computed on "
           "the device and compared with the reference, which is slow and simple."));
    m_verdict->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_progress->setObjectName(QStringLiteral("checkProgress"));
    m_progress->setAccessibleName(tr("Cases that are done"));
    m_progress->setTextVisible(false);

    m_cases->setObjectName(QStringLiteral("checkCases"));
    m_cases->setAccessibleName(tr("Cases, those that deviate first"));
    m_cases->setRootIsDecorated(false);
    m_cases->setUniformRowHeights(true);
    m_cases->setAllColumnsShowFocus(true);
    m_cases->setTabKeyNavigation(false);
    m_cases->setHeaderLabels({tr("Case"), tr("Result"), tr("Deviation"), tr("Allowed"), tr("In")});
    for (const int column : {DeviationColumn, ToleranceColumn})
        m_cases->headerItem()->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
    m_cases->headerItem()->setToolTip(
        DeviationColumn, tr("The figure of the case that comes nearest to what is allowed, or goes farthest beyond"));
    m_cases->headerItem()->setToolTip(ToleranceColumn, tr("The greatest deviation that is allowed"));

    m_start->setObjectName(QStringLiteral("checkStart"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    buttons->addButton(m_start, QDialogButtonBox::ActionRole);
    connect(m_start, &QPushButton::clicked, this, &CheckDialog::startOrCancel);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);

    auto* layout = new QVBoxLayout(this);
    for (QWidget* widget : std::initializer_list<QWidget*>{m_device, about, m_verdict, m_progress})
        layout->addWidget(widget);
    layout->addWidget(m_cases, 1);
    layout->addWidget(buttons);
    const int letter = fontMetrics().averageCharWidth();
    m_cases->setColumnWidth(CaseColumn, 52 * letter);
    for (const int column : {ResultColumn, DeviationColumn, ToleranceColumn})
        m_cases->setColumnWidth(column, 13 * letter);
    resize(132 * letter, 26 * fontMetrics().height());

    m_timer.setInterval(50ms);
    connect(&m_timer, &QTimer::timeout, this, &CheckDialog::poll);
    connect(&m_job, &BackgroundJob::done, this, [this] { finish(QString()); });
    connect(&m_job, &BackgroundJob::failed, this, &CheckDialog::finish);
    connect(&session, &Session::deviceIdChanged, this, &CheckDialog::refresh);
    connect(&session, &Session::devicesChanged, this, &CheckDialog::refresh);
    connect(&session.run(), &RunSource::stateChanged, this, &CheckDialog::showRun);
    refresh();
    m_start->setDefault(true);
    m_start->setFocus();
}

CheckDialog::~CheckDialog() {
    if (m_shared) {
        const std::lock_guard lock(m_shared->mutex);
        m_shared->cancelled = true;
    }
}

void CheckDialog::open(Session& session, QWidget* window) {
    auto* dialog = window->findChild<CheckDialog*>(QString(), Qt::FindDirectChildrenOnly);
    if (!dialog)
        dialog = new CheckDialog(session, window);
    dialog->show();
    dialog->raise();
    dialog->activateWindow();
}

void CheckDialog::reject() {
    if (isChecking())
        startOrCancel();
    QDialog::reject();
}

void CheckDialog::startOrCancel() {
    if (isChecking()) {
        const std::lock_guard lock(m_shared->mutex);
        m_shared->cancelled = true;
        m_start->setEnabled(false);
        return;
    }
    if (!m_session.canEdit() || m_session.isMeasuring())
        return;
    m_cases->clear();
    m_rows = 0;
    m_yields = false;
    m_checkedId = m_session.deviceId();
    m_shared = std::make_shared<Shared>();
    m_job.start([shared = m_shared, id = m_checkedId.toStdString(), filter = m_filter] {
        const std::unique_ptr<Backend> backend = openBackend(id);
        std::size_t told = 0;
        CheckReport report = checkDevice(*backend, deviceChecks(filter), [&](const CheckReport& soFar) {
            const std::lock_guard lock(shared->mutex);
            shared->planned = soFar.planned;
            for (; told < soFar.results.size(); ++told)
                shared->arrived.push_back(soFar.results[told]);
            return !shared->cancelled;
        });
        const std::lock_guard lock(shared->mutex);
        shared->report = std::move(report);
    });
    m_timer.start();
    refresh();
}

void CheckDialog::poll() {
    std::vector<CheckResult> arrived;
    {
        const std::lock_guard lock(m_shared->mutex);
        arrived.swap(m_shared->arrived);
        m_progress->setMaximum(static_cast<int>(std::max<std::size_t>(m_shared->planned, 1)));
    }
    for (const CheckResult& result : arrived)
        addRow(result);
    m_progress->setValue(static_cast<int>(m_rows));
    if (m_rows > 0 && m_timer.isActive())
        m_verdict->setText(tr("%1 of %2 cases are done.").arg(m_rows).arg(m_progress->maximum()));
}

void CheckDialog::addRow(const CheckResult& result) {
    const CheckFigure* worst = result.worst();
    auto* row = new QTreeWidgetItem;
    row->setText(CaseColumn, QString::fromStdString(result.group + ": " + result.name));
    row->setText(ResultColumn, result.passed() ? tr("agrees") : tr("deviates"));
    if (worst && result.failure.empty()) {
        row->setText(DeviationColumn, QString::fromStdString(deviationText(worst->deviation)));
        row->setText(ToleranceColumn, QString::fromStdString(deviationText(worst->tolerance)));
        row->setText(WhereColumn, QString::fromStdString(worst->what));
    } else {
        row->setText(WhereColumn, QString::fromStdString(result.failure));
    }
    for (const int column : {CaseColumn, WhereColumn})
        row->setToolTip(column, row->text(column));
    for (const int column : {DeviationColumn, ToleranceColumn})
        row->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
    if (!result.passed())
        row->setIcon(ResultColumn, svgIcon("warning"));
    // What is wrong is what one looks for.
    m_cases->insertTopLevelItem(result.passed() ? m_cases->topLevelItemCount() : 0, row);
    ++m_rows;
}

void CheckDialog::finish(const QString& failure) {
    m_timer.stop();
    poll();
    if (failure.isEmpty())
        m_verdictText = QString::fromStdString(m_shared->report.verdict());
    else
        m_verdictText = failure;
    if (m_yields)
        m_verdictText += QLatin1Char(' ') + tr("A run began, and has the computer to itself.");
    m_shared.reset();
    refresh();
}

void CheckDialog::showRun() {
    if (isChecking() && !m_session.canEdit() && !m_yields) {
        m_yields = true;
        startOrCancel();
    }
    refresh();
}

void CheckDialog::refresh() {
    const QString id = isChecking() ? m_checkedId : m_session.deviceId();
    QString label = deviceLabel(id);
    for (const DeviceEntry& device : m_session.devices())
        if (QString::fromStdString(device.info.id) == id)
            label = tr("%1: %2, %3")
                        .arg(QString::fromStdString(device.label), QString::fromStdString(device.info.name),
                            QString::fromStdString(device.info.instructionSet));
    m_device->setText(label);
    m_progress->setVisible(isChecking());
    m_start->setText(isChecking() ? tr("Cance&l") : tr("C&heck"));
    if (isChecking()) {
        m_start->setEnabled(true);
        m_verdict->setText(tr("The first case is computed."));
        return;
    }
    const bool canCheck = m_session.canEdit() && !m_session.isMeasuring();
    m_start->setEnabled(canCheck);
    if (!m_verdictText.isEmpty() && m_checkedId == id)
        m_verdict->setText(m_verdictText);
    else if (canCheck)
        m_verdict->setText(tr("This takes about a minute. Training can begin meanwhile; the check then ends."));
    else
        m_verdict->setText(tr("Training goes on. The device can be checked when the run has ended."));
    if (!canCheck)
        m_start->setToolTip(tr("Training goes on. The device can be checked when the run has ended."));
    else
        m_start->setToolTip(QString());
    if (m_checkedId != id)
        m_cases->clear(); // they are another device's
}

} // namespace kernelscope
