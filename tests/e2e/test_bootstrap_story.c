/* SPDX-License-Identifier: Apache-2.0 */
/* Bootstraps from their beginning to what they lead to: right ones, wrong ones and hostile ones. */
#include "probe.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct probe probe;
static struct udp_peer second = {.socket = -1};

static void stop(void)
{
    probe_stop(&probe);
    peer_close(&second);
}

TestSuite(bootstrap_story, .fini = stop, .timeout = 60);

static void finish_and_register(void)
{
    EXPECT_CODE(probe_finish(&probe), 2, 4);
    probe_register(&probe);
}

static void write_security(const char *path, const char *uri, int64_t ssid)
{
    struct tlv tlv = probe_security(uri, PROBE_NOSEC, ssid);

    EXPECT_CODE(probe_write(&probe, path, &tlv), 2, 4);
}

static void write_server(const char *path, int64_t ssid)
{
    struct tlv tlv = probe_server(ssid, 300);

    EXPECT_CODE(probe_write(&probe, path, &tlv), 2, 4);
}

static void add_instance(struct tlv *object, uint16_t id, const struct tlv *instance)
{
    tlv_put(object, TLV_INSTANCE, id, instance->bytes, instance->length);
}

/* ---- the request ----------------------------------------------------------------------------- */

static void expect_request(const char *arguments, uint8_t code)
{
    struct message request;
    char query[128];

    peer_expect(&probe.bootstrap, &request, METHOD_POST, "/bs");
    message_parts(&request, OPTION_URI_QUERY, '?', query, sizeof query);
    cr_expect_str_eq(query, arguments);
    peer_answer(&probe.bootstrap, &request, code);
}

/* Rules: on a network that reorders, the first command may overtake the answer to the
 * request; it is not lost. */
Test(bootstrap_story, whose_commands_overtake_the_answer)
{
    struct message request;

    probe_start(&probe, "1.1");
    peer_expect(&probe.bootstrap, &request, METHOD_POST, "/bs");
    probe_provision(&probe, 0, 300);
    peer_answer(&probe.bootstrap, &request, CODE(2, 4));
    process_event(&probe.client, "bootstrap-accepted", NULL);
    finish_and_register();
}

/* Rule A-20: a success of another kind is none. */
Test(bootstrap_story, that_is_accepted_with_a_wrong_code)
{
    static const uint8_t codes[] = {CODE(2, 1), CODE(2, 2), CODE(2, 5)};
    static const char *const texts[] = {"2.01", "2.02", "2.05"};

    probe_start(&probe, "1.1");
    for (size_t i = 0; i < sizeof codes; i++) {
        expect_request("?ep=probe?pct=11542", codes[i]);
        process_event(&probe.client, "bootstrap-refused", "code", texts[i], NULL);
        process_event(&probe.client, "bootstrap-retry", NULL);
        process_say(&probe.client, "advance 60");
    }
    probe_accept(&probe);
}

/* A new bootstrap while one is under way: what was written so far is gone (rule A-86). */
Test(bootstrap_story, that_is_asked_for_again)
{
    probe_begin(&probe, "1.1");
    probe_provision(&probe, 0, 300);
    write_server("/1/5", 9); /* would make it inconsistent */
    process_say(&probe.client, "bootstrap");
    process_event(&probe.client, "bootstrap-failed", NULL);
    probe_accept(&probe);
    EXPECT_CODE(probe_finish(&probe), 4, 6);
    probe_provision(&probe, 0, 300);
    finish_and_register();
}

/* ---- Short Server IDs ------------------------------------------------------------------------ */

