/* SPDX-License-Identifier: Apache-2.0 */
/* Right and wrong at the level of messages (RFC 7252): repetitions, strangers, answers of all
 * kinds.
 */
#include "probe.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct probe probe;

static void stop(void)
{
    probe_stop(&probe);
}

TestSuite(messages, .fini = stop, .timeout = 60);

/* ---- repetitions, RFC 7252 section 4.5 ------------------------------------------------------- */

/* Sends a request twice, as one whose answer was lost does. @return the code, which must be the
 * same both times */
static uint8_t ask_twice(struct udp_peer *peer, const struct peer_request *request)
{
    struct message sent = peer_request(peer, request);
    struct message answer;
    uint8_t code = peer_expect_answer(peer, &sent, &answer);

    peer_send(peer, sent.bytes, sent.length);
    cr_expect_eq(peer_expect_answer(peer, &sent, &answer), code);
    return code;
}

static uint8_t write_twice(struct udp_peer *peer, const char *path, const struct tlv *tlv)
{
    struct peer_request request = {.method = METHOD_PUT,
                                   .path = path,
                                   .accept = MESSAGE_ABSENT,
                                   .format = FORMAT_TLV,
                                   .payload = tlv->bytes,
                                   .length = tlv->length};

    return ask_twice(peer, &request);
}

static uint8_t do_twice(struct udp_peer *peer, uint8_t method, const char *path)
{
    struct peer_request request = {
        .method = method, .path = path, .accept = MESSAGE_ABSENT, .format = MESSAGE_ABSENT};

    return ask_twice(peer, &request);
}

/* Rule A-23: any number of commands, each told from its repetition. A second Delete of what is gone
 * would not be answered 2.02. */
Test(messages, repeated_in_a_bootstrap)
{
    struct tlv security;
    struct tlv server = probe_server(7, 300);

    probe_begin(&probe, "1.1");
    security = probe_security(probe.server.uri, PROBE_NOSEC, 7);
    EXPECT_CODE(write_twice(&probe.bootstrap, "/0/0", &security), 2, 4);
    EXPECT_CODE(write_twice(&probe.bootstrap, "/1/3", &server), 2, 4);
    EXPECT_CODE(do_twice(&probe.bootstrap, METHOD_DELETE, "/1/3"), 2, 2);
    EXPECT_CODE(write_twice(&probe.bootstrap, "/1/0", &server), 2, 4);
    EXPECT_CODE(do_twice(&probe.bootstrap, METHOD_POST, "/bs"), 2, 4);
    probe_register(&probe);
    cr_expect_eq(process_count(&probe.client, "bootstrap-write", NULL), 3u);
    cr_expect_eq(process_count(&probe.client, "bootstrap-delete", NULL), 1u);
    cr_expect_eq(process_count(&probe.client, "bootstrap-finish", NULL), 1u);
}

/* Rule A-81: a refusal is repeated, too; only a new Finish is looked at anew. */
Test(messages, repeated_finish_that_was_refused)
{
    probe_begin(&probe, "1.1");
    EXPECT_CODE(do_twice(&probe.bootstrap, METHOD_POST, "/bs"), 4, 6);
    probe_provision(&probe, 0, 300);
    EXPECT_CODE(probe_finish(&probe), 2, 4);
    probe_register(&probe);
    cr_expect_eq(process_count(&probe.client, "bootstrap-finish", "code", "4.06", NULL), 1u);
}

/* Rules C: a device does once what it is asked once. */
Test(messages, repeated_execute)
{
    probe_settle(&probe, "1.1", 300);
    EXPECT_CODE(do_twice(&probe.server, METHOD_POST, "/3/0/12"), 2, 4);
    probe_expect_value(&probe, "/3/0/0", "Loom"); /* what it does would have been told by now */
    cr_expect_eq(process_count(&probe.client, "executed", "path", "/3/0/12", NULL), 1u);
}

