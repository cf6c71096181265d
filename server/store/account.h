/* SPDX-License-Identifier: Apache-2.0 */
/**
 * An account: one endpoint that a server knows, how it proves who it is, and what a bootstrap
 * server provisions on it.
 *
 * An account is a snapshot that never changes. It is counted by reference, so that a bootstrap that
 * runs goes on with the account that it began with, whatever the store then has of that endpoint.
 * All its memory is its own and is wiped when the last reference is given back.
 */
#ifndef LOOM_FLEET_ACCOUNT_H
#define LOOM_FLEET_ACCOUNT_H

#include "loom/port.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Lengths of a PSK identity and a PSK in bytes (rules H.2). */
#define LOOM_FLEET_IDENTITY_MAX 128u
#define LOOM_FLEET_KEY_MIN      16u
#define LOOM_FLEET_KEY_MAX      64u

/** One value that a Bootstrap-Write carries. */
struct loom_fleet_setting {
    uint16_t resource;
    uint16_t resource_instance; /**< LOOM_ID_NONE in a single resource */
    struct loom_value value;
};

/** Which object instance a Bootstrap-Write means. */
enum loom_fleet_target {
    LOOM_FLEET_FIXED,            /**< the instance that the path names */
    LOOM_FLEET_SERVER_ACCOUNT,   /**< the instance of `short_server_id`, or a free one */
    LOOM_FLEET_BOOTSTRAP_ACCOUNT /**< the client's Bootstrap-Server Account, known by a Discover */
};

/** One Bootstrap-Write: an instance (depth 2) or a resource (depth 3). */
struct loom_fleet_write {
    enum loom_fleet_target target;
    struct loom_path path; /**< the instance id is valid only for LOOM_FLEET_FIXED */
    uint16_t short_server_id;
    /** Version of the object, to be sent with the write (rule A-46); major 0: not to be sent, since
     *  the enabler or 1.0 implies it. */
    uint8_t version_major;
    uint8_t version_minor;
    struct loom_fleet_setting *settings; /**< ascending by resource and resource instance */
    size_t setting_count;
};

/** One endpoint. Read only. */
struct loom_fleet_account {
    struct loom_text endpoint;
    enum loom_security_mode mode; /**< LOOM_SECURITY_PSK or LOOM_SECURITY_NOSEC */
    struct loom_bytes identity;
    struct loom_bytes key;
    bool closed; /**< nobody is admitted by it, and nobody else by its name */

    /* What a bootstrap server does; nothing of it for an LwM2M server. */
    bool discover;
    bool pack; /**< may get all of it in a Bootstrap-Pack (rule A-100) */
    /** Instance of the Bootstrap-Server Account if the client is not asked; else LOOM_ID_NONE. */
    uint16_t bootstrap_instance;
    struct loom_path *deletes;
    size_t delete_count;
    /** Deleted after a Finish that was answered 4.06, before all writes are sent again (rule A-81);
     *  none: the session fails. */
    struct loom_path *repairs;
    size_t repair_count;
    struct loom_fleet_write *writes; /**< in the order of sending */
    size_t write_count;
};

/** Takes one more reference. @return the account */
const struct loom_fleet_account *loom_fleet_account_hold(const struct loom_fleet_account *account);

/** Gives a reference back; the account is gone with the last one. NULL is allowed. */
void loom_fleet_account_release(const struct loom_fleet_account *account);

#ifdef __cplusplus
}
#endif

#endif
