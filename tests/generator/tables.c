/* SPDX-License-Identifier: Apache-2.0 */
/* A program around generated products, driven by tables.py: it tells what stands in the tables, and
 * what the setters say of values.
 *
 *   tables dump    a line for each object and each resource, columns parted by tabs
 *   tables set     a status for each line PRODUCT OBJECT RESOURCE TYPE VALUE of the input
 */
#define _POSIX_C_SOURCE 200809L

#include "loom_objects.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- dump ------------------------------------------------------------------------------------ */

static const char *next_piece(const char **pieces)
{
    const char *piece = *pieces;

    *pieces += strlen(piece) + 1;
    return piece;
}

static void dump_object(const struct loom_object *object, const struct loom_object_names *words)
{
    const char *names = words->names;
    const char *units = words->units;

    printf("object\t%u\t%u.%u\t%u\t%s\n", object->id, object->version_major, object->version_minor,
           object->flags, next_piece(&names));
    for (unsigned i = 0; i < object->resource_count; i++) {
        const struct loom_resource *row = &object->resources[i];
        const char *name = next_piece(&names);

        printf("resource\t%u\t%u\t%u\t%s\t%s\n", row->id, row->type, row->access, name,
               next_piece(&units));
    }
}

static void dump(void)
{
    for (size_t p = 0; loom_products[p] != NULL; p++) {
        for (unsigned i = 0; i < loom_products[p]->object_count; i++) {
            dump_object(loom_products[p]->objects[i].object, loom_products_names[p][i]);
        }
    }
}

/* ---- set ------------------------------------------------------------------------------------- */

/* Text and bytes are given as their length; any content will do. */
static char *make_bytes(const char *length)
{
    size_t size = (size_t)strtoul(length, NULL, 10);
    char *bytes = malloc(size + 1);

    if (bytes == NULL) {
        abort();
    }
    memset(bytes, 'x', size);
    bytes[size] = '\0';
    return bytes;
}

static enum loom_status set_bytes(struct loom_model *model, struct loom_path path, unsigned type,
                                  const char *length)
{
    char *bytes = make_bytes(length);
    enum loom_status status = type == LOOM_OPAQUE
                                  ? loom_set_opaque(model, path, (uint8_t *)bytes, strlen(bytes))
                                  : loom_set_text(model, path, bytes);

    free(bytes);
    return status;
}

static enum loom_status set(struct loom_model *model, struct loom_path path, unsigned type,
                            const char *value)
{
    struct loom_objlnk link = {3, 0};

    switch (type) {
    case LOOM_INTEGER:
        return loom_set_integer(model, path, strtoll(value, NULL, 10));
    case LOOM_UNSIGNED:
        return loom_set_unsigned(model, path, strtoull(value, NULL, 10));
    case LOOM_FLOAT:
        return loom_set_float(model, path, strtod(value, NULL));
    case LOOM_BOOLEAN:
        return loom_set_boolean(model, path, *value == '1');
    case LOOM_TIME:
        return loom_set_time(model, path, strtoll(value, NULL, 10));
    case LOOM_OBJLNK:
        return loom_set_objlnk(model, path, link);
    default:
        return set_bytes(model, path, type, value);
    }
}

/* A refused value leaves what was there; then the old value must come out again. */
static bool is_same(const struct loom_value *a, const struct loom_value *b)
{
    switch (a->type) {
    case LOOM_STRING:
    case LOOM_CORELNK:
        return a->as.text.length == b->as.text.length;
    case LOOM_OPAQUE:
        return a->as.opaque.length == b->as.opaque.length;
    case LOOM_FLOAT:
        return memcmp(&a->as.number, &b->as.number, sizeof(a->as.number)) == 0;
    case LOOM_BOOLEAN:
        return a->as.boolean == b->as.boolean;
    case LOOM_OBJLNK:
        return a->as.objlnk.object == b->as.objlnk.object;
    default:
        return a->as.integer == b->as.integer;
    }
}

static struct loom_path path_of(const struct loom_product *product, uint16_t object,
                                uint16_t resource)
{
    struct loom_model model = {.product = product};
    const struct loom_product_object *entry = loom_model_object(&model, object);
    const struct loom_resource *row = loom_object_resource(entry->object, resource);

    return (row->access & LOOM_MULTIPLE) != 0 ? loom_path_resource_instance(object, 0, resource, 0)
                                              : loom_path_resource(object, 0, resource);
}

static void try_value(struct loom_model *model, struct loom_path path, unsigned type,
                      const char *value)
{
    struct loom_value before = {LOOM_NONE, {0}};
    struct loom_value after = {LOOM_NONE, {0}};
    bool had = loom_model_read(model, &path, &before) == LOOM_OK;
    enum loom_status status = set(model, path, type, value);
    bool has = loom_model_read(model, &path, &after) == LOOM_OK;
    bool kept = status == LOOM_OK ? has : had == has && (!had || is_same(&before, &after));

    printf("%d%s\n", (int)status, kept ? "" : " but the value before it is gone");
}

static struct loom_model *make_models(void)
{
    struct loom_model *models = calloc(LOOM_PRODUCT_COUNT, sizeof(models[0]));

    for (size_t p = 0; models != NULL && p < LOOM_PRODUCT_COUNT; p++) {
        void *data = calloc(1, loom_products[p]->data_size);

        if (data == NULL) {
            abort();
        }
        loom_model_init(&models[p], loom_products[p], data, NULL, NULL);
    }
    return models;
}

static void set_all(void)
{
    struct loom_model *models = make_models();
    char line[256];
    char value[64];
    unsigned product;
    unsigned object;
    unsigned resource;
    unsigned type;

    while (models != NULL && fgets(line, sizeof(line), stdin) != NULL &&
           sscanf(line, "%u %u %u %u %63s", &product, &object, &resource, &type, value) == 5) {
        struct loom_path path =
            path_of(loom_products[product], (uint16_t)object, (uint16_t)resource);

        try_value(&models[product], path, type, value);
    }
    for (size_t p = 0; models != NULL && p < LOOM_PRODUCT_COUNT; p++) {
        free(models[p].data);
    }
    free(models);
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "dump") == 0) {
        dump();
        return 0;
    }
    if (argc == 2 && strcmp(argv[1], "set") == 0) {
        set_all();
        return 0;
    }
    fputs("usage: tables dump | set\n", stderr);
    return 2;
}
