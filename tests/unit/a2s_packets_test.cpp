#include "generator/watch/a2s_packets.hpp"

#include "a2s_replies.hpp"
#include "generator/watch/conversation.hpp"
#include "generator/watch/split_reply.hpp"

#include <boost/test/unit_test.hpp>

using namespace left4me::watch;
using namespace std::string_literals;

namespace {

const ServerInfo hotel = {"c1m1_hotel", 3, 1, 8};

bool is_nothing(const Reply& reply) {
    return std::holds_alternative<std::monostate>(reply);
}

/// The map of what is said about a server whose map is called `name`.
std::string map_of(const std::string& name) {
    return std::get<ServerInfo>(parse_reply(info_reply({name, 0, 0, 8}))).map;
}

} // namespace

BOOST_AUTO_TEST_SUITE(A2sPackets)

BOOST_AUTO_TEST_CASE(a_question_is_asked_as_the_protocol_has_it) {
    BOOST_TEST(info_request("") == "\xFF\xFF\xFF\xFF"
                                   "TSource Engine Query\0"s);
    BOOST_TEST(info_request("abcd") == "\xFF\xFF\xFF\xFF"
                                       "TSource Engine Query\0"
                                       "abcd"s);
}

BOOST_AUTO_TEST_CASE(an_answer_says_what_the_map_is_and_who_plays) {
    BOOST_CHECK(parse_reply(info_reply(hotel)) == Reply(hotel));
}

BOOST_AUTO_TEST_CASE(bots_are_counted_among_the_clients_and_are_not_players) {
    BOOST_CHECK(parse_reply(info_reply({"m", 0, 4, 8})) == Reply(ServerInfo{"m", 0, 4, 8}));
}

BOOST_AUTO_TEST_CASE(more_bots_than_clients_do_not_make_a_server_empty) {
    BOOST_CHECK(parse_reply(info_reply("m", 1, 9, 8)) == Reply(ServerInfo{"m", 1, 9, 8}));
}

BOOST_AUTO_TEST_CASE(a_map_is_any_bytes_and_not_more_than_128) {
    BOOST_TEST(map_of("\x1b[31m\"\n\xFF") == "\x1b[31m\"\n\xFF");
    BOOST_TEST(map_of(std::string(1000, 'x')) == std::string(128, 'x'));
    BOOST_TEST(map_of("").empty());
}

BOOST_AUTO_TEST_CASE(an_answer_that_is_cut_anywhere_is_none) {
    // Without the byte behind the version, which says what follows.
    const std::string whole = info_reply(hotel).substr(0, info_reply(hotel).size() - 1);
    for (std::size_t length = 0; length < whole.size(); ++length) {
        BOOST_TEST_CONTEXT(length) {
            BOOST_TEST(is_nothing(parse_reply(whole.substr(0, length))));
        }
    }
    // What may follow is nothing that is asked for.
    BOOST_CHECK(parse_reply(whole + "\xB1" + "anything") == Reply(hotel));
}

BOOST_AUTO_TEST_CASE(a_challenge_is_four_bytes) {
    BOOST_CHECK(parse_reply(challenge_reply("\0\xFF\n\""s)) == Reply(Challenge{"\0\xFF\n\""s}));
    for (const std::string& bytes : {""s, "abc"s, "abcde"s})
        BOOST_TEST(is_nothing(parse_reply(challenge_reply(bytes))));
}

