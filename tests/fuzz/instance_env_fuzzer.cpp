// Feeds any bytes as an instance.env to the reader, the argument splitter and the whole path to
// units, and holds what comes out against properties that it must have whatever went in. It shares
// no code with what it judges: its readers of unit files are written from systemd.syntax(7),
// systemd.unit(5) and systemd.service(5).

#include "generator/instance/env_file.hpp"
#include "generator/instance/instance.hpp"
#include "generator/text/word_split.hpp"
#include "generator/units/instance_units.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace left4me;
using namespace std::string_literals;

using Words = std::vector<std::string>;

[[noreturn]] void fail(const char* property, std::string_view where) {
    std::fprintf(stderr, "property: %s\n", property);
    for (const char c : where)
        std::fprintf(stderr, c == '\n' || (c >= ' ' && c <= '~') ? "%c" : "\\x%02x",
                     static_cast<unsigned char>(c));
    std::fputc('\n', stderr);
    std::abort();
}

void require(bool holds, const char* property, std::string_view where) {
    if (!holds)
        fail(property, where);
}

// What the product is called with, and how.

const std::string instance_name = "my-inst_1.a";
const std::string source = "/var/lib/left4me/instances/" + instance_name + "/instance.env";
const std::string root = "/var/lib/left4me/";
const std::string runtime = root + "runtime/" + instance_name;

/// What the product makes of one instance.env.
struct Outcome {
    Diagnostics diagnostics;
    /// Nothing when the diagnostics hold an error.
    std::optional<Instance> instance;
    std::vector<UnitFile> units;
};

/// As the generator does it.
Outcome make_units(std::string_view text) {
    static const HostConfiguration configuration = HostSettings().resolve().value();

    InstanceReading reading = read_instance(instance_name, source, text, configuration);
    Outcome outcome{std::move(reading.diagnostics), std::move(reading.instance), {}};
    require(outcome.instance.has_value() != has_errors(outcome.diagnostics),
            "an instance, or an error", text);
    if (!outcome.instance)
        return outcome;
    for (const Diagnostics& more : {check_layer_policy(*outcome.instance, configuration),
                                    check_unit_names(*outcome.instance, configuration)})
        outcome.diagnostics.insert(outcome.diagnostics.end(), more.begin(), more.end());
    if (has_errors(outcome.diagnostics))
        outcome.instance.reset();
    else
        outcome.units = render_instance(*outcome.instance, configuration);
    return outcome;
}

// Text.

bool is_control(unsigned code) {
    return code < 0x20 || (code >= 0x7F && code < 0xA0);
}

