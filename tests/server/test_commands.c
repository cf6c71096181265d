/* SPDX-License-Identifier: Apache-2.0 */
/* Commands of an operator: their order, their states, and what a keeper makes of a restart. The
 * device is played by the test. */
#include "catalog/standard.h"
#include "management_bench.h"
#include "service/commands.h"
#include "service/number.h"
#include "service/devices.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EPOCH INT64_C(1760000000000) /* of the fake port's 0 */

static struct loom_commands *commands;
static char log_text[4096];

/* A keeper that the test answers for. */
#define KEPT_MAX 32u
static struct {
    bool there;
    bool ready;
    uint64_t asked[KEPT_MAX];
    enum loom_command_state states[KEPT_MAX];
    size_t count;
} keeper;

static int64_t now(void)
{
    return EPOCH + (int64_t)bench.fake.now;
}

static void on_changed(void *user, const struct loom_command *command)
{
    size_t used = strlen(log_text);
    (void)user;
    (void)snprintf(log_text + used, sizeof log_text - used, "%s%s %s%s", used > 0 ? ", " : "",
                   loom_dm_operation_name(command->operation),
                   loom_command_state_name(command->state), command->elsewhere ? " elsewhere" : "");
}

static bool on_keep(void *self, const struct loom_command *command)
{
    (void)self;
    cr_assert(lt(sz, keeper.count, KEPT_MAX));
    keeper.asked[keeper.count] = command->id;
    keeper.states[keeper.count++] = command->state;
    return true;
}

static bool on_ready(void *self)
{
    (void)self;
    return keeper.ready;
}

static const struct loom_command_keeper test_keeper = {NULL, on_keep, on_keep, on_ready};

static void hear(const struct loom_dm_event *event)
{
    static const char json[] = "{\"code\":\"2.05\"}";
    (void)loom_commands_hear(commands, event, (struct loom_text){json, strlen(json)}, now());
}

static void begin(bool kept)
{
    struct loom_commands_config config = {.server = bench.server,
                                          .catalog = &loom_catalog_standard,
                                          .seed = 42,
                                          .keeper = kept ? &test_keeper : NULL,
                                          .changed = on_changed};
    log_text[0] = '\0';
    keeper.there = kept;
    keeper.ready = true;
    keeper.count = 0;
    commands = loom_commands_create(&config);
    cr_assert_not_null(commands);
    bench.hear = hear;
}

static void set_up(void)
{
    bench_set_up();
    begin(false);
}

static void tear_down(void)
{
    loom_commands_destroy(commands);
    bench_tear_down();
}

TestSuite(commands, .init = set_up, .fini = tear_down);

/* The keeper has done, or failed to do, what it was asked first. */
static void kept(bool good)
{
    cr_assert(gt(sz, keeper.count, 0));
    uint64_t id = keeper.asked[0];
    keeper.count--;
    memmove(keeper.asked, keeper.asked + 1, keeper.count * sizeof keeper.asked[0]);
    memmove(keeper.states, keeper.states + 1, keeper.count * sizeof keeper.states[0]);
    loom_commands_kept(commands, id, good, now());
}

static void with_keeper(void)
{
    loom_commands_destroy(commands);
    begin(true);
}

static enum loom_commands_status give_as(const char *endpoint, const char *body, unsigned priority,
                                         int64_t expires, uint64_t *id)
{
    json_t *json = json_loads(body, 0, NULL);
    json_t *errors = json_array();
    struct loom_command_order order = {.endpoint = text_of(endpoint),
                                       .body = json,
                                       .who = "olga",
                                       .priority = priority,
                                       .now = now(),
                                       .expires = expires};
    enum loom_commands_status status = loom_commands_give(commands, &order, errors, id);
    json_decref(json);
    json_decref(errors);
    return status;
}

static uint64_t give(const char *body)
{
    uint64_t id = 0;
    cr_assert(eq(int, give_as("dev", body, LOOM_COMMAND_PRIORITY_USUAL, 0, &id), LOOM_COMMANDS_OK),
              "%s", body);
    return id;
}

