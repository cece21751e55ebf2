#include "generator/l4d2ctl/layers/layer_users.hpp"

#include <boost/test/unit_test.hpp>

using namespace left4me;
using namespace left4me::ctl;

namespace {

const KnownUsers users = {{"left4me", UserIds{61001, 61011}},
                          {"l4d2-sandbox", UserIds{61002, 61012}}};

} // namespace

BOOST_AUTO_TEST_SUITE(layer_users)

BOOST_AUTO_TEST_CASE(users_of_left4me_conf_have_names_and_others_a_number) {
    BOOST_TEST(users.name_of(0) == "root");
    BOOST_TEST(users.name_of(61001) == "left4me");
    BOOST_TEST(users.name_of(61002) == "l4d2-sandbox");
    BOOST_TEST(users.name_of(61003) == "uid 61003");
}

BOOST_AUTO_TEST_CASE(a_user_that_is_named_by_its_number_is_shown_as_one) {
    const KnownUsers numbers = {{"61001", UserIds{61001, 61001}}, {"gone", std::nullopt}};
    BOOST_TEST(numbers.name_of(61001) == "uid 61001");
}

BOOST_AUTO_TEST_CASE(the_sandboxs_ids_and_the_servers_are_swapped_and_no_other) {
    BOOST_TEST((users.seen({61002, 61012}) == UserIds{61001, 61011}));
    BOOST_TEST((users.seen({61001, 61011}) == UserIds{61002, 61012}));
    BOOST_TEST((users.seen({0, 0}) == UserIds{0, 0}));
    BOOST_TEST((users.seen({61012, 61002}) == UserIds{61012, 61002}));
    BOOST_TEST((users.seen({4294967294, 4294967294}) == UserIds{4294967294, 4294967294}));
}

BOOST_AUTO_TEST_CASE(without_such_users_nothing_is_swapped) {
    const KnownUsers nobody = {{"left4me", std::nullopt}, {"l4d2-sandbox", UserIds{61002, 61002}}};
    BOOST_TEST((nobody.seen({61002, 61002}) == UserIds{61002, 61002}));
}

BOOST_AUTO_TEST_SUITE_END()
