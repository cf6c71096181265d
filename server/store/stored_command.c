/* SPDX-License-Identifier: Apache-2.0 */
#include "store/stored_command.h"

#define COMMAND                                                                                    \
    "id, endpoint, operation, body, who, priority, state, code, failure, attempts, created,"       \
    " expires, changed, ended, result, node"
#define COMMAND_COUNT 16u
#define COMMANDS      "SELECT " COMMAND " FROM commands"

static const struct loom_statement add_command = {
    "INSERT INTO commands (" COMMAND ", wanted)"
    " SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,"
    " (SELECT r.node FROM registrations r WHERE r.endpoint = $2 AND r.node <> $16)"
    " RETURNING wanted"};
static const struct loom_statement save_command = {
    "UPDATE commands SET state = $3, code = $4, failure = $5, attempts = $6, expires = $7,"
    " changed = $8, ended = $9, result = $10"
    " WHERE id = $1 AND node = $2 AND wanted IS NULL AND (ended = 0 OR state = $3)"};
static const struct loom_statement cancel_command = {
    "UPDATE commands SET state = 'cancelled', ended = 1, changed = $2, wanted = NULL"
    " WHERE id = $1 AND ended = 0 AND state = 'queued'"};
static const struct loom_statement each_command = {
    COMMANDS " WHERE ended = 0 AND node = $1 AND wanted IS NULL ORDER BY id"};
static const struct loom_statement adopt_unnamed = {
    "UPDATE commands SET node = $1 WHERE ended = 0 AND node = ''"};
static const struct loom_statement adopt_all = {
    "UPDATE commands SET node = $1, wanted = NULL"
    " WHERE ended = 0 AND (node <> '' OR wanted IS NOT NULL)"};
#define CLAIM "UPDATE commands SET node = $1, wanted = NULL WHERE ended = 0 AND "
static const struct loom_statement claim_wanted = {
    CLAIM "wanted = $1 AND id IN"
          " (SELECT id FROM commands WHERE wanted = $1 ORDER BY id LIMIT $2) RETURNING " COMMAND};
static const struct loom_statement claim_of = {
    CLAIM "endpoint = $2 AND (node <> $1 OR wanted IS NOT NULL) RETURNING " COMMAND};
static const struct loom_statement claim_all = {
    CLAIM "(node <> $1 OR wanted IS NOT NULL) AND id IN"
          " (SELECT c.id FROM commands c JOIN registrations r ON r.endpoint = c.endpoint"
          " WHERE c.ended = 0 AND r.node = $1 AND (c.node <> $1 OR c.wanted IS NOT NULL)"
          " LIMIT $2) RETURNING " COMMAND};
static const struct loom_statement find_command = {COMMANDS " WHERE id = $1"};
static const struct loom_statement page_commands = {
    COMMANDS " WHERE endpoint = $1 AND (created, id) < ($2, $3)"
             " ORDER BY created DESC, id DESC LIMIT $4"};
static const struct loom_statement prune_commands = {
    "DELETE FROM commands WHERE (ended = 1 AND changed < $1) OR"
    " (ended = 0 AND changed < $1 AND expires < $1)"};

/* Not by a constraint: a request may be longer than what PostgreSQL has in an index. */
static const struct loom_statement find_wish = {
    "SELECT id FROM wishes WHERE scope = $1 AND name = $2 AND request = $3"};
static const struct loom_statement add_wish = {
    "INSERT INTO wishes (scope, name, request, created) VALUES ($1, $2, $3, $4) RETURNING id"};
static const struct loom_statement remove_wish = {"DELETE FROM wishes WHERE id = $1"};
static const struct loom_statement each_wish = {
    "SELECT id, scope, name, request, created FROM wishes ORDER BY id"};

#define EVENTS "SELECT number, time, kind, endpoint, document FROM events"

static const struct loom_statement add_event = {
    "INSERT INTO events (number, time, kind, endpoint, document) VALUES ($1, $2, $3, $4, $5)"};
static const struct loom_statement events_after = {EVENTS
                                                   " WHERE number > $1 ORDER BY number LIMIT $2"};
static const struct loom_statement events_after_of = {
    EVENTS " WHERE number > $1 AND endpoint = $3 ORDER BY number LIMIT $2"};
