/* SPDX-License-Identifier: Apache-2.0 */
/* Servers that share a database: what is one's own, what another has, and what a node that has gone
 * has left. */
#include "kept_store_bench.h"
#include "service/kept_commands.h"
#include "service/node_events.h"
#include "service/number.h"
#include "store/stored_command.h"
#include "store/stored_node.h"
#include "store/stored_registration.h"
#include "tables.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <string.h>

TestSuite(kept_nodes, .timeout = 120);

#define EACH(name) KEPT_STORE_EACH(kept_nodes, name)

static void good(enum loom_database_status status)
{
    cr_assert_eq(status, LOOM_DATABASE_OK, "%s", loom_database_error(used->database));
}

/* The lease of a node, as it says itself. */
static void lives(const char *name, int64_t until)
{
    struct loom_stored_node row = {.name = text_of(name),
                                   .server = text_of("management"),
                                   .uri = text_of(""),
                                   .heard = unix_now,
                                   .expires = until};
    int64_t number;
    good(loom_stored_node_join(used->database, &row, true, 9, &number));
}

static bool take_node(void *user, const struct loom_stored_registration *registration)
{
    (void)snprintf(user, 64, "%.*s %.*s", (int)registration->node.length, registration->node.data,
                   (int)registration->location.length, registration->location.data);
    return false;
}

static const char *owner(const char *endpoint)
{
    static char text[64];
    text[0] = '\0';
    good(loom_stored_registration_find(used->database, text_of(endpoint), take_node, text));
    text[strcspn(text, " ")] = '\0';
    return text;
}

/* `open` is registered at node `a`, which dies. */
static struct fake_reply leave_behind(const char *target)
{
    node = "a";
    (void)begin();
    struct fake_reply reply = stored(&link_open, target, LIST);
    end();
    node = "b";
    return reply;
}

EACH(a_node_has_its_own_devices)
{
    (void)leave_behind("/rd?ep=open&lt=3600&lwm2m=1.1");
    struct loom_kept_restored restored = begin();
    cr_assert(eq(sz, restored.registrations, 0));
    end();
    node = "a";
    restored = begin();
    cr_assert(eq(sz, restored.registrations, 1));
    end();
}

/* B-15: the device of a node that has gone goes on at another one. */
EACH(a_device_goes_on_at_another_node)
{
    struct fake_reply reply = leave_behind("/rd?ep=open&lt=3600&lwm2m=1.1");
    lives("a", unix_now + 5000);
    (void)begin();
    /* Its node may come back: it registers, if it is in a hurry. */
    cr_assert(ne(u64, post(&link_moved, reply.location, "").held, 0));
    pump();
    cr_assert(eq(u8, bench.fake.revised, LOOM_NOT_FOUND));
    cr_assert(eq(str, (char *)owner("open"), "a"));
    bench.log[0] = '\0';
    bench.fake.revised = 0;
    advance(5000);
    (void)post(&link_moved, reply.location, "");
    pump();
    cr_assert(bench.fake.settled_sends);
    cr_assert(eq(u8, bench.fake.revised, 0));
    cr_assert(eq(str, bench.log, "taken-over\nupdated\n"));
    cr_assert(eq(str, (char *)owner("open"), "b"));
    cr_assert(eq(str, (char *)client("open")->location, reply.location + 4));
    end();
    /* It is this node's own from now on. */
    struct loom_kept_restored restored = begin();
    cr_assert(eq(sz, restored.registrations, 1));
    end();
}

