/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A registration or an observation as a row, in a block of its own, so that another thread may
 * write it while the registration goes on; and back. For those who keep registrations,
 * and for REST.
 */
#ifndef LOOM_SERVICE_KEPT_ROW_H
#define LOOM_SERVICE_KEPT_ROW_H

#include "management/keeper.h"
#include "store/stored_registration.h"

struct loom_kept_row {
    struct loom_kept_row *next;
    struct loom_stored_registration registration; /**< of an observation: endpoint and location */
    struct loom_stored_observation observation;
    unsigned changes; /**< LOOM_DM_CHANGED_... */
    bool gone;        /**< nothing was changed by it: the registration is another node's now */
    char bytes[];     /**< what both point to */
};

/** The same moment on two clocks, in milliseconds. */
struct loom_kept_times {
    int64_t unix_now;
    uint64_t port_now;
};

/** @return NULL without memory; to be freed */
struct loom_kept_row *loom_kept_row_new(const struct loom_dm_client *client, struct loom_text node,
                                        const struct loom_kept_times *times);

/** @param observation without a request: for its token alone
 *  @return NULL without memory; to be freed */
struct loom_kept_row *loom_kept_row_observation(const struct loom_dm_client *client,
                                                struct loom_text node,
                                                const struct loom_dm_kept_observation *observation,
                                                int64_t now);

/** Copies of what was read. @return as loom_kept_row_new() */
struct loom_kept_row *loom_kept_row_copy(const struct loom_stored_registration *registration);
struct loom_kept_row *
loom_kept_row_copy_observation(const struct loom_stored_observation *observation);

/** Frees a list of rows. */
void loom_kept_rows_free(struct loom_kept_row *row);

/** Gives a server a row back. @param now milliseconds since 1970
 *  @return as loom_management_server_restore() */
enum loom_status loom_kept_row_restore(struct loom_management_server *server,
                                       const struct loom_stored_registration *registration,
                                       int64_t now);

/** The same for the row of another node, which is this one's now.
 *  @return as loom_management_server_take_over() */
enum loom_status loom_kept_row_take_over(struct loom_management_server *server,
                                         const struct loom_stored_registration *registration,
                                         int64_t now);

/** @return as loom_management_server_restore_observation() */
enum loom_status
loom_kept_row_restore_observation(struct loom_management_server *server,
                                  const struct loom_stored_observation *observation);

#endif