/* Rules: 0 and 65535 are the ids of nobody, and what is no number at all. */
Test(bootstrap_story, with_ids_of_nobody)
{
    static const int64_t ids[] = {0, 65535, 65536, -1, INT64_MAX};

    probe_begin(&probe, "1.1");
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        struct tlv security = probe_security(probe.server.uri, PROBE_NOSEC, 0);
        struct tlv server = probe_server(ids[i], 300);

        tlv_number(&security, 10, ids[i]);
        EXPECT_CODE(probe_write(&probe, "/0/0", &security), 4, 0);
        EXPECT_CODE(probe_write(&probe, "/1/0", &server), 4, 0);
    }
    EXPECT_CODE(peer_put_text(&probe.bootstrap, "/0/0/10", "seven"), 4, 0);
    EXPECT_CODE(probe_finish(&probe), 4, 6);
    write_security("/0/0", probe.server.uri, PROBE_SSID_NUMBER);
    write_server("/1/0", PROBE_SSID_NUMBER);
    finish_and_register();
}

/* Rules: half an account is none, whichever half; a repair of the other half is
 * enough. */
Test(bootstrap_story, with_half_an_account)
{
    probe_begin(&probe, "1.1");
    write_security("/0/0", probe.server.uri, PROBE_SSID_NUMBER);
    EXPECT_CODE(probe_finish(&probe), 4, 6);
    EXPECT_CODE(peer_delete(&probe.bootstrap, "/0/0"), 2, 2);
    write_server("/1/0", PROBE_SSID_NUMBER);
    EXPECT_CODE(probe_finish(&probe), 4, 6);
    write_security("/0/0", probe.server.uri, PROBE_SSID_NUMBER);
    finish_and_register();
    cr_expect_eq(process_count(&probe.client, "bootstrap-finish", "code", "4.06", NULL), 2u);
}

/* Rules: an id in the Bootstrap-Server Account is not that of a server. */
Test(bootstrap_story, with_the_id_of_a_server_in_its_own_account)
{
    probe_begin(&probe, "1.1");
    EXPECT_CODE(peer_put_text(&probe.bootstrap, PROBE_ACCOUNT "/10", PROBE_SSID), 2, 4);
    write_server("/1/0", PROBE_SSID_NUMBER);
    EXPECT_CODE(probe_finish(&probe), 4, 6);
    write_security("/0/0", probe.server.uri, PROBE_SSID_NUMBER);
    finish_and_register();
}

/* ---- several instances in one message -------------------------------------------------------- */

/* Rules: two servers by two messages; the client registers at both. */
Test(bootstrap_story, with_two_servers)
{
    struct tlv securities = {.length = 0};
    struct tlv servers = {.length = 0};
    struct tlv one = probe_server(7, 300);
    struct tlv other = probe_server(8, 300);
    struct message request;

    peer_open(&second);
    probe_begin(&probe, "1.1");
    add_instance(&servers, 0, &one);
    add_instance(&servers, 1, &other);
    one = probe_security(probe.server.uri, PROBE_NOSEC, 7);
    other = probe_security(second.uri, PROBE_NOSEC, 8);
    add_instance(&securities, 0, &one);
    add_instance(&securities, 2, &other);
    EXPECT_CODE(probe_write(&probe, "/0", &securities), 2, 4);
    EXPECT_CODE(probe_write(&probe, "/1", &servers), 2, 4);
    EXPECT_CODE(probe_finish(&probe), 2, 4);
    probe_register(&probe);
    peer_expect(&second, &request, METHOD_POST, "/rd");
    peer_answer_created(&second, &request, "/rd/8");
    process_event(&probe.client, "registered", "ssid", "8", "location", "/rd/8", NULL);
    probe_expect_value(&probe, PROBE_ACCOUNT "/0", probe.bootstrap.uri);
}

/* Rules: one bad instance, and nothing of the message is taken. */
Test(bootstrap_story, with_one_bad_instance_among_good_ones)
{
    struct tlv servers = {.length = 0};
    struct tlv good = probe_server(7, 300);
    struct tlv bad = probe_server(65535, 300);
    struct message answer;

    probe_begin(&probe, "1.1");
    add_instance(&servers, 0, &good);
    add_instance(&servers, 1, &bad);
    EXPECT_CODE(probe_write(&probe, "/1", &servers), 4, 0);
    EXPECT_CODE(peer_get(&probe.bootstrap, "/1/0", FORMAT_TLV, &answer), 4, 4);
    probe_provision(&probe, 0, 300);
    finish_and_register();
}

