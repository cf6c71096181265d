/* SPDX-License-Identifier: Apache-2.0 */
/* What the LwM2M server keeps in a database, and what a server has that reads it. */
#define _POSIX_C_SOURCE 200809L
#include "common/text.h"
#include "kept_store_bench.h"
#include "service/kept_commands.h"
#include "service/kept_events.h"
#include "service/kept_registrations.h"
#include "service/kept_wishes.h"
#include "store/schema.h"
#include "store/stored_command.h"
#include "store/stored_registration.h"
#include "tables.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

TestSuite(kept_store, .timeout = 120);

/* A test on both kinds of database. */
#define EACH(name) KEPT_STORE_EACH(kept_store, name)

static uint64_t heard_ago(const char *endpoint)
{
    return bench.fake.now - client(endpoint)->heard;
}

/* B-1 .. B-12: every member comes back, and the device goes on. */
EACH(a_registration_comes_back_as_it_was)
{
    (void)begin();
    struct fake_reply reply =
        stored(&link_open, "/rd?ep=open&lt=3600&lwm2m=1.1&b=UT&Q&sms=4912345",
               "</lwm2m>;rt=\"oma.lwm2m\",</lwm2m/1/0>,</lwm2m/3/0>;ver=1.2,</lwm2m/3303>");
    struct fake_reply secure = stored(&link_dev, "/rd?ep=dev&lt=300&lwm2m=1.0", LIST);
    end();
    unix_now += 1000000;
    struct loom_kept_restored restored = begin();
    cr_assert(eq(u64, bench.fake.now - client("open")->seen, 1000000));
    cr_assert(eq(sz, restored.registrations, 2));
    cr_assert(eq(sz, restored.unusable, 0));
    const struct loom_dm_client *open = client("open");
    cr_assert_not_null(open);
    cr_assert(eq(str, (char *)open->location, reply.location + 4));
    cr_assert(eq(u32, open->lifetime, 3600));
    cr_assert(eq(u16, open->lwm2m, 0x0101));
    cr_assert(open->queue_mode);
    cr_assert(eq(str, (char *)(uintptr_t)open->binding.data, "UT"));
    cr_assert(eq(str, (char *)(uintptr_t)open->sms.data, "4912345"));
    cr_assert(eq(str, (char *)(uintptr_t)open->alternate_path.data, "lwm2m"));
    cr_assert(eq(sz, open->object_count, 3));
    cr_assert(eq(u16, open->objects[2].instance, LOOM_ID_NONE));
    cr_assert(eq(u8, open->objects[1].version_minor, 2));
    cr_assert(eq(u64, heard_ago("open"), 1000000));
    cr_assert(
        eq(u8, at_location(&link_dev_again, LOOM_POST, secure.location, "", ""), LOOM_CHANGED));
    cr_assert(eq(u8, at_location(&link_open, LOOM_POST, reply.location, "", ""), LOOM_CHANGED));
    end();
}

/* B-16, B-18, B-20 */
EACH(what_has_ended_does_not_come_back)
{
    (void)begin();
    struct fake_reply first = stored(&link_open, "/rd?ep=open&lt=3600&lwm2m=1.1", LIST);
    struct fake_reply second = stored(&link_open, "/rd?ep=open&lt=1800&lwm2m=1.1", LIST);
    (void)stored(&link_moved, "/rd?ep=short&lt=60&lwm2m=1.1", LIST);
    struct fake_reply gone = stored(&link_dev, "/rd?ep=dev&lt=300&lwm2m=1.1", LIST);
    cr_assert(eq(u8, at_location(&link_dev, LOOM_DELETE, gone.location, "", ""), LOOM_DELETED));
    advance(60001);
    step(); /* `short` expires */
    pump();
    end();
    struct loom_kept_restored restored = begin();
    cr_assert(eq(sz, restored.registrations, 1));
    cr_assert(eq(u32, client("open")->lifetime, 1800));
    cr_assert(eq(u8, at_location(&link_open, LOOM_POST, first.location, "", ""), LOOM_NOT_FOUND));
    cr_assert(eq(u8, at_location(&link_open, LOOM_POST, second.location, "", ""), LOOM_CHANGED));
    end();
}

