/* SPDX-License-Identifier: Apache-2.0 */
/* Wished observations: set up whenever a device is there, and shown as they stand. */
#include "management_bench.h"
#include "service/wish_table.h"
#include "tables.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <string.h>

static struct loom_wishes *wishes;

static const char *group_of_lamps = "lamps";

/* Lamps are in a group; nothing has a model. */
static size_t name_of(void *user, enum loom_wish_scope scope, struct loom_text endpoint, char *name)
{
    (void)user;
    if (scope != LOOM_WISH_GROUP || endpoint.data[0] != 'l') {
        return 0;
    }
    memcpy(name, group_of_lamps, strlen(group_of_lamps));
    return strlen(group_of_lamps);
}

static void hear(const struct loom_dm_event *event)
{
    loom_wishes_hear(wishes, event);
}

static void begin(void)
{
    bench_set_up();
    const struct loom_wishes_config config = {.server = bench.server,
                                              .catalog = &test_catalog,
                                              .seed = 3,
                                              .scopes = 1u << LOOM_WISH_ENDPOINT |
                                                        1u << LOOM_WISH_GROUP | 1u << LOOM_WISH_ALL,
                                              .name = name_of};
    wishes = loom_wishes_create(&config);
    cr_assert_not_null(wishes);
    bench.hear = hear;
}

static void end(void)
{
    bench.hear = NULL;
    bench_tear_down();
    loom_wishes_destroy(wishes);
}

TestSuite(wishes, .init = begin, .fini = end);

static enum loom_wishes_status add(enum loom_wish_scope scope, const char *name, const char *body,
                                   uint64_t *id)
{
    json_t *json = json_loads(body, 0, NULL);
    json_t *errors = json_array();
    cr_assert_not_null(json);
    *id = 0;
    enum loom_wishes_status status =
        loom_wishes_add(wishes, scope, text_of(name), json, 5, errors, id);
    cr_assert(eq(sz, json_array_size(errors) > 0, status == LOOM_WISHES_BAD));
    json_decref(json);
    json_decref(errors);
    return status;
}

#define BATTERY "{\"operation\": \"observe\", \"path\": \"/3/0/9\"}"

static uint64_t wish(enum loom_wish_scope scope, const char *name)
{
    uint64_t id;
    cr_assert(eq(int, add(scope, name, BATTERY, &id), LOOM_WISHES_OK));
    return id;
}

static enum loom_wish_state state(uint64_t id, const char *endpoint)
{
    return loom_wishes_state(wishes, loom_wishes_find(wishes, id), text_of(endpoint));
}

static void note(void *user, const struct loom_wish *wish)
{
    char *text = user;
    (void)strcat(strcat(text, loom_wish_scope_name(wish->scope)), " ");
}

/* The scopes of the wishes that are for a device. */
static const char *wishes_of(const char *endpoint)
{
    static char text[128];
    text[0] = '\0';
    loom_wishes_each_of(wishes, text_of(endpoint), note, text);
    return text;
}

/* `devices/in force` */
static const char *counts(uint64_t id)
{
    static char text[32];
    size_t devices;
    size_t in_force;
    loom_wishes_count(wishes, loom_wishes_find(wishes, id), &devices, &in_force);
    (void)snprintf(text, sizeof text, "%zu/%zu", devices, in_force);
    return text;
}

/* The device takes what it was asked last. */
static void accept(void)
{
    fake_port_notify(&bench.fake, fake_port_last(&bench.fake), LOOM_CONTENT, "1", true);
}

/* C-62: an observation ends with the registration, and the wish has it made again. */
Test(wishes, what_is_wished_is_observed_after_each_register)
{
    uint64_t id = wish(LOOM_WISH_ENDPOINT, "dev");
    (void)enter();
    cr_assert(eq(int, state(id, "dev"), LOOM_WISH_ASKED));
    step();
    cr_assert(eq(sz, bench.fake.sent_count, 1));
    cr_assert(eq(int, fake_port_last(&bench.fake)->observe, LOOM_OBSERVE_BEGIN));
    cr_assert(eq(str, (char *)fake_port_last(&bench.fake)->path, "/3/0/9"));
    accept();
    cr_assert(eq(int, state(id, "dev"), LOOM_WISH_IN_FORCE));
    (void)enter();
    step();
    cr_assert(eq(sz, bench.fake.sent_count, 2));
    accept();
    cr_assert(eq(int, state(id, "dev"), LOOM_WISH_IN_FORCE));
}