BOOST_AUTO_TEST_CASE(other_packets_are_nothing) {
    for (const std::string& packet : {""s, "\xFF\xFF\xFF"s, "\xFF\xFF\xFF\xFF"s, "I\x11"s,
                                      "\xFF\xFF\xFF\xFF\x44\x01"s, std::string(65507, '\xFF')})
        BOOST_TEST(is_nothing(parse_reply(packet)));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(SplitReplies)

BOOST_AUTO_TEST_CASE(parts_are_joined_in_their_order_whatever_order_they_come_in) {
    SplitReply split;
    BOOST_TEST(!split.add(split_part("0001", 3, 2, "c")).has_value());
    BOOST_TEST(!split.add(split_part("0001", 3, 0, "a")).has_value());
    BOOST_TEST(split.add(split_part("0001", 3, 1, "b")).value() == "abc");
}

BOOST_AUTO_TEST_CASE(a_part_that_comes_twice_does_not_complete_a_reply) {
    SplitReply split;
    BOOST_TEST(!split.add(split_part("0001", 2, 0, "a")).has_value());
    BOOST_TEST(!split.add(split_part("0001", 2, 0, "z")).has_value());
    BOOST_TEST(split.add(split_part("0001", 2, 1, "b")).value() == "ab");
}

BOOST_AUTO_TEST_CASE(parts_of_different_replies_are_not_mixed) {
    SplitReply split;
    BOOST_TEST(!split.add(split_part("0001", 2, 0, "a")).has_value());
    BOOST_TEST(!split.add(split_part("0002", 2, 1, "B")).has_value());
    BOOST_TEST(!split.add(split_part("0001", 2, 1, "b")).has_value());
    BOOST_TEST(split.add(split_part("0001", 2, 0, "a")).value() == "ab");
    // Of the same number, but another total.
    BOOST_TEST(!split.add(split_part("0001", 2, 0, "a")).has_value());
    BOOST_TEST(!split.add(split_part("0001", 3, 1, "b")).has_value());
}

BOOST_AUTO_TEST_CASE(what_is_malformed_compressed_or_too_much_is_dropped) {
    SplitReply split;
    for (const std::string& packet :
         {split_part("0001", 0, 0, "a"), split_part("0001", 1, 1, "a"),
          split_part("0001", 255, 0, "a"), split_part("0001", 5, 0, "a"),
          split_part("000\x80", 1, 0, "a"), split_part("0001", 1, 0, std::string(1400, 'a')),
          "\xFE\xFF\xFF\xFF"s, "\xFE\xFF\xFF\xFF"s + "00010"s, info_reply(hotel)})
        BOOST_TEST(!split.add(packet).has_value());
    BOOST_TEST(split.add(split_part("0001", 1, 0, "a")).value() == "a");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(Conversations)

BOOST_AUTO_TEST_CASE(a_question_is_asked_again_with_the_challenge_and_then_answered) {
    Conversation conversation;
    BOOST_TEST(conversation.ask() == info_request(""));
    BOOST_TEST(conversation.hear(challenge_reply("abcd")).to_send == info_request("abcd"));
    const Conversation::Heard heard = conversation.hear(info_reply(hotel));
    BOOST_TEST(heard.to_send.empty());
    BOOST_CHECK(heard.info == hotel);
}

BOOST_AUTO_TEST_CASE(the_next_question_has_the_last_challenge_and_another_one_may_come) {
    Conversation conversation;
    (void)conversation.ask();
    (void)conversation.hear(challenge_reply("abcd"));
    (void)conversation.hear(info_reply(hotel));
    BOOST_TEST(conversation.ask() == info_request("abcd"));
    BOOST_TEST(conversation.hear(challenge_reply("efgh")).to_send == info_request("efgh"));
}

BOOST_AUTO_TEST_CASE(an_answer_in_parts_is_an_answer) {
    const std::string whole = info_reply(hotel);
    Conversation conversation;
    (void)conversation.ask();
    BOOST_CHECK(!conversation.hear(split_part("0001", 2, 1, whole.substr(9))).info);
    BOOST_CHECK(conversation.hear(split_part("0001", 2, 0, whole.substr(0, 9))).info == hotel);
}

BOOST_AUTO_TEST_CASE(a_part_from_before_the_question_is_forgotten) {
    const std::string whole = info_reply(hotel);
    Conversation conversation;
    (void)conversation.ask();
    BOOST_CHECK(!conversation.hear(split_part("0001", 2, 1, whole.substr(9))).info);
    (void)conversation.ask();
    BOOST_CHECK(!conversation.hear(split_part("0001", 2, 0, whole.substr(0, 9))).info);
}

BOOST_AUTO_TEST_CASE(what_nobody_asked_for_is_not_heard) {
    Conversation conversation;
    BOOST_CHECK(!conversation.hear(info_reply(hotel)).info);
    (void)conversation.ask();
    BOOST_CHECK(conversation.hear(info_reply(hotel)).info == hotel);
    BOOST_CHECK(!conversation.hear(info_reply({"another", 8, 0, 8})).info);
    BOOST_TEST(conversation.hear(challenge_reply("abcd")).to_send.empty());
}

BOOST_AUTO_TEST_CASE(each_packet_has_one_reply) {
    Conversation conversation;
    BOOST_TEST(!conversation.count_reply());
    (void)conversation.ask();
    BOOST_TEST(conversation.hear(challenge_reply("abcd")).is_reply);
    BOOST_TEST(conversation.count_reply());
    BOOST_TEST(conversation.hear(info_reply(hotel)).is_reply);
    BOOST_TEST(conversation.count_reply());
    // Unasked, and still a reply, which an unasked challenge is too.
    BOOST_TEST(conversation.hear(info_reply(hotel)).is_reply);
    BOOST_TEST(conversation.hear(challenge_reply("abcd")).is_reply);
    BOOST_TEST(!conversation.hear("nonsense").is_reply);
    BOOST_TEST(!conversation.count_reply());
}

BOOST_AUTO_TEST_CASE(questions_without_an_answer_may_all_have_theirs_late) {
    Conversation conversation;
    for (int i = 0; i < 3; ++i)
        (void)conversation.ask();
    (void)conversation.hear(info_reply(hotel));
    for (int i = 0; i < 3; ++i)
        BOOST_TEST(conversation.count_reply());
    BOOST_TEST(!conversation.count_reply());
    (void)conversation.ask();
    (void)conversation.hear(info_reply(hotel));
    // Once one has come, those before are given up.
    (void)conversation.ask();
    BOOST_TEST(conversation.count_reply());
    BOOST_TEST(!conversation.count_reply());
}

BOOST_AUTO_TEST_CASE(a_challenge_that_somebody_else_sent_is_not_kept) {
    Conversation conversation;
    (void)conversation.ask();
    (void)conversation.hear(challenge_reply("abcd"));
    (void)conversation.hear(info_reply(hotel));
    BOOST_TEST(conversation.ask() == info_request("abcd"));
    (void)conversation.hear(challenge_reply("evil"));
    (void)conversation.hear(info_reply(hotel));
    conversation.doubt();
    BOOST_TEST(conversation.ask() == info_request("abcd"));
    // Nor is one by which no answer came.
    (void)conversation.hear(challenge_reply("evil"));
    BOOST_TEST(conversation.ask() == info_request("abcd"));
}

BOOST_AUTO_TEST_CASE(a_server_that_has_only_challenges_gets_two_packets_for_them) {
    Conversation conversation;
    (void)conversation.ask();
    int sent = 0;
    for (int i = 0; i < 1000; ++i)
        sent += conversation.hear(challenge_reply("abcd")).to_send.empty() ? 0 : 1;
    BOOST_TEST(sent == 2);
}

BOOST_AUTO_TEST_CASE(whoever_sends_too_much_is_not_heard_until_the_next_question) {
    Conversation conversation;
    BOOST_TEST(conversation.is_deaf());
    (void)conversation.ask();
    BOOST_TEST(!conversation.is_deaf());
    for (int i = 0; i < 16; ++i)
        (void)conversation.hear("nonsense");
    BOOST_TEST(conversation.is_deaf());
    BOOST_CHECK(!conversation.hear(info_reply(hotel)).info);
    (void)conversation.ask();
    BOOST_CHECK(conversation.hear(info_reply(hotel)).info == hotel);
}

BOOST_AUTO_TEST_SUITE_END()
