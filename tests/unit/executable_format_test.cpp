#include "generator/overlay/executable_format.hpp"
#include "generator/overlay/program_objections.hpp"

#include <boost/test/unit_test.hpp>
#include <cstring>
#include <elf.h>

using namespace left4me;

namespace {

std::string fault_of(std::string_view head) {
    const auto fault = read_executable_format(head, head.size()).fault;
    return fault ? to_string(*fault) : "";
}

std::string interpreter_of(std::string_view head) {
    const ExecutableFormat format = read_executable_format(head, head.size());
    return format.fault ? "fault" : format.interpreter;
}

constexpr std::string_view interpreter = "/lib/ld-linux.so.2";

/// A program's first bytes: header, a segment for its interpreter, one to be loaded, the
/// interpreter.
template <typename Header, typename Segment>
struct Program {
    Program() {
        std::memcpy(header.e_ident, ELFMAG, SELFMAG);
        header.e_ident[EI_CLASS] = sizeof header == sizeof(Elf32_Ehdr) ? ELFCLASS32 : ELFCLASS64;
        header.e_ident[EI_DATA] = ELFDATA2LSB;
        header.e_type = ET_EXEC;
        header.e_machine = EM_386;
        header.e_phoff = sizeof header;
        header.e_phentsize = sizeof(Segment);
        header.e_phnum = 2;
        segments[0].p_type = PT_INTERP;
        segments[0].p_offset = sizeof header + sizeof segments;
        segments[0].p_filesz = interpreter.size() + 1;
        segments[1].p_type = PT_LOAD;
        segments[1].p_filesz = sizeof header + sizeof segments;
    }

    [[nodiscard]] std::string text() const {
        std::string bytes(sizeof header + sizeof segments, '\0');
        std::memcpy(bytes.data(), &header, sizeof header);
        std::memcpy(bytes.data() + sizeof header, segments, sizeof segments);
        return bytes + std::string(interpreter) + '\0';
    }

    Header header = {};
    Segment segments[2] = {};
};

using Program32 = Program<Elf32_Ehdr, Elf32_Phdr>;
using Program64 = Program<Elf64_Ehdr, Elf64_Phdr>;

} // namespace

BOOST_AUTO_TEST_SUITE(executable_format)

BOOST_AUTO_TEST_CASE(a_script_names_its_interpreter) {
    BOOST_TEST(interpreter_of("#!/bin/sh") == "/bin/sh");
    BOOST_TEST(interpreter_of("#!/bin/sh\necho\r\n") == "/bin/sh");
    BOOST_TEST(interpreter_of("#! \t/usr/bin/env bash -x\n") == "/usr/bin/env");
    BOOST_TEST(interpreter_of(std::string_view("#!/bin/sh\0x", 11)) == "/bin/sh");
    BOOST_TEST(interpreter_of("#!/bin/sh -e " + std::string(5000, 'x')) == "/bin/sh");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_a_first_line_is_said) {
    BOOST_TEST(fault_of("#!/bin/sh\r\n") ==
               "ends its first line with a carriage return, as Windows does: remove those at all "
               "line ends, as sed -i 's/\\r$//' does");
    BOOST_TEST(fault_of("#!/usr/bin/env bash\r") == fault_of("#!/bin/sh\r\n"));
    BOOST_TEST(fault_of("#!") == "names no interpreter behind its #!: let it begin with #!/bin/sh");
    BOOST_TEST(fault_of("#! \t\n/bin/sh") == fault_of("#!"));
    BOOST_TEST(fault_of(std::string_view("#!\0/bin/sh", 10)) == fault_of("#!"));
    BOOST_TEST(fault_of("#!sh\n") == "names an interpreter without its absolute path: let it begin "
                                     "with #!/bin/sh");
    BOOST_TEST(fault_of("#!/" + std::string(252, 'x') + "\n").empty());
    BOOST_TEST(fault_of("#!/" + std::string(253, 'x') + "\n") ==
               "names an interpreter that is too long for the kernel: let it begin with #!/bin/sh");
}

BOOST_AUTO_TEST_CASE(what_is_no_script_and_no_program_is_called_what_it_is) {
    BOOST_TEST(fault_of("") == "is empty: put the right file in its place");
    BOOST_TEST(fault_of("echo\n") == "is neither a script that begins with #! nor a program: put "
                                     "the right file in its place");
    for (const std::string_view other : {"#", "\x7F",
                                         "\x7F"
                                         "EL",
                                         "MZ", "\n\n", "version https://git"})
        BOOST_TEST(fault_of(other) == fault_of("echo\n"));
    BOOST_TEST(fault_of("\n#!/bin/sh\n") ==
               "has something before its #!: remove what is before it");
    BOOST_TEST(fault_of("\xEF\xBB\xBF#!/bin/sh\n") ==
               "begins with a byte order mark: save it in UTF-8, without one");
    BOOST_TEST(fault_of(std::string_view("\xFF\xFE#\0!\0", 6)) ==
               "is text in UTF-16: save it in UTF-8, without a byte order mark");
    BOOST_TEST(fault_of(std::string_view("\xFE\xFF\0#\0!", 6)) ==
               fault_of(std::string_view("\xFF\xFE#\0!\0", 6)));
}

