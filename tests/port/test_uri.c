/* SPDX-License-Identifier: Apache-2.0 */
/* Which URIs a server may have: rules H.3, RFC 7252 section 6 and RFC 3986. */
#include <criterion/criterion.h>
#include <string.h>

#include "loom/port_loopback.h"
#include "uri.h"

static bool parse(const char *text, struct loom_coap_uri *uri)
{
    return loom_coap_uri_parse((struct loom_text){text, strlen(text)}, uri);
}

/* H.3, RFC 7252 section 6: host and port of what is a URI. */
Test(uri, takes_what_is_one)
{
    static const struct {
        const char *text;
        const char *host;
        uint16_t port;
        bool secure;
    } good[] = {
        {"coap://127.0.0.1", "127.0.0.1", 5683, false},
        {"coaps://127.0.0.1", "127.0.0.1", 5684, true},
        {"coap://127.0.0.1/", "127.0.0.1", 5683, false},
        {"coap://127.0.0.1:5783/", "127.0.0.1", 5783, false},
        {"coap://host:", "host", 5683, false},
        {"coaps://host:/", "host", 5684, true},
        {"coap://host:1", "host", 1, false},
        {"coap://host:65535", "host", 65535, false},
        {"coap://host:005683", "host", 5683, false},
        {"coap://host:0", "host", 0, false},
        {"COAP://host", "host", 5683, false},
        {"CoapS://host", "host", 5684, true},
        {"coap://Az09-._~", "Az09-._~", 5683, false},
        {"coap://!$&'()*+,;=", "!$&'()*+,;=", 5683, false},
        {"coap://a%2db%2Dc", "a-b-c", 5683, false},
        {"coap://%41", "A", 5683, false},
        {"coap://[::1]", "::1", 5683, false},
        {"coaps://[2001:db8::1]:7", "2001:db8::1", 7, true},
        {"coap://[::ffff:192.0.2.1]/", "::ffff:192.0.2.1", 5683, false},
        {"coap://[fe80::1%25eth0]:9", "fe80::1%eth0", 9, false},
    };
    struct loom_coap_uri uri;

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        cr_assert(parse(good[i].text, &uri), "%s", good[i].text);
        cr_expect_str_eq(uri.host, good[i].host, "%s", good[i].text);
        cr_expect_eq(uri.port, good[i].port, "%s", good[i].text);
        cr_expect_eq(uri.secure, good[i].secure, "%s", good[i].text);
    }
}

static const char *const bad[] = {
    "",
    "coap",
    "coap:",
    "coap:/host",
    "coap://",
    "coaps://",
    "coap:///",
    "coap://:5683",
    "http://host",
    "coap+tcp://host",
    " coap://host",
    "coap ://host",
    /* characters that no host has */
    "coap://a b",
    "coap://host ",
    "coap://127.0.0.1\n",
    "coap://127.0.0.1\t",
    "coap://1\0015.0.1.1:38145",
    "coap://a\x7f",
    "coap://\"><",
    "coap://x\",</9/9>;y=\"",
    "coap://a\\b",
    "coap://a^b",
    "coap://{host}",
    "coap://a|b",
    "coap://`a`",
    "coap://user@host",
    "coap://\xff\xfe",
    "coap://h\xc3\xb6st",
    /* what is not a character */
    "coap://%",
    "coap://a%",
    "coap://a%4",
    "coap://a%4:1",
    "coap://%4g",
    "coap://%g4",
    "coap://%%41",
    "coap://a%00b",
    /* ports */
    "coap://host:65536",
    "coap://host:4294972979",
    "coap://host:99999999999999999999",
    "coap://host:12x",
    "coap://host:-1",
    "coap://host:+1",
    "coap://host: 1",
    "coap://host:1:2",
    "coap://::1",
    /* addresses in brackets */
    "coap://[]",
    "coap://[",
    "coap://[::1",
    "coap://::1]",
    "coap://[::1]x",
    "coap://[::1]]",
    "coap://[[::1]]",
    "coap://x[::1]",
    "coap://[::g]",
    "coap://[1:2:3]",
    "coap://[127.0.0.1]",
    "coap://[host]",
    "coap://[v1.a]",
    "coap://[::1%]",
    "coap://[fe80::1%eth0]",
    "coap://[fe80::1%25]",
    "coap://[fe80::1%25a b]",
    "coap://[%25eth0]",
    /* more than where a server is */
    "coap://host/path",
    "coap://host//",
    "coap://host?",
    "coap://host?query",
    "coap://host/?query",
    "coap://host#",
    "coap://host/#fragment",
};

/* H.3: nothing else is one. */
Test(uri, refuses_what_is_none)
{
    struct loom_coap_uri uri;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        cr_expect_not(parse(bad[i], &uri), "%s", bad[i]);
    }
    cr_expect_not(loom_coap_uri_parse((struct loom_text){"coap://ho\0st", 12}, &uri));
    cr_expect_not(loom_coap_uri_parse((struct loom_text){"coap://[::1\0]", 13}, &uri));
    cr_expect_not(loom_coap_uri_parse((struct loom_text){NULL, 0}, &uri));
}

/* H.3: at most 255 characters. */
Test(uri, has_a_longest_one)
{
    char text[LOOM_COAP_URI_LENGTH_MAX + 1];
    struct loom_coap_uri uri;

    memset(text, 'a', sizeof text);
    memcpy(text, "coap://", 7);
    cr_expect(loom_coap_uri_parse((struct loom_text){text, LOOM_COAP_URI_LENGTH_MAX}, &uri));
    cr_expect_eq(strlen(uri.host), LOOM_COAP_URI_LENGTH_MAX - 7);
    cr_expect_not(
        loom_coap_uri_parse((struct loom_text){text, LOOM_COAP_URI_LENGTH_MAX + 1}, &uri));
}

static bool loopback_supports(const struct loom_port *port, const char *uri)
{
    struct loom_credentials credentials = {.uri = {uri, strlen(uri)}, .mode = LOOM_SECURITY_NOSEC};

    return port->supports(port->self, &credentials);
}

/* H.3: the network in memory takes the same ones as the real one. */
Test(uri, is_the_same_in_the_loopback)
{
    static const struct loom_side side;
    struct loom_loopback *network = loom_loopback_create(0);
    struct loom_port port;

    (void)loom_loopback_add(network, NULL, &side, NULL, &port);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        cr_expect_not(loopback_supports(&port, bad[i]), "%s", bad[i]);
    }
    cr_expect_not(loopback_supports(&port, "coap://host:0"));
    cr_expect(loopback_supports(&port, "coap://host:5683"));
    cr_expect(loopback_supports(&port, "coap://[::1]/"));
    loom_loopback_destroy(network);
}