/// Whether a character hides what a line says: it ends it, turns it around or is of no width.
bool hides(unsigned code) {
    return (code >= 0x200B && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) ||
           (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF;
}

/// The code points of `text`; fails when it is not UTF-8, as systemd sees it.
std::vector<unsigned> decode(std::string_view text) {
    std::vector<unsigned> codes;
    for (std::size_t i = 0; i < text.size();) {
        const auto byte = [&](std::size_t at) {
            return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
        };
        const unsigned lead = byte(i);
        const std::size_t more = lead < 0x80 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
        unsigned code = lead < 0x80 ? lead : lead & (0x3FU >> more);
        bool valid = lead < 0x80 || (lead >= 0xC2 && lead <= 0xF4);
        for (std::size_t k = 1; k <= more; ++k) {
            valid = valid && byte(i + k) >= 0x80 && byte(i + k) < 0xC0;
            code = code << 6U | (byte(i + k) & 0x3FU);
        }
        valid = valid && (more < 2 || code >= (more == 2 ? 0x800U : 0x10000U)) && code < 0x110000;
        valid = valid && (code < 0xD800 || code > 0xDFFF) && (code < 0xFDD0 || code > 0xFDEF) &&
                (code & 0xFFFEU) != 0xFFFE;
        require(valid, "valid UTF-8", text);
        codes.push_back(code);
        i += more + 1;
    }
    return codes;
}

std::size_t count_lines(std::string_view text) {
    const auto newlines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    return std::max<std::size_t>(1, newlines + (text.empty() || text.back() == '\n' ? 0 : 1));
}

void check_diagnostics(const Diagnostics& diagnostics, std::string_view text) {
    for (const Diagnostic& diagnostic : diagnostics) {
        const std::string line = to_string(diagnostic);
        const std::vector<unsigned> codes = decode(line);
        require(std::none_of(codes.begin(), codes.end(), is_control),
                "a diagnostic is one printable line", line);
        require(std::none_of(codes.begin(), codes.end(), hides),
                "a diagnostic reads as it is written", line);
        require(diagnostic.line >= 1 && diagnostic.line <= count_lines(text),
                "a diagnostic names a line that is there", line);
        require(line.starts_with(source + ":" + std::to_string(diagnostic.line) + ": "),
                "a diagnostic begins with its place", line);
    }
}

// The environment file and the words of an argument.

/// `text` in double quotes, with what a shell would need escaped there.
std::string in_double_quotes(std::string_view text, std::string_view to_escape) {
    std::string quoted = "\"";
    for (const char c : text) {
        if (to_escape.find(c) != std::string_view::npos)
            quoted += '\\';
        quoted += c;
    }
    return quoted + "\"";
}

void check_words(const std::string& value) {
    const Words words = split_words(value);
    std::string again;
    for (const std::string& word : words)
        again += in_double_quotes(word, "\"\\") + " ";
    require(split_words(again) == words, "words that are quoted split the same", value);
}

/// What is read, written anew and read again is the same.
void check_reader(std::string_view text) {
    const EnvFile file = parse_env_file(text, source);
    check_diagnostics(file.diagnostics, text);
    if (has_errors(file.diagnostics))
        return;

    std::string again;
    for (const Assignment& assignment : file.assignments) {
        decode(assignment.key);
        decode(assignment.value);
        require(assignment.line >= 1 && assignment.line <= count_lines(text),
                "an assignment has a line that is there", assignment.key);
        again += assignment.key + "=" + in_double_quotes(assignment.value, "\"\\`$") + "\n";
        check_words(assignment.value);
    }
    const EnvFile reread = parse_env_file(again, source);
    require(reread.diagnostics.empty(), "what is written anew has no flaw", again);
    const auto same = [](const Assignment& a, const Assignment& b) {
        return a.key == b.key && a.value == b.value;
    };
    require(std::equal(file.assignments.begin(), file.assignments.end(), reread.assignments.begin(),
                       reread.assignments.end(), same),
            "assignments that are written anew read the same", again);
}

// Unit files.

struct Directive {
    std::string section;
    std::string key;
    std::string value;
};

std::string_view strip(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const std::size_t begin = std::min(text.find_first_not_of(blanks), text.size());
    text.remove_prefix(begin);
    return text.substr(0, text.find_last_not_of(blanks) + 1);
}

/// The lines of a unit as systemd sees them: without comments and empty ones, and joined where one
/// ends in a backslash that is not itself escaped.
Words logical_lines(std::string_view text) {
    Words lines;
    std::string joined;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));

        const std::string_view stripped = strip(line);
        if (stripped.starts_with('#') || stripped.starts_with(';'))
            continue;
        joined += line;
        const std::size_t last = line.find_last_not_of('\\');
        const std::size_t backslashes =
            line.size() - (last == std::string_view::npos ? 0 : last + 1);
        if (backslashes % 2 == 1 && !text.empty()) {
            joined.back() = ' ';
            continue;
        }
        if (!strip(joined).empty())
            lines.emplace_back(strip(joined));
        joined.clear();
    }
    return lines;
}

std::vector<Directive> parse_unit(std::string_view text) {
    std::vector<Directive> directives;
    std::string section;
    for (const std::string& line : logical_lines(text)) {
        if (line.front() == '[') {
            require(line.back() == ']', "a section is closed", line);
            section = line.substr(1, line.size() - 2);
            continue;
        }
        const std::size_t equals = line.find('=');
        require(equals != std::string::npos && !section.empty(), "a line is a directive", line);
        directives.push_back({section, std::string(strip(line.substr(0, equals))),
                              std::string(strip(line.substr(equals + 1)))});
    }
    return directives;
}

void check_specifiers(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] == '%')
            require(++i < text.size() && text[i] == '%', "no specifier is left to expand", text);
}

std::string expand_specifiers(std::string_view word) {
    check_specifiers(word);
    std::string expanded;
    for (std::size_t i = 0; i < word.size(); ++i) {
        expanded += word[i];
        if (word[i] == '%')
            ++i;
    }
    return expanded;
}

/// Takes a word off `rest`. The escapes it knows mean the same in a list and in a command line,
/// where others are those of C.
std::string take_word(std::string_view& rest) {
    constexpr std::string_view blanks = " \t\r\n";
    const std::string_view whole = rest;
    std::string word;
    char quote = '\0';
    while (!rest.empty()) {
        const char c = rest.front();
        if (quote == '\0' && blanks.find(c) != std::string_view::npos)
            break;
        rest.remove_prefix(1);
        if (c == '\\') {
            require(!rest.empty() && "\"'\\"s.find(rest.front()) != std::string::npos,
                    "an escape is of a quote or a backslash", whole);
            word += rest.front();
            rest.remove_prefix(1);
        } else if (quote == '\0' && (c == '"' || c == '\'')) {
            quote = c;
        } else if (c == quote) {
            quote = '\0';
        } else {
            word += c;
        }
    }
    require(quote == '\0', "a quote is closed", whole);
    rest = strip(rest);
    return expand_specifiers(word);
}

