/* SPDX-License-Identifier: Apache-2.0 */
/* Our own ports keep what loom/port.h promises, by the tests that everybody can link with his; and
 * these tests find a port that does not. */
#include "loom/port_suite.h"

#include <criterion/criterion.h>
#include <string.h>

#include "loom/port_coap.h"
#include "loom/port_loopback.h"

/* ---- libcoap --------------------------------------------------------------------------------- */

static const char identity[] = "device";
static const uint8_t key[] = "0123456789abcdef";

static struct coap_ends {
    const char *listen;
    struct loom_coap_port *device;
    struct loom_coap_port *server;
    char uri[LOOM_COAP_URI_SIZE];
} coap_ends;

static bool find_key(void *user, struct loom_bytes name, struct loom_bytes *found)
{
    (void)user;
    *found = (struct loom_bytes){key, sizeof key - 1};
    return name.length == sizeof identity - 1 && memcmp(name.data, identity, name.length) == 0;
}

static bool coap_begin(void *self, struct loom_port_suite_ends *ends)
{
    struct coap_ends *own = self;
    struct loom_coap_config config = {.find_key = find_key};

    own->device = loom_coap_create(&config, ends->side, ends->device, &ends->device_port);
    own->server = loom_coap_create(&config, ends->side, ends->server, &ends->server_port);
    if (own->device == NULL || own->server == NULL ||
        loom_coap_listen(own->server, own->listen, own->uri, sizeof own->uri) != LOOM_OK) {
        return false;
    }
    ends->credentials =
        (struct loom_credentials){.uri = {own->uri, strlen(own->uri)}, .mode = LOOM_SECURITY_NOSEC};
    if (strncmp(own->listen, "coaps", 5) == 0) {
        ends->credentials.mode = LOOM_SECURITY_PSK;
        ends->credentials.as.psk.identity =
            (struct loom_bytes){(const uint8_t *)identity, sizeof identity - 1};
        ends->credentials.as.psk.key = (struct loom_bytes){key, sizeof key - 1};
    }
    return true;
}

static void coap_turn(void *self)
{
    struct coap_ends *own = self;

    (void)loom_coap_step(own->device, 1, NULL, 0);
    (void)loom_coap_step(own->server, 1, NULL, 0);
}

static void coap_end(void *self)
{
    struct coap_ends *own = self;

    loom_coap_destroy(own->device);
    loom_coap_destroy(own->server);
}

static unsigned run_coap(const char *listen)
{
    struct loom_port_suite suite = {
        .self = &coap_ends, .begin = coap_begin, .turn = coap_turn, .end = coap_end, .body = 20000};

    coap_ends.listen = listen;
    return loom_port_suite_run(&suite, stderr);
}

Test(port_suite, libcoap_without_security, .timeout = 60)
{
    cr_expect_eq(run_coap("coap://127.0.0.1:0"), 0u);
}

Test(port_suite, libcoap_over_dtls, .timeout = 60)
{
    cr_expect_eq(run_coap("coaps://127.0.0.1:0"), 0u);
}

/* ---- the network in memory, as it is and with faults ------------------------------------------
 */

static struct loopback_ends {
    struct loom_loopback *network;
    struct loom_port device;
    void (*spoil)(struct loom_port *port);
} loopback_ends;

static bool loopback_begin(void *self, struct loom_port_suite_ends *ends)
{
    struct loopback_ends *own = self;

    own->network = loom_loopback_create(1000);
    (void)loom_loopback_add(own->network, "device:5683", ends->side, ends->device,
                            &ends->device_port);
    (void)loom_loopback_add(own->network, "server:5683", ends->side, ends->server,
                            &ends->server_port);
    ends->credentials =
        (struct loom_credentials){.uri = {"coap://server:5683", 18}, .mode = LOOM_SECURITY_NOSEC};
    own->device = ends->device_port;
    if (own->spoil != NULL) {
        own->spoil(&ends->device_port);
    }
    return true;
}

static void loopback_turn(void *self)
{
    struct loopback_ends *own = self;
    uint64_t until = loom_loopback_now(own->network) + 1000;

    if (!loom_loopback_deliver(own->network, until)) {
        loom_loopback_advance(own->network, until);
    }
}

static void loopback_end(void *self)
{
    struct loopback_ends *own = self;

    loom_loopback_destroy(own->network);
}

static unsigned run_loopback(void (*spoil)(struct loom_port *port))
{
    struct loom_port_suite suite = {.self = &loopback_ends,
                                    .begin = loopback_begin,
                                    .turn = loopback_turn,
                                    .end = loopback_end,
                                    .silence = true};

    loopback_ends.spoil = spoil;
    return loom_port_suite_run(&suite, spoil == NULL ? stderr : NULL);
}

Test(port_suite, loopback, .timeout = 60)
{
    cr_expect_eq(run_loopback(NULL), 0u);
}

static void cancel_nothing(void *self, struct loom_session *session, uint32_t exchange)
{
    (void)self, (void)session, (void)exchange;
}

static void without_cancel(struct loom_port *port)
{
    port->cancel = cancel_nothing;
}

static enum loom_status send_twice(void *self, struct loom_session *session,
                                   const struct loom_request *request, uint32_t exchange)
{
    (void)loopback_ends.device.request(self, session, request, exchange);
    return loopback_ends.device.request(self, session, request, exchange);
}

static void with_repeats(struct loom_port *port)
{
    port->request = send_twice;
}

/* Waits for the answer in the call itself, as a port that blocks would. */
static enum loom_status send_and_wait(void *self, struct loom_session *session,
                                      const struct loom_request *request, uint32_t exchange)
{
    enum loom_status status = loopback_ends.device.request(self, session, request, exchange);

    while (loom_loopback_deliver(loopback_ends.network, UINT64_MAX)) {
    }
    return status;
}

static void with_a_call_that_waits(struct loom_port *port)
{
    port->request = send_and_wait;
}

static uint64_t now_backwards(void *self)
{
    return UINT64_MAX - loopback_ends.device.now(self);
}

static void with_a_clock_that_goes_back(struct loom_port *port)
{
    port->now = now_backwards;
}

static enum loom_status send_without_arguments(void *self, struct loom_session *session,
                                               const struct loom_request *request,
                                               uint32_t exchange)
{
    struct loom_request less = *request;

    less.query_count = 0;
    return loopback_ends.device.request(self, session, &less, exchange);
}

static void without_arguments(struct loom_port *port)
{
    port->request = send_without_arguments;
}

static bool supports_all(void *self, const struct loom_credentials *credentials)
{
    (void)self, (void)credentials;
    return true;
}

static void with_every_uri(struct loom_port *port)
{
    port->supports = supports_all;
}

Test(port_suite, finds_what_is_wrong, .timeout = 60)
{
    cr_expect_geq(run_loopback(without_cancel), 1u);
    cr_expect_geq(run_loopback(with_repeats), 1u);
    cr_expect_geq(run_loopback(with_a_call_that_waits), 1u);
    cr_expect_geq(run_loopback(with_a_clock_that_goes_back), 1u);
    cr_expect_eq(run_loopback(without_arguments), 1u);
    cr_expect_eq(run_loopback(with_every_uri), 1u);
}
