/* SPDX-License-Identifier: Apache-2.0 */
/* The whole thread in simulated time: the real client, the real bootstrap server and the real LwM2M
 * server on the loopback port, with PSK, from hold-off to De-register. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "bootstrap/bootstrap_server.h"
#include "management/management_server.h"
#include "loom_objects.h"
#include "../server/own_catalog.h"
#include "store/accounts_file.h"

#include "loom/client.h"
#include "loom/codec.h"
#include "loom/port_loopback.h"

static const char bootstrap_file[] = "[endpoint device]\n"
                                     "identity = bs-device\n"
                                     "key = 000102030405060708090a0b0c0d0e0f\n"
                                     "hold-off = 7\n"
                                     "delete = /\n"
                                     "[server 101]\n"
                                     "uri = coaps://dm:5684\n"
                                     "identity = dm-device\n"
                                     "key = 101112131415161718191a1b1c1d1e1f\n"
                                     "lifetime = 300\n"
                                     "binding = U\n";

static const char management_file[] = "[endpoint device]\n"
                                      "identity = dm-device\n"
                                      "key = 101112131415161718191a1b1c1d1e1f\n";

/* The story as it was told, one line an event. */
struct story {
    char text[131072];
    size_t length;
};

static struct {
    struct loom_loopback *net;
    struct story story;
    struct loom_port port;
    struct loom_port bs_port;
    struct loom_port dm_port;
    struct loom_fleet_accounts *bs_accounts;
    struct loom_fleet_accounts *dm_accounts;
    struct loom_fleet_store bs_store;
    struct loom_fleet_store dm_store;
    struct loom_bootstrap_server *bs;
    struct loom_management_server *dm;
    struct loom_client client;
    struct loom_registration registrations[2];
    uint8_t locations[2 * LOOM_LOCATION_SIZE];
    struct loom_model model;
    struct loom_client_1_1_data data;
    struct loom_client_1_1_staging staging;
    uint8_t buffer[4096];
    uint64_t ended;
} w;

static void tell(const char *who, const char *what, const struct loom_path *path, unsigned code)
{
    struct story *story = &w.story;
    char path_text[32] = "";
    if (path != NULL) {
        struct loom_output out = loom_output(path_text, sizeof path_text - 1);
        loom_put_path(&out, path);
    }
    int used = snprintf(story->text + story->length, sizeof story->text - story->length,
                        code == 0 ? "%s %s%s%s\n" : "%s %s%s%s %u.%02u\n", who, what,
                        path == NULL ? "" : " ", path_text, code >> 5, code & 31);
    story->length += (size_t)used;
    cr_assert_lt(story->length, sizeof story->text);
}

static void on_client_event(void *user, const struct loom_event *event)
{
    (void)user;
    tell("client", loom_event_name(event->type), event->has_path ? &event->path : NULL,
         event->code);
}

static void on_bs_event(void *user, const struct loom_bs_event *event)
{
    (void)user;
    if (event->kind == LOOM_BS_FINISHED || event->kind == LOOM_BS_FAILED ||
        event->kind == LOOM_BS_REFUSED) {
        tell("bs", loom_bs_event_name(event->kind), NULL, event->code);
    }
}

static char answer[1024];
static bool answered;

static void on_dm_event(void *user, const struct loom_dm_event *event)
{
    (void)user;
    if (event->kind == LOOM_DM_SENT) {
        return;
    }
    if (event->kind == LOOM_DM_ANSWERED) {
        answered = true;
        snprintf(answer, sizeof answer, "%.*s", (int)event->payload.length,
                 event->payload.data == NULL ? "" : (const char *)event->payload.data);
        return;
    }
    tell("dm", loom_dm_event_name(event->kind), NULL, event->code);
}

static void on_error(void *user, const char *message)
{
    (void)user;
    cr_assert(false, "%s", message);
}

static bool find_key(void *user, struct loom_bytes identity, struct loom_bytes *key)
{
    const struct loom_fleet_store *store = user;
    const struct loom_fleet_account *account = store->by_identity(store->self, identity);
    if (account == NULL) {
        return false;
    }
    *key = account->key; /* lasts as long as the accounts of the test */
    loom_fleet_account_release(account);
    return true;
}