BOOST_AUTO_TEST_CASE(a_program_says_where_its_interpreter_is) {
    const auto check = [](const std::string& text) {
        const ExecutableFormat format = read_executable_format(text, text.size());
        BOOST_TEST(!format.fault);
        BOOST_TEST(format.interpreter.empty());
        BOOST_TEST(text.substr(format.interpreter_offset, format.interpreter_size) ==
                   std::string(interpreter) + '\0');
    };
    check(Program32().text());
    check(Program64().text());
    Program64 newer;
    newer.header.e_machine = EM_X86_64;
    newer.header.e_type = ET_DYN;
    check(newer.text());
    Program32 fixed;
    fixed.segments[0].p_type = PT_NOTE;
    BOOST_TEST(read_executable_format(fixed.text(), fixed.text().size()).interpreter_size == 0U);
}

BOOST_AUTO_TEST_CASE(a_program_that_cannot_be_executed_here_is_called_what_it_is) {
    Program32 program;
    program.header.e_machine = EM_ARM;
    BOOST_TEST(fault_of(program.text()) == "is a program for another kind of processor: put the "
                                           "right file in its place");
    Program64 of_big_endian;
    of_big_endian.header.e_ident[EI_DATA] = ELFDATA2MSB;
    BOOST_TEST(fault_of(of_big_endian.text()) == fault_of(program.text()));
    for (const auto type : {ET_REL, ET_CORE, ET_NONE}) {
        Program32 other;
        other.header.e_type = static_cast<Elf32_Half>(type);
        BOOST_TEST(fault_of(other.text()) == "is an object file or a core dump, and not a program: "
                                             "put the right file in its place");
    }
    Program32 of_no_class;
    of_no_class.header.e_ident[EI_CLASS] = 7;
    BOOST_TEST(fault_of(of_no_class.text()) == "is a damaged program: copy it again");
    Program32 without_segments;
    without_segments.header.e_phnum = 0;
    BOOST_TEST(fault_of(without_segments.text()) == "is a damaged program: copy it again");
    Program32 of_odd_segments;
    of_odd_segments.header.e_phentsize = 1;
    BOOST_TEST(fault_of(of_odd_segments.text()) == "is a damaged program: copy it again");
}

BOOST_AUTO_TEST_CASE(every_beginning_of_a_program_is_cut_short) {
    for (const std::string& text : {Program32().text(), Program64().text()})
        for (std::size_t length = SELFMAG; length < text.size(); ++length)
            BOOST_TEST(fault_of(text.substr(0, length)) == "is cut short: copy it again");
}

BOOST_AUTO_TEST_CASE(hostile_offsets_lead_nowhere) {
    Program64 program;
    program.header.e_phoff = UINT64_MAX - 8;
    BOOST_TEST(fault_of(program.text()) == "is cut short: copy it again");
    program = {};
    program.segments[0].p_offset = UINT64_MAX;
    BOOST_TEST(fault_of(program.text()) == "is cut short: copy it again");
    program = {};
    program.header.e_phnum = UINT16_MAX;
    BOOST_TEST(fault_of(program.text()) == "is cut short: copy it again");
    // What lies behind the bytes that are looked at is not known.
    program = {};
    program.header.e_phoff = 1'000'000;
    BOOST_TEST(!read_executable_format(program.text(), 2'000'000).fault);
}

BOOST_AUTO_TEST_CASE(objections_name_the_file_and_what_to_do) {
    BOOST_TEST(to_string(objection_to_missing_game()) ==
               "none of its layers has srcds_run, so the server cannot be started: name the game's "
               "directory in L4D2_LOWERDIRS, and put the game there");
    BOOST_TEST(to_string(objection_to_missing_server("/l/srcds_run")) ==
               "none of its layers has srcds_linux, which '/l/srcds_run' executes, so the server "
               "cannot be started: put the rest of the game beside it");
    BOOST_TEST(to_string(objection_to_missing_command("/opt/x")) ==
               "there is no '/opt/x' to be executed, so the server cannot be started: correct the "
               "path, or take this ExecStart= out");
    BOOST_TEST(to_string(objection_to_program("/l/srcds_run", fault_of_directory())) ==
               "'/l/srcds_run' is a directory, so the server cannot be started: put the program in "
               "its place");
    BOOST_TEST(to_string(objection_to_program("/l/srcds_run", fault_of_mode())) ==
               "'/l/srcds_run' is not executable, so the server cannot be started: let the "
               "servers' user read and execute it, as chmod a+rx does");
    BOOST_TEST(to_string(fault_of_script_without("/bin/zsh\x1b")) ==
               "is a script for '/bin/zsh\\x1b', which is not there: install that, or correct the "
               "first line of the script");
    BOOST_TEST(to_string(fault_of_program_without("/lib/ld-linux.so.2")) ==
               "needs '/lib/ld-linux.so.2', which is not there: it is a 32-bit program: apt "
               "install libc6-i386 lib32gcc-s1 lib32stdc++6");
    BOOST_TEST(to_string(fault_of_program_without("/lib/ld-musl-i386.so.1")) ==
               "needs '/lib/ld-musl-i386.so.1', which is not there: install that, or put the "
               "right program in its place");
}

BOOST_AUTO_TEST_SUITE_END()
