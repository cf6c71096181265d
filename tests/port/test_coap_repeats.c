/* SPDX-License-Identifier: Apache-2.0 */
/* Messages that come again (RFC 7252 section 4.5): when the answer is gone, when the token is
 * another, and when there were too many others in between. */
#include "raw.h"

#include <criterion/criterion.h>
#include <string.h>

enum { URI_PATH = 11, BLOCK1 = 27 };

static struct endpoint server;
static struct raw peer;

static void start(void)
{
    endpoint_start(&server);
    endpoint_listen(&server, "coap");
    raw_start(&peer);
    raw_connect(&peer, server.bound);
}

static void stop(void)
{
    raw_stop(&peer);
    endpoint_stop(&server);
}

TestSuite(coap_repeats, .init = start, .fini = stop, .timeout = 60);

static struct datagram request(unsigned type, uint8_t method, uint16_t id, uint8_t token,
                               const char *segment, const char *payload)
{
    struct datagram datagram = message(type, method, id, token);
    unsigned last = 0;

    message_option(&datagram, &last, URI_PATH, segment, strlen(segment));
    if (payload != NULL) {
        message_payload(&datagram, payload, strlen(payload));
    }
    return datagram;
}

static struct datagram exchange(const struct datagram *datagram)
{
    raw_send(&peer, datagram->bytes, datagram->length);
    return raw_receive(&peer, &server);
}

/* Asks for other things, with message ids from 1000 on. */
static void ask_others(unsigned count)
{
    static uint16_t id = 1000;

    while (count-- > 0) {
        struct datagram get = request(RAW_CON, LOOM_GET, ++id, 1, "others", NULL);
        struct datagram answer = exchange(&get);

        cr_assert_eq(message_id(&answer), id);
    }
}

/* Sends it: the next that is heard is the answer to something later. */
static void expect_silence(const struct datagram *datagram)
{
    static uint16_t id = 9000; /* one that was not used before */
    struct datagram probe = request(RAW_CON, LOOM_GET, ++id, 99, "alive", NULL);
    unsigned before = server.request.count;
    struct datagram answer;

    raw_send(&peer, datagram->bytes, datagram->length);
    answer = exchange(&probe);
    cr_expect_eq(message_id(&answer), id);
    cr_expect_str_eq(server.request.path, "alive");
    cr_expect_eq(server.request.count, before + 1, "it was executed");
}

Test(coap_repeats, are_not_executed_after_many_others)
{
    struct datagram post = request(RAW_CON, LOOM_POST, 100, 7, "3", NULL);

    (void)exchange(&post);
    ask_others(LOOM_COAP_REPEATS_MAX - 1);
    expect_silence(&post);
}

/* The limit that loom/port_coap.h names; the ones after it are still known. */
Test(coap_repeats, are_forgotten_oldest_first)
{
    struct datagram first = request(RAW_CON, LOOM_POST, 100, 7, "1", NULL);
    struct datagram second = request(RAW_CON, LOOM_POST, 101, 8, "2", NULL);

    (void)exchange(&first);
    (void)exchange(&second);
    ask_others(LOOM_COAP_REPEATS_MAX - 1);
    expect_silence(&second);
    first = exchange(&first);
    cr_expect_eq(message_id(&first), 100);
    cr_expect_str_eq(server.request.path, "1");
}

Test(coap_repeats, are_known_with_another_token)
{
    struct datagram post = request(RAW_CON, LOOM_POST, 100, 0xaa, "3", "reboot");
    struct datagram answer;

    server.payload = "done";
    server.length = 4;
    answer = exchange(&post);
    cr_expect_eq(answer.bytes[4], 0xaa);
    post.bytes[4] = 0xbb;
    server.code = LOOM_CONFLICT;
    answer = exchange(&post);
    cr_expect_eq(server.request.count, 1u);
    cr_expect_eq(message_code(&answer), LOOM_CONTENT);
    cr_expect_eq(message_id(&answer), 100);
    cr_expect_eq(answer.bytes[4], 0xbb, "the answer is to this one");
    cr_expect_arr_eq(answer.bytes + answer.length - 4, "done", 4);
    ask_others(20);
    post.bytes[4] = 0xcc;
    expect_silence(&post);
}