/* B-15: in a batch, when the first of them has waited long enough. */
EACH(updates_are_stored_together)
{
    (void)begin();
    struct fake_reply open = stored(&link_open, "/rd?ep=open&lt=3600&lwm2m=1.1", LIST);
    struct fake_reply dev = stored(&link_dev, "/rd?ep=dev&lt=300&lwm2m=1.1", LIST);
    cr_assert_eq(loom_kept_registrations_deadline(kept), INT64_MAX);
    advance(5000);
    (void)at_location(&link_open, LOOM_POST, open.location, "?lt=7200", LIST ",</5/0>");
    cr_assert_eq(loom_kept_registrations_deadline(kept), unix_now + LOOM_KEPT_UPDATES_MS);
    advance(5000);
    (void)at_location(&link_dev_again, LOOM_POST, dev.location, "", "");
    loom_kept_registrations_step(kept);
    cr_assert_not(loom_kept_registrations_busy(kept), "it is not time yet");
    advance(5000);
    loom_kept_registrations_step(kept);
    cr_assert(loom_kept_registrations_busy(kept));
    pump();
    loom_kept_registrations_step(kept);
    cr_assert_eq(loom_kept_registrations_deadline(kept), INT64_MAX);
    /* The server ends without a word. */
    end();
    (void)begin();
    cr_assert(eq(u32, client("open")->lifetime, 7200));
    cr_assert(eq(sz, client("open")->object_count, 3));
    cr_assert(eq(u64, heard_ago("open"), 10000));
    cr_assert(eq(u64, heard_ago("dev"), 5000));
    end();
}

/* When a device was last seen comes back, and how long it stays registered does not depend on it.
 */
EACH(a_message_is_stored_later)
{
    static const char value[] = "[{\"n\":\"/3/0/9\",\"v\":50}]";
    (void)begin();
    (void)stored(&link_open, "/rd?ep=open&lt=86400&lwm2m=1.1", LIST);
    advance(LOOM_DM_SEEN_MS);
    cr_assert(eq(
        u8,
        fake_port_request(&bench.fake, &link_open, LOOM_POST, "/dp", LOOM_FORMAT_SENML_JSON, value)
            .code,
        LOOM_CHANGED));
    advance(10000);
    loom_kept_registrations_step(kept);
    pump();
    /* The server ends without a word. */
    end();
    (void)begin();
    cr_assert(eq(u64, bench.fake.now - client("open")->seen, 10000));
    cr_assert(eq(u64, heard_ago("open"), LOOM_DM_SEEN_MS + 10000));
    end();
}

EACH(a_server_that_is_drained_leaves_nothing_unsaved)
{
    (void)begin();
    struct fake_reply open = stored(&link_open, "/rd?ep=open&lt=3600&lwm2m=1.1", LIST);
    (void)at_location(&link_open, LOOM_POST, open.location, "?lt=7200", "");
    loom_kept_registrations_drain(kept);
    end();
    (void)begin();
    cr_assert(eq(u32, client("open")->lifetime, 7200));
    end();
}

/* ---- observations ---------------------------------------------------------------------------- */

static void observe(const char *endpoint, const struct loom_dm_request *request)
{
    uint32_t ticket;
    cr_assert_eq(loom_management_server_send(bench.server, text_of(endpoint), request, &ticket),
                 LOOM_OK);
    step();
    fake_port_notify(&bench.fake, fake_port_last(&bench.fake), LOOM_CONTENT, "1", true);
}

EACH(observations_come_back_with_their_request)
{
    static const uint8_t paths[] = {0x81, 0xA1, 0x00, 0x66, '/', '3', '/', '0', '/', '9'};
    const struct loom_dm_request one = {.operation = LOOM_DM_OBSERVE,
                                        .path = loom_path_resource(3, 0, 9),
                                        .accept = LOOM_FORMAT_TEXT,
                                        .content_format = LOOM_FORMAT_ABSENT,
                                        .query = text_of("pmin=5&pmax=60")};
    const struct loom_dm_request many = {.operation = LOOM_DM_OBSERVE_COMPOSITE,
                                         .accept = LOOM_FORMAT_SENML_CBOR,
                                         .content_format = LOOM_FORMAT_SENML_CBOR,
                                         .payload = {paths, sizeof paths}};
    (void)begin();
    (void)stored(&link_open, "/rd?ep=open&lt=3600&lwm2m=1.1", LIST);
    observe("open", &one);
    observe("open", &many);
    pump();
    end();
    struct loom_kept_restored restored = begin();
    cr_assert(eq(sz, restored.observations, 2));
    const struct loom_dm_order *order = NULL;
    bool found[2] = {false, false};
    while ((order = loom_management_server_next_observation(bench.server, client("open"), order)) !=
           NULL) {
        const struct loom_dm_request *request = &order->request;
        bool composite = request->operation == LOOM_DM_OBSERVE_COMPOSITE;
        const struct loom_dm_request *expected = composite ? &many : &one;
        found[composite] = true;
        cr_assert(eq(u16, request->accept, expected->accept));
        cr_assert(eq(u16, request->content_format, expected->content_format));
        cr_assert(eq(u8, request->path.depth, expected->path.depth));
        cr_assert(eq(sz, request->query.length, expected->query.length));
        cr_assert(loom_bytes_same(request->payload, expected->payload));
    }
    cr_assert(found[0] && found[1]);
    /* They end with the registration (rule C-62), in the database, too. */
    (void)stored(&link_open, "/rd?ep=open&lt=3600&lwm2m=1.1", LIST);
    end();
    restored = begin();
    cr_assert(eq(sz, restored.observations, 0));
    end();
}

