#include "helper/verbs/failure_advice.hpp"

#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <string>
#include <utility>
#include <vector>

using namespace left4me;

BOOST_AUTO_TEST_SUITE(failure_advice_of_a_call)

BOOST_AUTO_TEST_CASE(every_errno_of_the_overlay_itself_has_a_cause_and_a_next_step) {
    for (const std::string call : {"fsconfig", "mount"})
        for (const int error : {ELOOP, EINVAL, EOVERFLOW, ENOSPC, EPERM, EBUSY, ESTALE, ENOMEM})
            BOOST_TEST_CONTEXT(call << " " << error) {
                const std::string_view advice = failure_advice(call, "overlay", error);
                BOOST_TEST(advice.find(": ") != std::string_view::npos);
                BOOST_TEST(!advice.ends_with('.'));
            }
}

BOOST_AUTO_TEST_CASE(one_errno_means_one_thing_of_the_overlay_and_another_of_a_mount) {
    BOOST_TEST(failure_advice("fsconfig", "overlay", ENOSPC).find("df") != std::string_view::npos);
    BOOST_TEST(failure_advice("move_mount", "/srv/merged", ENOSPC).find("fs.mount-max") !=
               std::string_view::npos);
    BOOST_TEST(failure_advice("clone3", "", ENOSPC).find("user.max_user_namespaces") !=
               std::string_view::npos);
    BOOST_TEST(failure_advice("unshare", "", ENOSPC).find("user.max_mnt_namespaces") !=
               std::string_view::npos);
}

BOOST_AUTO_TEST_CASE(a_full_run_is_not_blamed_on_upper) {
    const std::string_view advice = failure_advice("mkdir", "/run/left4me", ENOSPC);
    BOOST_TEST(advice.find("df -i") != std::string_view::npos);
    BOOST_TEST(advice.find("upper") == std::string_view::npos);
}

BOOST_AUTO_TEST_CASE(a_layer_that_is_called_overlay_is_not_the_overlay) {
    BOOST_TEST(failure_advice("fsconfig", "lowerdir+=overlay", EINVAL).find("Way=staged") !=
               std::string_view::npos);
}

BOOST_AUTO_TEST_CASE(what_can_happen_to_any_call_is_known_for_every_call) {
    for (const int error : {EMFILE, ENFILE, ENOMEM, EROFS, EIO, EPERM, EACCES})
        BOOST_TEST_CONTEXT(error)
    BOOST_TEST(!failure_advice("openat2", "/srv", error).empty());
}

BOOST_AUTO_TEST_CASE(an_errno_that_explains_itself_gets_no_advice) {
    BOOST_TEST(failure_advice("open", "/srv", ENOENT).empty());
}

BOOST_AUTO_TEST_SUITE_END()
