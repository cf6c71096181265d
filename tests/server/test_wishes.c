/* SPDX-License-Identifier: Apache-2.0 */
/* Wished observations: set up whenever a device is there, and shown as they stand. */
#include "management_bench.h"
#include "service/wishes.h"
#include "tables.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <string.h>

static struct loom_wishes *wishes;

static bool belongs(void *user, enum loom_wish_scope scope, struct loom_text name,
                    struct loom_text endpoint)
{
    (void)user;
    return scope == LOOM_WISH_GROUP && name.length == 5 && memcmp(name.data, "lamps", 5) == 0 &&
           endpoint.data[0] == 'l';
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
                                              .belongs = belongs};
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
    return loom_wishes_state(wishes, loom_wishes_find(wishes, id), client(endpoint));
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
    cr_assert(not(loom_wishes_concern(wishes, loom_wishes_next(wishes, NULL), text_of("dev"))));
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
