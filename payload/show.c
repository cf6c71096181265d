/* SPDX-License-Identifier: Apache-2.0 */
#include "payload.h"

#include "loom/json_line.h"

/* ---- for people ------------------------------------------------------------------------------ */

static void show_name(const struct payload_known *known, const struct loom_path *path, FILE *file)
{
    const struct loomc_object *object =
        path->depth == 0 ? NULL : payload_object(known, path->id[LOOM_OBJECT_ID]);
    const struct loomc_resource *resource =
        object == NULL || path->depth < 3
            ? NULL
            : loomc_object_resource(object, path->id[LOOM_RESOURCE_ID]);
    if (object != NULL) {
        (void)fprintf(file, "  %s", object->name);
    }
    if (resource != NULL) {
        (void)fprintf(file, ", %s", resource->name);
    }
}

static void show_value(const struct payload_known *known, const struct payload_item *item,
                       FILE *file)
{
    struct loom_json json = {.file = file};
    const struct loomc_object *object = payload_object(known, item->path.id[LOOM_OBJECT_ID]);
    const struct loomc_resource *resource =
        object == NULL ? NULL : loomc_object_resource(object, item->path.id[LOOM_RESOURCE_ID]);
    loom_json_value(&json, NULL, &item->value);
    if (resource != NULL && resource->units[0] != '\0') {
        (void)fprintf(file, " %s", resource->units);
    }
}

void payload_show(const struct payload *payload, const struct payload_known *known, FILE *file)
{
    for (size_t i = 0; i < payload->count; i++) {
        const struct payload_item *item = &payload->items[i];
        char room[64];
        struct loom_output out = loom_output(room, sizeof room);
        loom_put_path(&out, &item->path);
        (void)fprintf(file, "%.*s", (int)out.length, room);
        show_name(known, &item->path, file);
        if (item->kind == PAYLOAD_VALUE) {
            (void)fputs(" = ", file);
            show_value(known, item, file);
        } else if (item->kind != PAYLOAD_NAME) {
            (void)fputs(item->kind == PAYLOAD_DELETED ? " is deleted" : " has no instances", file);
        }
        if (item->time != 0) {
            out = loom_output(room, sizeof room);
            loom_put_float(&out, item->time);
            (void)fprintf(file, " at %.*s s", (int)out.length, room);
        }
        (void)fputc('\n', file);
    }
}

/* ---- for programs ---------------------------------------------------------------------------- */

void payload_list(const struct payload *payload, FILE *file)
{
    struct loom_json json = {.file = file};
    loom_json_begin_array(&json, NULL);
    for (size_t i = 0; i < payload->count; i++) {
        const struct payload_item *item = &payload->items[i];
        loom_json_begin_object(&json, NULL);
        loom_json_path(&json, "path", &item->path);
        loom_json_string(&json, "type", payload_type_name(item->value.type));
        loom_json_value(&json, "value", &item->value);
        if (item->time != 0) {
            loom_json_float(&json, "time", item->time);
        }
        loom_json_end_object(&json);
    }
    loom_json_end_array(&json);
    (void)fputc('\n', file);
}
