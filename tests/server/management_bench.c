/* SPDX-License-Identifier: Apache-2.0 */
#include "management_bench.h"

#include "loom/event.h"
#include "tables.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <string.h>

static const char file[] = "[endpoint dev]\nidentity = dev-id\n"
                           "key = 000102030405060708090a0b0c0d0e0f\n[any]\n";

struct loom_session link_dev = {.address = "10.0.0.1:1000", .identity = "dev-id"};
struct loom_session link_dev_again = {.address = "10.0.0.1:1001", .identity = "dev-id"};
struct loom_session link_open = {.address = "10.0.0.2:2000", .identity = NULL};
struct loom_session link_moved = {.address = "10.0.0.3:3000", .identity = NULL};

struct bench bench;

struct loom_text text_of(const char *literal)
{
    struct loom_text text = {literal, strlen(literal)};
    return text;
}

enum loom_status send_read(const char *endpoint, struct loom_path path)
{
    struct loom_dm_request request = {.operation = LOOM_DM_READ,
                                      .path = path,
                                      .accept = LOOM_FORMAT_TLV,
                                      .content_format = LOOM_FORMAT_ABSENT};
    uint32_t ticket;
    return loom_management_server_send(bench.server, text_of(endpoint), &request, &ticket);
}

static void on_event(void *user, const struct loom_dm_event *event)
{
    size_t used = strlen(bench.log);
    char detail[64] = "";
    (void)user;
    if (event->kind == LOOM_DM_REFUSED) {
        (void)snprintf(detail, sizeof detail, " %s", loom_dm_reason_name(event->reason));
    } else if (event->kind == LOOM_DM_ANSWERED) {
        (void)snprintf(detail, sizeof detail, " %u %s", event->code,
                       loom_failure_name(event->failure));
        (void)snprintf(bench.payload, sizeof bench.payload, "%.*s", (int)event->payload.length,
                       (const char *)event->payload.data);
        bench.created = event->created;
        bench.observing = event->observing;
    } else if (event->kind == LOOM_DM_NOTIFIED || event->kind == LOOM_DM_ENDED) {
        (void)snprintf(detail, sizeof detail, " %u %s", event->code, loom_dm_end_name(event->end));
    } else if (event->kind == LOOM_DM_PROGRESS) {
        (void)snprintf(detail, sizeof detail, " %u of %u", event->done, event->size);
    } else if (event->kind == LOOM_DM_FETCHING || event->kind == LOOM_DM_FETCHED) {
        (void)snprintf(detail, sizeof detail, " %.*s %u", (int)event->file.length, event->file.data,
                       event->size);
    } else if (event->kind == LOOM_DM_REGISTERED && event->replaced) {
        (void)snprintf(detail, sizeof detail, " again");
    }
    bench.changes = event->changes;
    (void)snprintf(bench.endpoint, sizeof bench.endpoint, "%.*s", (int)event->endpoint.length,
                   event->endpoint.data);
    (void)snprintf(bench.log + used, sizeof bench.log - used, "%s%s\n",
                   loom_dm_event_name(event->kind), detail);
    if (event->kind == LOOM_DM_REGISTERED && bench.send_when_registered) {
        cr_assert(eq(int, send_read("dev", loom_path_instance(3, 0)), LOOM_OK));
    }
    if (bench.hear != NULL) {
        bench.hear(event);
    }
}

void bench_begin(const char *accounts)
{
    memset(&bench, 0, sizeof bench);
    fake_port_begin(&bench.fake, &loom_management_server_side);
    bench.accounts = loom_fleet_accounts_parse("f", text_of(accounts), LOOM_FLEET_MANAGEMENT,
                                               &test_catalog, NULL, NULL);
    cr_assert_not_null(bench.accounts);
    bench.store = loom_fleet_accounts_store(bench.accounts);
    bench.server = loom_management_server_create(&bench.store, &bench.fake.port, 1, on_event, NULL);
    bench.fake.self = bench.server;
}

void bench_set_up(void)
{
    bench_begin(file);
}

void bench_tear_down(void)
{
    loom_management_server_destroy(bench.server);
    loom_fleet_accounts_free(bench.accounts);
}

struct fake_reply post(struct loom_session *session, const char *target, const char *list)
{
    return fake_port_request(&bench.fake, session, LOOM_POST, target,
                             list[0] == '\0' ? LOOM_FORMAT_ABSENT : LOOM_FORMAT_LINK, list);
}

struct fake_reply enter(void)
{
    struct fake_reply reply = post(&link_dev, "/rd?ep=dev&lt=300&lwm2m=1.1&b=U", LIST);
    cr_assert(eq(u8, reply.code, LOOM_CREATED));
    return reply;
}

uint8_t at_location(struct loom_session *session, enum loom_method method, const char *location,
                    const char *query, const char *list)
{
    char target[128];
    (void)snprintf(target, sizeof target, "%s%s", location, query);
    return fake_port_request(&bench.fake, session, method, target,
                             list[0] == '\0' ? LOOM_FORMAT_ABSENT : LOOM_FORMAT_LINK, list)
        .code;
}

const struct loom_dm_client *client(const char *endpoint)
{
    return loom_management_server_find(bench.server, text_of(endpoint));
}

void step(void)
{
    loom_management_server_step(bench.server);
}
