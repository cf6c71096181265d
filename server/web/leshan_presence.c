/* SPDX-License-Identifier: Apache-2.0 */
#include "web/leshan_presence.h"

#include "common/text.h"

#include <stdlib.h>
#include <string.h>

struct awake {
    struct loom_list place;
    struct loom_index_link link;
    uint64_t until;
    char endpoint[];
};

static struct awake *of_place(struct loom_list *place)
{
    return LOOM_LIST_ENTRY(place, struct awake, place);
}

static uint64_t hash_of(const struct loom_leshan_presence *presence, struct loom_text endpoint)
{
    return loom_index_hash(&presence->by_endpoint, endpoint.data, endpoint.length);
}

static struct awake *find(const struct loom_leshan_presence *presence, struct loom_text endpoint)
{
    struct loom_index_link *link =
        loom_index_first(&presence->by_endpoint, hash_of(presence, endpoint));
    while (link != NULL) {
        struct awake *awake = LOOM_INDEX_ENTRY(link, struct awake, link);
        if (loom_text_is(endpoint, awake->endpoint)) {
            return awake;
        }
        link = loom_index_next(link);
    }
    return NULL;
}

static void drop(struct loom_leshan_presence *presence, struct awake *awake)
{
    loom_index_remove(&presence->by_endpoint, &awake->link);
    loom_list_remove(&awake->place);
    free(awake);
}

/* A name with a NUL is of no device that is registered. */
static struct awake *add(struct loom_leshan_presence *presence, struct loom_text endpoint)
{
    struct awake *awake = calloc(1, sizeof *awake + endpoint.length + 1);
    if (awake != NULL && endpoint.length > 0) {
        memcpy(awake->endpoint, endpoint.data, endpoint.length);
    }
    if (awake != NULL) {
        loom_list_begin(&awake->place);
        loom_index_add(&presence->by_endpoint, &awake->link, hash_of(presence, endpoint));
    }
    return awake;
}

/* Who was heard last sleeps last, so that hardly anybody is passed by. */
static void put_in_order(struct loom_leshan_presence *presence, struct awake *awake)
{
    loom_list_remove(&awake->place);
    struct loom_list *behind = presence->awake.previous;
    while (behind != &presence->awake && of_place(behind)->until > awake->until) {
        behind = behind->previous;
    }
    loom_list_append(behind->next, &awake->place);
}

void loom_leshan_presence_begin(struct loom_leshan_presence *presence, uint64_t seed,
                                void (*tell)(void *user, const char *endpoint, bool awake),
                                void *user)
{
    loom_index_begin(&presence->by_endpoint, seed);
    loom_list_begin(&presence->awake);
    presence->tell = tell;
    presence->user = user;
}

void loom_leshan_presence_end(struct loom_leshan_presence *presence)
{
    while (!loom_list_is_empty(&presence->awake)) {
        drop(presence, of_place(presence->awake.next));
    }
    loom_index_end(&presence->by_endpoint);
}

void loom_leshan_presence_heard(struct loom_leshan_presence *presence, struct loom_text endpoint,
                                uint64_t until, bool quietly)
{
    struct awake *awake = find(presence, endpoint);
    bool is_new = awake == NULL;
    awake = is_new ? add(presence, endpoint) : awake;
    if (awake == NULL) {
        return; /* without memory nothing is told of it */
    }
    awake->until = until;
    put_in_order(presence, awake);
    if (is_new && !quietly) {
        presence->tell(presence->user, awake->endpoint, true);
    }
}

static void sleeps(struct loom_leshan_presence *presence, struct awake *awake)
{
    presence->tell(presence->user, awake->endpoint, false);
    drop(presence, awake);
}

void loom_leshan_presence_slept(struct loom_leshan_presence *presence, struct loom_text endpoint)
{
    struct awake *awake = find(presence, endpoint);
    if (awake != NULL) {
        sleeps(presence, awake);
    }
}

void loom_leshan_presence_gone(struct loom_leshan_presence *presence, struct loom_text endpoint)
{
    struct awake *awake = find(presence, endpoint);
    if (awake != NULL) {
        drop(presence, awake);
    }
}

void loom_leshan_presence_step(struct loom_leshan_presence *presence, uint64_t now)
{
    while (loom_leshan_presence_deadline(presence) <= now) {
        sleeps(presence, of_place(presence->awake.next));
    }
}

uint64_t loom_leshan_presence_deadline(const struct loom_leshan_presence *presence)
{
    return loom_list_is_empty(&presence->awake) ? UINT64_MAX
                                                : of_place(presence->awake.next)->until;
}