/* As the index events_by_node has it. */
static const struct loom_statement events_of_node = {
    EVENTS " WHERE ((number >> 11) & 1023) = $1 AND number > $2 ORDER BY number LIMIT $3"};
static const struct loom_statement events_before = {
    EVENTS " WHERE number < $1 ORDER BY number DESC LIMIT $2"};
static const struct loom_statement events_before_of = {
    EVENTS " WHERE number < $1 AND endpoint = $3 ORDER BY number DESC LIMIT $2"};
static const struct loom_statement last_event = {
    "SELECT number FROM events ORDER BY number DESC LIMIT 1"};
static const struct loom_statement prune_events = {
    "DELETE FROM events WHERE number IN"
    " (SELECT number FROM events WHERE time < $1 ORDER BY time LIMIT $2)"};

static bool take_number(void *user, const struct loom_database_value *columns, size_t count)
{
    (void)count;
    *(int64_t *)user = loom_database_as_integer(&columns[0]);
    return true;
}

/* A page: of all devices, or of one. */
static enum loom_database_status run_page(struct loom_database *database,
                                          const struct loom_statement *all,
                                          const struct loom_statement *of,
                                          struct loom_text endpoint, int64_t number, size_t limit,
                                          loom_database_row *row, void *user)
{
    struct loom_database_value values[] = {loom_database_integer(number),
                                           loom_database_integer((int64_t)limit),
                                           loom_database_text(endpoint)};
    return endpoint.data == NULL ? loom_database_run(database, all, values, 2, row, user)
                                 : loom_database_run(database, of, values, 3, row, user);
}

/* ---- commands -------------------------------------------------------------------------------- */

static bool is_wanted(void *user, const struct loom_database_value *columns, size_t count)
{
    (void)count;
    *(bool *)user = columns[0].type != LOOM_DATABASE_NULL;
    return true;
}

enum loom_database_status loom_stored_command_add(struct loom_database *database,
                                                  const struct loom_stored_command *command,
                                                  bool *elsewhere)
{
    struct loom_database_value values[COMMAND_COUNT] = {
        loom_database_integer(command->id),
        loom_database_text(command->endpoint),
        loom_database_text(command->operation),
        loom_database_text(command->body),
        loom_database_text(command->who),
        loom_database_integer(command->priority),
        loom_database_text(command->state),
        loom_database_integer(command->code),
        loom_database_text_or_null(command->failure),
        loom_database_integer(command->attempts),
        loom_database_integer(command->created),
        loom_database_integer(command->expires),
        loom_database_integer(command->changed),
        loom_database_integer(command->ended),
        loom_database_text_or_null(command->result),
        loom_database_text(command->node),
    };
    *elsewhere = false;
    return loom_database_run(database, &add_command, values, COMMAND_COUNT, is_wanted, elsewhere);
}

enum loom_database_status loom_stored_command_save(struct loom_database *database,
                                                   const struct loom_stored_command *command)
{
    struct loom_database_value values[] = {
        loom_database_integer(command->id),           loom_database_text(command->node),
        loom_database_text(command->state),           loom_database_integer(command->code),
        loom_database_text_or_null(command->failure), loom_database_integer(command->attempts),
        loom_database_integer(command->expires),      loom_database_integer(command->changed),
        loom_database_integer(command->ended),        loom_database_text_or_null(command->result),
    };
    return loom_database_run(database, &save_command, values, 10, NULL, NULL);
}

enum loom_database_status loom_stored_command_cancel(struct loom_database *database, int64_t id,
                                                     int64_t now)
{
    struct loom_database_value values[] = {loom_database_integer(id), loom_database_integer(now)};
    return loom_database_run(database, &cancel_command, values, 2, NULL, NULL);
}

struct command_visit {
    loom_stored_command_visitor *visit;
    void *user;
};

