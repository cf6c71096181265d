/* SPDX-License-Identifier: Apache-2.0 */
#include "management/attributes.h"

#include "common/text.h"
#include "loom/codec.h"

static bool is_count(struct loom_text text)
{
    uint64_t count;
    return loom_text_to_unsigned(text, &count);
}

/* With or without a sign (rule C-54). */
static bool is_number(struct loom_text text)
{
    double number;
    return loom_text_to_float(text, &number);
}

static bool is_flag(struct loom_text text)
{
    return loom_text_is(text, "0") || loom_text_is(text, "1");
}

static const struct {
    const char *name;
    bool (*is_value)(struct loom_text text);
} attributes[] = {
    {"pmin", is_count},  {"pmax", is_count}, {"epmin", is_count}, {"epmax", is_count},
    {"hqmax", is_count}, {"gt", is_number},  {"lt", is_number},   {"st", is_number},
    {"edge", is_flag},   {"con", is_flag},
};

bool loom_dm_attribute_is_good(struct loom_text argument, bool unset)
{
    struct loom_text name;
    struct loom_text value;
    loom_query_split(argument, &name, &value);
    for (size_t i = 0; i < sizeof attributes / sizeof attributes[0]; i++) {
        if (loom_text_is(name, attributes[i].name)) {
            return value.data == NULL ? unset : attributes[i].is_value(value);
        }
    }
    return false;
}
