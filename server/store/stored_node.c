/* SPDX-License-Identifier: Apache-2.0 */
#include "store/stored_node.h"

#define COLUMNS "name, number, server, uri, started, heard, expires"

static const struct loom_statement drop_name = {
    "DELETE FROM nodes WHERE server = $1 AND name = $2 AND (expires <= $3 OR $4 = 1)"};
static const struct loom_statement drop_expired = {
    "DELETE FROM nodes WHERE server = $1 AND expires <= $2"};
static const struct loom_statement numbers = {
    "SELECT number FROM nodes WHERE server = $1 ORDER BY number"};
static const struct loom_statement own_number = {
    "SELECT number FROM nodes WHERE server = $1 AND name = $2"};
static const struct loom_statement join = {"INSERT INTO nodes (" COLUMNS ")"
                                           " VALUES ($1, $2, $3, $4, $5, $6, $7)"};
static const struct loom_statement renew = {"UPDATE nodes SET uri = $3, heard = $5, expires = $6"
                                            " WHERE name = $1 AND server = $2 AND started = $4"};
static const struct loom_statement leave = {
    "DELETE FROM nodes WHERE server = $1 AND name = $2 AND started = $3"};
static const struct loom_statement each = {"SELECT " COLUMNS " FROM nodes ORDER BY server, number"};

static bool find_gap(void *user, const struct loom_database_value *columns, size_t count)
{
    int64_t *free_number = user;
    (void)count;
    if (loom_database_as_integer(&columns[0]) != *free_number) {
        return false;
    }
    ++*free_number;
    return true;
}

static bool take_number(void *user, const struct loom_database_value *columns, size_t count)
{
    (void)count;
    *(int64_t *)user = loom_database_as_integer(&columns[0]);
    return true;
}

/* What is in the way goes; what is then still there is alive. */
static enum loom_database_status clear(struct loom_database *database,
                                       const struct loom_stored_node *node, bool restart)
{
    struct loom_database_value of_name[] = {
        loom_database_text(node->server), loom_database_text(node->name),
        loom_database_integer(node->heard), loom_database_integer(restart)};
    struct loom_database_value of_server[] = {loom_database_text(node->server),
                                              loom_database_integer(node->heard)};
    enum loom_database_status status =
        loom_database_run(database, &drop_name, of_name, 4, NULL, NULL);
    return status == LOOM_DATABASE_OK
               ? loom_database_run(database, &drop_expired, of_server, 2, NULL, NULL)
               : status;
}

static enum loom_database_status add(struct loom_database *database,
                                     const struct loom_stored_node *node)
{
    struct loom_database_value values[] = {
        loom_database_text(node->name),       loom_database_integer(node->number),
        loom_database_text(node->server),     loom_database_text(node->uri),
        loom_database_integer(node->started), loom_database_integer(node->heard),
        loom_database_integer(node->expires)};
    return loom_database_run(database, &join, values, 7, NULL, NULL);
}

enum loom_database_status loom_stored_node_join(struct loom_database *database,
                                                const struct loom_stored_node *node, bool restart,
                                                int64_t numbers_max, int64_t *number)
{
    struct loom_database_value name[] = {loom_database_text(node->server),
                                         loom_database_text(node->name)};
    int64_t before = -1;
    *number = 0;
    /* Its own number once more, if it has one: others may still know it by that. */
    enum loom_database_status status =
        loom_database_run(database, &own_number, name, 2, take_number, &before);
    if (status == LOOM_DATABASE_OK) {
        status = clear(database, node, restart);
    }
    if (status == LOOM_DATABASE_OK && before < 0) {
        status = loom_database_run(database, &numbers, name, 1, find_gap, number);
    } else if (before >= 0) {
        *number = before;
    }
    if (status != LOOM_DATABASE_OK) {
        return status;
    }
    if (*number >= numbers_max) {
        return LOOM_DATABASE_FULL;
    }
    struct loom_stored_node joined = *node;
    joined.number = *number;
    return add(database, &joined);
}

enum loom_database_status loom_stored_node_renew(struct loom_database *database,
                                                 const struct loom_stored_node *node)
{
    struct loom_database_value values[] = {
        loom_database_text(node->name),     loom_database_text(node->server),
        loom_database_text(node->uri),      loom_database_integer(node->started),
        loom_database_integer(node->heard), loom_database_integer(node->expires)};
    enum loom_database_status status = loom_database_run(database, &renew, values, 6, NULL, NULL);
    /* Another one that joined has removed it, as its lease was over; its number may be free. */
    return status == LOOM_DATABASE_OK && loom_database_changes(database) == 0 ? add(database, node)
                                                                              : status;
}

enum loom_database_status loom_stored_node_leave(struct loom_database *database,
                                                 const struct loom_stored_node *node)
{
    struct loom_database_value values[] = {loom_database_text(node->server),
                                           loom_database_text(node->name),
                                           loom_database_integer(node->started)};
    return loom_database_run(database, &leave, values, 3, NULL, NULL);
}

struct visit {
    loom_stored_node_visitor *visit;
    void *user;
};

static bool show(void *user, const struct loom_database_value *columns, size_t count)
{
    const struct visit *visit = user;
    struct loom_stored_node node = {
        .name = loom_database_as_text(&columns[0]),
        .number = loom_database_as_integer(&columns[1]),
        .server = loom_database_as_text(&columns[2]),
        .uri = loom_database_as_text(&columns[3]),
        .started = loom_database_as_integer(&columns[4]),
        .heard = loom_database_as_integer(&columns[5]),
        .expires = loom_database_as_integer(&columns[6]),
    };
    (void)count;
    return visit->visit(visit->user, &node);
}

enum loom_database_status loom_stored_node_each(struct loom_database *database,
                                                loom_stored_node_visitor *visit, void *user)
{
    struct visit one = {visit, user};
    return loom_database_run(database, &each, NULL, 0, show, &one);
}
