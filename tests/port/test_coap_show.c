/* SPDX-License-Identifier: Apache-2.0 */
/* What a port shows of its messages, with a bare socket at the other end: to the byte. */
#include "raw.h"

#include <criterion/criterion.h>
#include <string.h>

enum { OBSERVE = 6, URI_PATH = 11 };

static struct endpoint device;
static struct raw peer;

/* The messages that were shown, put together again (RFC 7252 section 3). */
static struct shown {
    unsigned count;
    bool received;
    char address[LOOM_COAP_URI_SIZE];
    struct datagram message;
} shown;

static size_t put_extended(uint8_t *bytes, size_t value)
{
    if (value < 13) {
        return 0;
    }
    bytes[0] = (uint8_t)(value - 13);
    return 1;
}

static uint8_t nibble_of(size_t value)
{
    return (uint8_t)(value < 13 ? value : 13);
}

static void look(void *user, const struct loom_coap_message *message)
{
    uint8_t *out = shown.message.bytes;
    unsigned last = 0;

    (void)user;
    *out++ = (uint8_t)(0x40 | message->type << 4 | message->token.length);
    *out++ = message->code;
    *out++ = (uint8_t)(message->id >> 8);
    *out++ = (uint8_t)(message->id & 0xFF);
    memcpy(out, message->token.data, message->token.length);
    out += message->token.length;
    for (size_t i = 0; i < message->option_count; i++) {
        const struct loom_coap_option *option = &message->options[i];
        unsigned delta = option->number - last;

        *out++ = (uint8_t)(nibble_of(delta) << 4 | nibble_of(option->value.length));
        out += put_extended(out, delta);
        out += put_extended(out, option->value.length);
        if (option->value.length > 0) {
            memcpy(out, option->value.data, option->value.length);
        }
        out += option->value.length;
        last = option->number;
    }
    if (message->payload.length > 0) {
        *out++ = 0xFF;
        memcpy(out, message->payload.data, message->payload.length);
        out += message->payload.length;
    }
    shown.message.length = (size_t)(out - shown.message.bytes);
    shown.count++;
    shown.received = message->received;
    memcpy(shown.address, message->peer.address.data, message->peer.address.length + 1);
}

static void start(void)
{
    memset(&shown, 0, sizeof shown);
    endpoint_start(&device);
    endpoint_listen(&device, "coap");
    raw_start(&peer);
    raw_connect(&peer, device.bound);
}

static void stop(void)
{
    raw_stop(&peer);
    endpoint_stop(&device);
}

TestSuite(coap_show, .init = start, .fini = stop, .timeout = 60);

static void expect_shown(unsigned count, bool received, const struct datagram *datagram)
{
    cr_expect_eq(shown.count, count);
    cr_expect_eq(shown.received, received);
    cr_expect_eq(shown.message.length, datagram->length);
    cr_expect_eq(memcmp(shown.message.bytes, datagram->bytes, datagram->length), 0);
}

static struct datagram get(uint16_t id)
{
    struct datagram request = message(RAW_CON, LOOM_GET, id, 0x5A);
    unsigned last = 0;

    message_option(&request, &last, OBSERVE, "", 0);
    message_option(&request, &last, URI_PATH, "3303", 4);
    message_option(&request, &last, URI_PATH, "a-segment-of-more-than-12-bytes", 31);
    return request;
}

Test(coap_show, shows_what_is_served_and_notified)
{
    struct loom_notification notification = {.code = LOOM_CONTENT,
                                             .content_format = LOOM_FORMAT_TEXT,
                                             .payload = {(const uint8_t *)"21.5", 4}};
    struct datagram request = get(1);
    struct datagram heard;

    device.payload = "something";
    device.length = strlen(device.payload);
    device.content_format = LOOM_FORMAT_TEXT;
    device.observation = 3;
    loom_coap_show(device.coap, look, NULL);
    raw_send(&peer, request.bytes, request.length);
    heard = raw_receive(&peer, &device);
    expect_shown(2, false, &heard);
    cr_expect_neq(strstr(shown.address, "127.0.0.1:"), NULL);
    cr_assert_eq(device.port.notify(device.port.self, device.request.session, 3, &notification),
                 LOOM_OK);
    heard = raw_receive(&peer, &device);
    expect_shown(3, false, &heard);

    loom_coap_show(device.coap, NULL, NULL);
    request = get(2);
    raw_send(&peer, request.bytes, request.length);
    (void)raw_receive(&peer, &device);
    cr_expect_eq(shown.count, 3u);
}

static struct datagram first;

static void keep_first(void *user, const struct loom_coap_message *message)
{
    look(user, message);
    if (shown.count == 1) {
        first = shown.message;
        cr_expect(!shown.received);
    }
}

/* The request goes, and then its answer comes. */
Test(coap_show, shows_what_is_asked)
{
    struct endpoint server;
    struct loom_session *session;

    endpoint_start(&server);
    endpoint_listen(&server, "coap");
    session = endpoint_open(&device, server.bound);
    loom_coap_show(device.coap, keep_first, NULL);
    loom_coap_show(server.coap, NULL, NULL);
    cr_assert_eq(endpoint_ask(&device, session, LOOM_POST, "rd", "</1/0>", 6, 1), LOOM_OK);
    endpoints_run(&device, &server, &device.response.count, 1);
    cr_expect_eq(shown.count, 2u);
    cr_expect(shown.received);
    cr_expect_eq(memcmp(first.bytes + first.length - 6, "</1/0>", 6), 0);
    endpoint_stop(&server);
}
