/* SPDX-License-Identifier: Apache-2.0 */
#include "probe.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- start and end --------------------------------------------------------------------------- */

static void start(struct probe *probe, const char *lwm2m, bool bootstrap, const char *lifetime)
{
    const char *arguments[16 + PROBE_OPTIONS_MAX] = {"--endpoint", PROBE_ENDPOINT, "--lwm2m", lwm2m,
                                                     "--json"};
    size_t count = 5;

    if (bootstrap) {
        arguments[count++] = "--bootstrap";
        arguments[count++] = probe->bootstrap.uri;
    }
    if (lifetime != NULL) {
        arguments[count++] = "--server";
        arguments[count++] = probe->server.uri;
        arguments[count++] = "--lifetime";
        arguments[count++] = lifetime;
    }
    if (probe->state[0] != '\0') {
        arguments[count++] = "--state";
        arguments[count++] = probe->state;
    }
    for (size_t i = 0; probe->options[i] != NULL; i++) {
        arguments[count++] = probe->options[i];
    }
    process_start_with(&probe->client, "loom-client", arguments);
}

static void open_peers(struct probe *probe)
{
    peer_open(&probe->bootstrap);
    peer_open(&probe->server);
    if (probe->server_away) {
        peer_close(&probe->server);
    }
}

void probe_start(struct probe *probe, const char *lwm2m)
{
    open_peers(probe);
    start(probe, lwm2m, true, NULL);
}

void probe_start_with_server(struct probe *probe, const char *lwm2m, const char *lifetime)
{
    open_peers(probe);
    start(probe, lwm2m, true, lifetime);
}

void probe_start_without_bootstrap(struct probe *probe, const char *lwm2m, const char *lifetime)
{
    open_peers(probe);
    start(probe, lwm2m, false, lifetime);
}

void probe_restart(struct probe *probe, const char *lwm2m)
{
    if (probe->client.name != NULL) {
        process_stop(&probe->client);
    }
    start(probe, lwm2m, true, NULL);
}

void probe_stop(struct probe *probe)
{
    process_stop(&probe->client);
    peer_close(&probe->bootstrap);
    peer_close(&probe->server);
}

/* ---- bootstrap ------------------------------------------------------------------------------- */

void probe_accept(struct probe *probe)
{
    struct message request;

    peer_expect(&probe->bootstrap, &request, METHOD_POST, "/bs");
    peer_answer(&probe->bootstrap, &request, CODE(2, 4));
    process_event(&probe->client, "bootstrap-accepted", NULL);
}

unsigned probe_expect_retry(struct probe *probe, unsigned seconds)
{
    unsigned told;

    process_event(&probe->client, "bootstrap-retry", NULL);
    told = (unsigned)strtoul(process_member(&probe->client, "seconds"), NULL, 10);
    cr_expect(told >= seconds && told <= seconds + seconds / 2, "in %u s, not about %u", told,
              seconds);
    return told + 1; /* what is told are whole seconds */
}

void probe_refuse(struct probe *probe, uint8_t code)
{
    struct message request;

    peer_expect(&probe->bootstrap, &request, METHOD_POST, "/bs");
    peer_answer(&probe->bootstrap, &request, code);
    process_event(&probe->client, "bootstrap-retry", NULL);
}

void probe_begin(struct probe *probe, const char *lwm2m)
{
    probe_start(probe, lwm2m);
    probe_accept(probe);
}

struct tlv probe_security(const char *uri, int64_t mode, int64_t ssid)
{
    struct tlv tlv = {.length = 0};

    tlv_text(&tlv, 0, uri);
    tlv_number(&tlv, 1, 0);
    tlv_number(&tlv, 2, mode);
    if (ssid != 0) {
        tlv_number(&tlv, 10, ssid);
    }
    return tlv;
}

struct tlv probe_server(int64_t ssid, int64_t lifetime)
{
    struct tlv tlv = {.length = 0};

    tlv_number(&tlv, 0, ssid);
    tlv_number(&tlv, 1, lifetime);
    tlv_number(&tlv, 6, 1);
    tlv_text(&tlv, 7, "U");
    return tlv;
}

uint8_t probe_write(struct probe *probe, const char *path, const struct tlv *tlv)
{
    return peer_put_tlv(&probe->bootstrap, path, tlv);
}

void probe_provision(struct probe *probe, unsigned instance, int64_t lifetime)
{
    struct tlv security = probe_security(probe->server.uri, PROBE_NOSEC, PROBE_SSID_NUMBER);
    struct tlv server = probe_server(PROBE_SSID_NUMBER, lifetime);
    char path[16];

    snprintf(path, sizeof path, "/0/%u", instance);
    cr_assert_eq(probe_write(probe, path, &security), CODE(2, 4));
    path[1] = '1';
    cr_assert_eq(probe_write(probe, path, &server), CODE(2, 4));
}

uint8_t probe_finish(struct probe *probe)
{
    return peer_post(&probe->bootstrap, "/bs", "");
}

/* ---- registration ---------------------------------------------------------------------------- */

void probe_expect_register(struct probe *probe, struct message *request)
{
    peer_expect(&probe->server, request, METHOD_POST, "/rd");
}

void probe_register(struct probe *probe)
{
    struct message request;

    probe_expect_register(probe, &request);
    peer_answer_created(&probe->server, &request, PROBE_LOCATION);
    process_event(&probe->client, "registered", "location", PROBE_LOCATION, NULL);
}

void probe_settle(struct probe *probe, const char *lwm2m, int64_t lifetime)
{
    probe_begin(probe, lwm2m);
    probe_provision(probe, 0, lifetime);
    cr_assert_eq(probe_finish(probe), CODE(2, 4));
    probe_register(probe);
}

void probe_expect_update(struct probe *probe, struct message *request, const char *arguments)
{
    char query[128];

    peer_expect(&probe->server, request, METHOD_POST, PROBE_LOCATION);
    message_parts(request, OPTION_URI_QUERY, '?', query, sizeof query);
    cr_expect_str_eq(query, arguments);
}

/* ---- the console ----------------------------------------------------------------------------- */

/* The console does one line after another: its complaint about a word that it does not know tells
 * that all before it is done. */
void probe_advance(struct probe *probe, unsigned seconds)
{
    char mark[16];

    snprintf(mark, sizeof mark, "mark-%u", ++probe->marks);
    process_say(&probe->client, "advance %u\n%s", seconds, mark);
    process_event(&probe->client, "error", "command", mark, NULL);
}

void probe_expect_value(struct probe *probe, const char *path, const char *value)
{
    process_say(&probe->client, "get %s", path);
    if (value != NULL) {
        process_event(&probe->client, "value", "path", path, "value", value, NULL);
    } else {
        process_event(&probe->client, "error", "command", "get", NULL);
    }
}
