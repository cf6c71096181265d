/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A bootstrap in the dry: what a client that gets an account says at the Finish. It is the client's
 * own check (rules and the table after A-89), run on a model that is made of the tables
 * of the catalog, so that an operator hears of a fault before a device does.
 *
 * The client is one that has its Bootstrap-Server Account and its Device instance, and nothing else
 * that the account does not bring.
 */
#ifndef LOOM_DRY_RUN_H
#define LOOM_DRY_RUN_H

#include "catalog/catalog.h"
#include "loom/event.h"
#include "store/account.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What the devices of an account can do. All zero: of the newest release, with every transport,
 *  security mode and object. */
struct loom_dry_run_client {
    uint16_t lwm2m;          /**< 0x0100, 0x0101, 0x0102; 0: the newest */
    const char *transports;  /**< letters of 1/x/7, as in "UT"; NULL: all */
    unsigned modes;          /**< bit n: security mode n; 0: all */
    const uint16_t *objects; /**< what it has besides 0, 1 and 3; NULL: all that is needed */
    size_t object_count;
};

/** What is wrong with an account, and where. */
struct loom_dry_run_fault {
    const char *sentence; /**< as the client says it; NULL: nothing is wrong */
    bool has_path;
    struct loom_path path;    /**< instances of objects 0 and 1 are numbered as they come */
    uint16_t short_server_id; /**< whose account the path is in; 0: of none */
};

/**
 * Checks what an account brings.
 * @param fault out
 * @return LOOM_OK nothing is wrong; LOOM_NOT_ACCEPTABLE see `fault`; LOOM_UNAVAILABLE without
 * memory
 */
enum loom_status loom_dry_run(const struct loom_fleet_account *account,
                              const struct loom_catalog *catalog,
                              const struct loom_dry_run_client *client,
                              struct loom_dry_run_fault *fault);

#ifdef __cplusplus
}
#endif

#endif
