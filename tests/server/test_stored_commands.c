/* SPDX-License-Identifier: Apache-2.0 */
/* Commands, wished observations, events, and the nodes that share a database. */
#include "database_bench.h"
#include "store/schema.h"
#include "store/stored_command.h"
#include "store/stored_node.h"
#include "store/stored_registration.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <string.h>

#define TEXT(literal)                                                                              \
    {                                                                                              \
        literal, sizeof literal - 1                                                                \
    }

static const struct loom_text none = {NULL, 0};
static const struct loom_text unnamed = {"", 0};

static void good(struct database_bench *bench, enum loom_database_status status)
{
    cr_assert_eq(status, LOOM_DATABASE_OK, "%s", loom_database_error(bench->database));
}

static void add_line(char *all, size_t size, const char *line)
{
    cr_assert_lt(strlen(all) + strlen(line), size);
    (void)strcat(all, line);
}

static const char *shown(struct loom_text text)
{
    static char copies[8][64];
    static unsigned next;
    char *copy = copies[next++ % 8];
    (void)snprintf(copy, 64, "%.*s", (int)text.length, text.data == NULL ? "-" : text.data);
    return text.data == NULL ? "-" : copy;
}

/* ---- commands -------------------------------------------------------------------------------- */

static bool list_command(void *user, const struct loom_stored_command *got)
{
    char line[256];
    (void)snprintf(line, sizeof line, "%d %s %s %s %s %d %s %d %s %d %d %d %d %d %s;", (int)got->id,
                   shown(got->endpoint), shown(got->operation), shown(got->body), shown(got->who),
                   (int)got->priority, shown(got->state), (int)got->code, shown(got->failure),
                   (int)got->attempts, (int)got->created, (int)got->expires, (int)got->changed,
                   got->ended, shown(got->result));
    add_line(user, 512, line);
    return true;
}

static const struct loom_stored_command reading = {.id = 5,
                                                   .endpoint = TEXT("e"),
                                                   .operation = TEXT("read"),
                                                   .body = TEXT("{}"),
                                                   .who = TEXT(""),
                                                   .priority = 3,
                                                   .state = TEXT("queued"),
                                                   .created = 10,
                                                   .expires = 90,
                                                   .changed = 10};

/* @return whether it waits for another node */
static bool add(struct database_bench *bench, const struct loom_stored_command *command)
{
    bool elsewhere = true;
    good(bench, loom_stored_command_add(bench->database, command, &elsewhere));
    return elsewhere;
}

static const char *commands_of(struct database_bench *bench, struct loom_text endpoint,
                               int64_t before, size_t limit)
{
    static char all[512];
    const struct loom_stored_command_place place = {10, before};
    all[0] = '\0';
    good(bench, loom_stored_command_page(bench->database, endpoint, before == 0 ? NULL : &place,
                                         limit, list_command, all));
    return all;
}

BOTH(commands, are_kept_with_what_has_become_of_them)
{
    struct loom_stored_command done = reading;
    char all[512] = "";
    good(bench, loom_store_migrate(bench->database));
    cr_assert_not(add(bench, &reading));
    good(bench, loom_stored_command_each(bench->database, unnamed, list_command, all));
    cr_assert_str_eq(all, "5 e read {}  3 queued 0 - 0 10 90 10 0 -;");
    done.state = (struct loom_text)TEXT("answered");
    done.code = 69;
    done.attempts = 1;
    done.changed = 20;
    done.ended = true;
    done.result = (struct loom_text)TEXT("[]");
    done.failure = (struct loom_text)TEXT("f");
    good(bench, loom_stored_command_save(bench->database, &done));
    all[0] = '\0';
    good(bench, loom_stored_command_each(bench->database, unnamed, list_command, all));
    cr_assert_str_eq(all, "");
    good(bench, loom_stored_command_find(bench->database, 5, list_command, all));
    cr_assert_str_eq(all, "5 e read {}  3 answered 69 f 1 10 90 20 1 [];");
}