/* What another program or a bug has written is left out, and told. */
EACH(rows_that_cannot_be_are_counted)
{
    const struct loom_stored_registration bad = {.endpoint = text_of("bad"),
                                                 .location = text_of("short"),
                                                 .node = text_of(""),
                                                 .address = text_of(""),
                                                 .lwm2m = 0x0101,
                                                 .binding = text_of("U"),
                                                 .links = text_of("</1/0>")};
    struct loom_stored_registration odd = bad;
    struct loom_stored_registration good = bad;
    const struct loom_stored_observation observation = {
        .endpoint = text_of("good"),
        .token = {(const uint8_t *)"12345678", 8},
        .request = {(const uint8_t *)"\x01\x0a\x03", 3}};
    cr_assert_eq(loom_store_migrate(used->database), LOOM_DATABASE_OK);
    cr_assert_eq(loom_stored_registration_replace(used->database, &bad), LOOM_DATABASE_OK);
    odd.endpoint = text_of("odd");
    odd.location = text_of("abcdefghij");
    odd.links = text_of("nothing");
    cr_assert_eq(loom_stored_registration_replace(used->database, &odd), LOOM_DATABASE_OK);
    good.endpoint = text_of("good");
    good.location = text_of("klmnopqrst");
    cr_assert_eq(loom_stored_registration_replace(used->database, &good), LOOM_DATABASE_OK);
    cr_assert_eq(loom_stored_observation_save(used->database, &good, &observation),
                 LOOM_DATABASE_OK);
    struct loom_kept_restored restored = begin();
    cr_assert(eq(sz, restored.registrations, 1));
    cr_assert(eq(sz, restored.unusable, 3));
    cr_assert_not_null(client("good"));
    end();
}

/* ---- events ---------------------------------------------------------------------------------- */

static size_t stored_events;

static bool count_event(void *user, const struct loom_stored_event *event)
{
    (void)user;
    (void)event;
    stored_events++;
    return true;
}

static size_t count_events(void)
{
    struct loom_text all = {NULL, 0};
    stored_events = 0;
    cr_assert_eq(loom_stored_event_after(used->database, all, 0, 1000, count_event, NULL),
                 LOOM_DATABASE_OK);
    return stored_events;
}

