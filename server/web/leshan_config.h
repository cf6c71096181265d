/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A bootstrap configuration in the shape of Leshan's bootstrap server, from and into the document
 * of an account (accounts/document.h):
 *
 *     {"toDelete": ["/0", "/1"], "autoIdForSecurityObject": false,
 *      "servers": {"0": {"shortId": 1, "lifetime": 86400, "binding": "U", ...}},
 *      "security": {"1": {"serverId": 1, "uri": "coaps://...", "securityMode": "PSK",
 *                         "publicKeyOrId": [100, 101], "secretKey": [0, 17, ...], ...}},
 *      "acls": {}, "oscore": {}}
 *
 * Which instances servers get is found by Discover, and the bootstrap account of a device is kept:
 * so the numbers of `servers` and `security` only keep them apart, and what is said of a
 * `bootstrapServer` is its two times.
 */
#ifndef LOOM_WEB_LESHAN_CONFIG_H
#define LOOM_WEB_LESHAN_CONFIG_H

#include <jansson.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Room for what is wrong, for people. */
#define LOOM_LESHAN_CONFIG_ERROR 160

/**
 * Puts a configuration in the place of that of a document. What it does not say is as in Leshan; a
 * server of Pre-Shared Keys without `secretKey` keeps the one that it has.
 * @param document changed; what is not of the configuration stays. Undefined after an error
 * @param error    out: never has a part of a key in it
 * @return false: it is none, it has what this server does not do, or there is no memory
 */
bool loom_leshan_config_read(const json_t *config, json_t *document,
                             char error[LOOM_LESHAN_CONFIG_ERROR]);

/** @return whether a document has a configuration */
bool loom_leshan_config_is_in(const json_t *document);

/** Takes the configuration out of a document. */
void loom_leshan_config_remove(json_t *document);

/** The configuration of a document. Keys are not in it: `secretKeyFingerprint` tells them apart.
 *  @return a new value; NULL without memory */
json_t *loom_leshan_config_show(const json_t *document);

#ifdef __cplusplus
}
#endif

#endif