BOTH(commands, are_shown_in_pages_and_pruned)
{
    struct loom_stored_command command = reading;
    good(bench, loom_store_migrate(bench->database));
    command.operation = (struct loom_text)TEXT("x");
    for (command.id = 1; command.id <= 4; command.id++) {
        command.endpoint =
            command.id % 2 == 0 ? (struct loom_text)TEXT("b") : (struct loom_text)TEXT("a");
        command.ended = command.id < 4;
        command.changed = command.id;
        cr_assert_not(add(bench, &command));
    }
    cr_assert_str_eq(commands_of(bench, (struct loom_text)TEXT("b"), 0, 1),
                     "4 b x {}  3 queued 0 - 0 10 90 4 0 -;");
    cr_assert_str_eq(commands_of(bench, (struct loom_text)TEXT("b"), 4, 1),
                     "2 b x {}  3 queued 0 - 0 10 90 2 1 -;");
    cr_assert_str_eq(commands_of(bench, (struct loom_text)TEXT("a"), 0, 9),
                     "3 a x {}  3 queued 0 - 0 10 90 3 1 -;1 a x {}  3 queued 0 - 0 10 90 1 1 -;");
    /* What has not ended stays until nobody can send it any more. */
    good(bench, loom_stored_command_prune(bench->database, 3));
    cr_assert_str_eq(commands_of(bench, (struct loom_text)TEXT("b"), 0, 9),
                     "4 b x {}  3 queued 0 - 0 10 90 4 0 -;");
    good(bench, loom_stored_command_prune(bench->database, 90));
    cr_assert_str_eq(commands_of(bench, (struct loom_text)TEXT("a"), 0, 9), "");
    cr_assert_str_eq(commands_of(bench, (struct loom_text)TEXT("b"), 0, 9),
                     "4 b x {}  3 queued 0 - 0 10 90 4 0 -;");
    good(bench, loom_stored_command_prune(bench->database, 91));
    cr_assert_str_eq(commands_of(bench, (struct loom_text)TEXT("b"), 0, 9), "");
}

/* ---- commands of nodes ----------------------------------------------------------------------- */

static bool list_id(void *user, const struct loom_stored_command *got)
{
    char line[64];
    (void)snprintf(line, sizeof line, "%d=%s;", (int)got->id, shown(got->node));
    add_line(user, 512, line);
    return true;
}

static const char *claimed(struct database_bench *bench, struct loom_text node,
                           struct loom_text endpoint)
{
    static char all[512];
    all[0] = '\0';
    good(bench, endpoint.data == NULL
                    ? loom_stored_command_claim(bench->database, node, 2, list_id, all)
                    : loom_stored_command_claim_of(bench->database, node, endpoint, list_id, all));
    return all;
}

static const char *claimed_by_all(struct database_bench *bench, struct loom_text node)
{
    static char all[512];
    all[0] = '\0';
    good(bench, loom_stored_command_claim_all(bench->database, node, 9, list_id, all));
    return all;
}

static void register_at(struct database_bench *bench, struct loom_text endpoint,
                        struct loom_text location, struct loom_text node)
{
    struct loom_stored_registration registration = {.endpoint = endpoint,
                                                    .location = location,
                                                    .node = node,
                                                    .address = TEXT(""),
                                                    .lwm2m = 0x0101,
                                                    .binding = TEXT("U"),
                                                    .links = TEXT("</1/0>")};
    good(bench, loom_stored_registration_replace(bench->database, &registration));
}

static int64_t saved(struct database_bench *bench, const struct loom_stored_command *command)
{
    good(bench, loom_stored_command_save(bench->database, command));
    return loom_database_changes(bench->database);
}

static const struct loom_text node_a = TEXT("a");
static const struct loom_text node_b = TEXT("b");

BOTH(commands, wait_for_the_node_that_has_the_device)
{
    struct loom_stored_command command = reading;
    good(bench, loom_store_migrate(bench->database));
    register_at(bench, (struct loom_text)TEXT("e"), (struct loom_text)TEXT("aaaaaaaaaa"), node_b);
    command.node = node_a;
    for (command.id = 1; command.id <= 3; command.id++) {
        cr_assert(add(bench, &command));
    }
    /* That node's, as soon as it has them; until then nobody's. */
    cr_assert_eq(saved(bench, &command), 0);
    cr_assert_str_eq(claimed(bench, node_a, none), "");
    cr_assert_str_eq(claimed(bench, node_b, none), "1=b;2=b;");
    cr_assert_str_eq(claimed(bench, node_b, none), "3=b;");
    cr_assert_str_eq(claimed(bench, node_b, none), "");
    /* At home there is nothing to wait for. */
    command.node = node_b;
    cr_assert_not(add(bench, &command));
    command.endpoint = (struct loom_text)TEXT("nobody");
    command.id = 9;
    cr_assert_not(add(bench, &command));
    command.id = 8;
    command.node = (struct loom_text)TEXT("");
    cr_assert_not(add(bench, &command));
}

