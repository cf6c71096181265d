/* SPDX-License-Identifier: Apache-2.0 */
#include "store/stored_registration.h"

#define COLUMNS                                                                                    \
    "endpoint, location, node, address, identity, lifetime, lwm2m, binding, queue_mode, sms,"      \
    " alternate_path, links, registered, last_seen, updated"
#define COLUMN_COUNT 15u

static const struct loom_statement replace = {
    "INSERT INTO registrations (" COLUMNS ")"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
    " ON CONFLICT (endpoint) DO UPDATE SET location = excluded.location, node = excluded.node,"
    " address = excluded.address, identity = excluded.identity, lifetime = excluded.lifetime,"
    " lwm2m = excluded.lwm2m, binding = excluded.binding, queue_mode = excluded.queue_mode,"
    " sms = excluded.sms, alternate_path = excluded.alternate_path, links = excluded.links,"
    " registered = excluded.registered, last_seen = excluded.last_seen,"
    " updated = excluded.updated"};
/* What is meant for a registration of one node never changes that of another. */
#define ITS_OWN " WHERE endpoint = $1 AND location = $2 AND node = $3"
static const struct loom_statement update = {
    "UPDATE registrations SET address = $4, identity = $5, lifetime = $6, lwm2m = $7,"
    " binding = $8, queue_mode = $9, sms = $10, alternate_path = $11, links = $12,"
    " registered = $13, last_seen = $14, updated = $15" ITS_OWN};
static const struct loom_statement heard = {
    "UPDATE registrations SET address = $4, last_seen = $5, updated = $6" ITS_OWN};
static const struct loom_statement remove_one = {"DELETE FROM registrations" ITS_OWN};
static const struct loom_statement take = {
    "UPDATE registrations SET node = $4" ITS_OWN
    " AND NOT EXISTS (SELECT 1 FROM nodes WHERE server = 'management' AND name = $3 AND"
    " expires > $5)"};
static const struct loom_statement at_location = {"SELECT " COLUMNS
                                                  " FROM registrations WHERE location = $1"};
static const struct loom_statement of_node = {"SELECT " COLUMNS
                                              " FROM registrations WHERE node = $1"};
static const struct loom_statement of_all = {"SELECT " COLUMNS " FROM registrations"};
static const struct loom_statement of_endpoint = {"SELECT " COLUMNS
                                                  " FROM registrations WHERE endpoint = $1"};
static const struct loom_statement adopt_unnamed = {
    "UPDATE registrations SET node = $1 WHERE node = ''"};
static const struct loom_statement adopt_all = {
    "UPDATE registrations SET node = $1 WHERE node <> ''"};
static const struct loom_statement count_of_node = {
    "SELECT COUNT(*) FROM registrations WHERE node = $1"};
static const struct loom_statement count_of_all = {"SELECT COUNT(*) FROM registrations"};

/* An observation counts while its registration has the location that it had then. So to register
 * anew is one statement; what it leaves behind goes with the next observation, or with the
 * registration. */
static const struct loom_statement observe = {
    "INSERT INTO observations (endpoint, location, token, request, created)"
    " SELECT endpoint, location, $4, $5, $6 FROM registrations" ITS_OWN
    " ON CONFLICT (endpoint, token) DO UPDATE SET location = excluded.location,"
    " request = excluded.request, created = excluded.created"};
static const struct loom_statement drop_old = {
    "DELETE FROM observations WHERE endpoint = $1 AND location <> $2"};
static const struct loom_statement forget = {
    "DELETE FROM observations WHERE endpoint = $1 AND token = $2 AND EXISTS"
    " (SELECT 1 FROM registrations r WHERE r.endpoint = $1 AND r.node = $3)"};
#define OBSERVATIONS                                                                               \
    "SELECT o.endpoint, o.token, o.request, o.created FROM observations o"                         \
    " JOIN registrations r ON r.endpoint = o.endpoint AND r.location = o.location"
#define ORDER " ORDER BY o.endpoint, o.created, o.token"
static const struct loom_statement observed_at_node = {OBSERVATIONS " WHERE r.node = $1" ORDER};
static const struct loom_statement observed_at_all = {OBSERVATIONS ORDER};
static const struct loom_statement observed_of = {OBSERVATIONS " WHERE r.endpoint = $1" ORDER};

/* ---- registrations --------------------------------------------------------------------------- */

