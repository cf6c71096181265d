/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of what the servers keep: what is stored comes back, and what is meant for something
 * that is there no longer changes nothing. */
#include "database_bench.h"
#include "store/schema.h"
#include "store/stored_node.h"
#include "store/stored_registration.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <string.h>

static struct loom_text text_of(const char *text)
{
    struct loom_text made = {text, text == NULL ? 0 : strlen(text)};
    return made;
}

static struct loom_bytes bytes_of(const char *text)
{
    struct loom_bytes made = {(const uint8_t *)text, text == NULL ? 0 : strlen(text)};
    return made;
}

static bool is(struct loom_text text, const char *expected)
{
    return expected == NULL ? text.data == NULL
                            : text.data != NULL && text.length == strlen(expected) &&
                                  memcmp(text.data, expected, text.length) == 0;
}

static void migrate(struct database_bench *bench)
{
    cr_assert_eq(loom_store_migrate(bench->database), LOOM_DATABASE_OK, "%s",
                 loom_database_error(bench->database));
}

static void good(struct database_bench *bench, enum loom_database_status status)
{
    cr_assert_eq(status, LOOM_DATABASE_OK, "%s", loom_database_error(bench->database));
}

BOTH(store, makes_its_tables_once)
{
    migrate(bench);
    migrate(bench);
    struct loom_database *other = NULL;
    struct loom_database_error error = {""};
    cr_assert_eq(loom_store_open(bench->uri, &other, &error), LOOM_DATABASE_OK, "%s", error.text);
    loom_database_close(other);
}

/* ---- registrations --------------------------------------------------------------------------- */

static const struct loom_stored_registration greenhouse = {
    .endpoint = {"urn:dev:os:greenhouse-1", 23},
    .location = {"aaaaaaaaaa", 10},
    .node = {"n1", 2},
    .address = {"[2001:db8::1]:5684", 18},
    .identity = {(const uint8_t *)"green\0house", 11},
    .lifetime = UINT32_MAX,
    .lwm2m = 0x0102,
    .binding = {"UQ", 2},
    .queue_mode = true,
    .sms = {"+491234", 7},
    .alternate_path = {"lwm2m", 5},
    .links = {"</1/0>,</3/0>", 13},
    .registered = 1764500000000,
    .last_seen = 1764500000001,
    .updated = 1764500000000,
};

struct found {
    unsigned count;
    char endpoints[128];
    struct loom_stored_registration expected;
};

static bool compare(void *user, const struct loom_stored_registration *got)
{
    struct found *found = user;
    const struct loom_stored_registration *expected = &found->expected;
    found->count++;
    cr_assert_eq(got->endpoint.length, expected->endpoint.length);
    cr_assert_arr_eq(got->endpoint.data, expected->endpoint.data, got->endpoint.length);
    cr_assert_arr_eq(got->location.data, expected->location.data, expected->location.length);
    cr_assert(is(got->node, "n1"));
    cr_assert(is(got->address, expected->address.data));
    cr_assert_eq(got->identity.length, expected->identity.length);
    cr_assert_eq(got->identity.data == NULL, expected->identity.data == NULL);
    cr_assert(got->identity.length == 0 ||
              memcmp(got->identity.data, expected->identity.data, got->identity.length) == 0);
    cr_assert_eq(got->lifetime, expected->lifetime);
    cr_assert_eq(got->lwm2m, expected->lwm2m);
    cr_assert(is(got->binding, expected->binding.data));
    cr_assert_eq(got->queue_mode, expected->queue_mode);
    cr_assert(is(got->sms, expected->sms.data));
    cr_assert(is(got->alternate_path, expected->alternate_path.data));
    cr_assert(is(got->links, expected->links.data));
    cr_assert_eq(got->registered, expected->registered);
    cr_assert_eq(got->last_seen, expected->last_seen);
    cr_assert_eq(got->updated, expected->updated);
    return true;
}

static unsigned find(struct database_bench *bench, const struct loom_stored_registration *expected)
{
    struct found found = {.expected = *expected};
    good(bench,
         loom_stored_registration_find(bench->database, expected->endpoint, compare, &found));
    return found.count;
}

BOTH(store, keeps_all_of_a_registration)
{
    struct loom_stored_registration other = greenhouse;
    migrate(bench);
    other.endpoint = text_of("");
    other.location = text_of("bbbbbbbbbb");
    other.identity = bytes_of(NULL);
    other.sms = text_of(NULL);
    other.alternate_path = text_of(NULL);
    other.address = text_of("");
    other.lifetime = 0;
    other.queue_mode = false;
    good(bench, loom_stored_registration_replace(bench->database, &greenhouse));
    good(bench, loom_stored_registration_replace(bench->database, &other));
    cr_assert_eq(find(bench, &greenhouse), 1);
    cr_assert_eq(find(bench, &other), 1);
    other.location = greenhouse.location;
    cr_assert_eq(loom_stored_registration_replace(bench->database, &other), LOOM_DATABASE_CONFLICT);
}

