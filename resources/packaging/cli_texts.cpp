// SPDX-License-Identifier: GPL-3.0-or-later
// Writes the manual page and the shell completions of kernelscope-cli from the commands' own options, so that they
// cannot say anything else than --help. Part of the build, not installed.
#include "cli/command_line.h"
#include "data/data_set.h"
#include "network/network.h"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

using namespace kernelscope;

namespace {

/// An option as these texts need it.
struct OptionText {
    std::vector<std::string> names; ///< With their dashes.
    std::string value;              ///< "SOURCE"; empty for a flag.
    std::string description;
    std::string preset;               ///< What holds where it is not given; may be empty.
    std::vector<std::string> choices; ///< Words that may stand there.
    bool takesFile = false;
    bool takesFolder = false;
};

struct CommandText {
    std::string name;
    std::string description;
    std::vector<OptionText> options;
    std::vector<CommandText> commands = {}; ///< Of "bench": "train". Only one level deep.
};

bool contains(const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
}

/// "sgd,momentum,adam" -> three words.
std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> words;
    std::size_t begin = 0;
    for (std::size_t end = 0; end != std::string::npos; begin = end + 1) {
        end = text.find(separator, begin);
        words.push_back(text.substr(begin, end == std::string::npos ? end : end - begin));
    }
    return words;
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
    return text;
}

OptionText describe(const CLI::Option& option) {
    OptionText text;
    for (const std::string& name : option.get_snames())
        text.names.push_back("-" + name);
    for (const std::string& name : option.get_lnames())
        text.names.push_back("--" + name);
    text.description = option.get_description();
    if (option.get_items_expected_max() == 0)
        return text;
    text.preset = option.get_default_str();
    std::string type = option.get_type_name();
    if (const std::size_t brace = type.find(":{"); brace != std::string::npos) {
        text.choices = split(type.substr(brace + 2, type.find('}') - brace - 2), ',');
        type.erase(brace);
    }
    text.value = type;
    const auto offer = [&](const std::vector<std::string>& words) {
        text.choices.insert(text.choices.end(), words.begin(), words.end());
    };
    text.takesFile = contains(type, "FILE") || contains(type, "SOURCE"); // or a folder: shells offer both
    text.takesFolder = contains(type, "FOLDER") || contains(type, "DIR");
    if (contains(type, "SOURCE"))
        offer({kDigitsSource, kColorDigitsSource});
    if (contains(type, "NAME"))
        offer(presetNames());
    if (contains(type, "DEVICE"))
        offer({"cpu", "cpu:1", "reference", "cuda:0", "cuda:0:tf32"});
    return text;
}

std::vector<OptionText> optionsOf(const CLI::App& app) {
    std::vector<OptionText> options;
    for (const CLI::Option* option : app.get_options())
        if (!option->get_group().empty()) // those without a group are hidden
            options.push_back(describe(*option));
    return options;
}

std::vector<CommandText> commandsOf(const CLI::App& app) {
    std::vector<CommandText> commands;
    for (const CLI::App* sub : app.get_subcommands({}))
        commands.push_back({sub->get_name(), sub->get_description(), optionsOf(*sub), commandsOf(*sub)});
    return commands;
}

/// For completions, which know commands of one word: each with the options of its own commands, too.
std::vector<CommandText> flattened(std::vector<CommandText> commands) {
    for (CommandText& command : commands)
        for (const CommandText& sub : command.commands)
            for (const OptionText& option : sub.options) {
                const auto isSame = [&](const OptionText& other) { return other.names == option.names; };
                if (std::none_of(command.options.begin(), command.options.end(), isSame))
                    command.options.push_back(option);
            }
    return commands;
}

/// The names of a command's own commands.
std::vector<std::string> subNames(const CommandText& command) {
    std::vector<std::string> names;
    for (const CommandText& sub : command.commands)
        names.push_back(sub.name);
    return names;
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? std::string() : std::string(between)) + word;
    return text;
}

std::vector<std::string> namesOf(const std::vector<OptionText>& options) {
    std::vector<std::string> names;
    for (const OptionText& option : options)
        names.insert(names.end(), option.names.begin(), option.names.end());
    return names;
}

// --- The manual page.

/// Text as roff source. A hyphen is a minus, as options are typed.
std::string roff(const std::string& text) {
    const std::string escaped = replaced(replaced(text, "\\", "\\e"), "-", "\\-");
    return !escaped.empty() && (escaped[0] == '.' || escaped[0] == '\'') ? "\\&" + escaped : escaped;
}

