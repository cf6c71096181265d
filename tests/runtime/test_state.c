/* SPDX-License-Identifier: Apache-2.0 */
/* What a client makes of a store that is damaged, or does not answer: issue, "corrupted or torn
 * records are detected and the previous good state is used"; the device always finds its way. */
#include "world.h"

#include <criterion/criterion.h>
#include <string.h>

static struct world *first;  /* stored its accounts, ssid 1 in /1/0 */
static struct world *second; /* starts with them, and a factory's Bootstrap-Server Account */
static enum loom_status answer;
static bool is_previous;

static enum loom_status load(void *self, enum loom_record record, void *data, size_t room,
                             size_t *length, bool *previous)
{
    const struct world *world = self;
    if (record != LOOM_RECORD_ACCOUNTS) {
        return LOOM_NOT_FOUND;
    }
    cr_assert_leq(world->stored_length, room);
    memcpy(data, world->stored, world->stored_length); /* even when it fails, there may be keys */
    *length = world->stored_length;
    *previous = is_previous;
    return answer;
}

static void begin_second(void)
{
    second = world_create(LOOM_LWM2M_1_1);
    second->store.load = load;
    memcpy(second->stored, first->stored, first->stored_length);
    second->stored_length = first->stored_length;
    world_add_bootstrap_account(second, 0, 0);
}

static void begin(void)
{
    answer = LOOM_OK;
    is_previous = false;
    first = world_create(LOOM_LWM2M_1_1);
    world_add_bootstrap_account(first, 0, 0);
    world_start(first);
    world_bootstrap(first, 300);
    world_expect(first, LOOM_EVENT_REGISTERED, 1);
    cr_assert_gt(first->stored_length, 9u);
    begin_second();
}

static void end(void)
{
    world_destroy(first);
    world_destroy(second);
}

TestSuite(state, .init = begin, .fini = end, .timeout = 60);

static void expect_no_rest(const struct world *world)
{
    for (size_t i = 0; i < sizeof world->buffer; i++) {
        cr_assert_eq(world->buffer[i], 0, "a key may stay in the buffer");
    }
    for (size_t i = 0; i < world->product->staging_size; i++) {
        cr_assert_eq(((const unsigned char *)world->staging)[i], 0, "a key may stay in the copy");
    }
}

static void expect_text(const char *part)
{
    const struct loom_event *event = world_expect(second, LOOM_EVENT_STATE_RECOVERED, 0);
    cr_expect_not_null(strstr(event->text.data, part), "%s", event->text.data);
}

/* Seam 5: the accounts before the damaged ones are in force, and people are told. */
Test(state, is_the_one_before_where_the_newest_is_damaged)
{
    is_previous = true;
    world_start(second);
    expect_no_rest(second);
    expect_text("newest stored accounts are damaged");
    world_expect(second, LOOM_EVENT_REGISTERED, 1);
    cr_expect_eq(world_count(second, LOOM_EVENT_BOOTSTRAP_REQUEST), 0);
}

Test(state, is_as_good_as_new_where_it_is_whole)
{
    world_start(second);
    world_expect(second, LOOM_EVENT_REGISTERED, 1);
    cr_expect_eq(world_count(second, LOOM_EVENT_STATE_RECOVERED), 0);
}

/* what the product began with leads to a bootstrap, and so to new accounts. */
static void expect_factory(const char *text)
{
    uint8_t stored[sizeof second->stored];
    memcpy(stored, second->stored, sizeof stored);
    world_start(second);
    expect_no_rest(second);
    expect_text(text);
    cr_expect_eq(second->saves, 0, "the store was touched");
    cr_expect_arr_eq(second->stored, stored, sizeof stored);
    cr_expect(loom_model_has_instance(&second->model, 0, 0));
    cr_expect_not(loom_model_has_instance(&second->model, 1, 0));
    world_bootstrap(second, 60);
    world_expect(second, LOOM_EVENT_REGISTERED, 1);
    cr_expect_eq(second->saves, 1);
}

Test(state, begins_anew_where_nothing_is_whole)
{
    answer = LOOM_BAD_REQUEST;
    expect_factory("are damaged: the product's initial accounts");
}

Test(state, begins_anew_where_the_record_is_too_large)
{
    answer = LOOM_TOO_LARGE;
    expect_factory("do not fit this product");
}

/* What another layout means is not known. */
Test(state, begins_anew_where_the_layout_is_another)
{
    second->stored[0]++;
    expect_factory("do not fit this product");
}

Test(state, begins_anew_where_the_record_is_empty)
{
    second->stored_length = 0;
    expect_factory("do not fit this product");
}

/* A record that is cut off is used by halves nowhere. The store would have seen that it is cut;
 * one that is cut between two objects looks whole from here. */
Test(state, is_never_used_by_halves)
{
    unsigned refused = 0;
    for (size_t length = 1; length < first->stored_length; length++) {
        second->stored_length = length;
        world_start(second);
        expect_no_rest(second);
        if (world_count(second, LOOM_EVENT_STATE_RECOVERED) > 0) {
            refused++;
            cr_assert(loom_model_has_instance(&second->model, 0, 0), "cut at %zu", length);
            cr_assert_not(loom_model_has_instance(&second->model, 1, 0), "cut at %zu", length);
        }
        world_destroy(second);
        begin_second();
    }
    cr_assert_gt(refused, first->stored_length - 10);
}

/* A store that does not answer at the moment is no reason to forget anything. */
Test(state, is_not_forgotten_where_it_cannot_be_read)
{
    struct loom_client_config config;
    answer = LOOM_NOT_FOUND;
    world_start(second);
    config = second->client.context.config;
    answer = LOOM_UNAVAILABLE;
    cr_expect_eq(loom_client_start(&second->client, &config), LOOM_INTERNAL_ERROR);
    expect_no_rest(second);
    cr_expect_eq(world_count(second, LOOM_EVENT_STATE_FAILED), 1);
    cr_expect_eq(world_count(second, LOOM_EVENT_STATE_RECOVERED), 0);
    cr_expect_not(loom_model_has_instance(&second->model, 1, 0), "the model was changed");
    answer = LOOM_OK;
    cr_expect_eq(loom_client_start(&second->client, &config), LOOM_OK);
    world_expect(second, LOOM_EVENT_REGISTERED, 1);
}
