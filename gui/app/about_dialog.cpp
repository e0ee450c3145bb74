// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/about_dialog.h"

#include "training/run_record.h"
#include "widgets/rich_label.h"

#include <QDialogButtonBox>
#include <QIcon>
#include <QLabel>
#include <QVBoxLayout>

namespace kernelscope {

AboutDialog::AboutDialog(QWidget* parent) : QDialog(parent) {
    setObjectName("aboutDialog");
    setWindowTitle(tr("About Kernelscope"));
    const BuildInfo build = buildInfo();
    const auto text = [](const std::string& s) { return QString::fromStdString(s).toHtmlEscaped(); };

    auto* icon = new QLabel(this);
    const int size = 4 * fontMetrics().height();
    icon->setPixmap(QIcon(QStringLiteral(":/kernelscope.svg")).pixmap(QSize(size, size), devicePixelRatioF()));
    auto* about = new RichLabel(this);
    about->setObjectName("aboutText");
    about->setWordWrap(true);
    about->setOpenExternalLinks(true);
    about->setMinimumWidth(50 * fontMetrics().averageCharWidth());
    about->setTextInteractionFlags(Qt::TextBrowserInteraction);
    about->setAccessibleName(windowTitle());
    about->setText(
        tr("<h3>Kernelscope %1</h3>"
           "<p>Watch a convolutional network learn, and measure why a GPU trains it faster.</p>"
           "<p>Commit %2, %3, %4.</p>"
           "<p>Free software under the "
           "<a href='https://www.gnu.org/licenses/gpl-3.0.html'>GNU General Public License</a>, version 3 or later, "
           "without any warranty.</p>"
           "<p>It stands on:</p><ul>"
           "<li>Qt %5, GNU Lesser General Public License 3</li>"
           "<li>QCustomPlot, GNU General Public License 3 or later</li>"
           "<li>JSON for Modern C++, MIT License</li>"
           "<li>CLI11, 3-clause BSD License</li>"
           "<li>zlib, zlib License</li>"
           "<li>libpng, libpng License</li>"
           "<li>libjpeg-turbo, BSD and IJG Licenses</li></ul>")
            .arg(text(build.version), text(build.commit), text(build.compiler), text(build.type),
                QString::fromLatin1(qVersion())));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 20, 24, 16);
    layout->addWidget(icon);
    layout->addWidget(about);
    layout->addWidget(buttons);
}

} // namespace kernelscope