#define READ_9   "{\"operation\": \"read\", \"path\": \"/3/0/9\"}"
#define READ_13  "{\"operation\": \"read\", \"path\": \"/3/0/13\"}"
#define REBOOT   "{\"operation\": \"execute\", \"path\": \"/3/0/4\"}"
#define DISCOVER "{\"operation\": \"discover\", \"path\": \"/3\"}"

static void turn(void)
{
    loom_commands_step(commands, now());
    step();
}

static void register_device(const char *query)
{
    char target[64];
    (void)snprintf(target, sizeof target, "/rd?ep=dev&lt=86400&lwm2m=1.1%s", query);
    cr_assert(eq(u8, post(&link_dev, target, LIST).code, LOOM_CREATED));
}

static enum loom_command_state state_of(uint64_t id)
{
    const struct loom_command *command = loom_commands_find(commands, id);
    cr_assert_not_null(command);
    return command->state;
}

static void assert_log(const char *expected)
{
    cr_assert(eq(str, log_text, (char *)expected));
    log_text[0] = '\0';
}

Test(commands, a_device_that_is_there_gets_a_command_at_once)
{
    register_device("&b=U");
    uint64_t id = give(READ_9);
    turn();
    cr_assert(eq(str, (char *)fake_port_last(&bench.fake)->path, "/3/0/9"));
    cr_assert(eq(int, state_of(id), LOOM_COMMAND_SENT));
    fake_port_answer_with(&bench.fake, LOOM_CONTENT, LOOM_FORMAT_TEXT, "80", 2);
    const struct loom_command *command = loom_commands_find(commands, id);
    cr_assert(eq(int, command->state, LOOM_COMMAND_ANSWERED));
    cr_assert(eq(u8, command->code, LOOM_CONTENT));
    cr_assert(eq(str, (char *)command->result, "{\"code\":\"2.05\"}"));
    cr_assert(eq(str, (char *)command->who, "olga"));
    assert_log("read queued, read sent, read answered");
}

Test(commands, one_goes_out_at_a_time_by_priority_and_then_by_age)
{
    uint64_t id;
    register_device("&b=U");
    (void)give(READ_9);
    (void)give(REBOOT);
    cr_assert(eq(int, give_as("dev", DISCOVER, 0, 0, &id), LOOM_COMMANDS_OK));
    turn();
    cr_assert(eq(str, (char *)fake_port_last(&bench.fake)->path, "/3"));
    turn();
    cr_assert(eq(sz, bench.fake.sent_count, 1)); /* NSTART 1 */
    fake_port_answer(&bench.fake, LOOM_NOT_FOUND);
    turn();
    cr_assert(eq(str, (char *)fake_port_last(&bench.fake)->path, "/3/0/9"));
    fake_port_answer(&bench.fake, LOOM_CONTENT);
    turn();
    cr_assert(eq(str, (char *)fake_port_last(&bench.fake)->path, "/3/0/4"));
    assert_log("read queued, execute queued, discover queued, discover sent, discover answered, "
               "read sent, read answered, execute sent");
}

Test(commands, a_device_that_is_not_registered_gets_it_when_it_registers)
{
    uint64_t id = give(READ_9);
    turn();
    cr_assert(eq(sz, bench.fake.sent_count, 0));
    register_device("&b=U");
    turn();
    cr_assert(eq(sz, bench.fake.sent_count, 1));
    cr_assert(eq(int, state_of(id), LOOM_COMMAND_SENT));
}

/* Rules B-81, B-82. */
Test(commands, a_sleeping_device_gets_it_when_it_wakes_up)
{
    register_device("&b=U&Q");
    char location[32];
    (void)snprintf(location, sizeof location, "/rd/%s", client("dev")->location);
    bench.fake.now += 94000;
    uint64_t id = give(READ_9);
    turn();
    cr_assert(eq(sz, bench.fake.sent_count, 0));
    cr_assert(eq(int, state_of(id), LOOM_COMMAND_QUEUED));
    cr_assert(eq(u8, at_location(&link_dev, LOOM_POST, location, "", ""), LOOM_CHANGED));
    turn();
    cr_assert(eq(sz, bench.fake.sent_count, 1));
}