Words words_of_list(std::string_view rest) {
    Words words;
    for (rest = strip(rest); !rest.empty();)
        words.push_back(take_word(rest));
    return words;
}

Words words_of_command(std::string_view rest) {
    const std::string_view whole = rest;
    Words words;
    for (rest = strip(rest); !rest.empty();) {
        require(rest != ";" && !rest.starts_with("; ") && !rest.starts_with(";\t"),
                "a command line is one command", whole);
        words.push_back(take_word(rest));
    }
    return words;
}

/// ':' in front of a program is what keeps systemd from expanding '$', and the only prefix there.
Words expected_command(const Instance& instance) {
    Words words = {":" + runtime + "/merged/srcds_run",
                   "-game",
                   "left4dead2",
                   "-norestart",
                   "-strictportbind",
                   "-ip",
                   instance.address,
                   "-port",
                   std::to_string(instance.port)};
    words.insert(words.end(), instance.arguments.begin(), instance.arguments.end());
    return words;
}

/// An instance.env with as many layers as `instance`, and nothing in it that needs care.
std::string benign_text(const Instance& instance) {
    std::string text = "L4D2_PORT=27015\nL4D2_LOWERDIRS=";
    for (std::size_t i = 0; i < instance.layers.size(); ++i)
        text += (i == 0 ? "overlays/" : ":overlays/") + std::to_string(i);
    return text + (instance.autostart ? "\nL4D2_AUTOSTART=yes\n" : "\n");
}

/// The directives of a unit are those of a benign one, and so are their values, but for those that
/// are the instance's own.
void check_unit(const UnitFile& unit, const UnitFile& benign, const Instance& instance) {
    for (const unsigned code : decode(unit.content))
        require(code == '\n' || !is_control(code), "no control character in a unit", unit.content);
    check_specifiers(unit.content);

    const std::vector<Directive> directives = parse_unit(unit.content);
    const std::vector<Directive> expected = parse_unit(benign.content);
    require(directives.size() == expected.size(), "no directive comes or goes", unit.content);
    std::size_t layer = 0;
    for (std::size_t i = 0; i < directives.size(); ++i) {
        const auto& [section, key, value] = directives[i];
        require(section == expected[i].section && key == expected[i].key,
                "the directives are the usual ones", unit.content);
        if (key == "RequiresMountsFor" && layer < instance.layers.size())
            require(words_of_list(value) == Words{instance.layers[layer++]},
                    "RequiresMountsFor= is the layer", value);
        else if (key == "ExecStart" && !value.empty())
            require(words_of_command(value) == expected_command(instance),
                    "ExecStart= is the server's command line", value);
        else
            require(value == expected[i].value, "nothing else depends on the file", value);
    }
    const bool needs_layers = unit.path.ends_with(".mount") || unit.path.ends_with(".target");
    require(layer == (needs_layers ? instance.layers.size() : 0), "every layer is required",
            unit.content);
}

void check_instance(const Instance& instance) {
    require(instance.port > 0, "there is a port", source);
    require(!instance.layers.empty(), "there is a layer", source);
    for (const std::string& layer : instance.layers)
        require(layer.starts_with(root) && layer.back() != '/' &&
                    (layer + "/").find("/../") == std::string::npos,
                "a layer is below the root", layer);
}

void check_units(std::string_view text) {
    const Outcome outcome = make_units(text);
    check_diagnostics(outcome.diagnostics, text);
    if (!outcome.instance)
        return;
    check_instance(*outcome.instance);

    const Outcome benign = make_units(benign_text(*outcome.instance));
    require(benign.diagnostics.empty(), "the benign instance has no flaw",
            benign_text(*outcome.instance));
    require(outcome.units.size() == benign.units.size(), "no unit comes or goes", text);
    for (std::size_t i = 0; i < outcome.units.size(); ++i) {
        const UnitFile& unit = outcome.units[i];
        require(unit.kind == benign.units[i].kind && unit.path == benign.units[i].path,
                "the units are the usual ones", unit.path);
        if (unit.kind == UnitFile::Kind::file)
            check_unit(unit, benign.units[i], *outcome.instance);
        else
            require(unit.content == benign.units[i].content, "a symlink is the usual one",
                    unit.content);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(data, data + size);
    check_reader(text);
    check_units(text);
    return 0;
}
