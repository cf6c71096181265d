/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "uri.h"

#include <arpa/inet.h>
#include <string.h>

enum { COAP_PORT = 5683, COAPS_PORT = 5684 };

/* Characters are compared with their ASCII values: what a locale calls a letter is none here. */
static bool is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* The unreserved characters of RFC 3986 section 2.3. */
static bool is_unreserved(char byte)
{
    return is_letter(byte) || is_digit(byte) || (byte != '\0' && strchr("-._~", byte) != NULL);
}

/* The sub-delims of RFC 3986 section 2.2. */
static bool is_delimiter(char byte)
{
    return byte != '\0' && strchr("!$&'()*+,;=", byte) != NULL;
}

/* @return the value of a hex digit, or -1 */
static int hex(char digit)
{
    if (is_digit(digit)) {
        return digit - '0';
    }
    if (digit >= 'a' && digit <= 'f') {
        return digit - 'a' + 10;
    }
    return digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 : -1;
}

/* Reads two hex digits. What they stand for is a character of a name: never NUL, which would end it
 * in the middle. */
static bool decode(const char *digits, size_t left, char *byte)
{
    int high = left >= 2 ? hex(digits[0]) : -1;
    int low = high >= 0 ? hex(digits[1]) : -1;

    if (low < 0 || (high == 0 && low == 0)) {
        return false;
    }
    *byte = (char)(unsigned char)(high * 16 + low);
    return true;
}

static bool take_scheme(struct loom_text *text, bool *secure)
{
    static const struct loom_text schemes[] = {{"coap://", 7}, {"coaps://", 8}};

    for (size_t i = 0; i < 2; i++) {
        size_t length = schemes[i].length;
        size_t same = 0;

        /* RFC 3986 section 3.1: in any case. */
        while (same < length && same < text->length &&
               (is_letter(text->data[same]) ? (char)(text->data[same] | 0x20) : text->data[same]) ==
                   schemes[i].data[same]) {
            same++;
        }
        if (same == length) {
            *secure = i == 1;
            *text = (struct loom_text){text->data + length, text->length - length};
            return true;
        }
    }
    return false;
}

/* Appends a name of the URI to the host, decoded. */
static bool take_name(struct loom_text name, bool delimiters, char *host)
{
    size_t used = strlen(host);

    for (size_t i = 0; i < name.length; i++) {
        char byte = name.data[i];

        if (byte == '%') {
            if (!decode(name.data + i + 1, name.length - i - 1, &byte)) {
                return false;
            }
            i += 2;
        } else if (!is_unreserved(byte) && !(delimiters && is_delimiter(byte))) {
            return false;
        }
        host[used++] = byte;
        host[used] = '\0';
    }
    return name.length > 0;
}

/* What stands between the brackets: an address of IPv6, and perhaps `%25` and a zone. */
static bool take_literal(struct loom_text literal, char *host)
{
    const char *percent = memchr(literal.data, '%', literal.length);
    size_t length = percent != NULL ? (size_t)(percent - literal.data) : literal.length;
    struct in6_addr address;

    memcpy(host, literal.data, length);
    host[length] = '\0';
    if (strlen(host) != length || inet_pton(AF_INET6, host, &address) != 1) {
        return false;
    }
    if (percent == NULL) {
        return true;
    }
    if (literal.length - length < 3 || memcmp(percent, "%25", 3) != 0) {
        return false;
    }
    strcat(host, "%");
    return take_name((struct loom_text){percent + 3, literal.length - length - 3}, false, host);
}

static bool take_host(struct loom_text *text, char *host)
{
    size_t length = 0;
    const char *end;

    host[0] = '\0';
    if (text->length > 0 && text->data[0] == '[') {
        end = memchr(text->data, ']', text->length);
        if (end == NULL ||
            !take_literal((struct loom_text){text->data + 1, (size_t)(end - text->data) - 1},
                          host)) {
            return false;
        }
        length = (size_t)(end - text->data) + 1;
    } else {
        while (length < text->length && text->data[length] != ':' && text->data[length] != '/') {
            length++;
        }
        if (!take_name((struct loom_text){text->data, length}, true, host)) {
            return false;
        }
    }
    *text = (struct loom_text){text->data + length, text->length - length};
    return true;
}

/* RFC 7252 section 6.1: a port that is empty is as one that is not given. */
static bool take_port(struct loom_text *text, uint16_t *port)
{
    uint32_t value = 0;
    size_t at = 1;

    if (text->length == 0 || text->data[0] != ':') {
        return true;
    }
    for (; at < text->length && is_digit(text->data[at]); at++) {
        value = value * 10 + (uint32_t)(text->data[at] - '0');
        if (value > UINT16_MAX) {
            return false;
        }
    }
    if (at > 1) {
        *port = (uint16_t)value;
    }
    *text = (struct loom_text){text->data + at, text->length - at};
    return true;
}

bool loom_coap_uri_parse(struct loom_text text, struct loom_coap_uri *uri)
{
    if (text.length > LOOM_COAP_URI_LENGTH_MAX || !take_scheme(&text, &uri->secure) ||
        !take_host(&text, uri->host)) {
        return false;
    }
    uri->port = uri->secure ? COAPS_PORT : COAP_PORT;
    return take_port(&text, &uri->port) &&
           (text.length == 0 || (text.length == 1 && text.data[0] == '/'));
}