static void write_columns(const struct loom_stored_registration *registration,
                          struct loom_database_value values[COLUMN_COUNT])
{
    struct loom_database_value *at = values;
    *at++ = loom_database_text(registration->endpoint);
    *at++ = loom_database_text(registration->location);
    *at++ = loom_database_text(registration->node);
    *at++ = loom_database_text(registration->address);
    *at++ = loom_database_bytes_or_null(registration->identity);
    *at++ = loom_database_integer(registration->lifetime);
    *at++ = loom_database_integer(registration->lwm2m);
    *at++ = loom_database_text(registration->binding);
    *at++ = loom_database_integer(registration->queue_mode);
    *at++ = loom_database_text_or_null(registration->sms);
    *at++ = loom_database_text_or_null(registration->alternate_path);
    *at++ = loom_database_text(registration->links);
    *at++ = loom_database_integer(registration->registered);
    *at++ = loom_database_integer(registration->last_seen);
    *at++ = loom_database_integer(registration->updated);
}

enum loom_database_status
loom_stored_registration_replace(struct loom_database *database,
                                 const struct loom_stored_registration *registration)
{
    struct loom_database_value values[COLUMN_COUNT];
    write_columns(registration, values);
    return loom_database_run(database, &replace, values, COLUMN_COUNT, NULL, NULL);
}

enum loom_database_status
loom_stored_registration_update(struct loom_database *database,
                                const struct loom_stored_registration *registration)
{
    struct loom_database_value values[COLUMN_COUNT];
    write_columns(registration, values);
    return loom_database_run(database, &update, values, COLUMN_COUNT, NULL, NULL);
}

enum loom_database_status
loom_stored_registration_heard(struct loom_database *database,
                               const struct loom_stored_registration *registration)
{
    struct loom_database_value values[] = {loom_database_text(registration->endpoint),
                                           loom_database_text(registration->location),
                                           loom_database_text(registration->node),
                                           loom_database_text(registration->address),
                                           loom_database_integer(registration->last_seen),
                                           loom_database_integer(registration->updated)};
    return loom_database_run(database, &heard, values, 6, NULL, NULL);
}

enum loom_database_status
loom_stored_registration_remove(struct loom_database *database,
                                const struct loom_stored_registration *registration)
{
    struct loom_database_value values[] = {loom_database_text(registration->endpoint),
                                           loom_database_text(registration->location),
                                           loom_database_text(registration->node)};
    return loom_database_run(database, &remove_one, values, 3, NULL, NULL);
}

enum loom_database_status
loom_stored_registration_take(struct loom_database *database,
                              const struct loom_stored_registration *registration,
                              struct loom_text node, int64_t now)
{
    struct loom_database_value values[] = {loom_database_text(registration->endpoint),
                                           loom_database_text(registration->location),
                                           loom_database_text(registration->node),
                                           loom_database_text(node), loom_database_integer(now)};
    return loom_database_run(database, &take, values, 5, NULL, NULL);
}

struct registration_visit {
    loom_stored_registration_visitor *visit;
    void *user;
};

static bool show_registration(void *user, const struct loom_database_value *columns, size_t count)
{
    const struct registration_visit *visit = user;
    struct loom_stored_registration registration = {
        .endpoint = loom_database_as_text(&columns[0]),
        .location = loom_database_as_text(&columns[1]),
        .node = loom_database_as_text(&columns[2]),
        .address = loom_database_as_text(&columns[3]),
        .identity = loom_database_as_bytes(&columns[4]),
        .lifetime = (uint32_t)loom_database_as_integer(&columns[5]),
        .lwm2m = (uint16_t)loom_database_as_integer(&columns[6]),
        .binding = loom_database_as_text(&columns[7]),
        .queue_mode = loom_database_as_integer(&columns[8]) != 0,
        .sms = loom_database_as_text(&columns[9]),
        .alternate_path = loom_database_as_text(&columns[10]),
        .links = loom_database_as_text(&columns[11]),
        .registered = loom_database_as_integer(&columns[12]),
        .last_seen = loom_database_as_integer(&columns[13]),
        .updated = loom_database_as_integer(&columns[14]),
    };
    (void)count;
    return visit->visit(visit->user, &registration);
}

/* One of two statements, by whether a node is named. */
static enum loom_database_status run_for(struct loom_database *database, struct loom_text node,
                                         const struct loom_statement *one,
                                         const struct loom_statement *all, loom_database_row *row,
                                         void *user)
{
    struct loom_database_value value = loom_database_text(node);
    return node.data == NULL ? loom_database_run(database, all, NULL, 0, row, user)
                             : loom_database_run(database, one, &value, 1, row, user);
}