static void run(double seconds)
{
    uint64_t until = loom_loopback_now(w.net) + (uint64_t)(seconds * 1000);
    for (unsigned turns = 0;; turns++) {
        uint64_t deadline = loom_client_step(&w.client);
        cr_assert_lt(turns, 100000, "busy without end");
        loom_bootstrap_server_step(w.bs);
        loom_management_server_step(w.dm);
        uint64_t bs = loom_bootstrap_server_deadline(w.bs);
        uint64_t dm = loom_management_server_deadline(w.dm);
        deadline = bs < deadline ? bs : deadline;
        deadline = dm < deadline ? dm : deadline;
        uint64_t limit = deadline < until ? deadline : until;
        if (loom_loopback_deliver(w.net, limit)) {
            continue;
        }
        loom_loopback_advance(w.net, limit);
        if (deadline > until) {
            break;
        }
    }
}

static void set_up(void)
{
    struct loom_text bs_text = {bootstrap_file, sizeof bootstrap_file - 1};
    struct loom_text dm_text = {management_file, sizeof management_file - 1};
    /* The servers know the objects from the client's own tables. */
    struct own_catalog own;
    own_catalog_fill(&own, loom_products, loom_products_names, LOOM_PRODUCT_COUNT);
    const struct loom_catalog *catalog = &own.catalog;
    uint16_t instance = 1;
    memset(&w, 0, sizeof w);
    w.net = loom_loopback_create(5000);
    w.bs_accounts =
        loom_fleet_accounts_parse("bs", bs_text, LOOM_FLEET_BOOTSTRAP, catalog, on_error, NULL);
    w.dm_accounts =
        loom_fleet_accounts_parse("dm", dm_text, LOOM_FLEET_MANAGEMENT, catalog, on_error, NULL);
    w.bs_store = loom_fleet_accounts_store(w.bs_accounts);
    w.dm_store = loom_fleet_accounts_store(w.dm_accounts);
    w.bs = loom_bootstrap_server_create(&w.bs_store, &w.bs_port, on_bs_event, NULL);
    w.dm = loom_management_server_create(&w.dm_store, &w.dm_port, 1, on_dm_event, NULL);
    loom_loopback_add(w.net, NULL, &loom_client_side, &w.client, &w.port);
    struct loom_loopback_host *bs =
        loom_loopback_add(w.net, "bs:5684", &loom_bootstrap_server_side, w.bs, &w.bs_port);
    struct loom_loopback_host *dm =
        loom_loopback_add(w.net, "dm:5684", &loom_management_server_side, w.dm, &w.dm_port);
    loom_loopback_set_keys(bs, find_key, &w.bs_store);
    loom_loopback_set_keys(dm, find_key, &w.dm_store);
    loom_model_init(&w.model, &loom_client_1_1, &w.data, NULL, NULL);
    loom_device_1_1_set_manufacturer(&w.model, 0, "Loom");
    loom_device_1_1_set_supported_binding_and_modes(&w.model, 0, "U");
    cr_assert_eq(loom_model_create(&w.model, 0, &instance), LOOM_OK);
    loom_security_1_1_set_lwm2m_server_uri(&w.model, 1, "coaps://bs:5684");
    loom_security_1_1_set_bootstrap_server(&w.model, 1, true);
    loom_security_1_1_set_security_mode(&w.model, 1, LOOM_SECURITY_PSK);
    loom_security_1_1_set_public_key_or_identity(&w.model, 1, (const uint8_t *)"bs-device", 9);
    static const uint8_t key[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    loom_security_1_1_set_secret_key(&w.model, 1, key, sizeof key);
    loom_security_1_1_set_client_hold_off_time(&w.model, 1, 5);
    struct loom_client_config config = {.endpoint = "device",
                                        .lwm2m = LOOM_LWM2M_1_1,
                                        .model = &w.model,
                                        .staging = &w.staging,
                                        .registrations = w.registrations,
                                        .registration_room = 2,
                                        .locations = w.locations,
                                        .location_size = LOOM_LOCATION_SIZE,
                                        .buffer = w.buffer,
                                        .buffer_size = sizeof w.buffer,
                                        .port = &w.port,
                                        .event = on_client_event};
    cr_assert_eq(loom_client_start(&w.client, &config), LOOM_OK);
}

static void tear_down(void)
{
    loom_bootstrap_server_destroy(w.bs);
    loom_management_server_destroy(w.dm);
    loom_loopback_destroy(w.net);
    loom_fleet_accounts_free(w.bs_accounts);
    loom_fleet_accounts_free(w.dm_accounts);
}

TestSuite(thread, .init = set_up, .fini = tear_down);

static void ask(enum loom_dm_operation operation, struct loom_path path, const char *value)
{
    struct loom_text endpoint = {"device", 6};
    struct loom_dm_request request = {
        .operation = operation,
        .path = path,
        .accept = operation == LOOM_DM_READ ? LOOM_FORMAT_TEXT : LOOM_FORMAT_ABSENT,
        .content_format = value == NULL ? LOOM_FORMAT_ABSENT : LOOM_FORMAT_TEXT,
        .payload = {(const uint8_t *)value, value == NULL ? 0 : strlen(value)}};
    uint32_t ticket;
    answered = false;
    cr_assert_eq(loom_management_server_send(w.dm, endpoint, &request, &ticket), LOOM_OK);
    run(1);
    cr_assert(answered);
}

Test(thread, from_hold_off_to_deregister)
{
    run(4.9);
    cr_assert_str_eq(w.story.text, "client factory\nclient hold-off\n");
    run(2);
    cr_assert_str_eq(w.story.text + strlen("client factory\nclient hold-off\n"),
                     "client session\n"
                     "client bootstrap-request\n"
                     "client bootstrap-accepted\n"
                     "client bootstrap-discover / 2.05\n"
                     "client bootstrap-delete / 2.02\n"
                     "client bootstrap-write /0/1/11 2.04\n"
                     "client bootstrap-write /0/0 2.04\n"
                     "client bootstrap-write /1/0 2.04\n"
                     "client bootstrap-finish 2.04\n"
                     "client session\n"
                     "client register\n"
                     "bs finished\n"
                     "dm registered\n"
                     "client registered\n");
    w.story.length = 0;
    ask(LOOM_DM_READ, loom_path_resource(3, 0, 0), NULL);
    cr_assert_str_eq(answer, "Loom");
    ask(LOOM_DM_WRITE, loom_path_resource(3, 0, 15), "Europe/Rome");
    ask(LOOM_DM_READ, loom_path_resource(3, 0, 15), NULL);
    cr_assert_str_eq(answer, "Europe/Rome");
    cr_assert_str_eq(w.story.text, "client read /3/0/0 2.05\n"
                                   "client write /3/0/15 2.04\n"
                                   "client read /3/0/15 2.05\n");
    w.story.length = 0;
    loom_client_stop(&w.client);
    run(1);
    cr_assert_str_eq(w.story.text, "client deregister\n"
                                   "dm deregistered\n"
                                   "client deregistered\n"
                                   "client stopped\n");
}

/* A day of Updates: none too many, and never a registration that runs out (B-20, B-22). */
Test(thread, a_day_of_updates)
{
    run(86400);
    unsigned updates = 0;
    for (const char *at = w.story.text; (at = strstr(at, "dm updated\n")) != NULL; at++) {
        updates++;
    }
    cr_assert_null(strstr(w.story.text, "expired"));
    cr_assert_eq(updates, 86394 / 207, "%u Updates, one each 207 s", updates);
}

/* int-5, LwM2M-BOOT-005-S-M: the server executes 1/x/9, and the client asks its
 * bootstrap server for accounts. */
Test(thread, a_server_triggers_a_bootstrap)
{
    run(10);
    w.story.length = 0;
    ask(LOOM_DM_EXECUTE, loom_path_resource(1, 0, 9), NULL);
    run(20);
    const char *request = strstr(w.story.text, "client bootstrap-request\n");
    cr_assert_eq(strncmp(w.story.text, "client execute /1/0/9 2.04\n", 27), 0, "%s", w.story.text);
    cr_assert_not_null(request);
    cr_assert_not_null(strstr(request, "client bootstrap-finish 2.04\n"));
    cr_assert_not_null(strstr(request, "bs finished\n"));
    cr_assert_not_null(strstr(request, "client registered\n"));
}
