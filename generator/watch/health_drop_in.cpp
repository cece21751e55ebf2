#include "generator/watch/health_drop_in.hpp"

#include "generator/text/fields.hpp"

namespace left4me::watch {

Health health_in(std::string_view drop_in) {
    constexpr std::string_view setting = "X-Left4me-Health=";
    Health health = Health::watch;
    while (!drop_in.empty()) {
        const std::string_view line = take_until(drop_in, '\n');
        if (line.starts_with(setting))
            health = health_words.find(line.substr(setting.size())).value_or(Health::watch);
    }
    return health;
}

} // namespace left4me::watch