/* RFC 7252 section 4.5: no peer may use an id again so soon, so whatever else is in the message, it
 * is not done; and it gets the answer to the first. */
Test(coap_repeats, are_known_by_their_id_alone)
{
    struct datagram others[] = {
        request(RAW_CON, LOOM_PUT, 100, 2, "3", "x"),
        request(RAW_CON, LOOM_POST, 100, 3, "4", "x"),
        request(RAW_CON, LOOM_POST, 100, 4, "3", "y"),
        request(RAW_CON, LOOM_POST, 100, 5, "3", NULL),
        request(RAW_CON, LOOM_POST, 100, 1, "3", "z"),
    };
    struct datagram post = request(RAW_CON, LOOM_POST, 100, 1, "3", "x");
    struct datagram answer;

    (void)exchange(&post);
    for (unsigned i = 0; i < sizeof others / sizeof others[0]; i++) {
        answer = exchange(&others[i]);
        cr_expect_eq(answer.bytes[4], others[i].bytes[4]);
        cr_expect_eq(server.request.count, 1u, "it was executed");
    }
}

/* RFC 7252 section 4.3. */
Test(coap_repeats, that_are_not_confirmable_are_dropped)
{
    struct datagram post = request(RAW_NON, LOOM_POST, 100, 7, "3", NULL);

    (void)exchange(&post);
    post.bytes[4] = 8;
    expect_silence(&post);
    ask_others(20);
    expect_silence(&post);
}

/* Rule A-95: what met silence is no repetition when it comes again, however often. */
Test(coap_repeats, are_heard_until_they_are_answered)
{
    struct datagram post = request(RAW_CON, LOOM_POST, 100, 7, "3", NULL);

    server.code = 0;
    for (unsigned i = 1; i <= 3; i++) {
        raw_send(&peer, post.bytes, post.length);
        endpoints_run(&server, NULL, &server.request.count, i);
    }
    server.code = LOOM_CHANGED;
    (void)exchange(&post);
    cr_expect_eq(server.request.count, 4u);
    (void)exchange(&post);
    cr_expect_eq(server.request.count, 4u);
}

static struct datagram put_block(uint16_t id, uint8_t token, unsigned number, bool more,
                                 const char *bytes)
{
    struct datagram datagram = message(RAW_CON, LOOM_PUT, id, token);
    uint8_t value = (uint8_t)(number << 4 | (more ? 8u : 0u));
    unsigned last = 0;

    message_option(&datagram, &last, URI_PATH, "9", 1);
    message_option(&datagram, &last, BLOCK1, &value, 1);
    message_payload(&datagram, bytes, strlen(bytes));
    return datagram;
}

/* RFC 7959 section 2.3: a piece that comes again, under whatever token, is no piece more. */
Test(coap_repeats, of_a_piece_add_nothing)
{
    static const char body[] = "0123456789abcdef0123456789abcdefend";
    struct datagram pieces[] = {
        put_block(1, 1, 0, true, "0123456789abcdef"),
        put_block(2, 2, 1, true, "0123456789abcdef"),
        put_block(3, 3, 2, false, "end"),
    };

    for (unsigned i = 0; i < 3; i++) {
        for (unsigned repeat = 0; repeat < 3; repeat++) {
            struct datagram answer;

            pieces[i].bytes[4] = (uint8_t)(i * 3 + repeat);
            answer = exchange(&pieces[i]);
            cr_expect_eq(message_code(&answer), i < 2 ? LOOM_CODE(2, 31) : LOOM_CONTENT);
        }
    }
    cr_expect_eq(server.request.count, 1u);
    cr_expect_eq(server.request.length, sizeof body - 1);
    cr_expect_arr_eq(server.request.payload, body, sizeof body - 1);
    ask_others(20);
    expect_silence(&pieces[0]);
    expect_silence(&pieces[2]);
}