/* One instance is created, and its id is told twice. */
Test(messages, repeated_create)
{
    struct peer_request create = {
        .method = METHOD_POST, .path = "/3303", .accept = MESSAGE_ABSENT, .format = MESSAGE_ABSENT};
    struct message sent;
    struct message answer;
    char location[32];

    probe_settle(&probe, "1.1", 300);
    sent = peer_request(&probe.server, &create);
    EXPECT_CODE(peer_expect_answer(&probe.server, &sent, &answer), 2, 1);
    probe_expect_update(&probe, &answer, "");
    peer_answer(&probe.server, &answer, CODE(2, 4));
    peer_send(&probe.server, sent.bytes, sent.length);
    EXPECT_CODE(peer_expect_answer(&probe.server, &sent, &answer), 2, 1);
    message_parts(&answer, OPTION_LOCATION_PATH, '/', location, sizeof location);
    cr_expect_str_eq(location, "/3303/1");
    EXPECT_CODE(peer_get(&probe.server, "/3303/2", FORMAT_TLV, &answer), 4, 4);
}

/* Message ids are those of an endpoint: another server's message with the same id, token, method
 * and length is another message. */
Test(messages, of_two_servers_with_one_id)
{
    struct tlv lifetime = {.length = 0};
    uint16_t id;

    probe_begin(&probe, "1.1");
    probe_provision(&probe, 0, 300);
    id = probe.bootstrap.next_id;
    tlv_number(&lifetime, 1, 400);
    EXPECT_CODE(peer_put_tlv(&probe.bootstrap, "/1/0/1", &lifetime), 2, 4);
    EXPECT_CODE(probe_finish(&probe), 2, 4);
    probe_register(&probe);
    probe.server.next_id = id;
    lifetime.length = 0;
    tlv_number(&lifetime, 1, 500);
    EXPECT_CODE(peer_put_tlv(&probe.server, "/1/0/1", &lifetime), 2, 4);
    probe_expect_value(&probe, "/1/0/1", "500");
}

/* ---- strangers, rules A-91, B-15 ------------------------------------------------------------- */

/* A Bootstrap-Delete of everything, a Finish, and a Write: whoever says them. */
static void expect_strangers_unheard(const struct udp_peer *known)
{
    static const struct {
        uint8_t method;
        const char *path;
        const char *payload;
    } requests[] = {
        {METHOD_DELETE, "/", ""}, {METHOD_POST, "/bs", ""}, {METHOD_PUT, "/1/0/1", "1"}};

    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        struct message request;

        message_begin(&request, MESSAGE_CON, requests[i].method, 0x6000, "x", 1);
        message_add_parts(&request, OPTION_URI_PATH, requests[i].path, '/');
        message_add_payload(&request, requests[i].payload, strlen(requests[i].payload));
        peer_expect_unheard(known, request.bytes, request.length);
        peer_expect_unheard_elsewhere(known, request.bytes, request.length);
    }
}

static void expect_no_harm_of_strangers(void)
{
    probe_begin(&probe, "1.1");
    expect_strangers_unheard(&probe.bootstrap);
    probe_provision(&probe, 0, 300);
    expect_strangers_unheard(&probe.bootstrap);
    EXPECT_CODE(probe_finish(&probe), 2, 4);
    probe_register(&probe);
    expect_strangers_unheard(&probe.server);
    probe_expect_value(&probe, "/1/0/1", "300");
    cr_expect_eq(process_count(&probe.client, "bootstrap-delete", NULL), 0u);
    cr_expect_eq(process_count(&probe.client, "bootstrap-finish", NULL), 1u);
    cr_expect_eq(process_count(&probe.client, "request", NULL), 0u);
    cr_expect_eq(process_count(&probe.client, "write", NULL), 0u);
}

Test(messages, of_strangers)
{
    expect_no_harm_of_strangers();
}

static const char *free_port(void)
{
    static char port[8];
    struct udp_peer finder;

    peer_open(&finder);
    snprintf(port, sizeof port, "%s", strrchr(finder.uri, ':') + 1);
    peer_close(&finder);
    return port;
}

