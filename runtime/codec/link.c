/* SPDX-License-Identifier: Apache-2.0 */
/* CoRE link format (RFC 6690), read as leniently as rules A-66 and D.7 ask. */
#include "loom/codec.h"

#include <string.h>

static void skip(struct loom_text *rest, size_t count)
{
    rest->data += count;
    rest->length -= count;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The length up to the comma that ends a link; commas in quotes and in <> do not. */
static size_t link_length(struct loom_text text, bool *complete)
{
    bool quoted = false;
    bool target = false;
    size_t at = 0;
    for (; at < text.length; at++) {
        char c = text.data[at];
        if (quoted && c == '\\') {
            at++;
        } else if (c == '"' && !target) {
            quoted = !quoted;
        } else if (!quoted && c == '<') {
            target = true;
        } else if (!quoted && c == '>') {
            target = false;
        } else if (c == ',' && !quoted && !target) {
            break;
        }
    }
    *complete = !quoted && !target;
    return at < text.length ? at : text.length;
}

enum loom_status loom_link_next(struct loom_text *rest, struct loom_link *link)
{
    while (rest->length > 0 && (is_blank(rest->data[0]) || rest->data[0] == ',')) {
        skip(rest, 1);
    }
    if (rest->length == 0) {
        return LOOM_END;
    }
    bool complete;
    struct loom_text whole = {rest->data, link_length(*rest, &complete)};
    if (!complete) {
        return LOOM_BAD_REQUEST;
    }
    skip(rest, whole.length);
    while (whole.length > 0 && is_blank(whole.data[whole.length - 1])) {
        whole.length--;
    }
    link->target.data = NULL;
    link->target.length = 0;
    link->parameters = whole;
    if (whole.data[0] != '<') {
        return LOOM_OK;
    }
    const char *end = memchr(whole.data, '>', whole.length);
    if (end == NULL) {
        return LOOM_BAD_REQUEST;
    }
    link->target.data = whole.data + 1;
    link->target.length = (size_t)(end - whole.data) - 1;
    skip(&link->parameters, link->target.length + 2);
    return LOOM_OK;
}

static size_t parameter_length(struct loom_text text)
{
    bool quoted = false;
    size_t at = 0;
    while (at < text.length && (quoted || (text.data[at] != ';' && text.data[at] != '&'))) {
        if (quoted && text.data[at] == '\\') {
            at++;
        } else if (text.data[at] == '"') {
            quoted = !quoted;
        }
        at++;
    }
    return at < text.length ? at : text.length;
}

bool loom_link_parameter(const struct loom_link *link, const char *name, struct loom_text *value)
{
    struct loom_text rest = link->parameters;
    size_t name_length = strlen(name);
    while (rest.length > 0) {
        if (rest.data[0] == ';' || rest.data[0] == '&' || is_blank(rest.data[0])) {
            skip(&rest, 1);
            continue;
        }
        struct loom_text one = {rest.data, parameter_length(rest)};
        skip(&rest, one.length);
        bool same = one.length >= name_length && memcmp(one.data, name, name_length) == 0;
        if (same && one.length == name_length) {
            value->data = one.data + one.length;
            value->length = 0;
            return true;
        }
        if (same && one.data[name_length] == '=') {
            skip(&one, name_length + 1);
            if (one.length >= 2 && one.data[0] == '"' && one.data[one.length - 1] == '"') {
                skip(&one, 1);
                one.length--;
            }
            *value = one;
            return true;
        }
    }
    return false;
}
