/* SPDX-License-Identifier: Apache-2.0 */
/** URIs of servers, as rules H.3 and RFC 7252 section 6 have them. */
#ifndef LOOM_PORT_URI_H
#define LOOM_PORT_URI_H

#include "loom/value.h"

/** Longest URI of a server (rules H.3). */
#define LOOM_COAP_URI_LENGTH_MAX 255u

struct loom_coap_uri {
    bool secure;
    uint16_t port;                           /**< the scheme's own if the URI names none */
    char host[LOOM_COAP_URI_LENGTH_MAX + 1]; /**< decoded and without brackets, ends with NUL */
};

/**
 * Takes `coap://HOST[:PORT][/]` or `coaps://...` apart. HOST is a name or an IPv4 address of the
 * characters that RFC 3986 has for them, or an IPv6 address in brackets, with a zone after `%25`
 * (RFC 6874). The address of a server has no user, path, query or fragment: every request names
 * its own. PORT 0, for an address to listen at, is a URI as well.
 * @return false: it is something else; `uri` is undefined then
 */
bool loom_coap_uri_parse(struct loom_text text, struct loom_coap_uri *uri);

#endif