/* At a port that the whole world may know. */
Test(messages, of_strangers_at_a_known_port)
{
    probe.options[0] = "--local-port";
    probe.options[1] = free_port();
    expect_no_harm_of_strangers();
    cr_expect_eq(probe.bootstrap.remote.sin_port, probe.server.remote.sin_port);
}

/* An answer to the Register, right in every byte, from another port. */
Test(messages, of_strangers_that_answer)
{
    struct message request;
    struct message answer;

    probe_start_with_server(&probe, "1.1", "300");
    probe_expect_register(&probe, &request);
    message_begin(&answer, MESSAGE_ACK, CODE(2, 1), request.id, request.token,
                  request.token_length);
    message_add_parts(&answer, OPTION_LOCATION_PATH, "/rd/evil", '/');
    peer_expect_unheard(&probe.server, answer.bytes, answer.length);
    peer_expect_unheard_elsewhere(&probe.server, answer.bytes, answer.length);
    peer_answer_created(&probe.server, &request, PROBE_LOCATION);
    process_event(&probe.client, "registered", "location", PROBE_LOCATION, NULL);
    cr_expect_eq(process_count(&probe.client, "registered", NULL), 1u);
}

/* ---- answers --------------------------------------------------------------------------------- */

static void expect_registered(void)
{
    struct message answer;

    process_event(&probe.client, "registered", "location", PROBE_LOCATION, NULL);
    EXPECT_CODE(peer_get(&probe.server, "/3/0/0", FORMAT_TEXT, &answer), 2, 5);
    cr_expect_eq(process_count(&probe.client, "registered", NULL), 1u);
}

static void expect_acknowledgement(uint16_t id)
{
    struct message message;

    peer_receive(&probe.server, &message);
    cr_expect(message.type == MESSAGE_ACK && message.code == 0 && message.id == id);
}

/* RFC 7252 section 5.2.2: acknowledged first, answered later. */
Test(messages, answered_separately)
{
    struct message request;

    probe_start_with_server(&probe, "1.1", "300");
    probe_expect_register(&probe, &request);
    peer_answer_as(&probe.server, &(struct message){.token_length = 0}, MESSAGE_ACK, 0, request.id,
                   "");
    peer_answer_as(&probe.server, &request, MESSAGE_CON, CODE(2, 1), 0x7001, PROBE_LOCATION);
    expect_acknowledgement(0x7001);
    expect_registered();
}

/* The answer overtakes the acknowledgement, or that is lost. */
Test(messages, answered_without_an_acknowledgement)
{
    struct message request;

    probe_start_with_server(&probe, "1.1", "300");
    probe_expect_register(&probe, &request);
    peer_answer_as(&probe.server, &request, MESSAGE_CON, CODE(2, 1), 0x7001, PROBE_LOCATION);
    expect_acknowledgement(0x7001);
    expect_registered();
}

Test(messages, answered_without_a_wish_for_an_acknowledgement)
{
    struct message request;

    probe_start_with_server(&probe, "1.1", "300");
    probe_expect_register(&probe, &request);
    peer_answer_as(&probe.server, &request, MESSAGE_NON, CODE(2, 1), 0x7001, PROBE_LOCATION);
    expect_registered();
}

/* Answers that come again say nothing new, whatever they say. */
Test(messages, answered_again)
{
    struct message request;

    probe_start_with_server(&probe, "1.1", "300");
    probe_expect_register(&probe, &request);
    peer_answer_as(&probe.server, &request, MESSAGE_ACK, CODE(2, 1), request.id, PROBE_LOCATION);
    peer_answer_as(&probe.server, &request, MESSAGE_ACK, CODE(2, 1), request.id, PROBE_LOCATION);
    peer_answer_as(&probe.server, &request, MESSAGE_ACK, CODE(4, 3), request.id, "");
    peer_answer_as(&probe.server, &request, MESSAGE_NON, CODE(2, 1), 0x7002, "/rd/other");
    process_event(&probe.client, "registered", "location", PROBE_LOCATION, NULL);
    process_say(&probe.client, "update");
    do {
        peer_receive(&probe.server, &request); /* a reset of what is not wanted may come before */
    } while (request.type != MESSAGE_CON);
    peer_answer(&probe.server, &request, CODE(2, 4));
    process_event(&probe.client, "updated", NULL);
    cr_expect_eq(process_count(&probe.client, "registered", NULL), 1u);
    cr_expect_eq(process_count(&probe.client, "register-refused", NULL), 0u);
}

