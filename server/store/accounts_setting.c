/* SPDX-License-Identifier: Apache-2.0 */
/* Values that a Bootstrap-Write carries, checked against the generated tables. */
#include "store/accounts_reader.h"

#include "common/objects.h"
#include "loom/codec.h"

#include <string.h>

static void put(struct loom_fleet_reader *reader, struct loom_fleet_write *write,
                const struct loom_word *at, const struct loom_fleet_setting *setting)
{
    switch (loom_fleet_write_add(write, setting)) {
    case LOOM_OK:
        break;
    case LOOM_CONFLICT:
        loom_fleet_error(reader, at, "this resource is already set");
        break;
    default:
        loom_fleet_out_of_memory(reader, at);
        break;
    }
}

void loom_fleet_fixed_setting(struct loom_fleet_reader *reader, struct loom_fleet_write *write,
                              const struct loom_word *at, uint16_t resource,
                              const struct loom_value *value)
{
    struct loom_fleet_setting setting = {resource, LOOM_ID_NONE, *value};
    put(reader, write, at, &setting);
}

/* What a Register can carry, and a client takes (rule B-3). */
static bool check_lifetime(struct loom_fleet_reader *reader, const struct loom_fleet_write *write,
                           const struct loom_fleet_line *line,
                           const struct loom_fleet_setting *setting)
{
    bool lifetime = write->path.id[LOOM_OBJECT_ID] == LOOM_ID_SERVER &&
                    setting->resource == LOOM_ID_SERVER_LIFETIME;
    if (!lifetime || (setting->value.as.integer >= 0 && setting->value.as.integer <= UINT32_MAX)) {
        return true;
    }
    loom_fleet_error(reader, &line->value, "a lifetime is 0 to 4294967295 seconds");
    return false;
}

static void read_setting(struct loom_fleet_reader *reader, struct loom_fleet_write *write,
                         const struct loom_fleet_line *line, const struct loom_catalog_entry *entry,
                         uint16_t resource_instance)
{
    struct loom_fleet_setting setting = {entry->row->id, resource_instance, {LOOM_NONE, {0}}};
    bool multiple = (entry->row->access & LOOM_MULTIPLE) != 0;
    if (multiple && resource_instance == LOOM_ID_NONE) {
        loom_fleet_error(reader, &line->key, "\"%s\" has several instances: give one, e.g. %u/0",
                         entry->name, (unsigned)entry->row->id);
    } else if (!multiple && resource_instance != LOOM_ID_NONE) {
        loom_fleet_error(reader, &line->key, "\"%s\" has no resource instances", entry->name);
    } else if (loom_fleet_read_value(reader, &line->value, entry, &setting.value) &&
               check_lifetime(reader, write, line, &setting)) {
        put(reader, write, &line->key, &setting);
    }
}

void loom_fleet_named_setting(struct loom_fleet_reader *reader, struct loom_fleet_write *write,
                              const struct loom_fleet_line *line)
{
    unsigned object = write->path.id[LOOM_OBJECT_ID];
    uint16_t resource_instance = LOOM_ID_NONE;
    uint16_t id;
    struct loom_catalog_entry entry;
    struct loom_word name = line->key;
    struct loom_word rest = line->key;
    (void)loom_word_split(&rest, "/", &name);
    if (rest.text.length > 0 && !loom_text_to_id(rest.text, &resource_instance)) {
        loom_fleet_error(reader, &rest, "expected the id of a resource instance");
        return;
    }
    bool known =
        loom_text_to_id(name.text, &id)
            ? loom_catalog_resource(reader->catalog, (uint16_t)object, id, &entry)
            : loom_catalog_resource_by_name(reader->catalog, (uint16_t)object, name.text, &entry);
    if (!known) {
        loom_fleet_error(reader, &line->key, "object %u has no such resource", object);
        return;
    }
    read_setting(reader, write, line, &entry, resource_instance);
}

static struct loom_fleet_write *resource_write(struct loom_fleet_account *account,
                                               enum loom_fleet_target target,
                                               const struct loom_path *path)
{
    for (size_t i = 0; i < account->write_count; i++) {
        struct loom_fleet_write *write = &account->writes[i];
        if (write->target == target && write->path.depth == 3 &&
            memcmp(write->path.id, path->id, 3 * sizeof path->id[0]) == 0) {
            return write;
        }
    }
    struct loom_fleet_write *write = loom_fleet_account_add_write(account);
    if (write != NULL) {
        write->target = target;
        write->path = loom_path_resource(path->id[0], path->id[1], path->id[2]);
    }
    return write;
}

void loom_fleet_path_setting(struct loom_fleet_reader *reader, enum loom_fleet_target target,
                             const struct loom_path *path, const struct loom_fleet_line *line)
{
    struct loom_catalog_entry entry;
    if (!loom_catalog_resource(reader->catalog, path->id[LOOM_OBJECT_ID],
                               path->id[LOOM_RESOURCE_ID], &entry)) {
        loom_fleet_error(reader, &line->key, "object %u has no resource %u",
                         (unsigned)path->id[LOOM_OBJECT_ID], (unsigned)path->id[LOOM_RESOURCE_ID]);
        return;
    }
    struct loom_fleet_write *write = resource_write(loom_fleet_current(reader), target, path);
    if (write == NULL) {
        loom_fleet_out_of_memory(reader, &line->key);
        return;
    }
    uint16_t resource_instance =
        path->depth == 4 ? path->id[LOOM_RESOURCE_INSTANCE_ID] : (uint16_t)LOOM_ID_NONE;
    read_setting(reader, write, line, &entry, resource_instance);
}