/* B-20: whose lifetime is over registers. After a restart, as here, there is time to be late. */
EACH(a_registration_that_is_over_does_not_go_on_at_another_node)
{
    struct fake_reply reply = leave_behind("/rd?ep=open&lt=60&lwm2m=1.1");
    advance(60000 + LOOM_DM_GRACE_MS + 1);
    (void)begin();
    (void)post(&link_moved, reply.location, "");
    pump();
    cr_assert(eq(u8, bench.fake.revised, LOOM_NOT_FOUND));
    cr_assert(eq(str, bench.log, "refused unknown-location\n"));
    end();
    unix_now -= 1;
    (void)begin();
    bench.fake.revised = 0;
    (void)post(&link_moved, reply.location, "");
    pump();
    cr_assert(eq(u8, bench.fake.revised, 0));
    cr_assert(eq(str, bench.log, "taken-over\nupdated\n"));
    end();
}

/* Without end, B-21. */
EACH(a_registration_that_never_ends_goes_on_at_another_node)
{
    struct fake_reply reply = leave_behind("/rd?ep=open&lt=0&lwm2m=1.1");
    advance(UINT64_C(40) * 86400000);
    (void)begin();
    (void)post(&link_moved, reply.location, "");
    pump();
    cr_assert(eq(u8, bench.fake.revised, 0));
    cr_assert(eq(str, bench.log, "taken-over\nupdated\n"));
    end();
}

/* B-18 */
EACH(a_device_leaves_at_another_node)
{
    struct fake_reply reply = leave_behind("/rd?ep=open&lt=3600&lwm2m=1.1");
    (void)begin();
    (void)fake_port_request(&bench.fake, &link_open, LOOM_DELETE, reply.location,
                            LOOM_FORMAT_ABSENT, "");
    pump();
    cr_assert(bench.fake.settled_sends);
    cr_assert(eq(u8, bench.fake.revised, 0));
    cr_assert(eq(str, (char *)owner("open"), ""));
    end();
}

/* H-4: a stranger does not even move it. */
EACH(a_device_is_taken_over_by_its_identity)
{
    node = "a";
    (void)begin();
    struct fake_reply reply = stored(&link_dev, "/rd?ep=dev&lt=300&lwm2m=1.1", LIST);
    end();
    node = "b";
    (void)begin();
    (void)post(&link_open, reply.location, "");
    pump();
    cr_assert(eq(u8, bench.fake.revised, LOOM_NOT_FOUND));
    cr_assert(eq(str, (char *)owner("dev"), "a"));
    bench.fake.revised = 0;
    (void)post(&link_dev_again, reply.location, "");
    pump();
    cr_assert(eq(u8, bench.fake.revised, 0));
    cr_assert(eq(str, (char *)owner("dev"), "b"));
    end();
}

/* C-62: an observation goes on under its token. */
EACH(observations_go_on_at_another_node)
{
    struct loom_request resumed;
    uint8_t token[LOOM_TOKEN_MAX] = {0x55};
    node = "a";
    (void)begin();
    struct fake_reply reply = stored(&link_open, "/rd?ep=open&lt=3600&lwm2m=1.1", LIST);
    struct loom_dm_request request = {.operation = LOOM_DM_OBSERVE,
                                      .path = loom_path_resource(3, 0, 9),
                                      .accept = LOOM_FORMAT_ABSENT,
                                      .content_format = LOOM_FORMAT_ABSENT};
    uint32_t ticket;
    cr_assert(eq(int, loom_management_server_send(bench.server, text_of("open"), &request, &ticket),
                 LOOM_OK));
    step();
    fake_port_notify(&bench.fake, fake_port_last(&bench.fake), LOOM_CONTENT, "1", true);
    token[LOOM_TOKEN_MAX - 1] = (uint8_t)ticket;
    pump();
    end();
    node = "b";
    (void)begin();
    (void)post(&link_open, reply.location, "");
    (void)post(&link_open, reply.location, "");
    pump();
    const struct loom_dm_order *order =
        loom_management_server_next_observation(bench.server, client("open"), NULL);
    cr_assert_not_null(order);
    cr_assert_null(loom_management_server_next_observation(bench.server, client("open"), order),
                   "it is one");
    cr_assert(ne(u32,
                 loom_management_server_resume(bench.server, &link_open,
                                               (struct loom_bytes){token, sizeof token}, &resumed),
                 0));
    end();
}