static bool list(void *user, const struct loom_stored_registration *got)
{
    struct found *found = user;
    found->count++;
    (void)strncat(found->endpoints, got->endpoint.data, got->endpoint.length);
    return true;
}

BOTH(store, shows_the_registrations_of_a_node)
{
    struct loom_stored_registration other = greenhouse;
    struct found at_node = {0};
    struct found at_all = {0};
    int64_t count = 0;
    migrate(bench);
    other.endpoint = text_of("b");
    other.location = text_of("bbbbbbbbbb");
    other.node = text_of("n2");
    good(bench, loom_stored_registration_replace(bench->database, &greenhouse));
    good(bench, loom_stored_registration_replace(bench->database, &other));
    good(bench, loom_stored_registration_each(bench->database, text_of("n2"), list, &at_node));
    cr_assert_eq(at_node.count, 1);
    cr_assert_str_eq(at_node.endpoints, "b");
    good(bench, loom_stored_registration_each(bench->database, text_of(NULL), list, &at_all));
    cr_assert_eq(at_all.count, 2);
    good(bench, loom_stored_registration_count(bench->database, text_of("n1"), &count));
    cr_assert_eq(count, 1);
    good(bench, loom_stored_registration_count(bench->database, text_of(NULL), &count));
    cr_assert_eq(count, 2);
}

BOTH(store, gives_a_node_what_has_none)
{
    struct loom_stored_registration other = greenhouse;
    int64_t count = 0;
    migrate(bench);
    other.endpoint = text_of("b");
    other.location = text_of("bbbbbbbbbb");
    other.node = text_of("");
    good(bench, loom_stored_registration_replace(bench->database, &greenhouse));
    good(bench, loom_stored_registration_replace(bench->database, &other));
    good(bench, loom_stored_registration_adopt(bench->database, text_of("n2")));
    good(bench, loom_stored_registration_count(bench->database, text_of("n2"), &count));
    cr_assert_eq(count, 1);
    /* A server without a name has all. */
    good(bench, loom_stored_registration_adopt(bench->database, text_of("")));
    good(bench, loom_stored_registration_count(bench->database, text_of(""), &count));
    cr_assert_eq(count, 2);
}

static void change_nothing(struct database_bench *bench,
                           const struct loom_stored_registration *meant)
{
    good(bench, loom_stored_registration_heard(bench->database, meant));
    cr_assert_eq(loom_database_changes(bench->database), 0);
    good(bench, loom_stored_registration_update(bench->database, meant));
    cr_assert_eq(loom_database_changes(bench->database), 0);
    good(bench, loom_stored_registration_remove(bench->database, meant));
    cr_assert_eq(loom_database_changes(bench->database), 0);
}

BOTH(store, changes_only_the_registration_that_is_meant)
{
    struct loom_stored_registration next = greenhouse;
    struct loom_stored_registration old;
    struct loom_stored_registration foreign;
    migrate(bench);
    good(bench, loom_stored_registration_replace(bench->database, &greenhouse));
    next.lifetime = 60;
    next.links = text_of("</3/0>");
    good(bench, loom_stored_registration_update(bench->database, &next));
    cr_assert_eq(find(bench, &next), 1);
    /* Registered anew: what was under way for the old one comes to nothing. */
    old = next;
    next.location = text_of("cccccccccc");
    good(bench, loom_stored_registration_replace(bench->database, &next));
    old.address = text_of("192.0.2.1:1");
    change_nothing(bench, &old);
    cr_assert_eq(find(bench, &next), 1);
    /* And what another node means, from which the device has come. */
    foreign = next;
    foreign.node = text_of("n2");
    foreign.lifetime = 7;
    change_nothing(bench, &foreign);
    cr_assert_eq(find(bench, &next), 1);
    next.address = text_of("192.0.2.1:2");
    next.last_seen = 1764500000002;
    next.updated = 1764500000001;
    good(bench, loom_stored_registration_heard(bench->database, &next));
    cr_assert_eq(loom_database_changes(bench->database), 1);
    cr_assert_eq(find(bench, &next), 1);
    good(bench, loom_stored_registration_remove(bench->database, &next));
    cr_assert_eq(find(bench, &next), 0);
}

struct watched {
    unsigned count;
    char all[128];
};

static bool watch(void *user, const struct loom_stored_observation *got)
{
    struct watched *watched = user;
    char line[64];
    watched->count++;
    (void)snprintf(line, sizeof line, "%.*s/%.*s=%.*s ", (int)got->endpoint.length,
                   got->endpoint.data, (int)got->token.length, (const char *)got->token.data,
                   (int)got->request.length, (const char *)got->request.data);
    (void)strncat(watched->all, line, sizeof watched->all - strlen(watched->all) - 1);
    return true;
}

static void observe(struct database_bench *bench, const struct loom_stored_registration *of,
                    const char *token, const char *request, int64_t created)
{
    struct loom_stored_observation observation = {.endpoint = of->endpoint,
                                                  .token = bytes_of(token),
                                                  .request = bytes_of(request),
                                                  .created = created};
    good(bench, loom_stored_observation_save(bench->database, of, &observation));
}