/* More than the product has room for: an error, and not half of it (rules ). */
Test(bootstrap_story, with_more_servers_than_there_is_room_for)
{
    struct tlv servers = {.length = 0};
    struct message answer;

    probe_begin(&probe, "1.1");
    for (uint16_t i = 0; i < 40; i++) {
        struct tlv server = probe_server(100 + i, 300);

        add_instance(&servers, i, &server);
    }
    EXPECT_CODE(probe_write(&probe, "/1", &servers), 4, 0);
    EXPECT_CODE(peer_get(&probe.bootstrap, "/1/0", FORMAT_TLV, &answer), 4, 4);
    probe_provision(&probe, 0, 300);
    finish_and_register();
}

/* ---- Finish ---------------------------------------------------------------------------------- */

/* Rule A-20: 4.00 for a wrong address, and the bootstrap goes on. */
Test(bootstrap_story, with_a_finish_at_a_wrong_place)
{
    static const char *const paths[] = {"", "/bs/1", "/rd", "/BS"};

    probe_begin(&probe, "1.1");
    probe_provision(&probe, 0, 300);
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        uint8_t code = peer_post(&probe.bootstrap, paths[i], "");

        cr_expect(code == CODE(4, 0) || code == CODE(4, 5), "'%s' is answered %u", paths[i], code);
    }
    cr_expect_eq(process_count(&probe.client, "bootstrap-finish", NULL), 0u);
    finish_and_register();
}

/* Rules: after the Finish the bootstrap server may do nothing any more. */
Test(bootstrap_story, with_commands_after_the_end)
{
    static const char *const paths[] = {"/", "/0", "/1", "/1/0", PROBE_ACCOUNT};
    struct tlv server = probe_server(PROBE_SSID_NUMBER, 1);
    struct message answer;

    probe_begin(&probe, "1.1");
    probe_provision(&probe, 0, 300);
    finish_and_register();
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        cr_expect_eq(peer_delete(&probe.bootstrap, paths[i]) >> 5, 4u, "DELETE %s", paths[i]);
    }
    cr_expect_eq(probe_write(&probe, "/1/0", &server) >> 5, 4u);
    cr_expect_eq(peer_get(&probe.bootstrap, "/3/0", FORMAT_TLV, &answer) >> 5, 4u);
    cr_expect_eq(peer_post(&probe.bootstrap, "/3/0/4", "") >> 5, 4u);
    probe_expect_value(&probe, "/1/0/1", "300");
    probe_expect_value(&probe, PROBE_ACCOUNT "/0", probe.bootstrap.uri);
    cr_expect_eq(process_count(&probe.client, "executed", NULL), 0u);
}

/* ---- a device in service --------------------------------------------------------------------- */

static void settle_and_bootstrap(void)
{
    probe_settle(&probe, "1.1", 300);
    process_say(&probe.client, "bootstrap");
    probe_accept(&probe);
}

/* Rule A-34: a bootstrap that changes nothing leads to a registration as well. */
Test(bootstrap_story, that_changes_nothing)
{
    settle_and_bootstrap();
    finish_and_register();
    cr_expect_eq(process_count(&probe.client, "registered", NULL), 2u);
}

/* Rules: the server is elsewhere now. The session with the old one is not used again. */
Test(bootstrap_story, that_moves_the_server)
{
    struct message request;

    peer_open(&second);
    settle_and_bootstrap();
    write_security("/0/0", second.uri, PROBE_SSID_NUMBER);
    EXPECT_CODE(probe_finish(&probe), 2, 4);
    peer_expect(&second, &request, METHOD_POST, "/rd");
    peer_answer_created(&second, &request, "/rd/new");
    process_event(&probe.client, "registered", "location", "/rd/new", NULL);
    process_say(&probe.client, "update");
    peer_expect(&second, &request, METHOD_POST, "/rd/new");
    peer_answer(&second, &request, CODE(2, 4));
    process_event(&probe.client, "updated", NULL);
    cr_expect_eq(process_count(&probe.client, "session", "uri", probe.server.uri, NULL), 1u);
}

