/* SPDX-License-Identifier: Apache-2.0 */
#include "management/profile.h"

#include "common/objects.h"
#include "common/profile_id.h"
#include "common/text.h"

#include <stdlib.h>
#include <string.h>

/* Learned lists that are kept: strangers may come and go, so that the oldest make room. */
#define LEARNED_MAX 1024u

struct loom_dm_learned {
    struct loom_dm_learned *next;
    struct loom_text endpoint; /* all three are in `data` */
    struct loom_text id;
    struct loom_text list;
    char data[];
};

static bool find(const struct loom_dm_profiles *profiles, struct loom_text endpoint,
                 struct loom_text id, struct loom_text *list)
{
    if (profiles->store->profile(profiles->store->self, id, list)) {
        return true;
    }
    for (const struct loom_dm_learned *learned = profiles->first; learned != NULL;
         learned = learned->next) {
        if (loom_text_same(learned->endpoint, endpoint) && loom_text_same(learned->id, id)) {
            *list = learned->list;
            return true;
        }
    }
    return false;
}

static bool names(const struct loom_dm_links *links, uint16_t object)
{
    for (size_t i = 0; i < links->count; i++) {
        if (links->links[i].object == object) {
            return true;
        }
    }
    return false;
}

/* Every client has a Server and a Device object and must list them (rule B-6), so a list without
 * them is only what comes on top of the profile. */
static bool is_full(const struct loom_dm_links *links)
{
    return names(links, LOOM_ID_SERVER) && names(links, LOOM_ID_DEVICE);
}

/* Only beside a single dynamic id is a list taken for what that id stands for: a pre-configured one
 * that is not known may stand for anything. */
static bool learns_from(struct loom_text value, const struct loom_dm_links *links)
{
    struct loom_text id;
    return loom_profile_ids(value, &id) && loom_profile_id_is_dynamic(id) && is_full(links);
}

/* What makes two links the same, as one number. */
static uint32_t key_of(const struct loom_dm_link *link)
{
    return (uint32_t)link->object << 16 | link->instance;
}

static int compare_keys(const void *a, const void *b)
{
    uint32_t one = *(const uint32_t *)a;
    uint32_t other = *(const uint32_t *)b;
    return one < other ? -1 : one > other ? 1 : 0;
}

/* The keys of all links in order; peers make long lists. @return NULL without memory */
static uint32_t *sort_keys(const struct loom_dm_links *links)
{
    uint32_t *keys = malloc((links->count + 1) * sizeof *keys);
    if (keys != NULL) {
        for (size_t i = 0; i < links->count; i++) {
            keys[i] = key_of(&links->links[i]);
        }
        qsort(keys, links->count, sizeof *keys, compare_keys);
    }
    return keys;
}

/* Adds the links that are not there yet. */
static enum loom_dm_reason add_missing(struct loom_dm_links *links,
                                       const struct loom_dm_links *more)
{
    size_t count = links->count;
    uint32_t *keys = sort_keys(links);
    enum loom_dm_reason reason = keys == NULL ? LOOM_DM_NO_MEMORY : LOOM_DM_NO_REASON;
    for (size_t i = 0; reason == LOOM_DM_NO_REASON && i < more->count; i++) {
        uint32_t key = key_of(&more->links[i]);
        if (bsearch(&key, keys, count, sizeof key, compare_keys) == NULL) {
            reason = loom_dm_links_add(links, &more->links[i]);
        }
    }
    free(keys);
    return reason;
}

static enum loom_dm_reason unite(struct loom_dm_links *links, struct loom_text list)
{
    struct loom_dm_links more;
    struct loom_bytes bytes = {(const uint8_t *)list.data, list.length};
    enum loom_dm_reason reason = loom_dm_links_read(&more, bytes);
    if (reason == LOOM_DM_NO_REASON) {
        reason = add_missing(links, &more);
    }
    if (links->alternate_path.length == 0) {
        links->alternate_path = more.alternate_path;
    }
    loom_dm_links_free(&more);
    return reason;
}

enum loom_dm_reason loom_dm_profiles_add(const struct loom_dm_profiles *profiles,
                                         struct loom_text endpoint, struct loom_text value,
                                         struct loom_dm_links *links)
{
    struct loom_text ids;
    struct loom_text id;
    struct loom_text list;
    bool learns = learns_from(value, links);
    enum loom_dm_reason reason = LOOM_DM_NO_REASON;
    (void)loom_profile_ids(value, &ids);
    while (reason == LOOM_DM_NO_REASON && loom_profile_id_next(&ids, &id)) {
        if (find(profiles, endpoint, id, &list)) {
            reason = unite(links, list);
        } else if (!learns) {
            reason = LOOM_DM_NO_OBJECT_LIST;
        }
    }
    return reason;
}

/* ---- learning -------------------------------------------------------------------------------- */

static struct loom_text keep(char **at, struct loom_text text)
{
    struct loom_text kept = {*at, text.length};
    memcpy(*at, text.data, text.length);
    *at += text.length;
    return kept;
}

/* Drops what was learned of the endpoint before, and the oldest when there are too many. */
static void make_room(struct loom_dm_profiles *profiles, struct loom_text endpoint)
{
    struct loom_dm_learned **at = &profiles->first;
    size_t count = 0;
    while (*at != NULL) {
        struct loom_dm_learned *learned = *at;
        if (loom_text_same(learned->endpoint, endpoint) || ++count >= LEARNED_MAX) {
            *at = learned->next;
            free(learned);
        } else {
            at = &learned->next;
        }
    }
}

void loom_dm_profiles_learn(struct loom_dm_profiles *profiles, struct loom_text endpoint,
                            struct loom_text value, struct loom_bytes list)
{
    struct loom_dm_links links;
    struct loom_text id;
    struct loom_text text = {(const char *)list.data, list.length};
    if (list.length == 0 || loom_dm_links_read(&links, list) != LOOM_DM_NO_REASON) {
        return;
    }
    bool learns = learns_from(value, &links) && loom_profile_ids(value, &id);
    loom_dm_links_free(&links);
    struct loom_dm_learned *learned =
        learns ? malloc(sizeof *learned + endpoint.length + id.length + list.length) : NULL;
    if (learned == NULL) {
        return;
    }
    char *at = learned->data;
    learned->endpoint = keep(&at, endpoint);
    learned->id = keep(&at, id);
    learned->list = keep(&at, text);
    make_room(profiles, endpoint);
    learned->next = profiles->first;
    profiles->first = learned;
}

void loom_dm_profiles_free(struct loom_dm_profiles *profiles)
{
    while (profiles->first != NULL) {
        struct loom_dm_learned *learned = profiles->first;
        profiles->first = learned->next;
        free(learned);
    }
}