/* Registered elsewhere: this node learns it when it says that it has heard the device. */
EACH(what_another_node_has_is_dropped)
{
    node = "b";
    (void)begin();
    (void)stored(&link_open, "/rd?ep=open&lt=3600&lwm2m=1.1", LIST);
    struct fake_reply kept_here = stored(&link_moved, "/rd?ep=here&lt=3600&lwm2m=1.1", LIST);
    struct fake_reply gone = stored(&link_dev, "/rd?ep=dev&lt=300&lwm2m=1.1", LIST);
    struct loom_stored_registration other = {.endpoint = text_of("open"),
                                             .location = text_of("abcdefghij"),
                                             .node = text_of("a"),
                                             .address = text_of(""),
                                             .lifetime = 60,
                                             .lwm2m = 0x0101,
                                             .binding = text_of("U"),
                                             .links = text_of("</1/0>")};
    good(loom_stored_registration_replace(used->database, &other));
    loom_kept_registrations_check(kept, text_of("nobody"));
    cr_assert_eq(loom_kept_registrations_deadline(kept), INT64_MAX);
    loom_kept_registrations_check(kept, text_of("open"));
    loom_kept_registrations_check(kept, text_of("here"));
    loom_kept_registrations_step(kept);
    bench.log[0] = '\0';
    pump();
    cr_assert(eq(str, bench.log, "moved\n"));
    cr_assert_null(client("open"));
    cr_assert_not_null(client("here"), "it is this node's own");
    cr_assert(eq(str, (char *)owner("open"), "a"));
    /* A De-register of what another one has changes nothing there. */
    other.endpoint = text_of("dev");
    other.location = text_of(gone.location + 4);
    good(loom_stored_registration_replace(used->database, &other));
    bench.log[0] = '\0';
    (void)fake_port_request(&bench.fake, &link_dev, LOOM_DELETE, gone.location, LOOM_FORMAT_ABSENT,
                            "");
    pump();
    cr_assert(not(bench.fake.settled_sends), "it is asked again, and then looked up");
    cr_assert(eq(str, bench.log, "moved\n"));
    cr_assert(eq(str, (char *)owner("dev"), "a"));
    cr_assert(
        eq(u8, at_location(&link_moved, LOOM_POST, kept_here.location, "", ""), LOOM_CHANGED));
    end();
}

/* ---- commands -------------------------------------------------------------------------------- */

static struct loom_kept_commands kept_commands;

/* Commands of a node with room for so many bytes. */
static struct loom_commands *begin_commands(size_t bytes)
{
    loom_kept_commands_begin(&kept_commands, text_of(node), now, NULL);
    const struct loom_commands_config config = {.server = bench.server,
                                                .catalog = &test_catalog,
                                                .seed = 3,
                                                .keeper = &kept_commands.keeper,
                                                .bytes_max = bytes};
    struct loom_commands *commands = loom_commands_create(&config);
    size_t count;
    cr_assert_not_null(commands);
    good(loom_kept_commands_restore(&kept_commands, commands, used->database, &count));
    loom_kept_commands_write(&kept_commands, writer);
    return commands;
}

/* Given at node `a`, for a device that is here. */
static void give_elsewhere(int64_t id)
{
    const struct loom_stored_command command = {.id = id,
                                                .endpoint = text_of("open"),
                                                .operation = text_of("read"),
                                                .body = text_of("{}"),
                                                .who = text_of("olga"),
                                                .priority = 5,
                                                .state = text_of("queued"),
                                                .created = unix_now,
                                                .expires = unix_now + 60000,
                                                .changed = unix_now,
                                                .node = text_of("a")};
    bool elsewhere = false;
    good(loom_stored_command_add(used->database, &command, &elsewhere));
    cr_assert(elsewhere);
}

