/* SPDX-License-Identifier: Apache-2.0 */
/* What a port counts, with a bare socket at the other end: to the byte. */
#include "raw.h"

#include <criterion/criterion.h>
#include <string.h>

enum { OBSERVE = 6, URI_PATH = 11 };

static struct endpoint device;
static struct raw peer;
static struct loom_coap_traffic traffic;

static void start(void)
{
    memset(&traffic, 0, sizeof traffic);
    endpoint_start_with(&device, (struct loom_coap_config){.traffic = &traffic});
    endpoint_listen(&device, "coap");
    raw_start(&peer);
    raw_connect(&peer, device.bound);
}

static void stop(void)
{
    raw_stop(&peer);
    endpoint_stop(&device);
}

TestSuite(coap_traffic, .init = start, .fini = stop, .timeout = 60);

static struct datagram get(uint16_t id, bool observe)
{
    struct datagram request = message(RAW_CON, LOOM_GET, id, 0x5A);
    unsigned last = 0;

    if (observe) {
        message_option(&request, &last, OBSERVE, "", 0);
    }
    message_option(&request, &last, URI_PATH, "3303", 4);
    message_option(&request, &last, URI_PATH, "a-segment-of-more-than-12-bytes", 31);
    return request;
}

static struct datagram ask(const struct datagram *request)
{
    raw_send(&peer, request->bytes, request->length);
    return raw_receive(&peer, &device);
}

static void expect(uint64_t sent, uint64_t sent_bytes, uint64_t received, uint64_t received_bytes,
                   uint64_t largest)
{
    cr_expect_eq(traffic.sent, sent);
    cr_expect_eq(traffic.sent_bytes, sent_bytes);
    cr_expect_eq(traffic.received, received);
    cr_expect_eq(traffic.received_bytes, received_bytes);
    cr_expect_eq(traffic.largest, largest);
    memset(&traffic, 0, sizeof traffic);
}

Test(coap_traffic, counts_what_is_served)
{
    struct datagram request = get(1, false);
    struct datagram answer;
    struct datagram second;

    device.payload = "a payload that is longer than the request is";
    device.length = strlen(device.payload);
    device.content_format = LOOM_FORMAT_TEXT;
    answer = ask(&request);
    expect(1, answer.length, 1, request.length, answer.length);

    device.length = 0;
    device.payload = NULL;
    device.content_format = LOOM_FORMAT_ABSENT;
    request = get(2, false);
    answer = ask(&request);
    second = ask(&request); /* once more, as if the answer had been lost */
    expect(2, answer.length + second.length, 2, 2 * request.length, request.length);
}

Test(coap_traffic, counts_notifications)
{
    struct loom_notification notification = {.code = LOOM_CONTENT,
                                             .content_format = LOOM_FORMAT_TEXT,
                                             .payload = {(const uint8_t *)"21.5", 4}};
    struct datagram request = get(1, true);
    struct datagram heard;

    device.observation = 3;
    heard = ask(&request);
    expect(1, heard.length, 1, request.length, request.length);
    cr_assert_eq(device.port.notify(device.port.self, device.request.session, 3, &notification),
                 LOOM_OK);
    heard = raw_receive(&peer, &device);
    expect(1, heard.length, 0, 0, heard.length);
}

/* A message for each block of a body. */
Test(coap_traffic, counts_what_is_asked)
{
    static const char body[2000] = "x";
    struct endpoint server;
    struct loom_coap_traffic served = {.sent = 0};
    struct loom_session *session;

    endpoint_start_with(&server, (struct loom_coap_config){.traffic = &served});
    endpoint_listen(&server, "coap");
    session = endpoint_open(&device, server.bound);
    cr_assert_eq(endpoint_ask(&device, session, LOOM_POST, "rd", body, sizeof body, 1), LOOM_OK);
    endpoints_run(&device, &server, &device.response.count, 1);
    cr_expect_eq(traffic.sent, 2u);
    cr_expect_gt(traffic.sent_bytes, sizeof body);
    cr_expect_eq(traffic.sent_bytes, served.received_bytes);
    cr_expect_eq(traffic.received, 2u);
    cr_expect_eq(traffic.received_bytes, served.sent_bytes);
    cr_expect_eq(traffic.largest, served.largest);
    endpoint_stop(&server);
}
