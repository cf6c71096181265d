/* SPDX-License-Identifier: Apache-2.0 */
/* Strangers, wrong keys and malformed datagrams: a named event or silence, and life goes on. */
#define _POSIX_C_SOURCE 200809L

#include "house.h"
#include "probe.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>

static struct house house;
static struct probe probe;

static void stop(void)
{
    probe_stop(&probe);
    house_close(&house);
}

static void start(void)
{
    probe.bootstrap.socket = -1;
    probe.server.socket = -1;
}

TestSuite(bad_input, .init = start, .fini = stop, .timeout = 60);

/* ---- wrong credentials ---- */

#define WRONG_KEY_HEX "00112233445566778899aabbccddeeff"

static void start_stranger(const char *endpoint, const char *identity, const char *key)
{
    process_start(&house.client, "loom-client", "--endpoint", endpoint, "--server",
                  house.server_uri, "--bootstrap", house.bootstrap_uri, "--identity", identity,
                  "--key", key, "--json", NULL);
}

/* Both servers still serve one who is known. */
static void expect_service(void)
{
    process_stop(&house.client);
    house_start_client(&house, "1.1", "0");
    house_settle(&house);
}

/* The alert of RFC 5246 section 7.2; rule A-111: kept for the bootstrap server to read. */
static void expect_alert(const char *alert)
{
    process_event(&house.client, "session-failed", "failure", "security", "alert", alert, NULL);
    process_say(&house.client, "get /1/0/11");
    process_event(&house.client, "value", "path", "/1/0/11", "value", alert, NULL);
}

Test(bad_input, wrong_key_at_the_server)
{
    house_open(&house, true);
    start_stranger(HOUSE_ENDPOINT, "dm-identity", WRONG_KEY_HEX);
    expect_alert("20");
    process_event(&house.server, "handshake-failed", "identity", "dm-identity", NULL);
    cr_expect_eq(process_count(&house.client, "register-retry", "seconds", "60", NULL), 1u);
    expect_service();
}

Test(bad_input, unknown_identity_at_the_server)
{
    house_open(&house, true);
    start_stranger(HOUSE_ENDPOINT, "nobody", WRONG_KEY_HEX);
    expect_alert("115"); /* a refusal, which leads to the bootstrap server (rule B-53) */
    cr_expect_eq(process_count(&house.client, "registration-given-up", NULL), 1u);
    process_event(&house.server, "handshake-failed", "identity", "nobody", "alert", "115", NULL);
    expect_service();
}

static void expect_no_bootstrap(const char *identity, const char *key, const char *alert)
{
    process_start(&house.client, "loom-client", "--endpoint", HOUSE_ENDPOINT, "--bootstrap",
                  house.bootstrap_uri, "--identity", identity, "--key", key, "--json", NULL);
    process_event(&house.client, "session-failed", "failure", "security", "alert", alert, NULL);
    process_event(&house.bootstrap_server, "handshake-failed", "identity", identity, NULL);
    process_event(&house.client, "bootstrap-retry", NULL); /* after 10 to 15 s: rules */
    expect_service();
}

Test(bad_input, wrong_key_at_the_bootstrap_server)
{
    house_open(&house, true);
    expect_no_bootstrap("bs-identity", WRONG_KEY_HEX, "20");
}

Test(bad_input, unknown_identity_at_the_bootstrap_server)
{
    house_open(&house, true);
    expect_no_bootstrap("nobody", WRONG_KEY_HEX, "115");
}

/* Rules A-20, H-4: 4.00 for a name that is unknown or another's; the servers say why. */
Test(bad_input, name_of_nobody)
{
    house_open(&house, true);
    start_stranger("nobody", "dm-identity", HOUSE_SERVER_KEY_HEX);
    process_event(&house.client, "register-refused", "code", "4.00", NULL);
    process_event(&house.server, "refused", "endpoint", "nobody", "code", "4.00", "reason",
                  "unknown-endpoint", NULL);
    process_stop(&house.client);
    process_start(&house.client, "loom-client", "--endpoint", "nobody", "--bootstrap",
                  house.bootstrap_uri, "--identity", "bs-identity", "--key",
                  HOUSE_BOOTSTRAP_KEY_HEX, "--json", NULL);
    process_event(&house.client, "bootstrap-refused", "code", "4.00", NULL);
    process_event(&house.client, "bootstrap-retry", NULL); /* after 10 to 15 s: rules */
    process_event(&house.bootstrap_server, "refused", "endpoint", "nobody", "code", "4.00",
                  "reason", "unknown-endpoint", NULL);
    expect_service();
}