Test(commands, what_waits_can_be_cancelled_and_what_has_gone_out_cannot)
{
    uint64_t waiting = give(READ_9);
    cr_assert(eq(int, loom_commands_cancel(commands, waiting, now()), LOOM_COMMANDS_OK));
    cr_assert(eq(int, loom_commands_cancel(commands, waiting, now()), LOOM_COMMANDS_OVER));
    cr_assert(eq(int, loom_commands_cancel(commands, 77, now()), LOOM_COMMANDS_NOT_FOUND));
    register_device("&b=U");
    turn();
    cr_assert(eq(sz, bench.fake.sent_count, 0));
    uint64_t sent = give(READ_13);
    turn();
    cr_assert(eq(int, loom_commands_cancel(commands, sent, now()), LOOM_COMMANDS_UNDER_WAY));
    assert_log("read queued, read cancelled, read queued, read sent");
}

Test(commands, a_command_that_is_not_sent_in_time_expires)
{
    uint64_t early;
    uint64_t late = give(READ_13);
    cr_assert(eq(int, give_as("dev", READ_9, 5, now() + 60000, &early), LOOM_COMMANDS_OK));
    turn();
    cr_assert(eq(i64, loom_commands_deadline(commands), now() + 60000));
    bench.fake.now += 60000;
    turn();
    cr_assert(eq(int, state_of(early), LOOM_COMMAND_EXPIRED));
    cr_assert(eq(int, state_of(late), LOOM_COMMAND_QUEUED));
    cr_assert(
        eq(i64, loom_commands_deadline(commands), loom_commands_find(commands, late)->expires));
}

Test(commands, silence_is_asked_again_if_that_is_the_same_as_once)
{
    register_device("&b=U");
    uint64_t read = give(READ_9);
    for (unsigned i = 0; i < 3; i++) {
        turn();
        cr_assert(eq(sz, bench.fake.sent_count, i + 1));
        fake_port_fail(&bench.fake, LOOM_FAILURE_TIMEOUT);
    }
    turn();
    cr_assert(eq(sz, bench.fake.sent_count, 3));
    cr_assert(eq(int, state_of(read), LOOM_COMMAND_FAILED));
    uint64_t reboot = give(REBOOT);
    turn();
    fake_port_fail(&bench.fake, LOOM_FAILURE_TIMEOUT);
    turn();
    cr_assert(eq(sz, bench.fake.sent_count, 4));
    cr_assert(eq(int, state_of(reboot), LOOM_COMMAND_FAILED));
    cr_assert(eq(int, loom_commands_find(commands, reboot)->failure, LOOM_FAILURE_TIMEOUT));
}

Test(commands, what_is_no_request_is_refused_at_once)
{
    uint64_t id;
    cr_assert(eq(int, give_as("dev", "{\"operation\": \"read\"}", 5, 0, &id), LOOM_COMMANDS_BAD));
    cr_assert(eq(int,
                 give_as("dev", "{\"operation\": \"write\", \"path\": \"/1/0/1\", \"value\": true}",
                         5, 0, &id),
                 LOOM_COMMANDS_BAD));
    for (unsigned i = 0; i < LOOM_COMMANDS_OF_DEVICE_MAX; i++) {
        (void)give(READ_9);
        log_text[0] = '\0';
    }
    cr_assert(eq(int, give_as("dev", READ_9, 5, 0, &id), LOOM_COMMANDS_TOO_MANY));
    cr_assert(eq(int, give_as("other", READ_9, 5, 0, &id), LOOM_COMMANDS_OK));
    cr_assert(eq(sz, loom_commands_waiting(commands, text_of("dev")), LOOM_COMMANDS_OF_DEVICE_MAX));
}