static struct watched watched_at(struct database_bench *bench, const char *node)
{
    struct watched watched = {0, ""};
    good(bench, loom_stored_observation_each(bench->database, text_of(node), watch, &watched));
    return watched;
}

static bool take_number(void *user, const struct loom_database_value *columns, size_t count)
{
    (void)count;
    *(int64_t *)user = loom_database_as_integer(&columns[0]);
    return true;
}

/* What replaced registrations leave behind is bounded. */
BOTH(store, drops_what_a_replaced_registration_has_observed)
{
    static const struct loom_statement count_all = {"SELECT COUNT(*) FROM observations"};
    struct loom_stored_registration old = greenhouse;
    struct loom_stored_registration next = greenhouse;
    int64_t count = 0;
    next.endpoint = old.endpoint = text_of("e");
    next.location = text_of("bbbbbbbbbb");
    migrate(bench);
    good(bench, loom_stored_registration_replace(bench->database, &old));
    observe(bench, &old, "t1", "one", 1);
    observe(bench, &old, "t2", "two", 2);
    good(bench, loom_stored_registration_replace(bench->database, &next));
    cr_assert_str_eq(watched_at(bench, NULL).all, "");
    cr_assert_str_eq(watched_at(bench, "n1").all, "");
    observe(bench, &next, "t2", "new", 3);
    observe(bench, &next, "t3", "three", 4);
    /* Too late: it was for the one before. */
    observe(bench, &old, "t4", "late", 5);
    cr_assert_str_eq(watched_at(bench, NULL).all, "e/t2=new e/t3=three ");
    good(bench, loom_database_run(bench->database, &count_all, NULL, 0, take_number, &count));
    cr_assert_eq(count, 2);
}

BOTH(store, keeps_observations_with_their_registration)
{
    struct loom_stored_registration next = greenhouse;
    next.endpoint = text_of("e");
    migrate(bench);
    good(bench, loom_stored_registration_replace(bench->database, &next));
    observe(bench, &next, "t2", "old", 2);
    observe(bench, &next, "t1", "one", 3);
    observe(bench, &next, "t2", "two", 2);
    cr_assert_str_eq(watched_at(bench, NULL).all, "e/t2=two e/t1=one ");
    cr_assert_eq(watched_at(bench, "n1").count, 2);
    cr_assert_eq(watched_at(bench, "n2").count, 0);
    /* Another node neither removes nor adds one. */
    struct loom_stored_registration foreign = next;
    foreign.node = text_of("n2");
    good(bench, loom_stored_observation_remove(bench->database, &foreign, bytes_of("t2")));
    observe(bench, &foreign, "t3", "three", 3);
    cr_assert_str_eq(watched_at(bench, NULL).all, "e/t2=two e/t1=one ");
    good(bench, loom_stored_observation_remove(bench->database, &next, bytes_of("t2")));
    cr_assert_str_eq(watched_at(bench, NULL).all, "e/t1=one ");
    /* An Update keeps them, a Register does not (rule C-62). */
    good(bench, loom_stored_registration_update(bench->database, &next));
    cr_assert_eq(watched_at(bench, NULL).count, 1);
    next.location = text_of("dddddddddd");
    good(bench, loom_stored_registration_replace(bench->database, &next));
    cr_assert_eq(watched_at(bench, NULL).count, 0);
    observe(bench, &next, "t1", "one", 3);
    good(bench, loom_stored_registration_remove(bench->database, &next));
    cr_assert_eq(watched_at(bench, NULL).count, 0);
    /* There is no registration any more for it. */
    observe(bench, &next, "t1", "late", 3);
    cr_assert_eq(watched_at(bench, NULL).count, 0);
}

/* ---- between nodes --------------------------------------------------------------------------- */

static int64_t taken_at(struct database_bench *bench, int64_t now)
{
    good(bench, loom_stored_registration_take(bench->database, &greenhouse, text_of("n2"), now));
    return loom_database_changes(bench->database);
}

BOTH(store, gives_a_registration_to_another_node_when_its_own_has_gone)
{
    struct loom_stored_node node = {
        .name = text_of("n1"), .server = text_of("management"), .uri = text_of(""), .expires = 10};
    struct found found = {0};
    int64_t number = 0;
    migrate(bench);
    good(bench, loom_stored_registration_replace(bench->database, &greenhouse));
    good(bench, loom_stored_node_join(bench->database, &node, false, 3, &number));
    cr_assert_eq(taken_at(bench, 9), 0, "it lives");
    cr_assert_eq(taken_at(bench, 10), 1);
    cr_assert_eq(taken_at(bench, 10), 0, "it is not n1's any more");
    good(bench, loom_stored_registration_at(bench->database, greenhouse.location, list, &found));
    cr_assert_eq(found.count, 1);
    good(bench, loom_stored_registration_each(bench->database, text_of("n2"), list, &found));
    cr_assert_eq(found.count, 2);
    /* A node that has left is not there at all. */
    good(bench, loom_stored_registration_replace(bench->database, &greenhouse));
    good(bench, loom_stored_node_leave(bench->database, &node));
    cr_assert_eq(taken_at(bench, 0), 1);
}
