/* SPDX-License-Identifier: Apache-2.0 */
/** Device Management and Service Enablement, as the client sees it. */
#ifndef LOOM_MANAGEMENT_MANAGEMENT_H
#define LOOM_MANAGEMENT_MANAGEMENT_H

#include "loom/client.h"

struct loom_requester;

/** Begins with executables of the client's own, which outlive it. */
void loom_management_init(struct loom_management *management, struct loom_context *context,
                          const struct loom_executable *executables, uint8_t executable_count);

/** A request of a registered server. */
void loom_management_request(struct loom_management *management, const struct loom_requester *from,
                             const struct loom_request *request, struct loom_reply *reply);

#endif