/* Rule H-4: the name of a known device, by the key of another. */
Test(bad_input, name_of_another)
{
    const char *accounts;

    folder_make(&house.folder);
    accounts = folder_write(&house.folder, "server.ini",
                            "[endpoint one]\nidentity = one\nkey = " HOUSE_SERVER_KEY_HEX "\n"
                            "[endpoint two]\nidentity = two\nkey = " WRONG_KEY_HEX "\n");
    house_start_server(&house.server, "loom-server", accounts, "coaps", house.server_uri,
                       sizeof house.server_uri);
    process_start(&house.client, "loom-client", "--endpoint", "one", "--server", house.server_uri,
                  "--identity", "two", "--key", WRONG_KEY_HEX, "--json", NULL);
    process_event(&house.client, "register-refused", "code", "4.00", NULL);
    process_event(&house.server, "refused", "endpoint", "one", "reason", "wrong-identity", NULL);
}

/* ---- malformed datagrams ---- */

/* Fewer than a socket's buffer holds: what it drops can prove nothing. */
#define RANDOM_COUNT 100u

/* The same numbers in every run (xorshift), so that what fails fails again. */
static uint32_t next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

/* The version bits are wrong, or right, but never those of an acknowledgement or reset: it might be
 * one of something that is under way, and that would be no malformed datagram. */
static void send_random(const struct udp_peer *peer, unsigned count)
{
    uint32_t state = 0x4C6F6F6Du;

    for (unsigned i = 0; i < count; i++) {
        uint8_t bytes[64];
        size_t length = next_random(&state) % sizeof bytes;

        for (size_t k = 0; k < sizeof bytes; k++) {
            bytes[k] = (uint8_t)next_random(&state);
        }
        bytes[0] &= 0xDFu;
        peer_send(peer, bytes, length);
    }
}

static void send_malformed(const struct udp_peer *peer)
{
    static const struct {
        const char *bytes;
        size_t length;
    } datagrams[] = {
        {"", 0},
        {"\x40", 1},
        {"\x40\x01\x7A", 3},                            /* cut off in the head */
        {"\x44\x01\x7A\x02\xAA", 5},                    /* in the token */
        {"\x4F\x01\x7A\x03zzzzzzzzzzzzzzz", 19},        /* token longer than 8 */
        {"\x00\x01\x7A\x04\xB1\x33", 6},                /* version 0 */
        {"\xC0\x01\x7A\x05\xB1\x33", 6},                /* version 3 */
        {"\x40\x01\x7A\x06\xB1", 5},                    /* cut off in an option */
        {"\x40\x01\x7A\x07\xBF\x33", 6},                /* reserved length 15 */
        {"\x40\x01\x7A\x08\xF1\x33", 6},                /* reserved delta 15 */
        {"\x40\x01\x7A\x09\xBE\xFF\xFF\x33", 8},        /* an option of 65804 bytes */
        {"\x40\x01\x7A\x0A\xEE\xFF\xFF\xFF\xFF", 9},    /* and of a huge number */
        {"\x40\x01\x7A\x0B\xB1\x33\xFF", 7},            /* a payload marker and no payload */
        {"\x40\x1F\x7A\x0C", 4},                        /* unknown method 0.31 */
        {"\x40\xE1\x7A\x0D", 4},                        /* reserved class 7 */
        {"\x40\x00\x7A\x0E\x01", 5},                    /* an empty message that is not empty */
        {"\x40\x45\x7A\x0F", 4},                        /* an answer to nothing */
        {"\x40\x02\x7A\x10\xB2rd\xD2\xFF\xFF\xFF", 11}, /* Register with a strange option */
    };

    for (size_t i = 0; i < sizeof datagrams / sizeof datagrams[0]; i++) {
        peer_send(peer, datagrams[i].bytes, datagrams[i].length);
    }
    send_random(peer, RANDOM_COUNT);
}

/* What comes in answer to it is CoAP, and among it is the answer to a good request.
 * @return its code */
static uint8_t ask_among(struct udp_peer *peer, const char *path)
{
    struct peer_request request = {
        .method = METHOD_GET, .path = path, .accept = FORMAT_LINK, .format = MESSAGE_ABSENT};
    struct message sent;
    struct message answer;

    peer->next_id = 0x5000;
    sent = peer_request(peer, &request);
    do {
        peer_receive(peer, &answer);
    } while (answer.type != MESSAGE_ACK || answer.id != sent.id);
    return answer.code;
}

Test(bad_input, datagrams_at_the_client)
{
    probe_begin(&probe, "1.1");
    send_malformed(&probe.bootstrap);
    EXPECT_CODE(ask_among(&probe.bootstrap, "/"), 2, 5);
    probe_provision(&probe, 0, 300);
    EXPECT_CODE(probe_finish(&probe), 2, 4);
    probe_register(&probe);
    send_malformed(&probe.server);
    EXPECT_CODE(ask_among(&probe.server, "/3/0"), 2, 5);
}