static bool show_command(void *user, const struct loom_database_value *columns, size_t count)
{
    const struct command_visit *visit = user;
    struct loom_stored_command command = {
        .id = loom_database_as_integer(&columns[0]),
        .endpoint = loom_database_as_text(&columns[1]),
        .operation = loom_database_as_text(&columns[2]),
        .body = loom_database_as_text(&columns[3]),
        .who = loom_database_as_text(&columns[4]),
        .priority = loom_database_as_integer(&columns[5]),
        .state = loom_database_as_text(&columns[6]),
        .code = loom_database_as_integer(&columns[7]),
        .failure = loom_database_as_text(&columns[8]),
        .attempts = loom_database_as_integer(&columns[9]),
        .created = loom_database_as_integer(&columns[10]),
        .expires = loom_database_as_integer(&columns[11]),
        .changed = loom_database_as_integer(&columns[12]),
        .ended = loom_database_as_integer(&columns[13]) != 0,
        .result = loom_database_as_text(&columns[14]),
        .node = loom_database_as_text(&columns[15]),
    };
    (void)count;
    return visit->visit(visit->user, &command);
}

enum loom_database_status loom_stored_command_each(struct loom_database *database,
                                                   struct loom_text node,
                                                   loom_stored_command_visitor *visit, void *user)
{
    struct command_visit one = {visit, user};
    struct loom_database_value value = loom_database_text(node);
    return loom_database_run(database, &each_command, &value, 1, show_command, &one);
}

enum loom_database_status loom_stored_command_adopt(struct loom_database *database,
                                                    struct loom_text node)
{
    struct loom_database_value value = loom_database_text(node);
    return loom_database_run(database, node.length > 0 ? &adopt_unnamed : &adopt_all, &value, 1,
                             NULL, NULL);
}

static enum loom_database_status claim(struct loom_database *database,
                                       const struct loom_statement *statement,
                                       struct loom_text node, struct loom_database_value which,
                                       loom_stored_command_visitor *visit, void *user)
{
    struct command_visit one = {visit, user};
    struct loom_database_value values[] = {loom_database_text(node), which};
    return loom_database_run(database, statement, values, 2, show_command, &one);
}

enum loom_database_status loom_stored_command_claim(struct loom_database *database,
                                                    struct loom_text node, size_t limit,
                                                    loom_stored_command_visitor *visit, void *user)
{
    return claim(database, &claim_wanted, node, loom_database_integer((int64_t)limit), visit, user);
}

enum loom_database_status loom_stored_command_claim_of(struct loom_database *database,
                                                       struct loom_text node,
                                                       struct loom_text endpoint,
                                                       loom_stored_command_visitor *visit,
                                                       void *user)
{
    return claim(database, &claim_of, node, loom_database_text(endpoint), visit, user);
}

enum loom_database_status loom_stored_command_claim_all(struct loom_database *database,
                                                        struct loom_text node, size_t limit,
                                                        loom_stored_command_visitor *visit,
                                                        void *user)
{
    return claim(database, &claim_all, node, loom_database_integer((int64_t)limit), visit, user);
}

enum loom_database_status loom_stored_command_find(struct loom_database *database, int64_t id,
                                                   loom_stored_command_visitor *visit, void *user)
{
    struct command_visit one = {visit, user};
    struct loom_database_value value = loom_database_integer(id);
    return loom_database_run(database, &find_command, &value, 1, show_command, &one);
}

enum loom_database_status loom_stored_command_page(struct loom_database *database,
                                                   struct loom_text endpoint,
                                                   const struct loom_stored_command_place *place,
                                                   size_t limit, loom_stored_command_visitor *visit,
                                                   void *user)
{
    struct command_visit one = {visit, user};
    struct loom_database_value values[] = {
        loom_database_text(endpoint),
        loom_database_integer(place == NULL ? INT64_MAX : place->created),
        loom_database_integer(place == NULL ? INT64_MAX : place->id),
        loom_database_integer((int64_t)limit)};
    return loom_database_run(database, &page_commands, values, 4, show_command, &one);
}

enum loom_database_status loom_stored_command_prune(struct loom_database *database, int64_t before)
{
    struct loom_database_value value = loom_database_integer(before);
    return loom_database_run(database, &prune_commands, &value, 1, NULL, NULL);
}

/* ---- wished observations --------------------------------------------------------------------- */