enum loom_database_status loom_stored_registration_each(struct loom_database *database,
                                                        struct loom_text node,
                                                        loom_stored_registration_visitor *visit,
                                                        void *user)
{
    struct registration_visit one = {visit, user};
    return run_for(database, node, &of_node, &of_all, show_registration, &one);
}

enum loom_database_status loom_stored_registration_find(struct loom_database *database,
                                                        struct loom_text endpoint,
                                                        loom_stored_registration_visitor *visit,
                                                        void *user)
{
    struct registration_visit one = {visit, user};
    struct loom_database_value value = loom_database_text(endpoint);
    return loom_database_run(database, &of_endpoint, &value, 1, show_registration, &one);
}

enum loom_database_status loom_stored_registration_adopt(struct loom_database *database,
                                                         struct loom_text node)
{
    struct loom_database_value value = loom_database_text(node);
    return loom_database_run(database, node.length > 0 ? &adopt_unnamed : &adopt_all, &value, 1,
                             NULL, NULL);
}

enum loom_database_status loom_stored_registration_at(struct loom_database *database,
                                                      struct loom_text location,
                                                      loom_stored_registration_visitor *visit,
                                                      void *user)
{
    struct registration_visit one = {visit, user};
    struct loom_database_value value = loom_database_text(location);
    return loom_database_run(database, &at_location, &value, 1, show_registration, &one);
}

static bool take_count(void *user, const struct loom_database_value *columns, size_t count)
{
    (void)count;
    *(int64_t *)user = loom_database_as_integer(&columns[0]);
    return true;
}

enum loom_database_status loom_stored_registration_count(struct loom_database *database,
                                                         struct loom_text node, int64_t *count)
{
    *count = 0;
    return run_for(database, node, &count_of_node, &count_of_all, take_count, count);
}

/* ---- observations ---------------------------------------------------------------------------- */

struct observation_visit {
    loom_stored_observation_visitor *visit;
    void *user;
};

static bool show_observation(void *user, const struct loom_database_value *columns, size_t count)
{
    const struct observation_visit *visit = user;
    struct loom_stored_observation observation = {
        .endpoint = loom_database_as_text(&columns[0]),
        .token = loom_database_as_bytes(&columns[1]),
        .request = loom_database_as_bytes(&columns[2]),
        .created = loom_database_as_integer(&columns[3]),
    };
    (void)count;
    return visit->visit(visit->user, &observation);
}

enum loom_database_status
loom_stored_observation_save(struct loom_database *database,
                             const struct loom_stored_registration *registration,
                             const struct loom_stored_observation *observation)
{
    struct loom_database_value values[] = {
        loom_database_text(registration->endpoint), loom_database_text(registration->location),
        loom_database_text(registration->node),     loom_database_bytes(observation->token),
        loom_database_bytes(observation->request),  loom_database_integer(observation->created)};
    enum loom_database_status status = loom_database_run(database, &observe, values, 6, NULL, NULL);
    if (status == LOOM_DATABASE_OK && loom_database_changes(database) > 0) {
        status = loom_database_run(database, &drop_old, values, 2, NULL, NULL);
    }
    return status;
}

enum loom_database_status
loom_stored_observation_remove(struct loom_database *database,
                               const struct loom_stored_registration *registration,
                               struct loom_bytes token)
{
    struct loom_database_value values[] = {loom_database_text(registration->endpoint),
                                           loom_database_bytes(token),
                                           loom_database_text(registration->node)};
    return loom_database_run(database, &forget, values, 3, NULL, NULL);
}

enum loom_database_status loom_stored_observation_of(struct loom_database *database,
                                                     struct loom_text endpoint,
                                                     loom_stored_observation_visitor *visit,
                                                     void *user)
{
    struct observation_visit one = {visit, user};
    struct loom_database_value value = loom_database_text(endpoint);
    return loom_database_run(database, &observed_of, &value, 1, show_observation, &one);
}

enum loom_database_status loom_stored_observation_each(struct loom_database *database,
                                                       struct loom_text node,
                                                       loom_stored_observation_visitor *visit,
                                                       void *user)
{
    struct observation_visit one = {visit, user};
    return run_for(database, node, &observed_at_node, &observed_at_all, show_observation, &one);
}