/* Rules: the server whose account is gone is not served any more, and hears nothing. */
Test(bootstrap_story, that_takes_a_server_away)
{
    struct udp_peer old;
    struct message request;

    peer_open(&second);
    settle_and_bootstrap();
    EXPECT_CODE(peer_delete(&probe.bootstrap, "/0/0"), 2, 2);
    EXPECT_CODE(peer_delete(&probe.bootstrap, "/1/0"), 2, 2);
    write_security("/0/2", second.uri, 8);
    write_server("/1/2", 8);
    EXPECT_CODE(probe_finish(&probe), 2, 4);
    peer_expect(&second, &request, METHOD_POST, "/rd");
    peer_answer_created(&second, &request, "/rd/8");
    process_event(&probe.client, "registered", "ssid", "8", NULL);
    old = probe.server; /* its session is closed: the system itself says so */
    peer_expect_unheard(&old, "\x40\x01\x7A\x01\xB1\x33", 6);
    process_say(&probe.client, "status");
    process_event(&probe.client, "status", "ssid", "8", "state", "registered", NULL);
    cr_expect_eq(process_count(&probe.client, "status", "ssid", PROBE_SSID, NULL), 0u);
}

/* Rules: a bootstrap server that takes all away and then fails has taken nothing. */
Test(bootstrap_story, that_takes_all_away_and_fails)
{
    struct message answer;

    settle_and_bootstrap();
    EXPECT_CODE(peer_delete(&probe.bootstrap, "/"), 2, 2);
    EXPECT_CODE(probe_finish(&probe), 4, 6);
    probe_advance(&probe, 250);
    cr_assert_eq(process_count(&probe.client, "bootstrap-failed", NULL), 1u);
    probe_expect_value(&probe, "/0/0/0", probe.server.uri);
    probe_expect_value(&probe, "/1/0/1", "300");
    probe_expect_value(&probe, PROBE_ACCOUNT "/0", probe.bootstrap.uri);
    do { /* the Update that was due meanwhile */
        peer_receive(&probe.server, &answer);
    } while (answer.code != METHOD_POST);
}

/* ---- protected instances --------------------------------------------------------------------- */

/* Rules: what a Delete must not touch stays, whatever it aims at, and in any release. */
static void expect_protection(const char *lwm2m)
{
    probe_begin(&probe, lwm2m);
    EXPECT_CODE(peer_delete(&probe.bootstrap, PROBE_ACCOUNT), 4, 0);
    EXPECT_CODE(peer_delete(&probe.bootstrap, "/3/0"), 4, 0);
    EXPECT_CODE(peer_delete(&probe.bootstrap, "/0"), 2, 2);
    EXPECT_CODE(peer_delete(&probe.bootstrap, "/3"), 2, 2);
    EXPECT_CODE(peer_delete(&probe.bootstrap, "/"), 2, 2);
    EXPECT_CODE(peer_delete(&probe.bootstrap, PROBE_ACCOUNT "/0"), 4, 0);
    EXPECT_CODE(peer_delete(&probe.bootstrap, "/1/65535"), 4, 0);
    probe_provision(&probe, 0, 300);
    finish_and_register();
    probe_expect_value(&probe, PROBE_ACCOUNT "/0", probe.bootstrap.uri);
    probe_expect_value(&probe, "/3/0/0", "Loom");
}

Test(bootstrap_story, with_deletes_of_what_is_protected_in_1_0)
{
    expect_protection("1.0");
}

Test(bootstrap_story, with_deletes_of_what_is_protected_in_1_2)
{
    expect_protection("1.2");
}