/* Who has a command alone changes it, and what has ended never changes. */
BOTH(commands, belong_to_one_node)
{
    struct loom_stored_command command = reading;
    char all[512] = "";
    good(bench, loom_store_migrate(bench->database));
    command.node = node_a;
    cr_assert_not(add(bench, &command));
    command.state = (struct loom_text)TEXT("sent");
    cr_assert_eq(saved(bench, &command), 1);
    good(bench, loom_stored_command_cancel(bench->database, command.id, 5));
    cr_assert_eq(loom_database_changes(bench->database), 0, "it has gone out");
    cr_assert_str_eq(claimed(bench, node_b, command.endpoint), "5=b;");
    cr_assert_str_eq(claimed(bench, node_b, command.endpoint), "");
    cr_assert_eq(saved(bench, &command), 0, "it is b's");
    command.node = node_b;
    command.state = (struct loom_text)TEXT("answered");
    command.ended = true;
    cr_assert_eq(saved(bench, &command), 1);
    cr_assert_eq(saved(bench, &command), 1, "nobody knew whether it was stored");
    command.state = (struct loom_text)TEXT("failed");
    cr_assert_eq(saved(bench, &command), 0);
    cr_assert_str_eq(claimed(bench, node_a, command.endpoint), "");
    good(bench, loom_stored_command_find(bench->database, 5, list_command, all));
    cr_assert_str_eq(all, "5 e read {}  3 answered 0 - 0 10 90 10 1 -;");
}

BOTH(commands, are_cancelled_by_any_node)
{
    struct loom_stored_command command = reading;
    good(bench, loom_store_migrate(bench->database));
    command.node = node_a;
    cr_assert_not(add(bench, &command));
    good(bench, loom_stored_command_cancel(bench->database, command.id, 5));
    cr_assert_eq(loom_database_changes(bench->database), 1);
    good(bench, loom_stored_command_cancel(bench->database, command.id, 6));
    cr_assert_eq(loom_database_changes(bench->database), 0);
    command.state = (struct loom_text)TEXT("sent");
    cr_assert_eq(saved(bench, &command), 0, "it does not go out");
}

/* Those that are cancelled while they wait for a node are not in the way of others. */
BOTH(commands, are_cancelled_before_another_node_has_them)
{
    struct loom_stored_command command = reading;
    good(bench, loom_store_migrate(bench->database));
    register_at(bench, (struct loom_text)TEXT("e"), (struct loom_text)TEXT("aaaaaaaaaa"), node_b);
    command.node = node_a;
    for (command.id = 1; command.id <= 3; command.id++) {
        cr_assert(add(bench, &command));
    }
    good(bench, loom_stored_command_cancel(bench->database, 1, 5));
    good(bench, loom_stored_command_cancel(bench->database, 2, 5));
    cr_assert_str_eq(claimed(bench, node_b, none), "3=b;");
}

/* What was missed, because a device moved while somebody gave a command for it. */
BOTH(commands, follow_their_devices)
{
    struct loom_stored_command command = reading;
    char all[512] = "";
    good(bench, loom_store_migrate(bench->database));
    command.node = node_a;
    cr_assert_not(add(bench, &command));
    command.id = 6;
    command.endpoint = (struct loom_text)TEXT("other");
    cr_assert_not(add(bench, &command));
    cr_assert_str_eq(claimed_by_all(bench, node_b), "");
    register_at(bench, (struct loom_text)TEXT("e"), (struct loom_text)TEXT("aaaaaaaaaa"), node_b);
    cr_assert_str_eq(claimed_by_all(bench, node_a), "");
    cr_assert_str_eq(claimed_by_all(bench, node_b), "5=b;");
    cr_assert_str_eq(claimed_by_all(bench, node_b), "");
    /* A server that has no name has all, and leaves it to the first that has one. */
    good(bench, loom_stored_command_adopt(bench->database, unnamed));
    good(bench, loom_stored_command_each(bench->database, unnamed, list_id, all));
    cr_assert_str_eq(all, "5=;6=;");
    good(bench, loom_stored_command_adopt(bench->database, node_b));
    cr_assert_str_eq(claimed_by_all(bench, node_b), "");
    all[0] = '\0';
    good(bench, loom_stored_command_each(bench->database, node_b, list_id, all));
    cr_assert_str_eq(all, "5=b;6=b;");
}

/* ---- wishes ---------------------------------------------------------------------------------- */

static bool list_wish(void *user, const struct loom_stored_wish *got)
{
    char line[256];
    (void)snprintf(line, sizeof line, "%d %s %s %s %d;", (int)got->id, shown(got->scope),
                   shown(got->name), shown(got->request), (int)got->created);
    add_line(user, 512, line);
    return true;
}

