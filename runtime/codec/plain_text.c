/* SPDX-License-Identifier: Apache-2.0 */
/* Values in the content format text/plain, but for floats and Opaque. Rules D-1 and D.1. */
#include "codec/text.h"

void loom_plain_put(struct loom_output *out, const struct loom_value *value)
{
    switch (value->type) {
    case LOOM_STRING:
    case LOOM_CORELNK:
        loom_put_bytes(out, value->as.text.data, value->as.text.length);
        break;
    case LOOM_INTEGER:
    case LOOM_TIME:
        loom_put_integer(out, value->as.integer);
        break;
    case LOOM_UNSIGNED:
        loom_put_unsigned(out, value->as.unsigned_integer);
        break;
    case LOOM_BOOLEAN:
        loom_put_byte(out, value->as.boolean ? '1' : '0');
        break;
    case LOOM_OBJLNK:
        loom_put_objlnk(out, value->as.objlnk);
        break;
    case LOOM_FLOAT:
    case LOOM_OPAQUE:
    case LOOM_NONE:
    case LOOM_TYPE_COUNT:
        break;
    }
}

enum loom_status loom_plain_get(struct loom_text text, enum loom_type type,
                                struct loom_value *value)
{
    bool good = false;
    value->type = type;
    switch (type) {
    case LOOM_STRING:
    case LOOM_CORELNK:
        value->as.text = text;
        good = true;
        break;
    case LOOM_INTEGER:
    case LOOM_TIME:
        good = loom_text_to_integer(text, &value->as.integer);
        break;
    case LOOM_UNSIGNED:
        good = loom_text_to_unsigned(text, &value->as.unsigned_integer);
        break;
    case LOOM_BOOLEAN:
        good = text.length == 1 && (text.data[0] == '0' || text.data[0] == '1');
        value->as.boolean = good && text.data[0] == '1';
        break;
    case LOOM_OBJLNK:
        good = loom_text_to_objlnk(text, &value->as.objlnk);
        break;
    case LOOM_FLOAT:
    case LOOM_OPAQUE:
    case LOOM_NONE:
    case LOOM_TYPE_COUNT:
        break;
    }
    return good ? LOOM_OK : LOOM_BAD_REQUEST;
}
