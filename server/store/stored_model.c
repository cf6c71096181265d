/* SPDX-License-Identifier: Apache-2.0 */
#include "store/stored_model.h"

#define KEY "object = $1 AND major = $2 AND minor = $3"

static const struct loom_statement count_others = {"SELECT count(*) FROM models WHERE NOT (" KEY
                                                   ")"};
static const struct loom_statement put_model = {
    "INSERT INTO models (object, major, minor, name, document, who, created)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7)"
    " ON CONFLICT (object, major, minor) DO UPDATE SET name = excluded.name,"
    " document = excluded.document, who = excluded.who, created = excluded.created"};
static const struct loom_statement remove_model = {"DELETE FROM models WHERE " KEY};
static const struct loom_statement each_model = {
    "SELECT object, major, minor, name, document, who, created FROM models"
    " ORDER BY object, major, minor"};

static bool take_count(void *user, const struct loom_database_value *columns, size_t count)
{
    (void)count;
    *(int64_t *)user = loom_database_as_integer(&columns[0]);
    return true;
}

enum loom_database_status loom_stored_model_save(struct loom_database *database,
                                                 const struct loom_stored_model *model)
{
    struct loom_database_value values[] = {
        loom_database_integer(model->object), loom_database_integer(model->major),
        loom_database_integer(model->minor),  loom_database_text(model->name),
        loom_database_bytes(model->document), loom_database_text(model->who),
        loom_database_integer(model->created)};
    int64_t others = 0;
    enum loom_database_status status =
        loom_database_run(database, &count_others, values, 3, take_count, &others);
    if (status != LOOM_DATABASE_OK) {
        return status;
    }
    return others >= (int64_t)LOOM_STORED_MODELS_MAX
               ? LOOM_DATABASE_CONFLICT
               : loom_database_run(database, &put_model, values, 7, NULL, NULL);
}

enum loom_database_status loom_stored_model_remove(struct loom_database *database, int64_t object,
                                                   int64_t major, int64_t minor)
{
    struct loom_database_value values[] = {
        loom_database_integer(object), loom_database_integer(major), loom_database_integer(minor)};
    return loom_database_run(database, &remove_model, values, 3, NULL, NULL);
}

struct visit {
    loom_stored_model_visitor *visit;
    void *user;
};

static bool show(void *user, const struct loom_database_value *columns, size_t count)
{
    const struct visit *visit = user;
    struct loom_stored_model model = {
        .object = loom_database_as_integer(&columns[0]),
        .major = loom_database_as_integer(&columns[1]),
        .minor = loom_database_as_integer(&columns[2]),
        .name = loom_database_as_text(&columns[3]),
        .document = loom_database_as_bytes(&columns[4]),
        .who = loom_database_as_text(&columns[5]),
        .created = loom_database_as_integer(&columns[6]),
    };
    (void)count;
    return visit->visit(visit->user, &model);
}

enum loom_database_status loom_stored_model_each(struct loom_database *database,
                                                 loom_stored_model_visitor *visit, void *user)
{
    struct visit one = {visit, user};
    return loom_database_run(database, &each_model, NULL, 0, show, &one);
}
