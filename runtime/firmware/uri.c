/* SPDX-License-Identifier: Apache-2.0 */
/* A Package URI (RFC 3986; RFC 7252 section 6): what of it is a session and what is a request. */
#include "firmware/firmware.h"

#include <string.h>

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int hex_of(char c)
{
    return is_digit(c)              ? c - '0'
           : (c >= 'a' && c <= 'f') ? c - 'a' + 10
           : (c >= 'A' && c <= 'F') ? c - 'A' + 10
                                    : -1;
}

/* Takes what is before the first of `stops` off the text, which begins with that one then. */
static struct loom_text take_until(struct loom_text *text, const char *stops)
{
    struct loom_text taken = {text->data, 0};
    while (taken.length < text->length && strchr(stops, text->data[taken.length]) == NULL) {
        taken.length++;
    }
    text->data += taken.length;
    text->length -= taken.length;
    return taken;
}

static bool skip(struct loom_text *text, char c)
{
    bool there = text->length > 0 && text->data[0] == c;
    text->data += there ? 1 : 0;
    text->length -= there ? 1u : 0u;
    return there;
}

/* Any characters that a URI may have, and whole escapes. */
static bool is_clean(struct loom_text text)
{
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        if (c <= ' ' || c >= 0x7F || strchr("\"<>\\^`{|}#", c) != NULL) {
            return false;
        }
        if (c == '%' &&
            (text.length - i < 3 || hex_of(text.data[i + 1]) < 0 || hex_of(text.data[i + 2]) < 0)) {
            return false;
        }
    }
    return true;
}

static bool is_scheme(struct loom_text scheme)
{
    bool good = scheme.length > 0 && is_letter(scheme.data[0]);
    for (size_t i = 1; good && i < scheme.length; i++) {
        char c = scheme.data[i];
        good = is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
    }
    return good;
}

/* Schemes are compared without regard to case (RFC 3986 section 3.1). */
static bool is_word(struct loom_text text, const char *word)
{
    size_t i = 0;
    while (i < text.length && word[i] != '\0' && (text.data[i] | 0x20) == word[i]) {
        i++;
    }
    return i == text.length && word[i] == '\0';
}

static bool is_port(struct loom_text port)
{
    uint32_t number = 0;
    for (size_t i = 0; i < port.length; i++) {
        number = is_digit(port.data[i]) && number <= UINT16_MAX
                     ? number * 10 + (uint32_t)(port.data[i] - '0')
                     : UINT32_MAX;
    }
    return number <= UINT16_MAX;
}

/* `host`, `host:port`, `[address]:port` */
static bool parse_authority(struct loom_text authority, struct loom_text *host)
{
    bool bracket = authority.length > 0 && authority.data[0] == '[';
    struct loom_text rest = authority;
    *host = take_until(&rest, bracket ? "]" : ":");
    if (bracket && skip(&rest, ']')) {
        host->length++;
    }
    bool closed = !bracket || (host->length > 2 && host->data[host->length - 1] == ']');
    bool good = rest.length == 0 || (skip(&rest, ':') && is_port(rest));
    return host->length > 0 && closed && good &&
           memchr(authority.data, '@', authority.length) == NULL;
}

struct loom_firmware_uri loom_firmware_uri_parse(struct loom_text text)
{
    struct loom_firmware_uri uri;
    struct loom_text rest = text;
    memset(&uri, 0, sizeof uri);
    struct loom_text scheme = take_until(&rest, ":");
    if (!is_clean(text) || !is_scheme(scheme) || !skip(&rest, ':')) {
        return uri;
    }
    bool coap = is_word(scheme, "coap");
    if (!coap && !is_word(scheme, "coaps")) {
        uri.scheme = LOOM_FIRMWARE_OTHER;
        return uri;
    }
    if (!skip(&rest, '/') || !skip(&rest, '/') ||
        !parse_authority(take_until(&rest, "/?"), &uri.host)) {
        return uri;
    }
    uri.base.data = text.data;
    uri.base.length = (size_t)(rest.data - text.data);
    uri.path = take_until(&rest, "?");
    if (skip(&rest, '?')) {
        uri.query = rest;
    }
    uri.scheme = coap ? LOOM_FIRMWARE_COAP : LOOM_FIRMWARE_COAPS;
    return uri;
}

static struct loom_text decode(struct loom_text text, struct loom_output *out)
{
    struct loom_text decoded = {(const char *)out->data + out->length, 0};
    size_t begin = out->length;
    for (size_t i = 0; i < text.length; i++) {
        bool escaped = text.data[i] == '%';
        int byte = escaped ? hex_of(text.data[i + 1]) * 16 + hex_of(text.data[i + 2])
                           : (unsigned char)text.data[i];
        loom_put_byte(out, (uint8_t)byte);
        i += escaped ? 2 : 0;
    }
    decoded.length = out->length - begin;
    return decoded;
}

/* Splits at `separator`, behind the character that `text` begins with. */
static bool put_parts(struct loom_text text, const char *separator, struct loom_text *parts,
                      uint8_t *count, struct loom_output *out)
{
    bool more = true;
    while (more && *count < LOOM_SEGMENTS_MAX) {
        parts[(*count)++] = decode(take_until(&text, separator), out);
        more = skip(&text, separator[0]);
    }
    return !more;
}

bool loom_firmware_uri_put(const struct loom_firmware_uri *uri, struct loom_draft *draft)
{
    struct loom_request *request = &draft->request;
    struct loom_text path = uri->path;
    bool fits = true;
    if (skip(&path, '/') && path.length > 0) {
        fits = put_parts(path, "/", request->path, &request->path_count, &draft->out);
    }
    if (uri->query.length > 0) {
        fits =
            put_parts(uri->query, "&", request->query, &request->query_count, &draft->out) && fits;
    }
    return fits && !draft->out.overflow;
}