BOTH(wishes, are_there_once_for_each_request)
{
    struct loom_stored_wish wish = {
        .scope = TEXT("group"), .name = TEXT("g"), .request = TEXT("{}"), .created = 7};
    struct loom_stored_wish other = wish;
    char all[512] = "";
    int64_t first = 0;
    int64_t second = 0;
    int64_t third = 0;
    good(bench, loom_store_migrate(bench->database));
    good(bench, loom_stored_wish_save(bench->database, &wish, &first));
    other.request = (struct loom_text)TEXT("{1}");
    good(bench, loom_stored_wish_save(bench->database, &other, &second));
    wish.created = 8;
    good(bench, loom_stored_wish_save(bench->database, &wish, &third));
    cr_assert_eq(first, third);
    cr_assert_neq(first, second);
    good(bench, loom_stored_wish_each(bench->database, list_wish, all));
    cr_assert_str_eq(all, "1 group g {} 7;2 group g {1} 7;");
    good(bench, loom_stored_wish_remove(bench->database, second));
    all[0] = '\0';
    good(bench, loom_stored_wish_each(bench->database, list_wish, all));
    cr_assert_str_eq(all, "1 group g {} 7;");
}

/* A composite one may name more paths than fit into the row of an index. */
BOTH(wishes, are_told_apart_however_long_they_are)
{
    static char text[20000];
    struct loom_stored_wish wish = {
        .scope = TEXT("all"), .name = TEXT(""), .request = {text, sizeof text}, .created = 7};
    int64_t first = 0;
    int64_t second = 0;
    uint32_t random = 1;
    for (size_t i = 0; i < sizeof text; i++) {
        random = random * 1664525u + 1013904223u;
        text[i] = (char)('0' + random % 1000003u % 75u);
    }
    good(bench, loom_store_migrate(bench->database));
    good(bench, loom_stored_wish_save(bench->database, &wish, &first));
    text[sizeof text - 1] = '!';
    good(bench, loom_stored_wish_save(bench->database, &wish, &second));
    cr_assert_neq(first, second);
}

/* ---- events ---------------------------------------------------------------------------------- */

static bool list_event(void *user, const struct loom_stored_event *got)
{
    char line[128];
    (void)snprintf(line, sizeof line, "%d@%d %s %s %s;", (int)got->number, (int)got->time,
                   shown(got->kind), shown(got->endpoint), shown(got->document));
    add_line(user, 512, line);
    return true;
}

static const char *events(struct database_bench *bench, bool after, struct loom_text endpoint,
                          int64_t number, size_t limit)
{
    static char all[512];
    all[0] = '\0';
    good(bench,
         after
             ? loom_stored_event_after(bench->database, endpoint, number, limit, list_event, all)
             : loom_stored_event_before(bench->database, endpoint, number, limit, list_event, all));
    return all;
}

BOTH(events, are_found_by_their_number)
{
    struct loom_stored_event event = {.kind = TEXT("k"), .document = TEXT("{}")};
    struct loom_text e = TEXT("e");
    int64_t last = -1;
    good(bench, loom_store_migrate(bench->database));
    good(bench, loom_stored_event_last(bench->database, &last));
    cr_assert_eq(last, 0);
    for (int64_t number = 2; number <= 8; number += 2) {
        event.number = number;
        event.time = 100 - number;
        event.endpoint = number % 4 == 0 ? e : none;
        good(bench, loom_stored_event_add(bench->database, &event));
    }
    cr_assert_eq(loom_stored_event_add(bench->database, &event), LOOM_DATABASE_CONFLICT);
    good(bench, loom_stored_event_last(bench->database, &last));
    cr_assert_eq(last, 8);
    cr_assert_str_eq(events(bench, true, none, 2, 2), "4@96 k e {};6@94 k - {};");
    cr_assert_str_eq(events(bench, true, e, 0, 9), "4@96 k e {};8@92 k e {};");
    cr_assert_str_eq(events(bench, true, none, 8, 9), "");
    cr_assert_str_eq(events(bench, false, none, 0, 1), "8@92 k e {};");
    cr_assert_str_eq(events(bench, false, none, 6, 2), "4@96 k e {};2@98 k - {};");
    cr_assert_str_eq(events(bench, false, e, 8, 9), "4@96 k e {};");
    good(bench, loom_stored_event_prune(bench->database, 97, 2));
    cr_assert_eq(loom_database_changes(bench->database), 2);
    cr_assert_str_eq(events(bench, true, none, 0, 9), "2@98 k - {};4@96 k e {};");
    good(bench, loom_stored_event_prune(bench->database, 97, 2));
    cr_assert_eq(loom_database_changes(bench->database), 1);
}

