/* SPDX-License-Identifier: Apache-2.0 */
#include "json.h"

#include <stdio.h>
#include <string.h>

/* ---- scanning: each gives the place behind what it read, or NULL if that is not there -------- */

static const char *scan_string(const char *at)
{
    if (*at++ != '"') {
        return NULL;
    }
    while (*at != '"') {
        if (*at == '\\') {
            at++;
        }
        if (*at == '\0' || (unsigned char)*at < 0x20) {
            return NULL;
        }
        at++;
    }
    return at + 1;
}

static const char *scan_nested(const char *at)
{
    unsigned depth = 0;

    while (at != NULL && *at != '\0') {
        if (*at == '"') {
            at = scan_string(at);
            continue;
        }
        if (*at == '{' || *at == '[') {
            depth++;
        } else if ((*at == '}' || *at == ']') && --depth == 0) {
            return at + 1;
        }
        at++;
    }
    return NULL;
}

static const char *scan_value(const char *at)
{
    size_t length;

    if (*at == '"') {
        return scan_string(at);
    }
    if (*at == '{' || *at == '[') {
        return scan_nested(at);
    }
    length = strcspn(at, ",}] ");
    return length > 0 && at[length] != '\0' ? at + length : NULL;
}

/* ---- the value as text ----------------------------------------------------------------------- */

static size_t put(char *value, size_t size, size_t at, char c)
{
    if (at + 1 < size) {
        value[at] = c;
    }
    return at + 1;
}

/* Of \uXXXX the programs write control characters and U+FFFD alone; the latter becomes '?'. */
static const char *unescape(const char *from, char *c)
{
    unsigned code;

    if (*from == 'n') {
        *c = '\n';
        return from + 1;
    }
    if (*from == 'u' && sscanf(from + 1, "%4x", &code) == 1) {
        *c = code < 0x80 ? (char)code : '?';
        return from + 5;
    }
    *c = *from;
    return from + 1;
}

static void copy_value(const char *from, const char *end, char *value, size_t size)
{
    bool quoted = *from == '"';
    size_t length = 0;

    from += quoted ? 1 : 0;
    end -= quoted ? 1 : 0;
    while (from < end) {
        char c = *from++;

        if (quoted && c == '\\') {
            from = unescape(from, &c);
        }
        length = put(value, size, length, c);
    }
    value[length < size ? length : size - 1] = '\0';
}

bool json_member(const char *line, const char *name, char *value, size_t size)
{
    size_t wanted = strlen(name);

    while (*line == '{' || *line == ',') {
        const char *key = line + 1;
        const char *colon = scan_string(key);
        const char *end = colon != NULL && *colon == ':' ? scan_value(colon + 1) : NULL;

        if (end == NULL) {
            return false;
        }
        if ((size_t)(colon - key) == wanted + 2 && memcmp(key + 1, name, wanted) == 0) {
            copy_value(colon + 1, end, value, size);
            return true;
        }
        line = end;
    }
    return false;
}

bool json_is_object(const char *line)
{
    const char *end = *line == '{' ? scan_nested(line) : NULL;

    return end != NULL && *end == '\0';
}
