/* SPDX-License-Identifier: Apache-2.0 */
/* Attributes as the servers have written them, and which are in force: rules C-13, C-50, C-51,
 * C-53, C-57, worked out anew from the requests that the device has answered. */
#include "watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* In the order in which Discover shows them. */
static const char *const names[WATCH_ATTRIBUTES] = {
    [WATCH_PMIN] = "pmin",   [WATCH_PMAX] = "pmax", [WATCH_EPMIN] = "epmin",
    [WATCH_EPMAX] = "epmax", [WATCH_CON] = "con",   [WATCH_EDGE] = "edge",
    [WATCH_GT] = "gt",       [WATCH_LT] = "lt",     [WATCH_ST] = "st"};

static void inherit(struct watch_attributes *attributes, const struct watch_attributes *above)
{
    for (unsigned i = 0; i < WATCH_ATTRIBUTES; i++) {
        if (watch_has(above, i) && !watch_has(attributes, i)) {
            attributes->value[i] = above->value[i];
            attributes->has |= 1u << i;
        }
    }
}

void watch_attributes_apply(struct watch_attributes *attributes, const struct loom_request *request)
{
    for (unsigned i = 0; i < request->query_count; i++) {
        char text[32] = "";
        size_t length = request->query[i].length;
        memcpy(text, request->query[i].data, length < sizeof text ? length : sizeof text - 1);
        char *equals = strchr(text, '=');
        if (equals != NULL) {
            *equals = '\0';
        }
        for (unsigned n = 0; n < WATCH_ATTRIBUTES; n++) {
            if (strcmp(text, names[n]) == 0 && equals != NULL) {
                attributes->value[n] = strtod(equals + 1, NULL);
                attributes->has |= 1u << n;
            } else if (strcmp(text, names[n]) == 0) {
                attributes->has &= ~(1u << n);
            }
        }
    }
}

bool watch_same_path(const struct loom_path *a, const struct loom_path *b)
{
    return a->depth == b->depth && memcmp(a->id, b->id, a->depth * sizeof a->id[0]) == 0;
}

static struct watch_level *level_of(struct sim_world *world, uint16_t ssid,
                                    const struct loom_path *path)
{
    struct watch_level *levels = world->watch->reports.level;
    for (unsigned i = 0; i < WATCH_LEVELS; i++) {
        if (levels[i].ssid == ssid && watch_same_path(&levels[i].path, path)) {
            return &levels[i];
        }
    }
    return NULL;
}

/* Adds what a path has, and what it has from above. */
static void resolve(struct sim_world *world, uint16_t ssid, struct loom_path path,
                    struct watch_attributes *attributes)
{
    for (; path.depth > 0; path.depth--) {
        const struct watch_level *level = level_of(world, ssid, &path);
        if (level != NULL) {
            inherit(attributes, &level->attributes);
        }
    }
}

static struct watch_attributes at_path(struct sim_world *world, uint16_t ssid,
                                       struct loom_path path)
{
    struct watch_attributes attributes = {0};
    resolve(world, ssid, path, &attributes);
    struct watch_attributes server = {.has = 1u << WATCH_PMIN | 1u << WATCH_PMAX | 1u << WATCH_CON};
    server.value[WATCH_PMIN] = (double)watch_resource(world, ssid, 2, 0);
    server.value[WATCH_PMAX] = (double)watch_resource(world, ssid, 3, 0);
    server.value[WATCH_CON] = watch_resource(world, ssid, 26, 0) == 1;
    inherit(&attributes, &server);
    return attributes;
}

/* A longest period of 0 is none. */
static bool is_stricter(unsigned which, double value, double than)
{
    return which == WATCH_PMAX ? value > 0 && (than <= 0 || value < than) : value > than;
}

/* One notification has to suit all paths of a list. */
static struct watch_attributes at_list(struct sim_world *world,
                                       const struct watch_observation *observation)
{
    static const unsigned judged[] = {WATCH_PMIN, WATCH_PMAX, WATCH_EPMIN, WATCH_CON};
    struct watch_attributes all = {0};
    for (unsigned i = 0; i < observation->listed; i++) {
        struct watch_attributes one = at_path(world, observation->ssid, observation->list[i]);
        for (unsigned k = 0; k < sizeof judged / sizeof judged[0]; k++) {
            unsigned which = judged[k];
            if (watch_has(&one, which) &&
                (!watch_has(&all, which) ||
                 is_stricter(which, one.value[which], all.value[which]))) {
                all.value[which] = one.value[which];
                all.has |= 1u << which;
            }
        }
    }
    return all;
}

