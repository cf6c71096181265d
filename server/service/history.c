/* SPDX-License-Identifier: Apache-2.0 */
#include "service/history.h"

#include "common/text.h"
#include "store/stored_command.h"

#include <stdlib.h>
#include <string.h>

/* Of one statement. */
#define ROWS 256u

/* ---- which events ---------------------------------------------------------------------------- */

static bool is_wanted(const struct loom_history_filter *filter, struct loom_text kind)
{
    struct loom_text list = filter->kinds;
    size_t at = 0;
    if (list.length == 0) {
        return true;
    }
    while (at <= list.length) {
        size_t end = at;
        while (end < list.length && list.data[end] != ',') {
            end++;
        }
        struct loom_text word = {list.data + at, end - at};
        if (loom_text_same(word, kind)) {
            return true;
        }
        at = end + 1;
    }
    return false;
}

bool loom_history_wants(const struct loom_history_filter *filter,
                        const struct loom_timeline_event *event)
{
    return (filter->endpoint.data == NULL || loom_text_is(filter->endpoint, event->endpoint)) &&
           is_wanted(filter, loom_string_text(event->kind));
}

/* ---- copies ---------------------------------------------------------------------------------- */

struct copy {
    struct loom_timeline_event event; /* first: an event of a page is its copy */
    char texts[];
};

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

/* @return NULL without memory */
static struct copy *copy_of(const struct loom_stored_event *stored)
{
    struct copy *copy = malloc(sizeof *copy + stored->kind.length + stored->endpoint.length +
                               stored->document.length + 3);
    if (copy != NULL) {
        char *at = copy->texts;
        copy->event.id = (uint64_t)stored->number;
        copy->event.time = stored->time;
        copy->event.kind = put(&at, stored->kind);
        copy->event.endpoint = put(&at, stored->endpoint);
        copy->event.json = put(&at, stored->document);
    }
    return copy;
}

static bool append(struct loom_history_page *page, struct copy *copy)
{
    if (page->count == page->room) {
        size_t room = page->room == 0 ? 64 : 2 * page->room;
        struct loom_timeline_event **events =
            realloc(page->events, room * sizeof(struct loom_timeline_event *));
        if (events == NULL) {
            return false;
        }
        page->events = events;
        page->room = room;
    }
    page->events[page->count++] = &copy->event;
    return true;
}

void loom_history_page_end(struct loom_history_page *page)
{
    for (size_t i = 0; i < page->count; i++) {
        free(page->events[i]);
    }
    free(page->events);
    memset(page, 0, sizeof *page);
}

/* ---- reading --------------------------------------------------------------------------------- */

struct reading {
    struct loom_history_page *page;
    const struct loom_history_filter *filter;
    size_t limit;
    size_t looked;
    size_t shown; /* by the last statement */
    bool full;    /* no memory */
};

static bool read_event(void *user, const struct loom_stored_event *stored)
{
    struct reading *reading = user;
    struct loom_history_page *page = reading->page;
    if (page->count == reading->limit || page->bytes >= LOOM_HISTORY_BYTES_MAX) {
        page->more = true;
        return false;
    }
    reading->looked++;
    reading->shown++;
    page->reached = (uint64_t)stored->number;
    if (!is_wanted(reading->filter, stored->kind)) {
        return true;
    }
    struct copy *copy = copy_of(stored);
    if (copy == NULL || !append(page, copy)) {
        free(copy);
        reading->full = true;
        return false;
    }
    page->bytes += stored->document.length;
    return true;
}

typedef enum loom_database_status statement(struct loom_database *database,
                                            struct loom_text endpoint, int64_t number, size_t limit,
                                            loom_stored_event_visitor *visit, void *user);

/* A database may hold all rows of a statement in memory: so it is asked for a few at a time. */
static enum loom_database_status read_page(struct loom_database *database, statement *run,
                                           const struct loom_history_filter *filter,
                                           uint64_t number, size_t limit,
                                           struct loom_history_page *page)
{
    struct reading reading = {.page = page, .filter = filter, .limit = limit};
    enum loom_database_status status;
    loom_history_page_end(page);
    page->reached = number;
    do {
        reading.shown = 0;
        status =
            run(database, filter->endpoint, (int64_t)page->reached, ROWS, read_event, &reading);
    } while (status == LOOM_DATABASE_OK && reading.shown == ROWS && !page->more &&
             reading.looked < LOOM_HISTORY_LOOKED_MAX);
    page->more = page->more || reading.shown == ROWS;
    return reading.full ? LOOM_DATABASE_ERROR : status;
}

enum loom_database_status loom_history_before(struct loom_database *database,
                                              const struct loom_history_filter *filter,
                                              uint64_t number, size_t limit,
                                              struct loom_history_page *page)
{
    return read_page(database, loom_stored_event_before, filter, number, limit, page);
}

enum loom_database_status loom_history_after(struct loom_database *database,
                                             const struct loom_history_filter *filter,
                                             uint64_t number, size_t limit,
                                             struct loom_history_page *page)
{
    return read_page(database, loom_stored_event_after, filter, number, limit, page);
}
