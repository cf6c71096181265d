/* SPDX-License-Identifier: Apache-2.0 */
#include "service/nodes.h"

#include "common/text.h"
#include "store/stored_node.h"
#include "store/stored_registration.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Nodes that are started together want the same number. */
#define ATTEMPTS 10

static int64_t now_of(const struct loom_nodes *nodes)
{
    return nodes->now(nodes->user);
}

bool loom_nodes_is_name(const char *text)
{
    static const char known[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    size_t length = strspn(text, known);
    return length > 0 && length < LOOM_NODES_NAME_SIZE && text[length] == '\0';
}

void loom_nodes_begin(struct loom_nodes *nodes, const char *server, const char *name,
                      int64_t (*now)(void *user), void *user)
{
    memset(nodes, 0, sizeof *nodes);
    (void)snprintf(nodes->name, sizeof nodes->name, "%s", name);
    (void)snprintf(nodes->server, sizeof nodes->server, "%s", server);
    nodes->now = now;
    nodes->user = user;
    nodes->due = INT64_MAX;
}

bool loom_nodes_is_one(const struct loom_nodes *nodes)
{
    return nodes->name[0] != '\0';
}

static struct loom_stored_node row_of(const struct loom_nodes *nodes)
{
    int64_t now = now_of(nodes);
    return (struct loom_stored_node){.name = loom_string_text(nodes->name),
                                     .number = nodes->number,
                                     .server = loom_string_text(nodes->server),
                                     .uri = loom_string_text(nodes->uri),
                                     .started = nodes->started,
                                     .heard = now,
                                     .expires = now + LOOM_NODES_LEASE_MS};
}

/* ---- before there is a writer ---------------------------------------------------------------- */

static enum loom_database_status try_to_join(struct loom_nodes *nodes,
                                             struct loom_database *database, int64_t numbers_max)
{
    int64_t number = 0;
    nodes->started = now_of(nodes);
    struct loom_stored_node row = row_of(nodes);
    enum loom_database_status status = loom_database_begin(database);
    if (status == LOOM_DATABASE_OK) {
        status = loom_stored_node_join(database, &row, true, numbers_max, &number);
    }
    if (status != LOOM_DATABASE_OK) {
        loom_database_rollback(database);
        return status;
    }
    nodes->number = (unsigned)number;
    nodes->expires = row.expires;
    return loom_database_commit(database);
}

enum loom_database_status loom_nodes_join(struct loom_nodes *nodes, struct loom_database *database,
                                          int64_t numbers_max)
{
    enum loom_database_status status = LOOM_DATABASE_CONFLICT;
    for (int attempt = 0;
         attempt < ATTEMPTS && (status == LOOM_DATABASE_CONFLICT || status == LOOM_DATABASE_AGAIN);
         attempt++) {
        status = try_to_join(nodes, database, numbers_max);
    }
    return status;
}

struct looking {
    const struct loom_nodes *nodes;
    bool alive;
};

static bool look_at(void *user, const struct loom_stored_node *node)
{
    struct looking *looking = user;
    looking->alive = loom_text_is(node->server, looking->nodes->server) &&
                     node->expires > now_of(looking->nodes);
    return !looking->alive;
}

enum loom_database_status loom_nodes_look(const struct loom_nodes *nodes,
                                          struct loom_database *database, bool *alive)
{
    struct looking looking = {nodes, false};
    enum loom_database_status status = loom_stored_node_each(database, look_at, &looking);
    *alive = looking.alive;
    return status;
}

/* ---- the lease ------------------------------------------------------------------------------- */

/* The row is a copy: the loop changes the node meanwhile. */
struct job {
    struct loom_nodes *nodes;
    struct loom_stored_node row;
    char name[LOOM_NODES_NAME_SIZE];
    char server[16];
    char uri[LOOM_NODES_URI_SIZE];
};

static enum loom_database_status run_renew(struct loom_database *database, void *data)
{
    return loom_stored_node_renew(database, &((const struct job *)data)->row);
}

static enum loom_database_status run_leave(struct loom_database *database, void *data)
{
    return loom_stored_node_leave(database, &((const struct job *)data)->row);
}

static void renewed(void *data, enum loom_database_status status)
{
    struct job *job = data;
    struct loom_nodes *nodes = job->nodes;
    nodes->posted = false;
    if (status == LOOM_DATABASE_OK) {
        nodes->expires = job->row.expires;
    }
    nodes->replaced = nodes->replaced || status == LOOM_DATABASE_CONFLICT;
    free(job);
}

static void left(void *data, enum loom_database_status status)
{
    (void)status; /* if it is not stored, the lease ends by itself */
    free(data);
}

static bool post(struct loom_nodes *nodes,
                 enum loom_database_status (*run)(struct loom_database *database, void *data),
                 void (*done)(void *data, enum loom_database_status status))
{
    struct job *job = malloc(sizeof *job);
    const struct loom_writer_job posted = {.run = run, .done = done, .data = job};
    if (job == NULL) {
        return false;
    }
    job->nodes = nodes;
    job->row = row_of(nodes);
    memcpy(job->name, nodes->name, sizeof job->name);
    memcpy(job->server, nodes->server, sizeof job->server);
    memcpy(job->uri, nodes->uri, sizeof job->uri);
    job->row.name.data = job->name;
    job->row.server.data = job->server;
    job->row.uri.data = job->uri;
    if (loom_writer_post(nodes->writer, &posted) == 0) {
        free(job);
        return false;
    }
    return true;
}

/* ---- all of them ----------------------------------------------------------------------------- */

struct list {
    const struct loom_nodes *nodes;
    loom_nodes_listener *listener;
    void *user;
    int64_t now;
    struct loom_nodes_row *rows;
    size_t count;
    size_t room;
};

static void put(char *to, size_t size, struct loom_text text)
{
    (void)snprintf(to, size, "%.*s", (int)text.length, text.length > 0 ? text.data : "");
}

static bool list_one(void *user, const struct loom_stored_node *node)
{
    struct list *list = user;
    if (!loom_text_is(node->server, list->nodes->server)) {
        return true;
    }
    if (list->count == list->room) {
        size_t room = list->room == 0 ? 8 : 2 * list->room;
        struct loom_nodes_row *rows = realloc(list->rows, room * sizeof *rows);
        if (rows == NULL) {
            return false;
        }
        list->rows = rows;
        list->room = room;
    }
    struct loom_nodes_row *row = &list->rows[list->count++];
    put(row->name, sizeof row->name, node->name);
    put(row->uri, sizeof row->uri, node->uri);
    row->number = (unsigned)node->number;
    row->alive = node->expires > list->now;
    row->started = node->started;
    row->heard = node->heard;
    return true;
}

static enum loom_database_status run_list(struct loom_database *database, void *data)
{
    struct list *list = data;
    list->count = 0;
    enum loom_database_status status = loom_stored_node_each(database, list_one, list);
    for (size_t i = 0; i < list->count && status == LOOM_DATABASE_OK; i++) {
        status = loom_stored_registration_count(database, loom_string_text(list->rows[i].name),
                                                &list->rows[i].registrations);
    }
    return status;
}

static void listed(void *data, enum loom_database_status status)
{
    struct list *list = data;
    list->listener(list->user, list->rows, list->count, status == LOOM_DATABASE_OK);
    free(list->rows);
    free(list);
}

bool loom_nodes_list(const struct loom_nodes *nodes, struct loom_writer *reader,
                     loom_nodes_listener *listener, void *user)
{
    struct list *list = calloc(1, sizeof *list);
    const struct loom_writer_job posted = {.run = run_list, .done = listed, .data = list};
    if (list == NULL) {
        return false;
    }
    *list = (struct list){nodes, listener, user, now_of(nodes), NULL, 0, 0};
    if (reader == NULL || loom_writer_post(reader, &posted) == 0) {
        free(list);
        return false;
    }
    return true;
}

/* ---- in the loop ----------------------------------------------------------------------------- */

void loom_nodes_write(struct loom_nodes *nodes, struct loom_writer *writer, const char *uri)
{
    nodes->writer = writer;
    (void)snprintf(nodes->uri, sizeof nodes->uri, "%s", uri);
    nodes->due = writer == NULL || !loom_nodes_is_one(nodes) ? INT64_MAX : now_of(nodes);
}

void loom_nodes_step(struct loom_nodes *nodes)
{
    int64_t now = now_of(nodes);
    if (now >= nodes->due) {
        nodes->due = now + LOOM_NODES_RENEW_MS;
        nodes->posted = nodes->posted || post(nodes, run_renew, renewed);
    }
}

int64_t loom_nodes_deadline(const struct loom_nodes *nodes)
{
    return nodes->due;
}

bool loom_nodes_replaced(const struct loom_nodes *nodes)
{
    return nodes->replaced;
}

int64_t loom_nodes_lease(const struct loom_nodes *nodes)
{
    int64_t now = now_of(nodes);
    return nodes->expires > now ? nodes->expires - now : 0;
}

void loom_nodes_leave(struct loom_nodes *nodes)
{
    if (nodes->due != INT64_MAX) {
        nodes->due = INT64_MAX;
        if (!nodes->replaced) {
            (void)post(nodes, run_leave, left);
        }
    }
}
