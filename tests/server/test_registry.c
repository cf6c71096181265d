/* SPDX-License-Identifier: Apache-2.0 */
/* The registry by itself: what finds a client, and which one expires first. */
#include "common/text.h"
#include "registry/registry.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MANY 500u

/* Sessions are pointers to the port's own; nobody looks into them. */
static struct loom_session *session(size_t number)
{
    static char places[MANY + 1];
    return (struct loom_session *)(void *)&places[number];
}

static struct loom_registry registry;

static struct loom_text name_of(unsigned number)
{
    static char name[16];
    (void)snprintf(name, sizeof name, "e%u", number);
    struct loom_text text = {name, strlen(name)};
    return text;
}

static struct loom_registry_entry *add(unsigned number, uint32_t lifetime)
{
    struct loom_registry_texts texts = {.endpoint = name_of(number), .binding = {"U", 1}};
    struct loom_registry_entry *entry = calloc(1, sizeof *entry);
    cr_assert_not_null(entry);
    cr_assert(loom_registry_set_texts(entry, &texts));
    entry->client.lifetime = lifetime;
    cr_assert(loom_registry_prepare(&registry, entry));
    loom_registry_enter(&registry, entry);
    return entry;
}

static void drop(struct loom_registry_entry *entry)
{
    loom_registry_remove(&registry, entry);
    loom_registry_clear(entry);
    free(entry);
}

static void set_up(void)
{
    loom_registry_begin(&registry, 1);
}

static void tear_down(void)
{
    struct loom_registry_entry *entry;
    while ((entry = loom_registry_next(&registry, NULL)) != NULL) {
        drop(entry);
    }
    loom_registry_end(&registry);
}

TestSuite(registry, .init = set_up, .fini = tear_down);

Test(registry, each_of_many_is_found_by_name_and_by_location)
{
    struct loom_registry_entry *entries[MANY];
    for (unsigned i = 0; i < MANY; i++) {
        entries[i] = add(i, 60);
    }
    cr_assert(eq(sz, loom_registry_count(&registry), MANY));
    for (unsigned i = 0; i < MANY; i += 3) {
        drop(entries[i]);
        entries[i] = NULL;
    }
    cr_assert(eq(sz, loom_registry_count(&registry), MANY - (MANY + 2) / 3));
    for (unsigned i = 0; i < MANY; i++) {
        cr_assert(loom_registry_by_endpoint(&registry, name_of(i)) == entries[i]);
        if (entries[i] != NULL) {
            struct loom_text location = {entries[i]->client.location, LOOM_DM_LOCATION_LENGTH};
            cr_assert(loom_registry_by_location(&registry, location) == entries[i]);
        }
    }
}

Test(registry, the_clients_of_a_session_are_found_until_they_have_another)
{
    struct loom_registry_entry *a = add(1, 60);
    struct loom_registry_entry *b = add(2, 60);
    cr_assert_null(loom_registry_by_link(&registry, session(0)));
    loom_registry_connect(&registry, a, session(0));
    loom_registry_connect(&registry, b, session(0));
    loom_registry_connect(&registry, a, session(1));
    cr_assert(loom_registry_by_link(&registry, session(0)) == b);
    cr_assert(loom_registry_by_link(&registry, session(1)) == a);
    loom_registry_connect(&registry, b, NULL);
    cr_assert_null(loom_registry_by_link(&registry, session(0)));
}

Test(registry, clients_are_shown_in_the_order_of_registration)
{
    struct loom_registry_entry *first = add(9, 60);
    struct loom_registry_entry *second = add(1, 60);
    struct loom_registry_entry *third = add(5, 60);
    drop(second);
    cr_assert(loom_registry_next(&registry, NULL) == first);
    cr_assert(loom_registry_next(&registry, first) == third);
    cr_assert_null(loom_registry_next(&registry, third));
}