Test(commands, the_list_of_a_device_has_what_is_under_way_what_waits_and_what_has_ended)
{
    register_device("&b=U");
    uint64_t ended = give(READ_9);
    turn();
    fake_port_answer(&bench.fake, LOOM_CONTENT);
    uint64_t active = give(READ_13);
    turn();
    uint64_t waiting = give(DISCOVER);
    const struct loom_command *command = NULL;
    uint64_t expected[] = {active, waiting, ended};
    for (size_t i = 0; i < 3; i++) {
        command = loom_commands_next(commands, text_of("dev"), command);
        cr_assert_not_null(command);
        cr_assert(eq(u64, command->id, expected[i]));
    }
    cr_assert_null(loom_commands_next(commands, text_of("dev"), command));
    cr_assert_null(loom_commands_next(commands, text_of("other"), NULL));
}

Test(commands, old_ends_make_room)
{
    uint64_t first = give(READ_9);
    (void)loom_commands_cancel(commands, first, now());
    for (unsigned i = 0; i < LOOM_COMMANDS_ENDED_MAX; i++) {
        (void)loom_commands_cancel(commands, give(READ_9), now());
        log_text[0] = '\0';
    }
    cr_assert_null(loom_commands_find(commands, first));
}

/* ---- with a keeper --------------------------------------------------------------------------- */

Test(commands, it_is_there_when_it_is_kept_and_goes_out_when_that_is_kept)
{
    with_keeper();
    register_device("&b=U");
    uint64_t id = give(REBOOT);
    turn();
    cr_assert_null(loom_commands_find(commands, id)); /* not yet */
    cr_assert(eq(sz, bench.fake.sent_count, 0));
    assert_log("");
    kept(true);
    assert_log("execute queued");
    turn();
    cr_assert(eq(sz, bench.fake.sent_count, 0));
    cr_assert(eq(int, keeper.states[0], LOOM_COMMAND_SENT));
    kept(true);
    step();
    cr_assert(eq(sz, bench.fake.sent_count, 1));
    fake_port_answer(&bench.fake, LOOM_CHANGED);
    assert_log("execute sent, execute answered");
    cr_assert(eq(int, keeper.states[0], LOOM_COMMAND_ANSWERED));
    kept(true);
    cr_assert(eq(sz, keeper.count, 0));
}

Test(commands, what_cannot_be_kept_is_not_there_and_does_not_go_out)
{
    uint64_t id;
    with_keeper();
    register_device("&b=U");
    keeper.ready = false;
    cr_assert(eq(int, give_as("dev", REBOOT, 5, 0, &id), LOOM_COMMANDS_NOT_KEPT));
    keeper.ready = true;
    id = give(REBOOT);
    kept(false);
    cr_assert_null(loom_commands_find(commands, id));
    assert_log("execute cancelled");
    id = give(REBOOT);
    kept(true);
    turn();
    kept(false); /* that it goes out */
    step();
    cr_assert(eq(sz, bench.fake.sent_count, 0));
    cr_assert(eq(int, state_of(id), LOOM_COMMAND_QUEUED));
    keeper.ready = false;
    bench.fake.now += 5000;
    turn();
    cr_assert(eq(sz, keeper.count, 0));
    keeper.ready = true;
    bench.fake.now += 5000;
    turn();
    kept(true);
    step();
    cr_assert(eq(sz, bench.fake.sent_count, 1));
}

Test(commands, an_end_that_cannot_be_kept_is_kept_later)
{
    uint64_t id;
    with_keeper();
    cr_assert(eq(int, give_as("dev", READ_9, 5, now() + 1000, &id), LOOM_COMMANDS_OK));
    kept(true);
    keeper.ready = false;
    bench.fake.now += 5000;
    turn();
    cr_assert(eq(int, state_of(id), LOOM_COMMAND_EXPIRED));
    cr_assert(eq(sz, keeper.count, 0));
    cr_assert(lt(i64, loom_commands_deadline(commands), INT64_MAX));
    keeper.ready = true;
    bench.fake.now += 5000;
    turn();
    cr_assert(eq(sz, keeper.count, 1));
    cr_assert(eq(int, keeper.states[0], LOOM_COMMAND_EXPIRED));
    kept(false);
    bench.fake.now += 5000;
    turn();
    kept(true);
    bench.fake.now += 5000;
    turn();
    cr_assert(eq(sz, keeper.count, 0));
}

