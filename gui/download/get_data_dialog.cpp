// SPDX-License-Identifier: GPL-3.0-or-later
#include "download/get_data_dialog.h"

#include "app/session.h"
#include "data/data_box.h"
#include "download/offer_row.h"
#include "editor/notice.h"
#include "widgets/number_text.h"

#include <QCloseEvent>
#include <QDialogButtonBox>
#include <QDir>
#include <QFileInfo>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

namespace kernelscope {
namespace {

using namespace std::chrono_literals;

/// The rate is that of the last seconds.
constexpr qint64 rateWindowMs = 4000;

/// Whole seconds, or minutes and seconds.
QString timeText(double seconds) {
    return seconds < 60 ? GetDataDialog::tr("%1 s").arg(static_cast<int>(seconds)) : secondsText(seconds);
}

bool hasPart(const DataSetOffer& offer) {
    const QString folder = cacheFolderOf(offer) + QLatin1Char('/');
    return std::any_of(offer.files.begin(), offer.files.end(), [&](const RemoteFile& file) {
        return QFileInfo(folder + file.name + QStringLiteral(".part")).size() > 0 ||
               QFileInfo::exists(folder + file.name);
    });
}

} // namespace

GetDataDialog::GetDataDialog(
    Session& session, QWidget* parent, const QList<DataSetOffer>& offers, const DownloadRules& rules)
    : QDialog(parent),
      m_session(session),
      m_offers(offers),
      m_rules(rules),
      m_choose(new QPushButton(tr("&Choose a folder I have…"), this)),
      m_failure(new Notice(Notice::Kind::Problem, "downloadFailure", this)) {
    setObjectName(QStringLiteral("getDataDialog"));
    setWindowTitle(tr("Get data sets"));
    auto* heading = new QLabel(
        tr("Nothing is downloaded before you press a button. The files come over HTTPS, their checksums are compared, "
           "and they are kept in %1.")
            .arg(QDir::toNativeSeparators(dataCacheFolder())),
        this);
    heading->setWordWrap(true);
    heading->setTextFormat(Qt::PlainText);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 16, 16, 12);
    layout->setSpacing(12);
    layout->addWidget(heading);

    auto* list = new QWidget;
    auto* rows = new QVBoxLayout(list);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(10);
    for (int i = 0; i < m_offers.size(); ++i) {
        auto* row = new OfferRow(m_offers[i], list);
        connect(row, &OfferRow::getClicked, this, [this, i] { get(i); });
        connect(row, &OfferRow::openClicked, this, [this, i] { openSet(i); });
        connect(row, &OfferRow::cancelClicked, this, [this] {
            if (m_progress)
                m_progress->cancel();
        });
        rows->addWidget(row);
        m_rows.push_back(row);
    }
    rows->addStretch();
    auto* scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(list);
    layout->addWidget(scroll, 1);
    layout->addWidget(m_failure);

    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    buttons->addButton(m_choose, QDialogButtonBox::ActionRole);
    m_choose->setObjectName(QStringLiteral("chooseOwnData"));
    m_choose->setAutoDefault(false);
    buttons->button(QDialogButtonBox::Close)->setAutoDefault(false);
    buttons->button(QDialogButtonBox::Close)->setToolTip(tr("Ends a download; what has arrived is kept"));
    connect(m_choose, &QPushButton::clicked, this, &GetDataDialog::chooseRequested);
    connect(buttons, &QDialogButtonBox::rejected, this, &QWidget::close);
    layout->addWidget(buttons);

    connect(this, &GetDataDialog::chooseRequested, this, [this] {
        if (m_session.canEdit())
            chooseDataFolder(this, [this](const QString& path) { openOwn(path); });
    });
    connect(&session, &Session::dataChanged, this, [this] {
        if (std::exchange(m_opensOwn, false) && !isDownloading())
            close();
    });
    connect(&session, &Session::dataCancelled, this, [this] { m_opensOwn = false; });
    connect(&session, &Session::failed, this, [this](const QString&, const QString& message, FailureSubject subject) {
        if (subject == FailureSubject::Opening && std::exchange(m_opensOwn, false))
            m_failure->show(message);
    });
    connect(&m_job, &BackgroundJob::done, this, &GetDataDialog::onDone);
    connect(&m_job, &BackgroundJob::failed, this, &GetDataDialog::onFailed);
    connect(&session.run(), &RunSource::stateChanged, this, &GetDataDialog::showRows);
    m_timer.setInterval(100ms);
    connect(&m_timer, &QTimer::timeout, this, &GetDataDialog::refresh);
    showRows();
    const int width = fontMetrics().averageCharWidth() * 112;
    list->setMinimumWidth(std::min(width - 64, list->sizeHint().width()));
    resize(width, heading->heightForWidth(width - 32) + list->sizeHint().height() + fontMetrics().height() * 10);
}

GetDataDialog::~GetDataDialog() {
    if (m_progress)
        m_progress->cancel();
}

