/* SPDX-License-Identifier: Apache-2.0 */
#include "store/stored_image.h"

#define COLUMNS "node, name, size, modified, sha256, version, model, who, created"
#define COUNT   9u

static const struct loom_statement save = {
    "INSERT INTO images (" COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    " ON CONFLICT (node, name) DO UPDATE SET size = excluded.size, modified = excluded.modified,"
    " sha256 = excluded.sha256, version = excluded.version, model = excluded.model,"
    " who = excluded.who, created = excluded.created"};
static const struct loom_statement remove_one = {
    "DELETE FROM images WHERE node = $1 AND name = $2"};
static const struct loom_statement each = {"SELECT " COLUMNS
                                           " FROM images WHERE node = $1 ORDER BY name"};

enum loom_database_status loom_stored_image_save(struct loom_database *database,
                                                 const struct loom_stored_image *image)
{
    const struct loom_database_value values[COUNT] = {
        loom_database_text(image->node),       loom_database_text(image->name),
        loom_database_integer(image->size),    loom_database_integer(image->modified),
        loom_database_bytes(image->sha256),    loom_database_text(image->version),
        loom_database_text(image->model),      loom_database_text(image->who),
        loom_database_integer(image->created),
    };
    return loom_database_run(database, &save, values, COUNT, NULL, NULL);
}

enum loom_database_status loom_stored_image_remove(struct loom_database *database,
                                                   struct loom_text node, struct loom_text name)
{
    const struct loom_database_value values[] = {loom_database_text(node),
                                                 loom_database_text(name)};
    return loom_database_run(database, &remove_one, values, 2, NULL, NULL);
}

struct visit {
    loom_stored_image_visitor *visit;
    void *user;
};

static bool show(void *user, const struct loom_database_value *columns, size_t count)
{
    const struct visit *visit = user;
    struct loom_stored_image image = {
        .node = loom_database_as_text(&columns[0]),
        .name = loom_database_as_text(&columns[1]),
        .size = loom_database_as_integer(&columns[2]),
        .modified = loom_database_as_integer(&columns[3]),
        .sha256 = loom_database_as_bytes(&columns[4]),
        .version = loom_database_as_text(&columns[5]),
        .model = loom_database_as_text(&columns[6]),
        .who = loom_database_as_text(&columns[7]),
        .created = loom_database_as_integer(&columns[8]),
    };
    (void)count;
    return visit->visit(visit->user, &image);
}

enum loom_database_status loom_stored_image_each(struct loom_database *database,
                                                 struct loom_text node,
                                                 loom_stored_image_visitor *visit, void *user)
{
    struct visit one = {visit, user};
    const struct loom_database_value value = loom_database_text(node);
    return loom_database_run(database, &each, &value, 1, show, &one);
}
