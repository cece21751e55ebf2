#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace left4me::ctl {

/// Compares the contents of files, for as long as there is something left of what may be read for
/// all of them together. What is a hole in both files is not read: a sparse file of any size costs
/// no more than its data.
class FileComparison {
  public:
    /// \return whether two files hold the same; nothing when that could not be told
    [[nodiscard]] std::optional<bool> have_equal_contents(int one, int other);

  private:
    /// Seconds from a page cache, and more than a server changes of the files of its layers.
    static constexpr std::uint64_t most_compared = std::uint64_t{4} << 30U;
    static constexpr std::size_t block_size = std::size_t{1} << 18U;

    /// \return nothing when it cannot be read as far as that
    [[nodiscard]] std::optional<bool> has_equal_block(int one, int other, std::uint64_t offset,
                                                      std::size_t length);

    std::uint64_t m_left = most_compared;
    /// Made when the first two files are read.
    std::vector<char> m_block;
    std::vector<char> m_other_block;
};

} // namespace left4me::ctl
