// SPDX-License-Identifier: GPL-3.0-or-later
// What `cmake --install` puts into a prefix: that it is all there, that it runs from there, and that what describes it
// to desktops, shells and readers is valid and up to date.
#include <QDirIterator>
#include <QImage>
#include <QProcess>
#include <QRegularExpression>
#include <QSet>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>

#include <memory>

namespace {

/// A process that has ended.
struct Outcome {
    int code = -1;
    QString out;
    QString all; ///< With what it wrote to standard error.
};

Outcome run(const QString& program, const QStringList& arguments) {
    QProcess process;
    process.start(program, arguments);
    if (!process.waitForFinished(120'000))
        return {-1, {}, QStringLiteral("%1: %2").arg(program, process.errorString())};
    const QString out = QString::fromUtf8(process.readAllStandardOutput());
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, out,
        out + QString::fromUtf8(process.readAllStandardError())};
}

/// Every "--option" at the beginning of a line, as CLI11 and Qt list them.
QSet<QString> optionsIn(const QString& help) {
    static const QRegularExpression line(
        QStringLiteral("^\\s+(?:-\\w, ?)?(--[a-z0-9-]+)"), QRegularExpression::MultilineOption);
    QSet<QString> options;
    for (auto matches = line.globalMatch(help); matches.hasNext();)
        options << matches.next().captured(1);
    return options;
}

/// A manual page as source, without its escapes.
QString manualPage(const QString& path) {
    return run(QStringLiteral("gzip"), {QStringLiteral("-dc"), path})
        .out.replace(QStringLiteral("\\-"), QStringLiteral("-"));
}

bool isThere(const QString& program) {
    return !QStandardPaths::findExecutable(program).isEmpty();
}

} // namespace

class InstallTest : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_prefix;

    QString path(const QString& name) const { return m_prefix->filePath(name); }
    QString cli() const { return path(QStringLiteral("bin/kernelscope-cli")); }
    /// A command's own commands: "train" of {"bench"}. Of no command: the program's.
    QStringList commands(const QStringList& of = {}) const {
        static const QRegularExpression line(QStringLiteral("^  ([a-z]+) {2,}"), QRegularExpression::MultilineOption);
        QStringList names;
        const QString help = run(cli(), of + QStringList{QStringLiteral("--help")}).out;
        const qsizetype begin = help.indexOf(QStringLiteral("Subcommands"));
        for (auto matches = line.globalMatch(begin < 0 ? QString() : help.mid(begin)); matches.hasNext();)
            names << matches.next().captured(1);
        return names;
    }
    QSet<QString> optionsOf(const QStringList& command) const {
        return optionsIn(run(cli(), command + QStringList{QStringLiteral("--help")}).out);
    }
    /// With those of the command's own commands.
    QSet<QString> allOptionsOf(const QString& command) const {
        QSet<QString> options = optionsOf({command});
        for (const QString& sub : commands({command}))
            options += optionsOf({command, sub});
        return options;
    }

private slots:
    void initTestCase() {
        m_prefix = std::make_unique<QTemporaryDir>();
        const Outcome outcome = run(QStringLiteral(KERNELSCOPE_CMAKE),
            {QStringLiteral("--install"), QStringLiteral(KERNELSCOPE_BUILD), QStringLiteral("--prefix"),
                m_prefix->path(), QStringLiteral("--component"), QStringLiteral("app")});
        QVERIFY2(outcome.code == 0, qPrintable(outcome.all));
    }

    void everyFileIsThereAndNoOther() {
        QStringList expected{QStringLiteral("bin/kernelscope"), QStringLiteral("bin/kernelscope-cli"),
            QStringLiteral("share/applications/kernelscope.desktop"),
            QStringLiteral("share/bash-completion/completions/kernelscope-cli"),
            QStringLiteral("share/doc/kernelscope/changelog.Debian.gz"),
            QStringLiteral("share/doc/kernelscope/changelog.gz"), QStringLiteral("share/doc/kernelscope/copyright"),
            QStringLiteral("share/fish/vendor_completions.d/kernelscope-cli.fish"),
            QStringLiteral("share/icons/hicolor/scalable/apps/kernelscope.svg"),
            QStringLiteral("share/icons/hicolor/symbolic/apps/kernelscope-symbolic.svg"),
            QStringLiteral("share/man/man1/kernelscope-cli.1.gz"), QStringLiteral("share/man/man1/kernelscope.1.gz"),
            QStringLiteral("share/metainfo/org.kernelscope.kernelscope.metainfo.xml"),
            QStringLiteral("share/mime/packages/kernelscope.xml"),
            QStringLiteral("share/zsh/vendor-completions/_kernelscope-cli")};
        for (const int size : {16, 24, 32, 48, 64, 128, 256, 512})
            expected << QStringLiteral("share/icons/hicolor/%1x%1/apps/kernelscope.png").arg(size);
        QStringList found;
        QDirIterator files(m_prefix->path(), QDir::Files, QDirIterator::Subdirectories);
        while (files.hasNext())
            found << QDir(m_prefix->path()).relativeFilePath(files.next());
        expected.sort();
        found.sort();
        QCOMPARE(found, expected);
    }