/// A sentence in lines of at most 78 characters, as roff source is written.
std::string sentence(const std::string& text) {
    std::string lines;
    std::size_t length = 0;
    const bool isClosed = !text.empty() && text.back() == '.';
    for (std::string word : split(roff(text) + (isClosed ? "" : "."), ' ')) {
        const bool breaks = length + 1 + word.size() > 78;
        if (breaks && (word[0] == '.' || word[0] == '\''))
            word = "\\&" + word; // no request
        if (!lines.empty())
            lines += breaks ? '\n' : ' ';
        length = breaks ? word.size() : length + 1 + word.size();
        lines += word;
    }
    return lines + '\n';
}

std::string optionInRoff(const OptionText& option) {
    std::string names;
    for (const std::string& name : option.names)
        names += (names.empty() ? "\\fB" : ", \\fB") + roff(name) + "\\fR";
    std::string text = ".TP\n" + names + (option.value.empty() ? "" : " \\fI" + roff(option.value) + "\\fR") + "\n";
    text += sentence(option.description);
    if (contains(option.value, "TEXT") && !option.choices.empty())
        text += sentence("One of " + joined(option.choices, ", "));
    if (!option.preset.empty())
        text += sentence("Default: " + option.preset);
    return text;
}

/// @param before the names of the commands that these belong to: "" or "bench ".
std::string commandsInRoff(const std::vector<CommandText>& commands, const std::string& before = "") {
    std::string text;
    for (const CommandText& command : commands) {
        text += ".SS " + before + command.name + "\n" + sentence(command.description);
        for (const OptionText& option : command.options)
            text += optionInRoff(option);
        text += commandsInRoff(command.commands, before + command.name + " ");
    }
    return text;
}

// --- Completions.

std::string bash(const std::vector<CommandText>& commands, const std::vector<OptionText>& global) {
    std::vector<std::string> names;
    std::string options;
    std::string values;
    for (const CommandText& command : commands) {
        names.push_back(command.name);
        std::vector<std::string> words = subNames(command);
        const std::vector<std::string> own = namesOf(command.options);
        words.insert(words.end(), own.begin(), own.end());
        options += "    " + command.name + ") words=\"" + joined(words, " ") + "\" ;;\n";
        for (const OptionText& option : command.options) {
            if (option.value.empty())
                continue;
            std::string patterns;
            for (const std::string& name : option.names)
                patterns += (patterns.empty() ? "" : " | ") + command.name + ":" + name;
            values += "    " + patterns + ")\n        _kernelscope_cli_values '" + joined(option.choices, " ") + "' " +
                      (option.takesFile        ? "file"
                          : option.takesFolder ? "folder"
                                               : "none") +
                      " \"$word\" \"$kept\"\n        return\n        ;;\n";
        }
    }
    std::string script = R"(# bash completion for kernelscope-cli; made from its options when it was built.

# WORDS KIND TYPED KEPT: completes one of some words, or the name of a file or folder; KEPT is not given again.
_kernelscope_cli_values() {
    mapfile -t COMPREPLY < <(compgen -W "$1" -- "$3")
    if [ "$2" != none ]; then
        compopt -o filenames 2>/dev/null
        local names
        [ "$2" = file ] && mapfile -t names < <(compgen -f -- "$3") || mapfile -t names < <(compgen -d -- "$3")
        COMPREPLY+=("${names[@]}")
    fi
    COMPREPLY=("${COMPREPLY[@]#"$4"}")
}

_kernelscope_cli() {
    local command='' at=$COMP_CWORD words i
    # Bash takes cuda:0 for three words, and replaces only the last of them.
    while ((at > 1)) && [[ ${COMP_WORDS[at]} == : || ${COMP_WORDS[at - 1]} == : ]]; do
        ((--at))
    done
    local word before=${COMP_WORDS[at - 1]} kept=''
    printf -v word '%s' "${COMP_WORDS[@]:at:COMP_CWORD - at + 1}"
    ((at < COMP_CWORD)) && kept=${word%"${word##*:}"}
    for ((i = 1; i < COMP_CWORD; ++i)); do
        case ${COMP_WORDS[i]} in
        @PATTERNS@)
            command=${COMP_WORDS[i]}
            break
            ;;
        esac
    done
    COMPREPLY=()
    case $command:$before in
@VALUES@    esac
    case $command in
@OPTIONS@    *) words="@COMMANDS@" ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}
complete -F _kernelscope_cli kernelscope-cli
)";
    script = replaced(script, "@PATTERNS@", joined(names, " | "));
    script = replaced(script, "@VALUES@", values);
    script = replaced(script, "@OPTIONS@", options);
    return replaced(script, "@COMMANDS@", joined(names, " ") + " " + joined(namesOf(global), " "));
}