/* A state that changes while the one before is being kept is kept as well. */
Test(commands, the_last_state_is_what_is_kept_in_the_end)
{
    uint64_t id;
    with_keeper();
    register_device("&b=U");
    cr_assert(eq(int, give_as("dev", READ_9, 5, now() + 60000, &id), LOOM_COMMANDS_OK));
    kept(true);
    turn();
    kept(true);
    step();
    fake_port_fail(&bench.fake, LOOM_FAILURE_TIMEOUT); /* queued again: under way to the keeper */
    cr_assert(eq(int, keeper.states[0], LOOM_COMMAND_QUEUED));
    bench.fake.now += 60000;
    turn();
    cr_assert(eq(int, state_of(id), LOOM_COMMAND_EXPIRED));
    kept(true);
    bench.fake.now += 5000;
    turn();
    cr_assert(eq(sz, keeper.count, 1));
    cr_assert(eq(int, keeper.states[0], LOOM_COMMAND_EXPIRED));
}

/* Nobody is told that a command is cancelled before no restart can give it back. */
Test(commands, it_is_cancelled_when_that_is_kept)
{
    with_keeper();
    uint64_t id = give(REBOOT);
    kept(true);
    keeper.ready = false;
    cr_assert(eq(int, loom_commands_cancel(commands, id, now()), LOOM_COMMANDS_NOT_KEPT));
    keeper.ready = true;
    cr_assert(eq(int, loom_commands_cancel(commands, id, now()), LOOM_COMMANDS_OK));
    cr_assert(eq(int, keeper.states[0], LOOM_COMMAND_CANCELLED));
    cr_assert(eq(int, state_of(id), LOOM_COMMAND_QUEUED));
    cr_assert(eq(int, loom_commands_cancel(commands, id, now()), LOOM_COMMANDS_NOT_KEPT));
    register_device("&b=U");
    turn();
    cr_assert(eq(sz, bench.fake.sent_count, 0)); /* it is not sent meanwhile */
    kept(false);
    cr_assert(eq(int, state_of(id), LOOM_COMMAND_QUEUED));
    cr_assert(eq(int, loom_commands_cancel(commands, id, now()), LOOM_COMMANDS_OK));
    kept(true);
    cr_assert(eq(int, state_of(id), LOOM_COMMAND_CANCELLED));
    turn();
    cr_assert(eq(sz, bench.fake.sent_count, 0));
    assert_log("execute queued, execute cancelled");
}

Test(commands, a_keeper_that_cannot_keep_is_not_asked_without_a_pause)
{
    with_keeper();
    register_device("&b=U");
    (void)give(READ_9);
    kept(true);
    keeper.ready = false;
    turn();
    cr_assert(gt(i64, loom_commands_deadline(commands), now()));
    keeper.ready = true;
    bench.fake.now += 5000;
    turn();
    cr_assert(eq(sz, keeper.count, 1));
    kept(false);
    cr_assert(gt(i64, loom_commands_deadline(commands), now()));
}

Test(commands, what_has_ended_makes_room)
{
    struct loom_commands_config config = {
        .server = bench.server, .catalog = &loom_catalog_standard, .seed = 42, .bytes_max = 4000};
    loom_commands_destroy(commands);
    commands = loom_commands_create(&config);
    cr_assert_not_null(commands);
    for (unsigned i = 0; i < 100; i++) {
        char endpoint[16];
        uint64_t id;
        (void)snprintf(endpoint, sizeof endpoint, "dev-%u", i);
        cr_assert(eq(int, give_as(endpoint, READ_9, 5, 0, &id), LOOM_COMMANDS_OK));
        cr_assert(eq(int, loom_commands_cancel(commands, id, now()), LOOM_COMMANDS_OK));
    }
    uint64_t id;
    enum loom_commands_status status = LOOM_COMMANDS_OK;
    for (unsigned i = 0; i < 100 && status == LOOM_COMMANDS_OK; i++) {
        status = give_as("dev", READ_9, 5, 0, &id);
    }
    cr_assert(eq(int, status, LOOM_COMMANDS_TOO_MANY)); /* what waits does not go */
}