struct watch_attributes watch_attributes_in_force(struct sim_world *world,
                                                  const struct watch_observation *observation)
{
    struct watch_attributes attributes = observation->own;
    struct watch_attributes others = observation->path.depth == 0
                                         ? at_list(world, observation)
                                         : at_path(world, observation->ssid, observation->path);
    inherit(&attributes, &others);
    return attributes;
}

/* Those of servers and instances that are gone have gone with them. */
void watch_attributes_drop(struct sim_world *world)
{
    for (unsigned i = 0; i < WATCH_LEVELS; i++) {
        struct watch_level *level = &world->watch->reports.level[i];
        uint16_t instance = 0;
        bool account = false;
        if (level->ssid == 0) {
            continue;
        }
        for (; loom_model_next_instance(&world->model, 0, &instance); instance++) {
            int64_t ssid;
            account =
                account || (loom_get_integer(&world->model, loom_path_resource(0, instance, 10),
                                             &ssid) == LOOM_OK &&
                            ssid == level->ssid);
        }
        if (!account ||
            (level->path.depth > 1 &&
             !loom_model_has_instance(&world->model, level->path.id[0], level->path.id[1]))) {
            level->ssid = 0;
        }
    }
}

static bool are_same(const struct watch_attributes *a, const struct watch_attributes *b)
{
    bool same = a->has == b->has;
    for (unsigned i = 0; i < WATCH_ATTRIBUTES; i++) {
        same = same && (!watch_has(a, i) || a->value[i] == b->value[i]);
    }
    return same;
}

void watch_attributes_write(struct sim_world *world, uint16_t ssid, const struct loom_path *path,
                            const struct loom_request *request)
{
    struct watch_level *level = level_of(world, ssid, path);
    for (unsigned i = 0; level == NULL && i < WATCH_LEVELS; i++) {
        if (world->watch->reports.level[i].ssid == 0) {
            level = &world->watch->reports.level[i];
            memset(level, 0, sizeof *level);
        }
    }
    if (level == NULL) {
        abort(); /* more than servers have to write to */
    }
    struct watch_attributes before = level->attributes;
    level->ssid = ssid;
    level->path = *path;
    watch_attributes_apply(&level->attributes, request);
    if (!world->watch->reports.vague && !are_same(&before, &level->attributes)) {
        world->watch->reports.unsaved = true;
        world->watch->reports.written_at = watch_now(world);
    }
}

/* Rule C-13: the first link has what is attached to the target, and to a resource what it inherits.
 */
void watch_attributes_shown(struct sim_world *world, uint16_t ssid, const struct loom_path *path,
                            const struct loom_reply *reply)
{
    struct watch_attributes attributes = {0};
    const struct watch_level *level = level_of(world, ssid, path);
    char link[256] = "";
    size_t length = reply->length < sizeof link ? reply->length : sizeof link - 1;
    memcpy(link, reply->payload, length);
    link[strcspn(link, ",")] = '\0';
    if (path->depth >= 3) {
        resolve(world, ssid, *path, &attributes);
    } else if (level != NULL) {
        attributes = level->attributes;
    }
    for (unsigned i = 0; i < WATCH_ATTRIBUTES && !world->watch->reports.vague; i++) {
        char wanted[16];
        (void)snprintf(wanted, sizeof wanted, ";%s=", names[i]);
        const char *shown = strstr(link, wanted);
        bool right = shown == NULL
                         ? !watch_has(&attributes, i)
                         : watch_has(&attributes, i) &&
                               strtod(strchr(shown, '=') + 1, NULL) == attributes.value[i];
        if (!right) {
            sim_fail(world, "C-13", "server %u is shown %s, which `%s` is not", (unsigned)ssid,
                     link, names[i]);
        }
    }
}
