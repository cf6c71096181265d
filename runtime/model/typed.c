/* SPDX-License-Identifier: Apache-2.0 */
/* Typed access: what generated accessors call. */
#include "loom/model.h"

#include <string.h>

static enum loom_status get(const struct loom_model *model, const struct loom_path *path,
                            enum loom_type type, struct loom_value *value)
{
    enum loom_status status = loom_model_read(model, path, value);
    if (status != LOOM_OK) {
        return status;
    }
    return value->type == type ? LOOM_OK : LOOM_BAD_REQUEST;
}

#define LOOM_DEFINE_GET(name, type_id, c_type, member)                                             \
    enum loom_status loom_get_##name(const struct loom_model *model, struct loom_path path,        \
                                     c_type *value)                                                \
    {                                                                                              \
        struct loom_value read;                                                                    \
        enum loom_status status = get(model, &path, type_id, &read);                               \
        if (status == LOOM_OK) {                                                                   \
            *value = read.as.member;                                                               \
        }                                                                                          \
        return status;                                                                             \
    }

#define LOOM_DEFINE_SET(name, type_id, c_type, member)                                             \
    enum loom_status loom_set_##name(struct loom_model *model, struct loom_path path,              \
                                     c_type value)                                                 \
    {                                                                                              \
        struct loom_value write = {.type = type_id, .as = {.member = value}};                      \
        return loom_model_write(model, &path, &write);                                             \
    }

LOOM_DEFINE_GET(integer, LOOM_INTEGER, int64_t, integer)
LOOM_DEFINE_GET(unsigned, LOOM_UNSIGNED, uint64_t, unsigned_integer)
LOOM_DEFINE_GET(float, LOOM_FLOAT, double, number)
LOOM_DEFINE_GET(boolean, LOOM_BOOLEAN, bool, boolean)
LOOM_DEFINE_GET(time, LOOM_TIME, int64_t, integer)
LOOM_DEFINE_GET(opaque, LOOM_OPAQUE, struct loom_bytes, opaque)
LOOM_DEFINE_GET(objlnk, LOOM_OBJLNK, struct loom_objlnk, objlnk)

LOOM_DEFINE_SET(integer, LOOM_INTEGER, int64_t, integer)
LOOM_DEFINE_SET(unsigned, LOOM_UNSIGNED, uint64_t, unsigned_integer)
LOOM_DEFINE_SET(float, LOOM_FLOAT, double, number)
LOOM_DEFINE_SET(boolean, LOOM_BOOLEAN, bool, boolean)
LOOM_DEFINE_SET(time, LOOM_TIME, int64_t, integer)
LOOM_DEFINE_SET(objlnk, LOOM_OBJLNK, struct loom_objlnk, objlnk)

enum loom_status loom_get_text(const struct loom_model *model, struct loom_path path,
                               struct loom_text *value)
{
    struct loom_value read;
    enum loom_status status = loom_model_read(model, &path, &read);
    if (status != LOOM_OK) {
        return status;
    }
    if (read.type != LOOM_STRING && read.type != LOOM_CORELNK) {
        return LOOM_BAD_REQUEST;
    }
    *value = read.as.text;
    return LOOM_OK;
}

enum loom_status loom_set_text(struct loom_model *model, struct loom_path path, const char *value)
{
    const struct loom_product_object *entry = loom_model_object(model, path.id[LOOM_OBJECT_ID]);
    const struct loom_resource *row =
        entry == NULL ? NULL : loom_object_resource(entry->object, path.id[LOOM_RESOURCE_ID]);
    struct loom_value write = {.type = LOOM_STRING, .as = {.text = {value, strlen(value)}}};
    if (row != NULL && row->type == LOOM_CORELNK) {
        write.type = LOOM_CORELNK;
    }
    return loom_model_write(model, &path, &write);
}

enum loom_status loom_set_opaque(struct loom_model *model, struct loom_path path,
                                 const uint8_t *data, size_t length)
{
    struct loom_value write = {.type = LOOM_OPAQUE, .as = {.opaque = {data, length}}};
    return loom_model_write(model, &path, &write);
}

enum loom_status loom_clear(struct loom_model *model, struct loom_path path)
{
    return loom_model_clear(model, &path);
}