/// Between single quotes in an _arguments specification.
std::string zshText(std::string text) {
    for (const char* special : {"\\", "[", "]", ":"})
        text = replaced(text, special, std::string("\\") + special);
    return replaced(text, "'", "'\\''");
}

std::string zsh(const std::vector<CommandText>& commands) {
    std::string names;
    std::string cases;
    for (const CommandText& command : commands) {
        names += "        '" + command.name + ":" + zshText(command.description) + "'\n";
        cases += "    " + command.name + ")\n        _arguments \\\n";
        if (!command.commands.empty())
            cases += "            '1:what:(" + joined(subNames(command), " ") + ")' \\\n";
        for (const OptionText& option : command.options)
            for (const std::string& name : option.names) {
                cases += "            '" + name + "[" + zshText(option.description) + "]";
                if (!option.value.empty()) {
                    std::string action;
                    if (!option.choices.empty())
                        action.append("(").append(zshText(joined(option.choices, " "))).append(")");
                    if (option.takesFile || option.takesFolder) {
                        const std::string files = option.takesFile ? "_files" : "_files -/";
                        if (action.empty())
                            action = files;
                        else
                            action = std::string("{compadd -- ") + joined(option.choices, " ") + "; " + files + "}";
                    }
                    cases.append(":").append(zshText(option.value)).append(":").append(action);
                }
                cases += "' \\\n";
            }
        cases += "            && return\n        ;;\n";
    }
    return "#compdef kernelscope-cli\n# zsh completion for kernelscope-cli; made from its options when it was "
           "built.\n\n"
           "_kernelscope_cli() {\n    local -a commands=(\n" +
           names +
           "    )\n    if ((CURRENT == 2)); then\n        _describe command commands\n        _arguments "
           "'--help[Print the help]' '--version[Print the version]'\n        return\n    fi\n    local "
           "command=$words[2]\n    shift words\n    ((--CURRENT))\n    case $command in\n" +
           cases + "    esac\n}\n\n_kernelscope_cli \"$@\"\n";
}

std::string fishText(const std::string& text) {
    return "'" + replaced(replaced(text, "\\", "\\\\"), "'", "\\'") + "'";
}

std::string fish(const std::vector<CommandText>& commands) {
    std::string script = "# fish completion for kernelscope-cli; made from its options when it was built.\n"
                         "complete -c kernelscope-cli -f\n"
                         "complete -c kernelscope-cli -n __fish_use_subcommand -l version -d 'Print the version'\n";
    for (const CommandText& command : commands) {
        script += "complete -c kernelscope-cli -n __fish_use_subcommand -a " + command.name + " -d " +
                  fishText(command.description) + "\n";
        for (const CommandText& sub : command.commands)
            script += "complete -c kernelscope-cli -n '__fish_seen_subcommand_from " + command.name + "' -a " +
                      sub.name + " -d " + fishText(sub.description) + "\n";
        for (const OptionText& option : command.options) {
            script += "complete -c kernelscope-cli -n '__fish_seen_subcommand_from " + command.name + "'";
            for (const std::string& name : option.names)
                script += (name.rfind("--", 0) == 0 ? " -l " : " -s ") + name.substr(name.find_first_not_of('-'));
            if (!option.value.empty())
                script += " -r";
            if (option.takesFile || option.takesFolder)
                script += " -F";
            if (!option.choices.empty())
                script += " -a " + fishText(joined(option.choices, " "));
            script += " -d " + fishText(option.description) + "\n";
        }
    }
    return script;
}

std::string contentOf(const char* path) {
    std::ifstream file(path, std::ios::binary);
    if (!file)
        throw std::runtime_error(std::string("Cannot read ") + path);
    return {std::istreambuf_iterator<char>(file), {}};
}

void write(const std::string& path, const std::string& content) {
    std::ofstream file(path, std::ios::binary);
    file << content;
    if (!file.flush())
        throw std::runtime_error("Cannot write " + path);
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fprintf(stderr, "Usage: kernelscope_cli_texts TEMPLATE-OF-THE-MANUAL-PAGE FOLDER\n");
        return 2;
    }
    try {
        CLI::App app;
        Command command;
        describeCommandLine(app, command);
        const std::vector<CommandText> commands = commandsOf(app);
        const std::string folder = argv[2];
        write(folder + "/kernelscope-cli.1", replaced(contentOf(argv[1]), "%COMMANDS%\n", commandsInRoff(commands)));
        const std::vector<CommandText> flat = flattened(commands);
        write(folder + "/kernelscope-cli.bash", bash(flat, optionsOf(app)));
        write(folder + "/kernelscope-cli.zsh", zsh(flat));
        write(folder + "/kernelscope-cli.fish", fish(flat));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return 0;
}
