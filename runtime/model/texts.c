/* SPDX-License-Identifier: Apache-2.0 */
/* Strings that are the only values of a resource. */
#include "loom/table.h"

#include <string.h>

bool loom_texts_allow(const struct loom_range *range, const struct loom_value *value)
{
    const struct loom_text text = value->as.text;
    bool found = false;
    for (const char *const *one = range->min.texts; *one != NULL && !found; one++) {
        found = strlen(*one) == text.length && memcmp(*one, text.data, text.length) == 0;
    }
    return found;
}
