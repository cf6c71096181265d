/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What a bootstrap session sends: the commands for one client, worked out from its account and from
 * what the client has. For the bootstrap server only.
 */
#ifndef LOOM_BOOTSTRAP_PLAN_H
#define LOOM_BOOTSTRAP_PLAN_H

#include "bootstrap/bootstrap_events.h"
#include "loom/codec.h"
#include "store/account.h"

/** An object instance that the client has. */
struct loom_bs_instance {
    uint16_t object;
    uint16_t instance;
    bool has_short_server_id; /**< `ssid` was there, whatever its value */
    uint16_t short_server_id; /**< 0: none that a server can have */
};

/** What the client has, by its answer to a Discover. */
struct loom_bs_inventory {
    struct loom_bs_instance *instances;
    size_t count;
    struct loom_text lwm2m;      /**< points into the answer; empty if not named */
    uint16_t bootstrap_instance; /**< of object 0; LOOM_ID_NONE: none, or not clear which */
};

/**
 * Reads the answer to a Discover of `/`, as lenient as rule A-66 wants.
 * @return LOOM_BAD_REQUEST it is no list of links; LOOM_UNAVAILABLE no memory
 */
enum loom_status loom_bs_inventory_read(struct loom_bs_inventory *inventory,
                                        struct loom_text links);

/** What a client is taken to have that is not asked: its Bootstrap-Server Account alone. */
enum loom_status loom_bs_inventory_assume(struct loom_bs_inventory *inventory,
                                          uint16_t bootstrap_instance);

void loom_bs_inventory_free(struct loom_bs_inventory *inventory);

/** One request to the client. */
struct loom_bs_command {
    enum loom_bs_operation operation;
    struct loom_path path;
    const struct loom_fleet_write *write; /**< LOOM_BS_WRITE only */
};

/** Deletes and writes in the order of sending; a Finish is the last. */
struct loom_bs_plan {
    struct loom_bs_command *commands;
    size_t count;
};

/**
 * Makes the plan of an account. A Server Account goes to the instance that has its Short Server ID,
 * if that survives the deletes, else to the lowest free one; the inventory is brought up to date.
 * @param repair the deletes are those for a client that refused the Finish (rule A-81)
 * @return LOOM_CONFLICT the account writes to the Bootstrap-Server Account, which is not known;
 *         LOOM_UNAVAILABLE no memory
 */
enum loom_status loom_bs_plan_make(struct loom_bs_plan *plan,
                                   const struct loom_fleet_account *account, bool repair,
                                   struct loom_bs_inventory *inventory);

void loom_bs_plan_free(struct loom_bs_plan *plan);

/** Encodes what a write carries.
 *  @param path   where it goes
 *  @param format LOOM_FORMAT_TLV or LOOM_FORMAT_SENML_CBOR */
void loom_bs_write_encode(const struct loom_fleet_write *write, const struct loom_path *path,
                          uint16_t format, struct loom_output *out);

/** Adds what a write carries to a SenML CBOR pack, a record for each setting. */
void loom_bs_write_put(const struct loom_fleet_write *write, const struct loom_path *path,
                       struct loom_output *out);

#endif
