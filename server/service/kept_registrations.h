/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Registrations in a database: the keeper of the LwM2M server (management/keeper.h), over the
 * writer. Registers and De-registers are a job each, and durable before they are answered; what
 * Updates change is stored in batches.
 */
#ifndef LOOM_SERVICE_KEPT_REGISTRATIONS_H
#define LOOM_SERVICE_KEPT_REGISTRATIONS_H

#include "database/writer.h"
#include "management/keeper.h"

#ifdef __cplusplus
extern "C" {
#endif

/** How long the first of several Updates waits for the others. After a crash a registration may end
 *  so much earlier than it should. */
#define LOOM_KEPT_UPDATES_MS 10000

/** Registrations of one batch: so many statements may stand before a Register. */
#define LOOM_KEPT_BATCH_MAX 256u

/** Seconds after which a device is told to come again while nothing can be stored. */
#define LOOM_KEPT_RETRY_S 10u

struct loom_kept_registrations_config {
    struct loom_management_server *server;
    const struct loom_port *port; /**< that of the server */
    struct loom_text node;        /**< who serves what is stored; empty: there are no other nodes */
    int64_t (*now)(void *user);   /**< milliseconds since 1970 */
    void *user;
};

/** What became of a restore. */
struct loom_kept_restored {
    size_t registrations;
    size_t observations;
    size_t unusable; /**< rows that cannot be what they should be */
};

struct loom_kept_registrations;

/** @param config copied; what it points to outlives the registrations
 *  @return NULL without memory */
struct loom_kept_registrations *
loom_kept_registrations_create(const struct loom_kept_registrations_config *config);

/** After the end of the writer. NULL is allowed. */
void loom_kept_registrations_destroy(struct loom_kept_registrations *kept);

/** Gives the server what is stored, before it listens and before there is a writer.
 *  @param restored out
 *  @return as loom_database_run(); LOOM_DATABASE_ERROR also without memory */
enum loom_database_status loom_kept_registrations_restore(struct loom_kept_registrations *kept,
                                                          struct loom_database *database,
                                                          struct loom_kept_restored *restored);

/** Becomes the keeper of the server, and posts to this writer from now on. */
void loom_kept_registrations_begin(struct loom_kept_registrations *kept,
                                   struct loom_writer *writer);

/** Posts what has waited long enough. */
void loom_kept_registrations_step(struct loom_kept_registrations *kept);

/** @return when the next step is due, in milliseconds since 1970; INT64_MAX: never */
int64_t loom_kept_registrations_deadline(const struct loom_kept_registrations *kept);

/** The program is to end: what has changed is posted, and nothing waits for others any more. */
void loom_kept_registrations_drain(struct loom_kept_registrations *kept);

/** Somebody says that an endpoint is at another node now: if it is here, whether that is so is
 * looked up at once, not with the next batch. */
void loom_kept_registrations_check(struct loom_kept_registrations *kept, struct loom_text endpoint);

/** @return whether something is under way. */
bool loom_kept_registrations_busy(const struct loom_kept_registrations *kept);

#ifdef __cplusplus
}
#endif

#endif