/* With DTLS it ends with the session, too. */
Test(wishes, what_is_wished_is_observed_in_the_next_session)
{
    uint64_t id = wish(LOOM_WISH_ENDPOINT, "dev");
    struct fake_reply reply = enter();
    step();
    accept();
    (void)at_location(&link_dev, LOOM_POST, reply.location, "", "");
    step();
    cr_assert(eq(sz, bench.fake.sent_count, 1), "it is in force");
    fake_port_lose(&bench.fake, &link_dev);
    cr_assert(eq(int, state(id, "dev"), LOOM_WISH_MISSING));
    (void)at_location(&link_dev_again, LOOM_POST, reply.location, "", "");
    step();
    cr_assert(eq(sz, bench.fake.sent_count, 2));
    cr_assert(fake_port_last(&bench.fake)->session == &link_dev_again);
}

Test(wishes, nothing_is_asked_twice)
{
    (void)wish(LOOM_WISH_ENDPOINT, "dev");
    struct fake_reply reply = enter();
    (void)at_location(&link_dev, LOOM_POST, reply.location, "", "");
    step();
    (void)at_location(&link_dev, LOOM_POST, reply.location, "", "");
    step();
    cr_assert(eq(sz, client("dev")->waiting, 1));
}

/* When it is next heard, and not before. */
Test(wishes, a_device_that_refuses_is_asked_again)
{
    uint64_t id = wish(LOOM_WISH_ENDPOINT, "dev");
    struct fake_reply reply = enter();
    step();
    fake_port_answer(&bench.fake, LOOM_NOT_FOUND);
    step();
    cr_assert(eq(int, state(id, "dev"), LOOM_WISH_MISSING));
    cr_assert(eq(sz, bench.fake.sent_count, 1));
    (void)at_location(&link_dev, LOOM_POST, reply.location, "", "");
    step();
    cr_assert(eq(sz, bench.fake.sent_count, 2));
    fake_port_fail(&bench.fake, LOOM_FAILURE_TIMEOUT);
    cr_assert(eq(int, state(id, "dev"), LOOM_WISH_MISSING));
    (void)enter();
    step();
    cr_assert(eq(sz, bench.fake.sent_count, 3));
}

/* What an answer says of the Device object, a diagnostic or a value that is not observed, is no
 * reason to ask the same again: that would have no end. */
Test(wishes, an_answer_that_tells_of_the_device_asks_for_nothing_again)
{
    uint64_t id = wish(LOOM_WISH_ENDPOINT, "dev");
    (void)enter();
    step();
    fake_port_answer_with(&bench.fake, LOOM_NOT_FOUND, LOOM_FORMAT_TEXT, "none", 4);
    step();
    cr_assert(eq(int, state(id, "dev"), LOOM_WISH_MISSING));
    cr_assert(eq(sz, bench.fake.sent_count, 1));
    (void)enter();
    step();
    fake_port_answer_with(&bench.fake, LOOM_CONTENT, LOOM_FORMAT_TEXT, "1", 1);
    step();
    cr_assert(eq(int, state(id, "dev"), LOOM_WISH_MISSING));
    cr_assert(eq(sz, bench.fake.sent_count, 2));
}

