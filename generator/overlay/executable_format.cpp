#include "generator/overlay/executable_format.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <elf.h>
#include <utility>

namespace left4me {

namespace {

constexpr std::string_view script_mark = "#!";
/// The kernel looks no further for an interpreter (linux/binfmts.h, BINPRM_BUF_SIZE).
constexpr std::size_t most_interpreter_line = 256;
constexpr std::string_view blanks = " \t";
constexpr const char* start_with_shell = "let it begin with #!/bin/sh";
constexpr const char* put_the_right = "put the right file in its place";
constexpr const char* copy_again = "copy it again";

ExecutableFormat faulty(std::string problem, std::string remedy) {
    return {Complaint{std::move(problem), std::move(remedy)}, {}, 0, 0};
}

/// As the kernel's fs/binfmt_script.c reads it.
ExecutableFormat read_script(std::string_view head) {
    const std::string_view line = head.substr(0, head.find('\n'));
    if (line.ends_with('\r'))
        return faulty("ends its first line with a carriage return, as Windows does",
                      "remove those at all line ends, as sed -i 's/\\r$//' does");
    const std::size_t begin = line.find_first_not_of(blanks, script_mark.size());
    if (begin == std::string_view::npos || line[begin] == '\0')
        return faulty("names no interpreter behind its #!", start_with_shell);
    const std::string_view interpreter =
        line.substr(begin, line.find_first_of(std::string_view(" \t\0", 3), begin) - begin);
    if (begin + interpreter.size() >= most_interpreter_line)
        return faulty("names an interpreter that is too long for the kernel", start_with_shell);
    if (!interpreter.starts_with('/'))
        return faulty("names an interpreter without its absolute path", start_with_shell);
    return {std::nullopt, std::string(interpreter), 0, 0};
}

ExecutableFormat read_text(std::string_view head) {
    constexpr std::array marks_of_utf16 = {std::string_view("\xFF\xFE"),
                                           std::string_view("\xFE\xFF")};
    constexpr std::string_view mark_of_utf8 = "\xEF\xBB\xBF";
    constexpr std::string_view blank_lines = " \t\r\n\v\f";
    if (std::ranges::any_of(marks_of_utf16, [&](auto mark) { return head.starts_with(mark); }))
        return faulty("is text in UTF-16", "save it in UTF-8, without a byte order mark");
    if (head.starts_with(mark_of_utf8))
        return faulty("begins with a byte order mark", "save it in UTF-8, without one");
    const std::size_t text = head.find_first_not_of(blank_lines);
    if (text != std::string_view::npos && head.substr(text).starts_with(script_mark))
        return faulty("has something before its #!", "remove what is before it");
    return faulty("is neither a script that begins with #! nor a program", put_the_right);
}

struct Elf32 {
    using Header = Elf32_Ehdr;
    using Segment = Elf32_Phdr;
};

struct Elf64 {
    using Header = Elf64_Ehdr;
    using Segment = Elf64_Phdr;
};

template <typename Record>
std::optional<Record> record_at(std::string_view head, std::uint64_t offset) {
    Record record = {};
    if (offset > head.size() || head.size() - offset < sizeof record)
        return std::nullopt;
    std::memcpy(&record, head.data() + offset, sizeof record);
    return record;
}

bool lies_in_file(std::uint64_t offset, std::uint64_t length, std::uint64_t size) {
    return offset <= size && length <= size - offset;
}

template <typename Elf>
ExecutableFormat read_program(std::string_view head, std::uint64_t size) {
    const auto header = record_at<typename Elf::Header>(head, 0);
    if (!header)
        return faulty("is cut short", copy_again);
    if (header->e_machine != EM_386 && header->e_machine != EM_X86_64)
        return faulty("is a program for another kind of processor", put_the_right);
    if (header->e_type != ET_EXEC && header->e_type != ET_DYN)
        return faulty("is an object file or a core dump, and not a program", put_the_right);
    if (header->e_phnum == 0 || header->e_phentsize != sizeof(typename Elf::Segment))
        return faulty("is a damaged program", copy_again);
    ExecutableFormat format;
    for (std::uint64_t i = 0; i < header->e_phnum; ++i) {
        const std::uint64_t offset = header->e_phoff + i * sizeof(typename Elf::Segment);
        if (!lies_in_file(offset, sizeof(typename Elf::Segment), size))
            return faulty("is cut short", copy_again);
        const auto segment = record_at<typename Elf::Segment>(head, offset);
        if (!segment)
            break;
        if ((segment->p_type == PT_LOAD || segment->p_type == PT_INTERP) &&
            !lies_in_file(segment->p_offset, segment->p_filesz, size))
            return faulty("is cut short", copy_again);
        if (segment->p_type == PT_INTERP) {
            format.interpreter_offset = segment->p_offset;
            format.interpreter_size = segment->p_filesz;
        }
    }
    return format;
}

/// Behind ELFMAG, whose class and byte order decide how the rest is laid out.
ExecutableFormat read_elf(std::string_view head, std::uint64_t size) {
    static_assert(std::endian::native == std::endian::little);
    if (head.size() < EI_NIDENT)
        return faulty("is cut short", copy_again);
    if (head[EI_DATA] == ELFDATA2MSB)
        return faulty("is a program for another kind of processor", put_the_right);
    if (head[EI_CLASS] == ELFCLASS32)
        return read_program<Elf32>(head, size);
    if (head[EI_CLASS] == ELFCLASS64)
        return read_program<Elf64>(head, size);
    return faulty("is a damaged program", copy_again);
}

} // namespace

ExecutableFormat read_executable_format(std::string_view head, std::uint64_t size) {
    if (head.empty())
        return faulty("is empty", put_the_right);
    if (head.starts_with(script_mark))
        return read_script(head);
    if (head.starts_with(std::string_view(ELFMAG, SELFMAG)))
        return read_elf(head, size);
    return read_text(head);
}

} // namespace left4me