    void iconsHaveTheirSizes() {
        for (const int size : {16, 24, 32, 48, 64, 128, 256, 512}) {
            const QImage icon(path(QStringLiteral("share/icons/hicolor/%1x%1/apps/kernelscope.png").arg(size)));
            QCOMPARE(icon.size(), QSize(size, size));
            QCOMPARE(icon.pixelColor(size / 2, size / 2), QColor(Qt::white)); // the middle cell
            QVERIFY(icon.pixelColor(0, 0).alpha() < 32);                      // rounded corners
        }
    }

    void programsRunFromThere() {
        const Outcome command = run(cli(), {QStringLiteral("--version")});
        QCOMPARE(command.code, 0);
        QVERIFY2(
            command.out.startsWith(QStringLiteral("kernelscope-cli " KERNELSCOPE_VERSION)), qPrintable(command.all));
        const Outcome window = run(path(QStringLiteral("bin/kernelscope")), {QStringLiteral("--version")});
        QCOMPARE(window.code, 0);
        QCOMPARE(window.out.trimmed(), QStringLiteral("kernelscope " KERNELSCOPE_VERSION));
        const Outcome trained = run(cli(), {QStringLiteral("train"), QStringLiteral("--model"), QStringLiteral("tiny"),
                                               QStringLiteral("--train-samples"), QStringLiteral("320"),
                                               QStringLiteral("--epochs"), QStringLiteral("1")});
        QVERIFY2(trained.code == 0 && trained.out.contains(QStringLiteral("test accuracy")), qPrintable(trained.all));
    }

    void theGpuModuleIsLookedForInItsFolder() {
        QVERIFY(run(cli(), {QStringLiteral("devices")}).out.contains(QStringLiteral("No GPU module is installed")));
        QVERIFY(QDir(m_prefix->path()).mkpath(QStringLiteral("lib/kernelscope")));
        const QString module = path(QStringLiteral("lib/kernelscope/libkernelscope_cuda.so"));
        QVERIFY(QFile::copy(QStringLiteral(STAND_IN_MODULE), module));
        const QString devices = run(cli(), {QStringLiteral("devices")}).out;
        QVERIFY(QFile::remove(module));
        QVERIFY2(!devices.contains(QStringLiteral("No GPU module")), qPrintable(devices));
        QVERIFY2(devices.contains(QStringLiteral("driver")), qPrintable(devices)); // the module's own words
    }

    void desktopFileIsValid() {
        if (!isThere(QStringLiteral("desktop-file-validate")))
            QSKIP("desktop-file-validate is not installed (package desktop-file-utils)");
        const Outcome outcome = run(
            QStringLiteral("desktop-file-validate"), {path(QStringLiteral("share/applications/kernelscope.desktop"))});
        QCOMPARE(outcome.all, QString()); // neither errors nor warnings nor hints
        QCOMPARE(outcome.code, 0);
    }

    void metainfoIsValid() {
        if (!isThere(QStringLiteral("appstreamcli")))
            QSKIP("appstreamcli is not installed (package appstream)");
        const Outcome outcome = run(QStringLiteral("appstreamcli"),
            {QStringLiteral("validate"), QStringLiteral("--no-net"), QStringLiteral("--no-color"),
                path(QStringLiteral("share/metainfo/org.kernelscope.kernelscope.metainfo.xml"))});
        QVERIFY2(outcome.code == 0, qPrintable(outcome.all));
        QVERIFY2(!outcome.all.contains(QStringLiteral("\nW: ")) && !outcome.all.contains(QStringLiteral("\nE: ")),
            qPrintable(outcome.all));
    }

