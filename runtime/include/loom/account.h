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

/** What 0 in `lifetime` stands for: a day. */
#define LOOM_MODEL_ACCOUNT_LIFETIME 86400u

/** All else but `uri` may be zero. Nothing of it is needed after the call. */
struct loom_model_account {
    const char *uri; /**< `coaps://server.example:5684`; `coap://...` goes without security */
    bool bootstrap;  /**< of the bootstrap server, of which there is one; else of an LwM2M server */
    uint16_t ssid;   /**< Short Server ID of an LwM2M server, 1 to 65534; 0: 1 */
    uint32_t lifetime;     /**< of the registration, in seconds; 0: LOOM_MODEL_ACCOUNT_LIFETIME */
    uint32_t hold_off;     /**< seconds before a Bootstrap-Request (rule A-20) */
    const char *identity;  /**< of the pre-shared key; NULL: no security (NoSec) */
    struct loom_bytes key; /**< 1 to 64 bytes (rules H.2), 16 or more to be safe */
};

/**
 * Adds an instance of object 0 and, for an LwM2M server, one of object 1, in the lowest free
 * places: binding `U`, notifications are stored. Call it between loom_model_init() and
 * loom_client_start(), where accounts from the store take the place of these; the typed functions
 * of the generated code set the other resources.
 * @return LOOM_OK; else nothing was added: LOOM_BAD_REQUEST a value out of its range, or an
 * identity without a key; LOOM_TOO_LARGE no room for one more instance, or for so long a text or
 * key; LOOM_NOT_FOUND the product lacks one of the objects
 */
enum loom_status loom_model_add_account(struct loom_model *model,
                                        const struct loom_model_account *account);

#ifdef __cplusplus
}
#endif

#endif