enum loom_database_status loom_stored_wish_save(struct loom_database *database,
                                                const struct loom_stored_wish *wish, int64_t *id)
{
    struct loom_database_value values[] = {
        loom_database_text(wish->scope), loom_database_text(wish->name),
        loom_database_text(wish->request), loom_database_integer(wish->created)};
    *id = 0;
    enum loom_database_status status =
        loom_database_run(database, &find_wish, values, 3, take_number, id);
    return status != LOOM_DATABASE_OK || *id != 0
               ? status
               : loom_database_run(database, &add_wish, values, 4, take_number, id);
}

enum loom_database_status loom_stored_wish_remove(struct loom_database *database, int64_t id)
{
    struct loom_database_value value = loom_database_integer(id);
    return loom_database_run(database, &remove_wish, &value, 1, NULL, NULL);
}

struct wish_visit {
    loom_stored_wish_visitor *visit;
    void *user;
};

static bool show_wish(void *user, const struct loom_database_value *columns, size_t count)
{
    const struct wish_visit *visit = user;
    struct loom_stored_wish wish = {
        .id = loom_database_as_integer(&columns[0]),
        .scope = loom_database_as_text(&columns[1]),
        .name = loom_database_as_text(&columns[2]),
        .request = loom_database_as_text(&columns[3]),
        .created = loom_database_as_integer(&columns[4]),
    };
    (void)count;
    return visit->visit(visit->user, &wish);
}

enum loom_database_status loom_stored_wish_each(struct loom_database *database,
                                                loom_stored_wish_visitor *visit, void *user)
{
    struct wish_visit one = {visit, user};
    return loom_database_run(database, &each_wish, NULL, 0, show_wish, &one);
}

/* ---- events ---------------------------------------------------------------------------------- */

enum loom_database_status loom_stored_event_add(struct loom_database *database,
                                                const struct loom_stored_event *event)
{
    struct loom_database_value values[] = {
        loom_database_integer(event->number), loom_database_integer(event->time),
        loom_database_text(event->kind), loom_database_text_or_null(event->endpoint),
        loom_database_text(event->document)};
    return loom_database_run(database, &add_event, values, 5, NULL, NULL);
}

struct event_visit {
    loom_stored_event_visitor *visit;
    void *user;
};

static bool show_event(void *user, const struct loom_database_value *columns, size_t count)
{
    const struct event_visit *visit = user;
    struct loom_stored_event event = {
        .number = loom_database_as_integer(&columns[0]),
        .time = loom_database_as_integer(&columns[1]),
        .kind = loom_database_as_text(&columns[2]),
        .endpoint = loom_database_as_text(&columns[3]),
        .document = loom_database_as_text(&columns[4]),
    };
    (void)count;
    return visit->visit(visit->user, &event);
}

enum loom_database_status loom_stored_event_after(struct loom_database *database,
                                                  struct loom_text endpoint, int64_t number,
                                                  size_t limit, loom_stored_event_visitor *visit,
                                                  void *user)
{
    struct event_visit one = {visit, user};
    return run_page(database, &events_after, &events_after_of, endpoint, number, limit, show_event,
                    &one);
}

enum loom_database_status loom_stored_event_of_node(struct loom_database *database, unsigned node,
                                                    int64_t number, size_t limit,
                                                    loom_stored_event_visitor *visit, void *user)
{
    struct event_visit one = {visit, user};
    struct loom_database_value values[] = {loom_database_integer(node),
                                           loom_database_integer(number),
                                           loom_database_integer((int64_t)limit)};
    return loom_database_run(database, &events_of_node, values, 3, show_event, &one);
}

enum loom_database_status loom_stored_event_before(struct loom_database *database,
                                                   struct loom_text endpoint, int64_t number,
                                                   size_t limit, loom_stored_event_visitor *visit,
                                                   void *user)
{
    struct event_visit one = {visit, user};
    return run_page(database, &events_before, &events_before_of, endpoint,
                    number == 0 ? INT64_MAX : number, limit, show_event, &one);
}

enum loom_database_status loom_stored_event_last(struct loom_database *database, int64_t *last)
{
    *last = 0;
    return loom_database_run(database, &last_event, NULL, 0, take_number, last);
}

enum loom_database_status loom_stored_event_prune(struct loom_database *database, int64_t before,
                                                  size_t limit)
{
    struct loom_database_value values[] = {loom_database_integer(before),
                                           loom_database_integer((int64_t)limit)};
    return loom_database_run(database, &prune_events, values, 2, NULL, NULL);
}