static struct loom_command saved(uint64_t id, enum loom_dm_operation operation, const char *body,
                                 enum loom_command_state state)
{
    struct loom_command command = {.id = id,
                                   .endpoint = "dev",
                                   .body = body,
                                   .who = "olga",
                                   .operation = operation,
                                   .priority = 5,
                                   .state = state,
                                   .created = EPOCH - 1000,
                                   .changed = EPOCH - 500,
                                   .expires = EPOCH + 60000};
    return command;
}

Test(commands, a_restart_sends_again_only_what_may_be_done_twice)
{
    struct loom_command waits = saved(1, LOOM_DM_EXECUTE, REBOOT, LOOM_COMMAND_QUEUED);
    struct loom_command read = saved(2, LOOM_DM_READ, READ_9, LOOM_COMMAND_SENT);
    struct loom_command reboot = saved(3, LOOM_DM_EXECUTE, REBOOT, LOOM_COMMAND_SENT);
    struct loom_command done = saved(4, LOOM_DM_READ, READ_13, LOOM_COMMAND_ANSWERED);
    done.result = "{}";
    with_keeper();
    cr_assert(loom_commands_restore(commands, &waits, now()));
    cr_assert(loom_commands_restore(commands, &read, now()));
    cr_assert(loom_commands_restore(commands, &reboot, now()));
    cr_assert(loom_commands_restore(commands, &done, now()));
    cr_assert(loom_commands_restore(commands, &done, now())); /* it is there already */
    cr_assert(eq(int, state_of(1), LOOM_COMMAND_QUEUED));
    cr_assert(eq(int, state_of(2), LOOM_COMMAND_QUEUED));
    cr_assert(eq(int, state_of(3), LOOM_COMMAND_UNKNOWN));
    cr_assert(eq(str, (char *)loom_commands_find(commands, 4)->result, "{}"));
    cr_assert(eq(sz, keeper.count, 2)); /* the two that are another state now */
}

/* The keeper has found that what it was asked first is another node's. */
static void elsewhere(void)
{
    uint64_t id = keeper.asked[0];
    keeper.count--;
    memmove(keeper.asked, keeper.asked + 1, keeper.count * sizeof keeper.asked[0]);
    memmove(keeper.states, keeper.states + 1, keeper.count * sizeof keeper.states[0]);
    loom_commands_elsewhere(commands, id, now());
    cr_assert_null(loom_commands_find(commands, id));
}

Test(commands, what_another_node_has_is_given_and_gone)
{
    with_keeper();
    (void)give(READ_9);
    elsewhere();
    cr_assert(eq(str, log_text, "read queued, read queued elsewhere"));
    cr_assert(eq(sz, loom_commands_waiting(commands, text_of("dev")), 0));
    /* Nothing else is wrong. */
    (void)give(READ_9);
    kept(true);
    cr_assert(eq(sz, loom_commands_waiting(commands, text_of("dev")), 1));
}

/* It may have been done already: so it does not go out, and the next one does. */
Test(commands, what_another_node_has_does_not_go_out)
{
    register_device("&b=U");
    with_keeper();
    (void)give(REBOOT);
    (void)give(READ_9);
    kept(true);
    kept(true);
    loom_commands_step(commands, now());
    log_text[0] = '\0';
    size_t sent = bench.fake.sent_count;
    elsewhere();
    cr_assert(eq(str, log_text, "execute sent elsewhere"));
    step();
    cr_assert(eq(sz, bench.fake.sent_count, sent));
    loom_commands_step(commands, now());
    kept(true);
    step();
    cr_assert(eq(sz, bench.fake.sent_count, sent + 1));
    cr_assert(eq(str, log_text, "execute sent elsewhere, read sent"));
    /* Nor is it told that it has ended. */
    fake_port_answer(&bench.fake, LOOM_CONTENT);
    elsewhere();
    cr_assert(eq(str, log_text,
                 "execute sent elsewhere, read sent, read answered, read answered elsewhere"));
}

