/* SPDX-License-Identifier: Apache-2.0 */
#include "service/kept_takeover.h"

#include "common/text.h"

#include <stdlib.h>
#include <string.h>

struct loom_kept_takeover {
    void *user;
    struct loom_text node;
    int64_t now;
    char location[LOOM_DM_LOCATION_LENGTH];
    struct loom_kept_row *registration; /* NULL: none that may be given */
    struct loom_kept_row *observations;
    bool full; /* no memory */
    bool secure;
    size_t identity_length;
    uint8_t identity[];
};

struct loom_kept_takeover *loom_kept_takeover_new(struct loom_text location,
                                                  const struct loom_peer *peer,
                                                  struct loom_text node, int64_t now, void *user)
{
    size_t length = peer->secure ? peer->identity.length : 0;
    struct loom_kept_takeover *takeover = calloc(1, sizeof *takeover + length);
    if (takeover != NULL) {
        takeover->user = user;
        takeover->node = node;
        takeover->now = now;
        memcpy(takeover->location, location.data, sizeof takeover->location);
        takeover->secure = peer->secure;
        takeover->identity_length = length;
        if (length > 0) {
            memcpy(takeover->identity, peer->identity.data, length);
        }
    }
    return takeover;
}

void *loom_kept_takeover_user(const struct loom_kept_takeover *takeover)
{
    return takeover->user;
}

static void forget(struct loom_kept_takeover *takeover)
{
    loom_kept_rows_free(takeover->registration);
    loom_kept_rows_free(takeover->observations);
    takeover->registration = NULL;
    takeover->observations = NULL;
    takeover->full = false;
}

void loom_kept_takeover_free(struct loom_kept_takeover *takeover)
{
    if (takeover != NULL) {
        forget(takeover);
        free(takeover);
    }
}

/* ---- on the writer's thread ------------------------------------------------------------------ */

/* As with an Update of a registration that is here (rule B-15): who has no security may come from
 * any address. */
static bool is_of_peer(const struct loom_kept_takeover *takeover,
                       const struct loom_stored_registration *registration)
{
    struct loom_bytes identity = {takeover->identity, takeover->identity_length};
    return takeover->secure
               ? identity.length > 0 && loom_bytes_same(registration->identity, identity)
               : registration->identity.length == 0;
}

/* With the time that a device has after a restart: it may have knocked at the node that has gone.
 */
static bool is_over(const struct loom_kept_takeover *takeover,
                    const struct loom_stored_registration *registration)
{
    int64_t silent = takeover->now - registration->updated;
    return registration->lifetime != 0 &&
           silent > (int64_t)registration->lifetime * 1000 + (int64_t)LOOM_DM_GRACE_MS;
}

static bool keep_registration(void *user, const struct loom_stored_registration *registration)
{
    struct loom_kept_takeover *takeover = user;
    if (is_of_peer(takeover, registration) && !is_over(takeover, registration)) {
        takeover->registration = loom_kept_row_copy(registration);
        takeover->full = takeover->registration == NULL;
    }
    return false;
}

static bool keep_observation(void *user, const struct loom_stored_observation *observation)
{
    struct loom_kept_takeover *takeover = user;
    struct loom_kept_row *row = loom_kept_row_copy_observation(observation);
    if (row == NULL) {
        takeover->full = true;
        return false;
    }
    row->next = takeover->observations;
    takeover->observations = row;
    return true;
}

/* What is this node's already was lost when nobody knew whether it was stored. */
static enum loom_database_status take(struct loom_kept_takeover *takeover,
                                      struct loom_database *database)
{
    const struct loom_stored_registration *registration = &takeover->registration->registration;
    if (loom_text_same(registration->node, takeover->node)) {
        return LOOM_DATABASE_OK;
    }
    enum loom_database_status status =
        loom_stored_registration_take(database, registration, takeover->node, takeover->now);
    if (status == LOOM_DATABASE_OK && loom_database_changes(database) == 0) {
        loom_kept_rows_free(takeover->registration); /* its node is alive */
        takeover->registration = NULL;
    }
    return status;
}

enum loom_database_status loom_kept_takeover_run(struct loom_kept_takeover *takeover,
                                                 struct loom_database *database)
{
    struct loom_text location = {takeover->location, sizeof takeover->location};
    forget(takeover);
    enum loom_database_status status =
        loom_stored_registration_at(database, location, keep_registration, takeover);
    if (status == LOOM_DATABASE_OK && takeover->registration != NULL) {
        status = take(takeover, database);
    }
    if (status == LOOM_DATABASE_OK && takeover->registration != NULL) {
        status = loom_stored_observation_of(database, takeover->registration->registration.endpoint,
                                            keep_observation, takeover);
    }
    return takeover->full ? LOOM_DATABASE_ERROR : status;
}

/* ---- on the loop's thread -------------------------------------------------------------------- */

void loom_kept_takeover_give(const struct loom_kept_takeover *takeover,
                             struct loom_management_server *server, int64_t now)
{
    if (takeover->registration == NULL ||
        loom_kept_row_take_over(server, &takeover->registration->registration, now) != LOOM_OK) {
        return;
    }
    for (const struct loom_kept_row *row = takeover->observations; row != NULL; row = row->next) {
        /* One that cannot go on ends with a Reset when it notifies (rule C-61). */
        (void)loom_kept_row_restore_observation(server, &row->observation);
    }
}