Test(wishes, are_of_a_device_a_group_or_all)
{
    uint64_t id;
    (void)wish(LOOM_WISH_ENDPOINT, "other");
    (void)wish(LOOM_WISH_GROUP, "lamps");
    (void)post(&link_open, "/rd?ep=lamp&lt=60&lwm2m=1.1", LIST);
    (void)enter();
    step();
    cr_assert(eq(sz, bench.fake.sent_count, 1));
    cr_assert(fake_port_last(&bench.fake)->session == &link_open);
    /* Those that are registered are asked at once. */
    cr_assert(eq(int,
                 add(LOOM_WISH_ALL, "", "{\"operation\": \"observe\", \"path\": \"/1/0\"}", &id),
                 LOOM_WISHES_OK));
    step();
    cr_assert(eq(sz, client("dev")->waiting, 1));
    cr_assert(eq(sz, client("lamp")->waiting, 2));
    cr_assert(eq(str, (char *)wishes_of("dev"), "all "));
    cr_assert(eq(str, (char *)wishes_of("lamp"), "group all "));
    cr_assert(eq(str, (char *)wishes_of("other"), "endpoint all "), "one that is not registered");
}

Test(wishes, what_is_no_observation_is_refused)
{
    uint64_t id = 0;
    uint64_t again = wish(LOOM_WISH_ENDPOINT, "dev");
    cr_assert(eq(int, add(LOOM_WISH_ENDPOINT, "dev", BATTERY, &id), LOOM_WISHES_THERE));
    cr_assert(eq(u64, id, again));
    cr_assert(eq(int, add(LOOM_WISH_ENDPOINT, "", BATTERY, &id), LOOM_WISHES_BAD));
    cr_assert(eq(int, add(LOOM_WISH_ALL, "dev", BATTERY, &id), LOOM_WISHES_BAD));
    cr_assert(eq(int, add(LOOM_WISH_MODEL, "dev", BATTERY, &id), LOOM_WISHES_BAD));
    cr_assert(eq(int, add(LOOM_WISH_ENDPOINT, "dev", "{}", &id), LOOM_WISHES_BAD));
    cr_assert(eq(int,
                 add(LOOM_WISH_ENDPOINT, "dev", "{\"operation\": \"read\", \"path\": \"/3\"}", &id),
                 LOOM_WISHES_BAD));
    cr_assert(eq(
        int, add(LOOM_WISH_ENDPOINT, "dev", "{\"operation\": \"observe\", \"path\": \"/x\"}", &id),
        LOOM_WISHES_BAD));
    cr_assert_null(loom_wishes_next(wishes, loom_wishes_next(wishes, NULL)));
}

/* C-61 */
Test(wishes, what_is_no_longer_wished_is_cancelled)
{
    uint64_t one = wish(LOOM_WISH_ENDPOINT, "dev");
    uint64_t all = wish(LOOM_WISH_ALL, "");
    (void)enter();
    step();
    accept();
    step();
    cr_assert(eq(sz, bench.fake.sent_count, 1), "both wish the same");
    cr_assert(loom_wishes_remove(wishes, one));
    step();
    size_t sent = bench.fake.sent_count;
    cr_assert(eq(int, fake_port_last(&bench.fake)->observe, LOOM_OBSERVE_BEGIN));
    cr_assert(loom_wishes_remove(wishes, all));
    step();
    cr_assert(eq(sz, bench.fake.sent_count, sent + 1));
    cr_assert(eq(int, fake_port_last(&bench.fake)->observe, LOOM_OBSERVE_END));
    cr_assert(not(loom_wishes_remove(wishes, all)));
    cr_assert_null(loom_wishes_next(wishes, NULL));
}

/* An id that a keeper gives holds for what was asked before, too. */
Test(wishes, a_wish_that_is_kept_has_another_id)
{
    uint64_t id = wish(LOOM_WISH_ENDPOINT, "dev");
    (void)enter();
    loom_wishes_rename(wishes, id, 7);
    cr_assert_null(loom_wishes_find(wishes, id));
    cr_assert(eq(int, state(7, "dev"), LOOM_WISH_ASKED));
    step();
    accept();
    cr_assert(eq(int, state(7, "dev"), LOOM_WISH_IN_FORCE));
}

/* ---- how many there are ---------------------------------------------------------------------- */

static void lose_lamp(void)
{
    fake_port_lose(&bench.fake, &link_open);
}