Test(commands, the_commands_of_a_device_go_with_it)
{
    uint64_t id[3];
    register_device("&b=U");
    with_keeper();
    for (size_t i = 0; i < 3; i++) {
        id[i] = give(READ_9);
        kept(true);
    }
    loom_commands_step(commands, now());
    kept(true);
    step();
    uint64_t last = give(READ_9); /* it is not kept yet */
    log_text[0] = '\0';
    loom_commands_moved(commands, text_of("nobody"));
    loom_commands_moved(commands, text_of("dev"));
    cr_assert(
        eq(str, log_text, "read sent elsewhere, read queued elsewhere, read queued elsewhere"));
    for (size_t i = 0; i < 3; i++) {
        cr_assert_null(loom_commands_find(commands, id[i]));
    }
    /* Where the last one belongs is found out just now. */
    kept(true);
    cr_assert(eq(int, state_of(last), LOOM_COMMAND_QUEUED));
    /* An answer that comes nevertheless belongs to nothing. */
    fake_port_answer(&bench.fake, LOOM_CONTENT);
    cr_assert(eq(int, state_of(last), LOOM_COMMAND_QUEUED));
}

/* While its device was at another node, that one has done what waits here. */
Test(commands, whose_they_are_is_asked_again)
{
    register_device("&b=UQ");
    with_keeper();
    uint64_t done = give(READ_9);
    uint64_t own = give(READ_9);
    kept(true);
    uint64_t last = give(READ_9); /* it is not kept yet */
    kept(true);
    loom_commands_check(commands, text_of("nobody"), now());
    loom_commands_check(commands, text_of("dev"), now());
    cr_assert(eq(sz, keeper.count, 3));
    kept(true); /* that is the last one */
    log_text[0] = '\0';
    elsewhere();
    kept(true);
    cr_assert(eq(str, log_text, "read queued elsewhere"));
    cr_assert_null(loom_commands_find(commands, done));
    cr_assert(eq(int, state_of(own), LOOM_COMMAND_QUEUED));
    cr_assert(eq(int, state_of(last), LOOM_COMMAND_QUEUED));
    cr_assert(eq(sz, loom_commands_waiting(commands, text_of("dev")), 2));
    /* And what it cannot be asked now it is asked later. */
    keeper.ready = false;
    loom_commands_check(commands, text_of("dev"), now());
    cr_assert(eq(sz, keeper.count, 0));
    keeper.ready = true;
    bench.fake.now += 1000;
    loom_commands_step(commands, now());
    cr_assert(ge(sz, keeper.count, 1));
}

/* Ids grow with the time, and have the number of the node in them. */
Test(commands, have_ids_of_their_node)
{
    uint64_t first = give(READ_9);
    uint64_t second = give(READ_9);
    cr_assert(gt(u64, second, first));
    cr_assert(eq(u32, loom_number_node(first), 0));
    cr_assert(ge(u64, first, loom_number_of(now())));
}

Test(commands, names_of_states_can_be_read)
{
    enum loom_command_state state;
    for (size_t i = 0; i < LOOM_COMMAND_STATE_COUNT; i++) {
        const char *name = loom_command_state_name((enum loom_command_state)i);
        cr_assert(loom_command_state_read(text_of(name), &state));
        cr_assert(eq(sz, (size_t)state, i));
    }
    cr_assert(not(loom_command_state_read(text_of("gone"), &state)));
}

/* LOOM_SECRET: in no output for people; the device gets it all the same. */
Test(commands, a_secret_of_a_request_is_kept_but_not_shown)
{
    register_device("&b=U");
    uint64_t id =
        give("{\"operation\": \"write\", \"path\": \"/23/0/5\", \"value\": \"open sesame\"}");
    json_t *json = loom_command_json(loom_commands_find(commands, id));
    json_t *request = json_object_get(json, "request");
    char *text = json_dumps(request, JSON_COMPACT);
    cr_assert(eq(str, text,
                 "{\"operation\":\"write\",\"path\":\"/23/0/5\",\"value\":{\"secret\":true}}"));
    free(text);
    json_decref(json);
    turn();
    cr_assert(eq(int, memcmp(fake_port_last(&bench.fake)->payload, "open sesame", 11), 0));
}