    void manualPagesAreClean_data() {
        QTest::addColumn<QString>("page");
        QTest::newRow("window") << QStringLiteral("share/man/man1/kernelscope.1.gz");
        QTest::newRow("command") << QStringLiteral("share/man/man1/kernelscope-cli.1.gz");
    }
    void manualPagesAreClean() {
        QFETCH(QString, page);
        if (!isThere(QStringLiteral("mandoc")) && !isThere(QStringLiteral("groff")))
            QSKIP("neither mandoc nor groff is installed");
        QTemporaryDir folder;
        const QString source = folder.filePath(QStringLiteral("page.1"));
        QProcess::execute(QStringLiteral("sh"),
            {QStringLiteral("-c"), QStringLiteral("gzip -dc '%1' > '%2'").arg(path(page), source)});
        if (isThere(QStringLiteral("mandoc")))
            QCOMPARE(run(QStringLiteral("mandoc"), {QStringLiteral("-Tlint"), source}).all, QString());
        if (isThere(QStringLiteral("groff"))) {
            const Outcome outcome =
                run(QStringLiteral("groff"), {QStringLiteral("-man"), QStringLiteral("-ww"), QStringLiteral("-z"),
                                                 QStringLiteral("-Tutf8"), source});
            QCOMPARE(outcome.all, QString());
        }
    }

    void manualPageKnowsEveryOptionOfTheCommand() {
        const QString page = manualPage(path(QStringLiteral("share/man/man1/kernelscope-cli.1.gz")));
        QVERIFY(commands().size() >= 4);
        QList<QStringList> sections;
        for (const QString& command : commands()) {
            sections << QStringList{command};
            for (const QString& sub : commands({command}))
                sections << QStringList{command, sub};
        }
        QVERIFY(sections.contains(QStringList{QStringLiteral("bench"), QStringLiteral("train")}));
        for (const QStringList& command : sections) {
            const QString name = command.join(QLatin1Char(' '));
            const qsizetype begin = page.indexOf(QStringLiteral(".SS %1\n").arg(name));
            QVERIFY2(begin >= 0, qPrintable(name));
            const QString section = page.mid(begin, page.indexOf(QRegularExpression("\n\\.S[SH]"), begin) - begin);
            const QSet<QString> options = optionsOf(command);
            QVERIFY(options.contains(QStringLiteral("--help")));
            for (const QString& option : options)
                QVERIFY2(section.contains(QStringLiteral("\\fB%1\\fR").arg(option)), qPrintable(name + ' ' + option));
        }
    }

    void manualPageKnowsEveryOptionOfTheWindow() {
        const QString page = manualPage(path(QStringLiteral("share/man/man1/kernelscope.1.gz")));
        const Outcome help = run(path(QStringLiteral("bin/kernelscope")), {QStringLiteral("--help")});
        QCOMPARE(help.code, 0);
        const QSet<QString> options = optionsIn(help.out);
        QVERIFY(options.contains(QStringLiteral("--version")));
        for (const QString& option : options)
            QVERIFY2(page.contains(QStringLiteral("\\fB%1\\fR").arg(option)), qPrintable(option));
        static const QRegularExpression named(QStringLiteral("\\\\fB(--[a-z-]+)\\\\fR"));
        for (auto matches = named.globalMatch(page); matches.hasNext();) {
            const QString option = matches.next().captured(1);
            QVERIFY2(options.contains(option), qPrintable(option + " is no option any more"));
        }
    }