void GetDataDialog::open(Session& session, QWidget* window) {
    auto* dialog = window->findChild<GetDataDialog*>(QString(), Qt::FindDirectChildrenOnly);
    if (!dialog) {
        dialog = new GetDataDialog(session, window);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
    }
    dialog->show();
    dialog->raise();
    dialog->activateWindow();
}

void GetDataDialog::closeEvent(QCloseEvent* event) {
    if (m_progress)
        m_progress->cancel();
    QDialog::closeEvent(event);
}

QString GetDataDialog::whyNoFolder() const {
    return m_session.canEdit() ? QString() : tr("A run goes on. A folder can be opened when the run has ended.");
}

void GetDataDialog::showRows() {
    const QString whyNot = whyNoFolder();
    m_choose->setEnabled(whyNot.isEmpty());
    m_choose->setToolTip(whyNot.isEmpty() ? tr("A folder of data that is on this computer already") : whyNot);
    if (const QString failure = m_failure->text(); !failure.isEmpty())
        showFailure(failure); // its buttons depend on the run as well
    for (int i = 0; i < m_offers.size(); ++i) {
        using State = OfferRow::State;
        const State state = isDownloading() && i == m_current ? State::Downloading
                            : isCached(m_offers[i])           ? State::Here
                            : isDownloading()                 ? State::Waiting
                            : hasPart(m_offers[i])            ? State::Partial
                                                              : State::Available;
        m_rows[static_cast<std::size_t>(i)]->setState(state, m_session.canEdit());
    }
}

void GetDataDialog::get(int number) {
    if (isDownloading())
        return;
    m_failure->dismiss();
    m_current = number;
    m_samples.clear();
    m_clock.start();
    m_progress = std::make_shared<DownloadProgress>();
    const DataSetOffer offer = m_offers[number];
    m_job.start([progress = m_progress, offer, folder = cacheFolderOf(offer), rules = m_rules] {
        downloadFiles(offer.files, folder, *progress, rules);
    });
    m_timer.start();
    showRows();
    m_rows[static_cast<std::size_t>(number)]->focusButton();
    refresh();
}

void GetDataDialog::openOwn(const QString& path) {
    m_failure->dismiss();
    if (!m_session.canEdit()) { // a run began meanwhile
        m_failure->show(whyNoFolder());
        return;
    }
    m_opensOwn = true;
    m_session.openData(path);
}

void GetDataDialog::openSet(int number) {
    m_session.openData(cacheFolderOf(m_offers[number]));
    close();
}

void GetDataDialog::onDone() {
    m_timer.stop();
    showRows();
    if (isVisible() && m_session.canEdit())
        openSet(m_current);
}

void GetDataDialog::onFailed(const QString& message) {
    m_timer.stop();
    showRows();
    if (m_progress->isCancelled())
        return;
    showFailure(message);
}

void GetDataDialog::showFailure(const QString& message) {
    m_failure->show(message, {{tr("Try again"), tr("Goes on with what has arrived"), [this] { get(m_current); }},
                                 {tr("Choose a folder…"), tr("A folder of data that is on this computer already"),
                                     [this] { emit chooseRequested(); }, whyNoFolder()}});
}

void GetDataDialog::refresh() {
    if (m_current < 0 || !m_progress)
        return;
    const DownloadProgress::State state = m_progress->state();
    const double fraction = state.total > 0 ? static_cast<double>(state.done) / static_cast<double>(state.total) : 0.0;
    m_rows[static_cast<std::size_t>(m_current)]->setProgress(
        fraction, m_progress->isCancelled() ? tr("Ending …") : progressText(state));
}

double GetDataDialog::bytesPerSecond(qint64 done) {
    const qint64 now = m_clock.elapsed();
    m_samples.push_back({now, done});
    while (m_samples.size() > 2 && now - m_samples.front().milliseconds > rateWindowMs)
        m_samples.pop_front();
    const qint64 time = now - m_samples.front().milliseconds;
    return time > 0 ? 1000.0 * static_cast<double>(done - m_samples.front().bytes) / static_cast<double>(time) : 0;
}

QString GetDataDialog::progressText(const DownloadProgress::State& state) {
    using Stage = DownloadProgress::Stage;
    const QString amount = tr("%1 of %2").arg(bytesText(state.done), bytesText(state.total));
    if (state.stage == Stage::Verifying)
        return tr("%1, comparing the checksum of %2").arg(amount, state.file);
    if (state.stage == Stage::Connecting)
        return state.host.isEmpty() ? tr("Looking what is here …") : tr("%1, asking %2 …").arg(amount, state.host);
    const double rate = bytesPerSecond(state.done);
    if (rate < 1)
        return tr("%1 from %2").arg(amount, state.host);
    return tr("%1 from %2, %3/s, about %4 left")
        .arg(amount, state.host, bytesText(static_cast<std::int64_t>(rate)),
            timeText(std::ceil(static_cast<double>(state.total - state.done) / rate)));
}

} // namespace kernelscope
