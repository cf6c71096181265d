/* SPDX-License-Identifier: Apache-2.0 */
#include "bootstrap_bench.h"

#include "loom/codec.h"
#include "tables.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <string.h>

#define K1 "000102030405060708090a0b0c0d0e0f"
#define K2 "101112131415161718191a1b1c1d1e1f"

static const char file[] =
    "[endpoint probe]\nidentity = probe-id\nkey = " K1 "\n"
    "delete = /\nhold-off = 7\n"
    "[server 101]\nuri = coaps://host\nidentity = id\nkey = " K2 "\nlifetime = 300\n"
    "[endpoint blind]\nnosec\ndiscover = no\nbootstrap-instance = 1\n"
    "[server 5]\nuri = coap://host\nnosec\n"
    "[endpoint keeper]\nnosec\n[server 5]\nuri = coap://host\nnosec\n"
    "[endpoint empty]\nnosec\n"
    "[endpoint fixer]\nnosec\nrepair = /1, /2\n[server 5]\nuri = coap://host\nnosec\n"
    "[endpoint fixed]\nnosec\ndiscover = no\nbootstrap-instance = 0\nrepair = /\n"
    "[server 5]\nuri = coap://host\nnosec\n"
    "[endpoint versions]\nnosec\ndiscover = no\nbootstrap-instance = 0\nrepair = /\n"
    "/501/2/0 = x\n/3/0/0 = x\n[instance /500/0]\n2 = 1\n[instance /501/0]\n0 = y\n"
    "[endpoint pack]\nnosec\ndelete = /1, /2/0\n[server 5]\nuri = coap://host\nnosec\n"
    "[instance /2/0]\nacl/0 = 1\nacl/5 = 15\n"
    "[endpoint unpacked]\nnosec\npack = no\n[server 5]\nuri = coap://host\nnosec\n"
    "[endpoint wiped]\nnosec\ndelete = /\n[server 5]\nuri = coap://host\nnosec\n"
    "[endpoint other]\nnosec\ndelete = /3303\n[server 5]\nuri = coap://host\nnosec\n"
    "[endpoint part]\nnosec\n/3/0/0 = x\n[server 5]\nuri = coap://host\nnosec\n"
    "[endpoint unserved]\nnosec\n[instance /2/0]\nacl/0 = 1\n"
    "[endpoint told]\nnosec\ndiscover = no\nbootstrap-instance = 0\n"
    "object-versions = 501:1.0, 500:2.3\n/500/0/2 = 1\n/501/0/0 = x\n";

struct loom_session link_probe = {.address = "10.0.0.1:1000", .identity = "probe-id"};
struct loom_session link_open = {.address = "10.0.0.2:2000", .identity = NULL};

struct bench bench;

static void on_event(void *user, const struct loom_bs_event *event)
{
    struct bench *to = user;
    size_t used = strlen(to->log);
    char detail[64] = "";
    switch (event->kind) {
    case LOOM_BS_SENT:
        (void)snprintf(detail, sizeof detail, " %s", loom_bs_operation_name(event->operation));
        break;
    case LOOM_BS_ANSWERED:
    case LOOM_BS_VERSION_REFUSED:
    case LOOM_BS_REPAIRING:
        (void)snprintf(detail, sizeof detail, " %u", event->code);
        break;
    case LOOM_BS_REFUSED:
    case LOOM_BS_FAILED:
        (void)snprintf(detail, sizeof detail, " %s", loom_bs_reason_name(event->reason));
        break;
    case LOOM_BS_DISCOVERED:
        (void)snprintf(detail, sizeof detail, " %.*s %u", (int)event->lwm2m.length,
                       event->lwm2m.data, event->bootstrap_instance);
        break;
    default:
        break;
    }
    (void)snprintf(to->log + used, sizeof to->log - used, "%s%s\n", loom_bs_event_name(event->kind),
                   detail);
}

void bench_set_up(void)
{
    struct loom_text text = {file, sizeof file - 1};
    memset(&bench, 0, sizeof bench);
    fake_port_begin(&bench.fake, &loom_bootstrap_server_side);
    bench.accounts =
        loom_fleet_accounts_parse("f", text, LOOM_FLEET_BOOTSTRAP, &test_catalog, NULL, NULL);
    cr_assert_not_null(bench.accounts);
    bench.store = loom_fleet_accounts_store(bench.accounts);
    bench.server = loom_bootstrap_server_create(&bench.store, &bench.fake.port, on_event, &bench);
    bench.fake.self = bench.server;
}

void bench_tear_down(void)
{
    loom_bootstrap_server_destroy(bench.server);
    loom_fleet_accounts_free(bench.accounts);
}

uint8_t ask(struct loom_session *session, const char *target)
{
    return fake_port_request(&bench.fake, session, LOOM_POST, target, LOOM_FORMAT_ABSENT, "").code;
}

void step(void)
{
    loom_bootstrap_server_step(bench.server);
}

/* The next request after an answer, as `PUT /0/1`. */
const char *next(void)
{
    static const char *const methods[] = {"", "GET", "POST", "PUT", "DELETE"};
    static char text[160];
    size_t before = bench.fake.sent_count;
    step();
    if (bench.fake.sent_count == before) {
        return "nothing";
    }
    const struct fake_sent *sent = fake_port_last(&bench.fake);
    (void)snprintf(text, sizeof text, "%s %s%s", methods[sent->method], sent->path, sent->query);
    return text;
}

void answer_links(const char *links)
{
    fake_port_answer_with(&bench.fake, LOOM_CONTENT, LOOM_FORMAT_LINK, links, strlen(links));
}

void assert_next(const char *expected)
{
    cr_assert_eq(strcmp(next(), expected), 0, "expected %s, sent %s", expected,
                 bench.fake.sent_count > 0 ? fake_port_last(&bench.fake)->path : "nothing");
}

void assert_logged(const char *line)
{
    cr_assert_not_null(strstr(bench.log, line), "no \"%s\" in:\n%s", line, bench.log);
}
