// The part of fmt that a program needs once. Debian has it only as libfmt.so, which would bring the
// shared libstdc++ back, and with it half of the time to start; header-only, every file that
// formats anything compiles it again, which is two thirds of the time most of them take.

#include <fmt/format-inl.h>

// What fmt's headers declare "extern template", for char.
template auto fmt::detail::thousands_sep_impl<char>(locale_ref) -> thousands_sep_result<char>;
template auto fmt::detail::decimal_point_impl<char>(locale_ref) -> char;
#if FMT_VERSION >= 100000
template void fmt::detail::vformat_to<char>(buffer<char>&, string_view, vformat_args<>::type,
                                            locale_ref);
#endif
