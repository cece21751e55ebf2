#include "generator/l4d2ctl/units/change_meaning.hpp"

#include "generator/units/generated_settings.hpp"
#include "generator/units/instance_units.hpp"
#include "generator/units/unit_names.hpp"
#include "paths.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>
#include <utility>

namespace left4me::ctl {

namespace {

bool changes_what_is_held(const FileChange& file, HeldBy holder) {
    return std::ranges::any_of(file.settings, [&](const SettingChange& setting) {
        const SettingRow* const row = find_setting_row(file.unit, setting.section, setting.key);
        return row != nullptr && row->held_by == holder;
    });
}

const FileChange* find_autostart(const InstanceChange& change) {
    const auto found = std::ranges::find(change.files, servers_target, &FileChange::unit);
    return found == change.files.end() ? nullptr : &*found;
}

class Judge {
  public:
    Judge(const InstanceChange& change, const ChangeContext& context)
        : m_change(change), m_context(context), m_server(context.server) {}

    ChangeMeaning judge() {
        switch (m_change.after) {
        case UnitsState::none:
            judge_gone();
            break;
        case UnitsState::unusable:
            judge_unusable();
            break;
        case UnitsState::retired:
            judge_retired();
            break;
        case UnitsState::usable:
            judge_usable();
            break;
        }
        return std::move(m_meaning);
    }

  private:
    template <typename... Arguments>
    void say(fmt::format_string<Arguments...> words, Arguments&&... arguments) {
        m_meaning.sentences.push_back(fmt::format(words, std::forward<Arguments>(arguments)...));
    }

    void say_for_running(std::string_view what) {
        if (m_server == ServerState::running)
            say("its server keeps running; {}", what);
        else if (m_server == ServerState::unknown && m_change.before != UnitsState::none)
            say("a server that runs keeps running; {}", what);
    }

    void judge_gone() {
        say_for_running("it is unmounted when it stops");
        if (!m_context.configuration_usable) {
            say("it cannot be started until left4me.conf is mended");
            return;
        }
        say_why_not_started();
        if (!m_context.sees_records)
            say("if it is still mounted, it is retired instead; only root can see that");
    }

    void judge_unusable() {
        say_for_running("it is unmounted when it stops");
        say("it cannot be started until its instance.env is mended: l4d2ctl check {}",
            m_change.name);
    }

    void judge_retired() {
        say_for_running("it will be unmounted when it stops");
        if (m_server == ServerState::stopped)
            say("its overlay is still mounted: {} umount {}", paths::helper, m_change.name);
        say_why_not_started();
    }

    void say_why_not_started() {
        if (m_context.refused)
            say("it cannot be started: there are more instances than MaxInstances= of "
                "left4me.conf: raise it, or remove instances");
        else
            say("it cannot be started: there is no instance.env");
    }

    void judge_usable() {
        if (m_change.before == UnitsState::usable)
            judge_changed();
        else
            judge_new();
        judge_autostart();
    }

    void judge_changed() {
        for (const FileChange& file : m_change.files) {
            const bool is_mount =
                file.unit.ends_with(".mount") || file.unit == layers_target_name(m_change.name);
            if (is_mount && (file.kind != FileChange::Kind::changed ||
                             changes_what_is_held(file, HeldBy::mount)))
                m_meaning.remount = true;
            if (!is_mount && changes_what_is_held(file, HeldBy::server))
                m_meaning.restart = true;
        }
        if (m_meaning.restart || m_meaning.remount)
            say_restart();
        else if (m_change.files.size() > (find_autostart(m_change) == nullptr ? 0 : 1))
            say("it counts at once; no restart is needed");
        if (m_meaning.remount)
            say("its mount is rebuilt at that restart");
    }

    /// Of a server that runs it is not known what it was started with.
    void judge_new() {
        if (m_server == ServerState::running ||
            (m_server == ServerState::unknown && m_change.before != UnitsState::none))
            say_restart();
        if (m_server != ServerState::running)
            say("it can be started: systemctl start l4d2@{}", m_change.name);
    }

    void say_restart() {
        m_meaning.restart = m_server != ServerState::stopped;
        m_meaning.remount = m_meaning.remount && m_meaning.restart;
        if (m_meaning.restart)
            say("{} needs a restart: systemctl restart l4d2@{}",
                m_server == ServerState::running ? "its server" : "a server that runs",
                m_change.name);
        else
            say("it counts at the next start");
    }

    void judge_autostart() {
        const FileChange* const link = find_autostart(m_change);
        if (link == nullptr)
            return;
        if (link->kind == FileChange::Kind::removed)
            say("it is no longer started at boot, unless systemctl enable has made it so");
        else
            say("it is started at the next boot, or by systemctl start l4d2.target");
    }

    const InstanceChange& m_change;
    const ChangeContext& m_context;
    ServerState m_server;
    ChangeMeaning m_meaning;
};

} // namespace

ChangeMeaning meaning_of(const InstanceChange& change, const ChangeContext& context) {
    return Judge(change, context).judge();
}

} // namespace left4me::ctl