/* B-20: in the order of their ends, whatever the order in which they came or said Update. */
Test(registry, clients_expire_in_the_order_of_their_ends)
{
    struct loom_registry_entry *entries[MANY];
    uint64_t last = 0;
    for (unsigned i = 0; i < MANY; i++) {
        entries[i] = add(i, 1 + (i * 7919) % 1000);
    }
    for (unsigned i = 0; i < MANY; i += 5) {
        entries[i]->client.lifetime = i % 2 == 0 ? 0 : 1 + (i * 104729) % 1000;
        loom_registry_refresh(&registry, entries[i]);
    }
    for (unsigned i = 0; i < MANY; i += 7) {
        drop(entries[i]);
    }
    size_t left = 0;
    while (loom_registry_deadline(&registry) != UINT64_MAX) {
        uint64_t now = loom_registry_deadline(&registry);
        struct loom_registry_entry *entry = loom_registry_expired(&registry, now);
        cr_assert_null(loom_registry_expired(&registry, now - 1));
        cr_assert(eq(u64, entry->client.lifetime * UINT64_C(1000), now));
        cr_assert(now >= last);
        last = now;
        drop(entry);
        left++;
    }
    /* B-21: those with the lifetime 0 stay. */
    cr_assert_gt(left, MANY / 2);
    for (struct loom_registry_entry *entry = loom_registry_next(&registry, NULL); entry != NULL;
         entry = loom_registry_next(&registry, entry)) {
        cr_assert(eq(u32, entry->client.lifetime, 0));
    }
}

Test(registry, texts_can_be_set_again_from_themselves)
{
    struct loom_registry_entry *entry = add(1, 60);
    struct loom_registry_texts texts = {
        .endpoint = entry->client.endpoint, .binding = entry->client.binding, .sms = {"+1", 2}};
    cr_assert(loom_registry_set_texts(entry, &texts));
    cr_assert(loom_text_is(entry->client.endpoint, "e1"));
    cr_assert(loom_text_is(entry->client.binding, "U"));
    cr_assert(loom_text_is(entry->client.sms, "+1"));
    cr_assert(eq(sz, entry->client.alternate_path.length, 0));
}

/* The test vector of the paper on SipHash: key 00 to 0f, message 00 to 0e. */
Test(registry, the_hash_is_siphash)
{
    struct loom_index index = {
        .secret = {UINT64_C(0x0706050403020100), UINT64_C(0x0F0E0D0C0B0A0908)}};
    uint8_t message[15];
    for (uint8_t i = 0; i < sizeof message; i++) {
        message[i] = i;
    }
    cr_assert(
        eq(u64, loom_index_hash(&index, message, sizeof message), UINT64_C(0xA129CA6149BE45E5)));
}

/* ---- growing --------------------------------------------------------------------------------- */

enum { THINGS = 5000 };

struct thing {
    struct loom_index_link link;
    unsigned number;
    bool there;
};

static unsigned found(const struct loom_index *index, unsigned number)
{
    unsigned count = 0;
    uint64_t hash = loom_index_hash(index, &number, sizeof number);
    for (struct loom_index_link *link = loom_index_first(index, hash); link != NULL;
         link = loom_index_next(link)) {
        count += LOOM_INDEX_ENTRY(link, struct thing, link)->number == number ? 1 : 0;
    }
    return count;
}

/* Whatever is in an index is found at any moment, also while it grows; and what is not, is not. */
Test(index, everything_is_found_while_it_grows)
{
    static struct thing things[2 * THINGS];
    struct loom_index index;
    uint64_t random = 7;
    loom_index_begin(&index, 1);
    for (unsigned i = 0; i < THINGS; i++) {
        for (unsigned twice = 0; twice < 2; twice++) { /* two of each */
            struct thing *thing = &things[2 * i + twice];
            thing->number = i;
            thing->there = true;
            loom_index_add(&index, &thing->link, loom_index_hash(&index, &i, sizeof i));
        }
        struct thing *gone = &things[loom_random_next(&random) % (2 * i + 2)];
        if (gone->there && i % 3 == 0) {
            gone->there = false;
            loom_index_remove(&index, &gone->link);
        }
        for (unsigned k = 0; k < 8; k++) {
            unsigned number = (unsigned)(loom_random_next(&random) % (i + 10));
            unsigned expected = number > i ? 0u
                                           : (unsigned)things[2 * number].there +
                                                 (unsigned)things[2 * number + 1].there;
            cr_assert(eq(uint, found(&index, number), expected), "%u of %u", number, i);
        }
    }
    loom_index_end(&index);
}