/* Devices are counted as they come and go, and so is what is in force. */
Test(wishes, are_counted)
{
    uint64_t group = wish(LOOM_WISH_GROUP, "lamps");
    uint64_t all = wish(LOOM_WISH_ALL, "");
    uint64_t one = wish(LOOM_WISH_ENDPOINT, "dev");
    cr_assert(eq(str, (char *)counts(group), "0/0"));
    struct fake_reply reply = post(&link_open, "/rd?ep=lamp&lt=60&lwm2m=1.1", LIST);
    (void)enter();
    cr_assert(eq(str, (char *)counts(group), "1/0"));
    cr_assert(eq(str, (char *)counts(all), "2/0"));
    cr_assert(eq(str, (char *)counts(one), "1/0"));
    step();
    accept(); /* one of the two, to which both requests are the same */
    step();
    cr_assert(eq(str, (char *)counts(all), "2/1"));
    lose_lamp();
    fake_port_lose(&bench.fake, &link_dev);
    cr_assert(eq(str, (char *)counts(all), "2/0"), "it has ended with its session");
    cr_assert(eq(u8, at_location(&link_open, LOOM_DELETE, reply.location, "", ""), LOOM_DELETED));
    cr_assert(eq(str, (char *)counts(all), "1/0"));
    cr_assert(eq(str, (char *)counts(group), "0/0"));
    bench.fake.now += 300001;
    step();
    cr_assert(eq(str, (char *)counts(one), "0/0"), "it has expired");
}

/* Somebody else has had the same observed. */
Test(wishes, what_is_observed_already_is_not_asked)
{
    uint64_t first = wish(LOOM_WISH_ENDPOINT, "dev");
    (void)enter();
    step();
    accept();
    uint64_t all = wish(LOOM_WISH_ALL, "");
    cr_assert(eq(str, (char *)counts(all), "1/1"));
    cr_assert(loom_wishes_remove(wishes, first));
    step();
    cr_assert(eq(sz, bench.fake.sent_count, 1));
    cr_assert(eq(int, state(all, "dev"), LOOM_WISH_IN_FORCE));
}

/* ---- groups ---------------------------------------------------------------------------------- */

/* C-61: what the group before had observed is cancelled, and what the new one has is set up. */
Test(wishes, follow_a_device_to_another_group)
{
    uint64_t id;
    uint64_t lamps = wish(LOOM_WISH_GROUP, "lamps");
    cr_assert(
        eq(int,
           add(LOOM_WISH_GROUP, "lights", "{\"operation\": \"observe\", \"path\": \"/1/0\"}", &id),
           LOOM_WISHES_OK));
    (void)post(&link_open, "/rd?ep=lamp&lt=60&lwm2m=1.1", LIST);
    step();
    accept();
    cr_assert(eq(str, (char *)counts(lamps), "1/1"));
    group_of_lamps = "lights";
    loom_wishes_rename_device(wishes, text_of("lamp"));
    cr_assert(eq(str, (char *)counts(lamps), "0/0"));
    cr_assert(eq(str, (char *)counts(id), "1/0"));
    step();
    cr_assert(eq(int, bench.fake.sent[1].observe, LOOM_OBSERVE_END));
    fake_port_answer(&bench.fake, LOOM_CONTENT);
    step();
    cr_assert(eq(str, (char *)fake_port_last(&bench.fake)->path, "/1/0"));
    accept();
    cr_assert(eq(str, (char *)counts(id), "1/1"));
    loom_wishes_rename_device(wishes, text_of("nobody"));
}

/* What was asked for and is wished no more does not stay. */
Test(wishes, what_is_asked_in_vain_is_cancelled)
{
    uint64_t id = wish(LOOM_WISH_ALL, "");
    (void)enter();
    step();
    cr_assert(loom_wishes_remove(wishes, id));
    accept();
    step();
    cr_assert(eq(sz, bench.fake.sent_count, 2));
    cr_assert(eq(int, fake_port_last(&bench.fake)->observe, LOOM_OBSERVE_END));
}

/* ---- many devices ---------------------------------------------------------------------------- */

#define MANY (3 * LOOM_WISHES_SLICE)

