/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A registered client, as all may see it.
 */
#ifndef LOOM_REGISTRY_CLIENT_H
#define LOOM_REGISTRY_CLIENT_H

#include "common/objects.h"
#include "loom/value.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Length of the part of a location after `/rd/`. */
#define LOOM_DM_LOCATION_LENGTH 10u

/** One link of a client's object list (rule B-7). */
struct loom_dm_link {
    uint16_t object;
    uint16_t instance;     /**< LOOM_ID_NONE: only the object was named */
    uint8_t version_major; /**< 0: the client did not say */
    uint8_t version_minor;
};

/** A registered client. Read only for all but the server; lasts until the server next runs. */
struct loom_dm_client {
    struct loom_text endpoint;
    char location[LOOM_DM_LOCATION_LENGTH + 1]; /**< `/rd/<location>` */
    bool queue_mode;
    uint32_t lifetime;               /**< seconds; 0: for ever (rule B-21) */
    struct loom_text address;        /**< of the peer; empty while it has no session */
    struct loom_bytes identity;      /**< empty without security */
    uint64_t registered;             /**< milliseconds of the port's clock */
    uint64_t heard;                  /**< last Register or Update, same clock */
    uint64_t seen;                   /**< last message of any kind, same clock */
    uint64_t awake_until;            /**< same clock; only with `queue_mode` (rule B-81) */
    size_t waiting;                  /**< requests that have not ended, the one under way too */
    struct loom_text binding;        /**< letters; `U` if the client did not say */
    struct loom_text sms;            /**< empty: none */
    struct loom_text alternate_path; /**< without the first slash; empty: the root (rule B-11) */
    const struct loom_dm_link *objects;
    size_t object_count;
    uint16_t lwm2m; /**< 0x0100, 0x0101, 0x0102 */
};

/** The version in which a client has an object; any, if it did not say. */
struct loom_object_version loom_dm_client_version(const struct loom_dm_client *client,
                                                  uint16_t object);

#ifdef __cplusplus
}
#endif

#endif
