/* SPDX-License-Identifier: Apache-2.0 */
#include "service/node_events.h"

#include "common/text.h"
#include "service/number.h"
#include "store/stored_command.h"
#include "store/stored_node.h"

#include <stdlib.h>
#include <string.h>

/* An event that was read. */
struct copy {
    struct copy *next;
    struct loom_timeline_event event;
    char texts[];
};

/* How far the events of each node were read; 0: it was never there. The writer's thread has them
 * while a look is under way. */
struct loom_node_events {
    struct loom_node_events_config config;
    uint64_t reached[LOOM_NUMBER_NODES_MAX];
    struct copy *first;
    struct copy **last;
    size_t shown;   /* of one node */
    uint64_t begin; /* where a node that is new begins */
    int64_t asked;  /* when the look that is under way was asked for */
    int64_t looked; /* the same of the last one that was good: who is new since is found there */
    bool more;      /* there may be more at once */
    bool full;      /* no memory */
    bool looking;
    int64_t due;
};

static void forget(struct loom_node_events *events)
{
    while (events->first != NULL) {
        struct copy *copy = events->first;
        events->first = copy->next;
        free(copy);
    }
    events->last = &events->first;
    events->more = false;
    events->full = false;
}

/* ---- on the writer's thread ------------------------------------------------------------------ */

static const char *put(char **at, struct loom_text text)
{
    char *copy = *at;
    if (text.length > 0) {
        memcpy(copy, text.data, text.length);
    }
    copy[text.length] = '\0';
    *at += text.length + 1;
    return copy;
}

static bool read_event(void *user, const struct loom_stored_event *stored)
{
    struct loom_node_events *events = user;
    struct copy *copy = malloc(sizeof *copy + stored->kind.length + stored->endpoint.length +
                               stored->document.length + 3);
    if (copy == NULL) {
        events->full = true;
        return false;
    }
    char *at = copy->texts;
    copy->next = NULL;
    copy->event.id = (uint64_t)stored->number;
    copy->event.time = stored->time;
    copy->event.kind = put(&at, stored->kind);
    copy->event.endpoint = put(&at, stored->endpoint);
    copy->event.json = put(&at, stored->document);
    *events->last = copy;
    events->last = &copy->next;
    events->shown++;
    return true;
}

/* One that has left may have stored something since. */
static bool meet(void *user, const struct loom_stored_node *node)
{
    struct loom_node_events *events = user;
    bool other = loom_text_is(node->server, "management") && node->number >= 0 &&
                 node->number < (int64_t)LOOM_NUMBER_NODES_MAX &&
                 node->number != (int64_t)events->config.node;
    if (other && events->reached[node->number] == 0) {
        events->reached[node->number] = events->begin;
    }
    return true;
}

static enum loom_database_status run(struct loom_database *database, void *data)
{
    struct loom_node_events *events = data;
    forget(events);
    enum loom_database_status status = loom_stored_node_each(database, meet, events);
    for (unsigned i = 0; i < LOOM_NUMBER_NODES_MAX && status == LOOM_DATABASE_OK; i++) {
        if (events->reached[i] != 0) {
            events->shown = 0;
            status = loom_stored_event_of_node(database, i, (int64_t)events->reached[i],
                                               LOOM_NODE_EVENTS_MAX, read_event, events);
            events->more = events->more || events->shown == LOOM_NODE_EVENTS_MAX;
        }
    }
    return events->full ? LOOM_DATABASE_ERROR : status;
}

/* ---- on the loop's thread -------------------------------------------------------------------- */

static void take(struct loom_node_events *events)
{
    const struct loom_node_events_config *config = &events->config;
    for (const struct copy *copy = events->first; copy != NULL; copy = copy->next) {
        events->reached[loom_number_node(copy->event.id)] = copy->event.id;
        if (loom_timeline_add(config->timeline, &copy->event)) {
            config->hear(config->user, &copy->event);
        }
    }
    if (events->more) {
        events->due = config->now(config->user);
    }
}

static void done(void *data, enum loom_database_status status)
{
    struct loom_node_events *events = data;
    events->looking = false;
    if (status == LOOM_DATABASE_OK) {
        events->looked = events->asked;
        take(events);
    }
    forget(events);
}

void loom_node_events_step(struct loom_node_events *events)
{
    const struct loom_writer_job posted = {.run = run, .done = done, .data = events};
    int64_t now = events->config.now(events->config.user);
    if (now < events->due) {
        return;
    }
    events->due = now + LOOM_NODE_EVENTS_POLL_MS;
    if (!events->looking) {
        events->asked = now;
        events->looked = events->looked < now ? events->looked : now;
        events->begin = loom_number_of(events->looked - LOOM_NODE_EVENTS_BACK_MS);
        events->looking = loom_writer_post(events->config.writer, &posted) != 0;
    }
}

int64_t loom_node_events_deadline(const struct loom_node_events *events)
{
    return events->due;
}

struct loom_node_events *loom_node_events_create(const struct loom_node_events_config *config)
{
    struct loom_node_events *events = calloc(1, sizeof *events);
    if (events != NULL) {
        events->config = *config;
        events->looked = config->now(config->user);
        events->last = &events->first;
    }
    return events;
}

void loom_node_events_destroy(struct loom_node_events *events)
{
    if (events != NULL) {
        forget(events);
        free(events);
    }
}