static void enter_many(void)
{
    for (unsigned i = 0; i < MANY; i++) {
        char target[64];
        (void)snprintf(target, sizeof target, "/rd?ep=lamp-%u&lt=60&lwm2m=1.1", i);
        cr_assert(eq(u8, post(&link_open, target, LIST).code, LOOM_CREATED));
    }
}

/* Devices to which a request waits. */
static size_t count_asked(void)
{
    const struct loom_dm_client *each = NULL;
    size_t asked = 0;
    while ((each = loom_management_server_next(bench.server, each)) != NULL) {
        asked += each->waiting > 0 ? 1 : 0;
    }
    return asked;
}

/* Nobody else has to wait until all of a hundred thousand devices have been asked. */
Test(wishes, many_devices_are_asked_in_slices)
{
    enter_many();
    uint64_t id = wish(LOOM_WISH_GROUP, "lamps");
    cr_assert(eq(sz, count_asked(), LOOM_WISHES_SLICE));
    cr_assert(loom_wishes_are_due(wishes));
    cr_assert(loom_wishes_step(wishes));
    cr_assert(eq(sz, count_asked(), 2 * LOOM_WISHES_SLICE));
    cr_assert(not(loom_wishes_step(wishes)));
    cr_assert(eq(sz, count_asked(), MANY));
    cr_assert(eq(str, (char *)counts(id), "768/0"));
    cr_assert(not(loom_wishes_are_due(wishes)));
}

/* Two wishes are looked at one after the other; one that is removed goes when it was looked at;
 * devices come and go meanwhile. */
Test(wishes, may_be_removed_while_devices_are_asked)
{
    uint64_t other;
    enter_many();
    uint64_t id = wish(LOOM_WISH_GROUP, "lamps");
    /* The last one that was looked up goes. */
    cr_assert(eq(int, loom_management_server_remove(bench.server, text_of("lamp-255")), LOOM_OK));
    while (loom_wishes_step(wishes)) {
    }
    cr_assert(eq(sz, count_asked(), MANY - 1));
    cr_assert(eq(int,
                 add(LOOM_WISH_ALL, "", "{\"operation\": \"observe\", \"path\": \"/1/0\"}", &other),
                 LOOM_WISHES_OK));
    cr_assert(loom_wishes_remove(wishes, id));
    cr_assert_null(loom_wishes_find(wishes, id));
    /* The next one to be looked at, and one that was. */
    cr_assert(eq(int, loom_management_server_remove(bench.server, text_of("lamp-257")), LOOM_OK));
    cr_assert(eq(int, loom_management_server_remove(bench.server, text_of("lamp-0")), LOOM_OK));
    while (loom_wishes_step(wishes)) {
    }
    cr_assert(eq(str, (char *)counts(other), "765/0"));
    uint64_t again = wish(LOOM_WISH_GROUP, "lamps");
    while (loom_wishes_step(wishes)) {
    }
    cr_assert(eq(str, (char *)counts(again), "765/0"));
    cr_assert(loom_wishes_remove(wishes, again));
    cr_assert(loom_wishes_remove(wishes, other));
    while (loom_wishes_step(wishes)) {
    }
    /* And all over again. */
    again = wish(LOOM_WISH_GROUP, "lamps");
    while (loom_wishes_step(wishes)) {
    }
    cr_assert(eq(str, (char *)counts(again), "765/0"));
}

/* Nobody pays for what is not wished. */
Test(wishes, know_no_device_of_which_nothing_is_wished)
{
    uint64_t id = wish(LOOM_WISH_ENDPOINT, "dev");
    (void)post(&link_open, "/rd?ep=lamp&lt=60&lwm2m=1.1", LIST);
    (void)enter();
    cr_assert(eq(str, (char *)counts(id), "1/0"));
    cr_assert_null(loom_wish_device_find(wishes, text_of("lamp")));
    cr_assert_not_null(loom_wish_device_find(wishes, text_of("dev")));
    uint64_t all = wish(LOOM_WISH_ALL, "");
    cr_assert(eq(str, (char *)counts(all), "2/0"));
    cr_assert_not_null(loom_wish_device_find(wishes, text_of("lamp")));
}