/* ---- nodes ----------------------------------------------------------------------------------- */

static struct loom_stored_node node_of(const char *name, int64_t now)
{
    struct loom_stored_node node = {.name = {name, strlen(name)},
                                    .server = TEXT("management"),
                                    .uri = TEXT("u"),
                                    .started = now,
                                    .heard = now,
                                    .expires = now + 10};
    return node;
}

static bool list_node(void *user, const struct loom_stored_node *got)
{
    char line[128];
    (void)snprintf(line, sizeof line, "%s=%d %s %s %d %d %d;", shown(got->name), (int)got->number,
                   shown(got->server), shown(got->uri), (int)got->started, (int)got->heard,
                   (int)got->expires);
    add_line(user, 512, line);
    return true;
}

static int64_t join(struct database_bench *bench, const struct loom_stored_node *node)
{
    int64_t number = -1;
    good(bench, loom_stored_node_join(bench->database, node, false, 3, &number));
    return number;
}

BOTH(nodes, have_numbers_that_no_other_has)
{
    struct loom_stored_node a = node_of("a", 0);
    struct loom_stored_node b = node_of("b", 0);
    struct loom_stored_node c = node_of("c", 0);
    struct loom_stored_node d = node_of("d", 0);
    struct loom_stored_node e = node_of("a", 0);
    char all[512] = "";
    int64_t number = 0;
    e.server = (struct loom_text)TEXT("bootstrap");
    good(bench, loom_store_migrate(bench->database));
    cr_assert_eq(join(bench, &a), 0);
    cr_assert_eq(join(bench, &b), 1);
    cr_assert_eq(join(bench, &c), 2);
    cr_assert_eq(join(bench, &e), 0);
    cr_assert_eq(loom_stored_node_join(bench->database, &d, false, 3, &number), LOOM_DATABASE_FULL);
    good(bench, loom_stored_node_leave(bench->database, &b));
    cr_assert_eq(join(bench, &d), 1);
    /* The others renew their leases, and `a` does not. */
    c.heard = d.heard = 5;
    c.expires = d.expires = 15;
    good(bench, loom_stored_node_renew(bench->database, &c));
    good(bench, loom_stored_node_renew(bench->database, &d));
    b.heard = 10;
    b.started = 10;
    b.expires = 20;
    cr_assert_eq(join(bench, &b), 0);
    cr_assert_eq(loom_stored_node_renew(bench->database, &a), LOOM_DATABASE_CONFLICT);
    good(bench, loom_stored_node_each(bench->database, list_node, all));
    cr_assert_str_eq(all, "a=0 bootstrap u 0 0 10;b=0 management u 10 10 20;"
                          "d=1 management u 0 5 15;c=2 management u 0 5 15;");
}

BOTH(nodes, are_not_there_twice)
{
    struct loom_stored_node first = node_of("a", 0);
    struct loom_stored_node other = node_of("b", 0);
    struct loom_stored_node again = node_of("b", 5);
    int64_t number = 0;
    good(bench, loom_store_migrate(bench->database));
    cr_assert_eq(join(bench, &first), 0);
    cr_assert_eq(join(bench, &other), 1);
    cr_assert_eq(loom_stored_node_join(bench->database, &again, false, 3, &number),
                 LOOM_DATABASE_CONFLICT);
    /* After a restart it is the one that it was, and so after its lease. */
    good(bench, loom_stored_node_leave(bench->database, &first));
    good(bench, loom_stored_node_join(bench->database, &again, true, 3, &number));
    cr_assert_eq(number, 1);
    cr_assert_eq(loom_stored_node_renew(bench->database, &other), LOOM_DATABASE_CONFLICT);
    again = node_of("b", 15);
    cr_assert_eq(join(bench, &again), 1);
}

BOTH(nodes, have_their_place_again_if_it_is_free)
{
    struct loom_stored_node first = node_of("a", 0);
    struct loom_stored_node other = node_of("b", 10);
    char all[512] = "";
    good(bench, loom_store_migrate(bench->database));
    cr_assert_eq(join(bench, &first), 0);
    first.number = 1;
    good(bench, loom_stored_node_leave(bench->database, &first));
    cr_assert_eq(join(bench, &other), 0);
    first.uri = (struct loom_text)TEXT("v");
    good(bench, loom_stored_node_renew(bench->database, &first));
    good(bench, loom_stored_node_each(bench->database, list_node, all));
    cr_assert_str_eq(all, "b=0 management u 10 10 20;a=1 management v 0 0 10;");
}