static size_t waits(const struct loom_commands *commands)
{
    unix_now = loom_kept_commands_deadline(&kept_commands) > unix_now
                   ? loom_kept_commands_deadline(&kept_commands)
                   : unix_now;
    loom_kept_commands_step(&kept_commands);
    pump();
    return loom_commands_waiting(commands, text_of("open"));
}

EACH(commands_of_other_nodes_are_taken_while_there_is_room)
{
    node = "b";
    (void)begin();
    (void)stored(&link_open, "/rd?ep=open&lt=3600&lwm2m=1.1", LIST);
    struct loom_commands *commands = begin_commands(1);
    give_elsewhere(1);
    cr_assert(eq(sz, waits(commands), 1));
    cr_assert(eq(sz, waits(commands), 1), "it is there once");
    give_elsewhere(2);
    cr_assert(eq(sz, waits(commands), 1), "there is no room");
    loom_commands_moved(commands, text_of("open"));
    cr_assert(eq(sz, waits(commands), 1), "there is room again");
    cr_assert_not_null(loom_commands_find(commands, 2));
    end();
    loom_commands_destroy(commands);
}

/* Nobody has heard that a cancel was stored: it holds all the same, also where there is one server
 * alone. */
EACH(what_was_cancelled_unheard_does_not_go_out)
{
    (void)begin();
    (void)stored(&link_open, "/rd?ep=open&lt=3600&lwm2m=1.1", LIST);
    struct loom_commands *commands = begin_commands(1000000);
    json_t *body = json_pack("{s:s, s:s}", "operation", "read", "path", "/3/0/9");
    json_t *errors = json_array();
    const struct loom_command_order order = {
        .endpoint = text_of("open"), .body = body, .who = "olga", .now = unix_now};
    uint64_t id = 0;
    cr_assert(eq(int, loom_commands_give(commands, &order, errors, &id), LOOM_COMMANDS_OK));
    pump();
    good(loom_stored_command_cancel(used->database, (int64_t)id, unix_now));
    size_t sent = bench.fake.sent_count;
    loom_commands_step(commands, unix_now);
    pump();
    loom_management_server_step(bench.server);
    cr_assert(eq(sz, bench.fake.sent_count, sent));
    cr_assert_null(loom_commands_find(commands, id));
    json_decref(body);
    json_decref(errors);
    end();
    loom_commands_destroy(commands);
}

/* ---- events of other nodes ------------------------------------------------------------------- */

static unsigned heard;

static void count_heard(void *user, const struct loom_timeline_event *event)
{
    (void)user;
    (void)event;
    heard++;
}

static void store_event(unsigned number)
{
    struct loom_stored_event event = {.number = (int64_t)loom_number_next(0, number, unix_now),
                                      .time = unix_now,
                                      .kind = text_of("registered"),
                                      .document = text_of("{}")};
    good(loom_stored_event_add(used->database, &event));
}

static void look(struct loom_node_events *events)
{
    loom_node_events_step(events);
    pump();
}

/* A node that joins while the database cannot be reached from here is heard from its beginning. */
EACH(events_of_a_node_that_is_new_are_not_missed)
{
    (void)begin();
    const struct loom_timeline_config config = {.node = 0};
    struct loom_timeline *timeline = loom_timeline_create(&config);
    const struct loom_node_events_config nodes = {
        .timeline = timeline, .writer = writer, .node = 0, .now = now, .hear = count_heard};
    struct loom_node_events *events = loom_node_events_create(&nodes);
    heard = 0;
    lives("a", unix_now + 3600000);
    look(events);
    advance(1000);
    lives("b", unix_now + 3600000);
    store_event(1);
    advance(600000);
    store_event(1);
    look(events);
    cr_assert(eq(u32, heard, 2));
    advance(600000);
    look(events);
    cr_assert(eq(u32, heard, 2));
    loom_node_events_destroy(events);
    end();
    loom_timeline_destroy(timeline);
}
