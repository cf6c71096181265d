/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A registration of a node that has gone, for a device that speaks to this one: looked up by its
 * location and taken over, as a job of the writer. For kept_registrations.c only.
 */
#ifndef LOOM_SERVICE_KEPT_TAKEOVER_H
#define LOOM_SERVICE_KEPT_TAKEOVER_H

#include "service/kept_row.h"

struct loom_kept_takeover;

/** @param node this one, outlives the job
 *  @param now  milliseconds since 1970
 *  @return NULL without memory */
struct loom_kept_takeover *loom_kept_takeover_new(struct loom_text location,
                                                  const struct loom_peer *peer,
                                                  struct loom_text node, int64_t now, void *user);

/** On the writer's thread: reads what is there, and takes it if it may be taken. That it may not,
 * or that there is nothing, is no error. */
enum loom_database_status loom_kept_takeover_run(struct loom_kept_takeover *takeover,
                                                 struct loom_database *database);

/** On the loop's thread: gives the server what is this node's now. */
void loom_kept_takeover_give(const struct loom_kept_takeover *takeover,
                             struct loom_management_server *server, int64_t now);

void *loom_kept_takeover_user(const struct loom_kept_takeover *takeover);

/** NULL is allowed. */
void loom_kept_takeover_free(struct loom_kept_takeover *takeover);

#endif