    /// As the shell asks for it: the words that may stand behind what was typed.
    void bashCompletesEveryOption() {
        if (!isThere(QStringLiteral("bash")))
            QSKIP("bash is not installed");
        const QString script = path(QStringLiteral("share/bash-completion/completions/kernelscope-cli"));
        const auto complete = [&](const QStringList& words) {
            const QString ask =
                QStringLiteral("source '%1'; COMP_WORDS=(\"${@}\"); COMP_CWORD=$(($# - 1)); _kernelscope_cli; "
                               "printf '%s\\n' \"${COMPREPLY[@]}\"")
                    .arg(script);
            const Outcome outcome = run(QStringLiteral("bash"),
                QStringList{QStringLiteral("-c"), ask, QStringLiteral("bash"), QStringLiteral("kernelscope-cli")} +
                    words);
            const QStringList found = outcome.out.split(QLatin1Char('\n'), Qt::SkipEmptyParts);
            return QSet<QString>(found.begin(), found.end());
        };
        const QStringList names = commands();
        QVERIFY(complete({QString()}).contains(QSet<QString>(names.begin(), names.end())));
        for (const QString& command : names) {
            const QSet<QString> offered = complete({command, QStringLiteral("--")});
            QCOMPARE(offered, allOptionsOf(command));
        }
        QVERIFY(complete({QStringLiteral("bench"), QStringLiteral("tr")}).contains(QStringLiteral("train")));
        QVERIFY(complete({QStringLiteral("train"), QStringLiteral("--optimizer"), QStringLiteral("mo")})
                    .contains(QStringLiteral("momentum")));
        QVERIFY(complete({QStringLiteral("train"), QStringLiteral("--model"), QStringLiteral("cl")})
                    .contains(QStringLiteral("classic")));
        // Data is a word, a file or a folder.
        const QString dataOption = QStringLiteral("--data");
        for (const char* command : {"train", "evaluate", "info"}) {
            const QString name = QLatin1String(command);
            QCOMPARE(complete({name, dataOption, QStringLiteral("dig")}),
                QSet<QString>({QStringLiteral("digits"), QStringLiteral("digits-color")}));
            for (const char* entry : {"share/man", "bin/kernelscope-cli"})
                QVERIFY2(complete({name, dataOption, path(QLatin1String(entry)).chopped(2)})
                             .contains(path(QLatin1String(entry))),
                    entry);
        }
        // A device has colons, at which bash parts words.
        const QString device = QStringLiteral("--device");
        const QString colon = QStringLiteral(":");
        const QString gpu = QStringLiteral("cuda");
        QCOMPARE(complete({QStringLiteral("train"), device, QStringLiteral("cu")}),
            QSet<QString>({QStringLiteral("cuda:0"), QStringLiteral("cuda:0:tf32")}));
        QCOMPARE(complete({QStringLiteral("train"), device, gpu, colon}),
            QSet<QString>({QStringLiteral("0"), QStringLiteral("0:tf32")}));
        QCOMPARE(
            complete({QStringLiteral("evaluate"), device, gpu, colon, QStringLiteral("0"), colon, QStringLiteral("t")}),
            QSet<QString>({QStringLiteral("tf32")}));
        QVERIFY(complete({QStringLiteral("train"), QStringLiteral("--record"), m_prefix->path() + QStringLiteral("/b")})
                    .contains(path(QStringLiteral("bin"))));
    }

    void otherShellsKnowEveryOption() {
        const auto content = [](const QString& name) {
            QFile file(name);
            return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
        };
        const QString zsh = content(path(QStringLiteral("share/zsh/vendor-completions/_kernelscope-cli")));
        const QString fish = content(path(QStringLiteral("share/fish/vendor_completions.d/kernelscope-cli.fish")));
        for (const QString& command : commands())
            for (const QString& option : allOptionsOf(command)) {
                QVERIFY2(zsh.contains(QStringLiteral("'%1[").arg(option)), qPrintable(option));
                QVERIFY2(fish.contains(QStringLiteral("from %1' ").arg(command)) &&
                             fish.contains(QStringLiteral(" -l %1 ").arg(option.mid(2))),
                    qPrintable(option));
            }
        for (const QString& script : {zsh, fish})
            QVERIFY(script.contains(QStringLiteral("digits-color")));
        QVERIFY(fish.contains(QStringLiteral("cuda:0:tf32")));
        QVERIFY(zsh.contains(QStringLiteral("cuda\\:0\\:tf32"))); // where a colon ends a word
        QVERIFY(!zsh.contains(QStringLiteral(":SOURCE:{compadd -- digits digits-color; _files -/}")));
        QVERIFY(zsh.contains(QStringLiteral(":SOURCE:{compadd -- digits digits-color; _files}")));
        for (const auto& [shell, name] : {std::pair{"zsh", "share/zsh/vendor-completions/_kernelscope-cli"},
                 {"fish", "share/fish/vendor_completions.d/kernelscope-cli.fish"}})
            if (isThere(QLatin1String(shell)))
                QCOMPARE(run(QLatin1String(shell), {QStringLiteral("-n"), path(QLatin1String(name))}).all, QString());
    }
};

QTEST_GUILESS_MAIN(InstallTest)
#include "install_test.moc"