/* At both servers, with and without DTLS; a stranger comes first, then the device. */
static void expect_steady(bool secure)
{
    struct udp_peer stranger;

    house_open(&house, secure);
    peer_open(&stranger);
    peer_talk_to(&stranger, house.bootstrap_uri);
    send_malformed(&stranger);
    peer_talk_to(&stranger, house.server_uri);
    send_malformed(&stranger);
    house_start_client(&house, "1.1", "0");
    house_settle(&house);
    peer_talk_to(&stranger, house.server_uri);
    send_malformed(&stranger);
    house_ask(&house, "2.05", "read %s /3/0", HOUSE_ENDPOINT);
    process_say(&house.client, "quit");
    process_event(&house.server, "deregistered", NULL);
    cr_expect_eq(process_wait(&house.client), 0);
    process_signal(&house.server, SIGTERM);
    cr_expect_eq(process_wait(&house.server), 0);
    process_signal(&house.bootstrap_server, SIGTERM);
    cr_expect_eq(process_wait(&house.bootstrap_server), 0);
    peer_close(&stranger);
}

Test(bad_input, datagrams_at_the_servers)
{
    expect_steady(false);
}

Test(bad_input, datagrams_at_the_servers_with_dtls)
{
    expect_steady(true);
}

/* ---- the console ---- */

static void expect_complaint(struct process *process, const char *line)
{
    process_say(process, "%s", line);
    process_event(process, "error", NULL);
    cr_expect_gt(strlen(process_member(process, "text")), 0u, "%s", line);
}

Test(bad_input, lines_at_the_client)
{
    char line[1500];

    probe_settle(&probe, "1.1", 300);
    memset(line, 'x', sizeof line - 1);
    line[sizeof line - 1] = '\0';
    expect_complaint(&probe.client, line);
    expect_complaint(&probe.client, "help me");
    expect_complaint(&probe.client, "get");
    expect_complaint(&probe.client, "get /");
    expect_complaint(&probe.client, "get 3");
    expect_complaint(&probe.client, "get /9999");
    expect_complaint(&probe.client, "get /3/0/0/0/0");
    expect_complaint(&probe.client, "get /65536");
    expect_complaint(&probe.client, "set /3/0 x");
    expect_complaint(&probe.client, "set /3/0/9 full");
    cr_expect_str_eq(process_member(&probe.client, "text"), "expected Integer, 0..100");
    expect_complaint(&probe.client, "set /3/0/9 101");
    cr_expect_str_eq(process_member(&probe.client, "text"), "expected Integer, 0..100");
    expect_complaint(&probe.client, "advance");
    expect_complaint(&probe.client, "advance -1");
    expect_complaint(&probe.client, "advance 4294967296");
    process_say(&probe.client, "set /3/0/9 42");
    process_event(&probe.client, "done", "command", "set", NULL);
    process_say(&probe.client, "set /1/0/6 false"); /* as `get` prints it */
    process_event(&probe.client, "done", "command", "set", NULL);
    probe_expect_value(&probe, "/1/0/6", "false");
    process_say(&probe.client, "set /1/0/6 true");
    process_event(&probe.client, "done", "command", "set", NULL);
    probe_expect_value(&probe, "/1/0/6", "true");
    process_say(&probe.client, "set /1/0/6 no"); /* as servers take it */
    process_event(&probe.client, "done", "command", "set", NULL);
    probe_expect_value(&probe, "/1/0/6", "false");
    expect_complaint(&probe.client, "set /1/0/6 maybe");
    cr_expect_str_eq(process_member(&probe.client, "text"), "expected Boolean, true or false");
    /* What a function of the product makes, and what has several values. */
    expect_complaint(&probe.client, "set /3303/0/5700 33.3");
    cr_expect_not_null(
        strstr(process_member(&probe.client, "text"), "the device sets this value itself"));
    expect_complaint(&probe.client, "set /3/0/11 1");
    cr_expect_not_null(strstr(process_member(&probe.client, "text"), "not that of a single value"));
    probe_expect_value(&probe, "/3/0/9", "42");
}

Test(bad_input, lines_at_the_servers)
{
    char line[1500];

    house_open(&house, true);
    memset(line, 'x', sizeof line - 1);
    line[sizeof line - 1] = '\0';
    expect_complaint(&house.server, "assist");
    expect_complaint(&house.server, "read");
    expect_complaint(&house.server, "read nobody /3/0");
    expect_complaint(&house.server, line);
    expect_complaint(&house.bootstrap_server, "whatever");
    expect_complaint(&house.bootstrap_server, line);
    expect_service();
    expect_complaint(&house.server, "read " HOUSE_ENDPOINT " 3");
    expect_complaint(&house.server, "write " HOUSE_ENDPOINT " /1/0/1 soon");
    house_ask(&house, "2.05", "read %s /3/0", HOUSE_ENDPOINT);
}
