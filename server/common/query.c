/* SPDX-License-Identifier: Apache-2.0 */
#include "common/query.h"

#include <string.h>

bool loom_query_text_is(struct loom_text text, const char *literal)
{
    return text.length == strlen(literal) && memcmp(text.data, literal, text.length) == 0;
}

void loom_query_split(struct loom_text argument, struct loom_text *name, struct loom_text *value)
{
    const char *equals =
        argument.length == 0 ? NULL : (const char *)memchr(argument.data, '=', argument.length);
    *name = argument;
    value->data = NULL;
    value->length = 0;
    if (equals != NULL) {
        name->length = (size_t)(equals - argument.data);
        value->data = equals + 1;
        value->length = argument.length - name->length - 1;
    }
}
