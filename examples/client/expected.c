/* SPDX-License-Identifier: Apache-2.0 */
#include "expected.h"

#include <stdbool.h>

#include "loom/codec.h"

static const char *const types[LOOM_TYPE_COUNT] = {
    [LOOM_NONE] = "no value",   [LOOM_STRING] = "String",
    [LOOM_INTEGER] = "Integer", [LOOM_UNSIGNED] = "Unsigned Integer",
    [LOOM_FLOAT] = "Float",     [LOOM_BOOLEAN] = "Boolean, true or false",
    [LOOM_OPAQUE] = "Opaque",   [LOOM_TIME] = "Time",
    [LOOM_OBJLNK] = "Objlnk",   [LOOM_CORELNK] = "Corelnk"};

static void put_texts(struct loom_output *out, const struct loom_range *range)
{
    for (const char *const *text = range->min.texts; *text != NULL; text++) {
        loom_put_text(out, text == range->min.texts ? "" : ", ");
        loom_put_text(out, *text);
    }
}

/* What a bound is of follows from the type (loom/table.h). */
static void put_bounds(struct loom_output *out, enum loom_type type, const struct loom_range *range)
{
    if (type == LOOM_INTEGER || type == LOOM_TIME) {
        loom_put_integer(out, range->min.integer);
        if (range->max.integer != range->min.integer) {
            loom_put_text(out, "..");
            loom_put_integer(out, range->max.integer);
        }
    } else if (type == LOOM_FLOAT) {
        loom_put_float(out, range->min.number);
        loom_put_text(out, "..");
        loom_put_float(out, range->max.number);
    } else {
        loom_put_unsigned(out, range->min.unsigned_integer);
        if (range->max.unsigned_integer != range->min.unsigned_integer) {
            loom_put_text(out, "..");
            loom_put_unsigned(out, range->max.unsigned_integer);
        }
        loom_put_text(out, type == LOOM_UNSIGNED ? "" : " bytes");
    }
}

const char *client_expected(const struct loom_object *object, const struct loom_resource *row,
                            char text[CLIENT_EXPECTED_SIZE])
{
    struct loom_output out = loom_output(text, CLIENT_EXPECTED_SIZE - 1);
    const struct loom_range *range =
        row->range == 0 || object->ranges == NULL ? NULL : &object->ranges[row->range - 1];
    loom_put_text(&out, types[row->type]);
    for (bool more = range != NULL; more; range++) {
        loom_put_text(&out, ", ");
        if (range->more == LOOM_RANGE_TEXTS) {
            put_texts(&out, range);
        } else {
            put_bounds(&out, (enum loom_type)row->type, range);
        }
        more = range->more == 1;
    }
    text[out.length < CLIENT_EXPECTED_SIZE - 1 ? out.length : CLIENT_EXPECTED_SIZE - 1] = '\0';
    return text;
}