/* RFC 7252 section 5.3.2: an answer has the token of its request. */
Test(messages, answered_with_another_token)
{
    const struct message wrong = {.token = {1, 2, 3, 4, 5, 6, 7, 8}, .token_length = 8};
    struct message request;

    probe_start_with_server(&probe, "1.1", "300");
    probe_expect_register(&probe, &request);
    peer_answer_as(&probe.server, &wrong, MESSAGE_ACK, CODE(2, 1), request.id, "/rd/wrong");
    peer_answer_as(&probe.server, &(struct message){.token_length = 0}, MESSAGE_NON, CODE(2, 1),
                   0x7001, "/rd/none");
    peer_answer_as(&probe.server, &request, MESSAGE_NON, CODE(2, 1), 0x7002, PROBE_LOCATION);
    process_event(&probe.client, "registered", "location", PROBE_LOCATION, NULL);
    cr_expect_eq(process_count(&probe.client, "registered", NULL), 1u);
}

/* Rules B-24, B-54: the same message again after a while, and an answer in time. */
Test(messages, repeated_by_the_client)
{
    struct message first;
    struct message second;

    probe_start_with_server(&probe, "1.1", "300");
    probe_expect_register(&probe, &first);
    probe.server.heard = false; /* the repetition is what this waits for */
    probe_expect_register(&probe, &second);
    cr_expect_eq(second.id, first.id);
    cr_assert_eq(second.length, first.length);
    cr_expect_arr_eq(second.bytes, first.bytes, first.length);
    peer_answer_created(&probe.server, &second, PROBE_LOCATION);
    expect_registered();
    cr_expect_eq(process_count(&probe.client, "register", NULL), 1u);
}

/* A reset is no answer: worth another attempt (rules B-24, B-54). */
Test(messages, reset_by_the_server)
{
    struct message request;

    probe_start_with_server(&probe, "1.1", "300");
    probe_expect_register(&probe, &request);
    peer_reset(&probe.server, &request);
    process_event(&probe.client, "register-failed", "failure", "reset", NULL);
    process_event(&probe.client, "register-retry", "seconds", "60", NULL);
    process_say(&probe.client, "advance 60");
    probe_register(&probe);
}

/* ---- requests that are not confirmable ------------------------------------------------------- */

/* RFC 7252 sections 4.3, 5.2.3: answered in kind, once. */
Test(messages, not_confirmable)
{
    struct peer_request read = {.type = MESSAGE_NON,
                                .method = METHOD_GET,
                                .path = "/3/0/0",
                                .accept = FORMAT_TEXT,
                                .format = MESSAGE_ABSENT};
    struct message sent;
    struct message answer;

    probe_settle(&probe, "1.1", 300);
    sent = peer_request(&probe.server, &read);
    peer_receive(&probe.server, &answer);
    EXPECT_CODE(answer.code, 2, 5);
    cr_expect_eq(answer.type, (unsigned)MESSAGE_NON);
    cr_expect_arr_eq(answer.token, sent.token, sent.token_length);
    peer_send(&probe.server, sent.bytes, sent.length);
    EXPECT_CODE(peer_get(&probe.server, "/3/0/1", FORMAT_TEXT, &answer), 2, 5);
    process_event(&probe.client, "read", "path", "/3/0/1", NULL);
    cr_expect_eq(process_count(&probe.client, "read", "path", "/3/0/0", NULL), 1u);
}