/* After a commit of which nobody knows, each event is there once. */
EACH(events_are_stored_once)
{
    struct loom_kept_events events;
    struct loom_timeline_config config = {.keeper = &events.keeper};
    struct loom_text none = {NULL, 0};
    (void)begin();
    loom_kept_events_begin(&events, now, NULL);
    struct loom_timeline *timeline = loom_timeline_create(&config);
    (void)loom_timeline_tell(timeline, "one", text_of("dev"), none, unix_now);
    loom_timeline_step(timeline, unix_now + 1000);
    cr_assert(eq(sz, count_events(), 0), "there is no writer yet");
    loom_kept_events_write(&events, timeline, writer);
    (void)loom_timeline_tell(timeline, "two", none, none, unix_now);
    loom_timeline_step(timeline, unix_now + 2000);
    pump();
    cr_assert(eq(sz, count_events(), 2));
    (void)loom_timeline_tell(timeline, "three", none, none, unix_now);
    loom_timeline_step(timeline, unix_now + 3000);
    /* It is committed, and the answer is lost. */
    pump();
    cr_assert(eq(sz, count_events(), 3));
    const struct loom_timeline_event *batch[] = {loom_timeline_after(timeline, 0), NULL, NULL};
    batch[1] = loom_timeline_after(timeline, batch[0]->id);
    batch[2] = loom_timeline_after(timeline, batch[1]->id);
    events.doubtful = true;
    cr_assert(events.keeper.keep(&events, batch, 3));
    pump();
    cr_assert_not(events.doubtful, "it was told that all is stored");
    cr_assert(eq(sz, count_events(), 3));
    /* The next run has them, and goes on behind them. */
    struct loom_timeline *next = loom_timeline_create(&config);
    cr_assert_eq(loom_kept_events_restore(next, used->database), LOOM_DATABASE_OK);
    const struct loom_timeline_event *event = loom_timeline_after(next, 0);
    cr_assert(eq(u64, event->id, batch[0]->id));
    cr_assert(eq(i64, event->time, batch[0]->time));
    cr_assert(eq(str, (char *)(uintptr_t)event->kind, "one"));
    cr_assert(eq(str, (char *)(uintptr_t)event->endpoint, "dev"));
    cr_assert(eq(str, (char *)(uintptr_t)event->json, (char *)(uintptr_t)batch[0]->json));
    cr_assert(eq(u64, loom_timeline_forgotten(next), batch[0]->id - 1));
    cr_assert(eq(u64, loom_timeline_after(next, batch[1]->id)->id, batch[2]->id));
    uint64_t number = loom_timeline_tell(next, "four", none, none, 0);
    cr_assert(gt(u64, number, batch[2]->id), "also if the clock was set back");
    cr_assert(eq(i64, loom_timeline_deadline(next), LOOM_TIMELINE_WAIT_MS), "it alone is kept");
    loom_timeline_destroy(next);
    end();
    loom_timeline_destroy(timeline);
}

static enum loom_database_status add_old_events(struct loom_database *database, void *data)
{
    struct loom_stored_event old = {.time = 1, .kind = text_of("old"), .document = text_of("{}")};
    enum loom_database_status status = LOOM_DATABASE_OK;
    (void)data;
    while (old.number < 2 * LOOM_KEPT_EVENTS_PRUNED + 5 && status == LOOM_DATABASE_OK) {
        old.number++;
        status = loom_stored_event_add(database, &old);
    }
    return status;
}

static void expect_done(void *data, enum loom_database_status status)
{
    (void)data;
    cr_assert_eq(status, LOOM_DATABASE_OK);
}

/* However many there are: a fleet may make more of them in a minute than one removal takes. */
EACH(all_events_that_are_old_are_removed)
{
    const struct loom_writer_job adding = {.run = add_old_events, .done = expect_done};
    struct loom_stored_event recent = {
        .number = 1000000, .time = unix_now, .kind = text_of("new"), .document = text_of("{}")};
    struct loom_kept_events events;
    (void)begin();
    loom_kept_events_begin(&events, now, NULL);
    loom_kept_events_write(&events, NULL, writer);
    cr_assert_eq(loom_stored_event_add(used->database, &recent), LOOM_DATABASE_OK);
    cr_assert(ne(u64, loom_writer_post(writer, &adding), 0));
    pump();
    loom_kept_events_prune(&events);
    pump();
    cr_assert(eq(sz, count_events(), 1), "what is not old is left");
    unix_now += INT64_C(3) * 86400000;
    loom_kept_events_prune(&events);
    pump();
    cr_assert(eq(sz, count_events(), 1), "three days are not old");
    events.days = 2;
    loom_kept_events_prune(&events);
    pump();
    cr_assert(eq(sz, count_events(), 0), "but they are if events are kept for two");
    end();
}

/* ---- wishes ---------------------------------------------------------------------------------- */

static struct loom_wishes *begin_wishes(void)
{
    const struct loom_wishes_config config = {.server = bench.server,
                                              .catalog = &test_catalog,
                                              .seed = 3,
                                              .scopes = 1u << LOOM_WISH_ENDPOINT};
    struct loom_wishes *wishes = loom_wishes_create(&config);
    cr_assert_not_null(wishes);
    return wishes;
}

static void note_id(void *user, bool stored_now, uint64_t id)
{
    cr_assert(stored_now);
    *(uint64_t *)user = id;
}

/* @return the id under which it is stored */
static uint64_t wish(struct loom_kept_wishes *wishes, unsigned pmin)
{
    json_t *body = json_pack("{s:s, s:s, s:{s:i}}", "operation", "observe", "path", "/3/0/9",
                             "attributes", "pmin", (int)pmin);
    json_t *errors = json_array();
    uint64_t id = 0;
    cr_assert_eq(
        loom_wishes_add(wishes->wishes, LOOM_WISH_ENDPOINT, text_of("dev"), body, 5, errors, &id),
        LOOM_WISHES_OK);
    json_decref(body);
    json_decref(errors);
    loom_kept_wishes_save(wishes, id, note_id, &id);
    pump();
    return id;
}

