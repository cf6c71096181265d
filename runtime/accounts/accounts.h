/* SPDX-License-Identifier: Apache-2.0 */
/** What a model says about its accounts: pure reads, without state, time or events. */
#ifndef LOOM_ACCOUNTS_ACCOUNTS_H
#define LOOM_ACCOUNTS_ACCOUNTS_H

#include "loom/client.h"
#include "loom/codec.h"
#include "loom/ids.h"

/** A resource with its object as one number: LOOM_KEY(SERVER, LIFETIME). */
#define LOOM_KEY(object, resource)                                                                 \
    ((uint32_t)LOOM_ID_##object << 16 | (uint32_t)LOOM_ID_##object##_##resource)

struct loom_payload;

/* ---- accounts.c --------------------------------------------------------------------------------
 */

/* What a resource of one instance holds; `key` is a LOOM_KEY(). Text lasts until the resource is
 * written. Several resources of an instance are read with a cursor (cursor.h). */

struct loom_path loom_key_path(uint32_t key, uint16_t instance);

/** An integer of either kind, UINT32_MAX if it is bigger, or a boolean as 0 or 1; or what is valid
 *  if it is absent or negative. */
uint32_t loom_number_at(const struct loom_model *model, uint32_t key, uint16_t instance,
                        uint32_t otherwise);

/** `data` is NULL if it is absent. */
struct loom_text loom_text_at(const struct loom_model *model, uint32_t key, uint16_t instance);

/** The Short Server ID in a Server instance, 0 if there is none. */
uint32_t loom_account_ssid(const struct loom_model *model, uint16_t instance);

/** @return the Security instance of a server, LOOM_ID_NONE if it has none (rule A-1) */
uint16_t loom_account_security(const struct loom_model *model, uint32_t ssid);

/** Whether a Security instance links to this one of OSCORE, COSE or MQTT Server (rule A-2). */
bool loom_account_links(const struct loom_model *model, uint16_t security, uint16_t object,
                        uint16_t instance);

/** The credentials of a Security instance, as a port wants them; they point into the model.
 *  @return LOOM_BAD_REQUEST the mode is none */
enum loom_status loom_account_credentials(const struct loom_model *model, uint16_t instance,
                                          struct loom_credentials *credentials);

/** A number that changes when the address or the keys of the Bootstrap-Server Account do. */
uint32_t loom_account_digest(const struct loom_model *model);

/** Objects that servers must not reach or see in this release (rules C-40, F-1). Object lists leave
 *  them out (rule B-6). */
bool loom_object_protected(uint16_t lwm2m, const struct loom_object *object);

/* ---- server_rules.c ----------------------------------------------------------------------------
 */

/** Resources of a Server instance that are times in seconds, in a type with negative numbers. */
#define LOOM_SERVER_TIMES 4u
extern const uint16_t loom_server_times[LOOM_SERVER_TIMES];

/** Whether a time can be one: 0 to 2^32 - 1 seconds, which is what a Register can carry and a
 * server takes (rule B-3). */
bool loom_server_is_time(int64_t seconds);

/** Whether a release has this binding (rule B-25), and the client can keep to it. Where letters are
 *  named, at least one of them is of a transport that the port has; U is meant even where none is
 *  (B-26), and in 1.0 it must be named.
 *  @param transports of the port (loom/port.h) */
bool loom_server_is_binding(struct loom_text binding, uint16_t lwm2m, const char *transports);

/** Whether what a server writes to its Server instance makes sense there, beyond what the tables
 *  know: times and binding. */
bool loom_server_takes(const struct loom_payload *payload, uint16_t instance, uint16_t lwm2m,
                       const char *transports);

/* ---- object_list.c -----------------------------------------------------------------------------
 */

/** The name of a release as in `lwm2m=`. */
const char *loom_release_name(uint16_t lwm2m);

/** The version, 0x0102 as 1.2, that the list has with `ver=` for an object; 0: none, as the release
 *  that the peer is addressed in implies it (rules B-27, B-28). After a fall-back it is one of that
 *  release, as far as the releases define the object.
 *  @param own   release of the client
 *  @param lwm2m release that the peer is addressed in */
uint16_t loom_links_version(uint16_t own, uint16_t lwm2m, const struct loom_object *object);

/** The `ver=` parameter. */
void loom_links_put_version(uint16_t version, struct loom_output *out);

/** A list of objects and their instances. */
struct loom_links {
    const struct loom_model *model;
    uint16_t own;   /**< release of the client */
    uint16_t lwm2m; /**< release that the peer is addressed in */
    struct loom_output *out;
    size_t begin; /**< where the list begins in `out` */
    /** Puts what else there is to say of an instance; NULL: nothing. */
    void (*describe)(const struct loom_links *links, uint16_t object, uint16_t instance);
};

/** Puts an object with its version, if either says something, and its instances. */
void loom_links_put_object(const struct loom_links *links, const struct loom_object *object);

/** The object list of Register and Update (rules B-6, B-7).
 *  @param own   release of the client, which also decides what is protected
 *  @param lwm2m release that the server is addressed in */
void loom_links_put(const struct loom_model *model, uint16_t own, uint16_t lwm2m,
                    struct loom_output *out);

/** A number that changes when the object list does. */
uint32_t loom_links_digest(const struct loom_model *model, uint16_t own);

#endif
