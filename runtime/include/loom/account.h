/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * An account of a server in one call, for products that bring accounts of their own (factory
 * bootstrap, rule A-10). Products whose accounts all come from a smartcard do not need it.
 */
#ifndef LOOM_ACCOUNT_H
#define LOOM_ACCOUNT_H

#include "loom/model.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The default of `lifetime`: a day. */
#define LOOM_MODEL_ACCOUNT_LIFETIME 86400u

/** An account. All members except `uri` may be zero. It is not needed after the call. */
struct loom_model_account {
    const char *uri;   /**< `coaps://server.example:5684`, or `coap://...` without security */
    bool bootstrap;    /**< the account of the (only) bootstrap server; else of an LwM2M server */
    uint16_t ssid;     /**< Short Server ID of an LwM2M server, 1 to 65534; 0: 1 */
    uint32_t lifetime; /**< of the registration, in seconds; 0: LOOM_MODEL_ACCOUNT_LIFETIME */
    uint32_t hold_off; /**< seconds before a Bootstrap-Request (rule A-20) */
    const char *identity;  /**< of the pre-shared key; NULL: no security (NoSec) */
    struct loom_bytes key; /**< 1 to 64 bytes (rules H.2), 16 or more to be safe */
};

/**
 * Adds an instance of object 0 and, for an LwM2M server, one of object 1, with the lowest free
 * ids: binding `U`, notifications are stored. Call it between loom_model_init() and
 * loom_client_start(), which replaces these accounts by stored ones. Set other resources with the
 * typed functions of the generated code.
 * @return LOOM_OK; otherwise nothing was added: LOOM_BAD_REQUEST a value is out of its range, or an
 *         identity has no key; LOOM_TOO_LARGE no capacity for another instance, or for the length
 * of a text or key; LOOM_NOT_FOUND the product lacks one of the objects
 */
enum loom_status loom_model_add_account(struct loom_model *model,
                                        const struct loom_model_account *account);

#ifdef __cplusplus
}
#endif

#endif