/* A wish is told from another by all of its request. */
EACH(wishes_that_differ_in_their_attributes_come_back)
{
    size_t count;
    (void)begin();
    struct loom_kept_wishes wishes = {.wishes = begin_wishes(), .writer = writer};
    uint64_t first = wish(&wishes, 10);
    uint64_t second = wish(&wishes, 20);
    cr_assert(ne(u64, first, second));
    loom_wishes_destroy(wishes.wishes);
    wishes.wishes = begin_wishes();
    cr_assert_eq(loom_kept_wishes_restore(&wishes, used->database, &count), LOOM_DATABASE_OK);
    cr_assert(eq(sz, count, 2));
    cr_assert_not_null(loom_wishes_find(wishes.wishes, first));
    cr_assert_not_null(loom_wishes_find(wishes.wishes, second));
    loom_wishes_destroy(wishes.wishes);
    end();
}

/* Two nodes have the same wishes, and neither loses one that is not stored yet. */
EACH(wishes_are_those_of_all_nodes)
{
    (void)begin();
    struct loom_kept_wishes here = {.wishes = begin_wishes(), .writer = writer};
    struct loom_kept_wishes there = {.wishes = begin_wishes(), .writer = writer};
    uint64_t first = wish(&here, 10);
    loom_kept_wishes_look(&there);
    pump();
    cr_assert_not_null(loom_wishes_find(there.wishes, first));
    uint64_t second = wish(&there, 20);
    (void)loom_stored_wish_remove(used->database, (int64_t)first);
    json_t *body = json_pack("{s:s, s:s}", "operation", "observe", "path", "/3/0/13");
    json_t *errors = json_array();
    uint64_t unsaved = 0;
    cr_assert_eq(
        loom_wishes_add(here.wishes, LOOM_WISH_ENDPOINT, text_of("dev"), body, 5, errors, &unsaved),
        LOOM_WISHES_OK);
    json_decref(body);
    json_decref(errors);
    loom_kept_wishes_look(&here);
    pump();
    cr_assert_null(loom_wishes_find(here.wishes, first));
    cr_assert_not_null(loom_wishes_find(here.wishes, second));
    cr_assert_not_null(loom_wishes_find(here.wishes, unsaved));
    loom_wishes_destroy(here.wishes);
    loom_wishes_destroy(there.wishes);
    end();
}

static void good_many(enum loom_database_status status)
{
    cr_assert_eq(status, LOOM_DATABASE_OK, "%s", loom_database_error(used->database));
}

static size_t count_wishes(const struct loom_wishes *wishes)
{
    size_t count = 0;
    const struct loom_wish *wish = NULL;
    while ((wish = loom_wishes_next(wishes, wish)) != NULL) {
        count++;
    }
    return count;
}

static void store_many(void)
{
    int64_t id;
    good_many(loom_database_begin(used->database));
    for (int i = 0; i < (int)LOOM_WISHES_MAX; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "dev-%d", i);
        const struct loom_stored_wish stored = {
            .scope = text_of("endpoint"),
            .name = text_of(name),
            .request = text_of("{\"operation\":\"observe\",\"path\":\"/3/0/9\"}"),
            .created = 5};
        good_many(loom_stored_wish_save(used->database, &stored, &id));
    }
    good_many(loom_database_commit(used->database));
}

/* As many as there can be, of which another node then takes each second one back. */
EACH(as_many_wishes_as_there_can_be_are_those_of_all_nodes)
{
    (void)begin();
    struct loom_kept_wishes kept_wishes = {.wishes = begin_wishes(), .writer = writer};
    store_many();
    loom_kept_wishes_look(&kept_wishes);
    pump();
    cr_assert(eq(sz, count_wishes(kept_wishes.wishes), LOOM_WISHES_MAX));
    static const struct loom_statement half = {"DELETE FROM wishes WHERE id % 2 = 0"};
    good_many(loom_database_run(used->database, &half, NULL, 0, NULL, NULL));
    loom_kept_wishes_look(&kept_wishes);
    pump();
    cr_assert(eq(sz, count_wishes(kept_wishes.wishes), LOOM_WISHES_MAX / 2));
    loom_wishes_destroy(kept_wishes.wishes);
    end();
}
