/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The events of the bootstrap server, its sessions and accounts, as JSON and for people. No key is
 * ever part of it.
 */
#ifndef LOOM_BOOTSTRAP_EVENT_H
#define LOOM_BOOTSTRAP_EVENT_H

#include "bootstrap/bootstrap_server.h"
#include "loom/json_line.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Adds the members of an event to an object that has its name and time. */
void loom_bs_event_json(struct loom_json *json, const struct loom_bs_event *event);
/** @param now milliseconds of the port's clock */
void loom_bs_session_json(struct loom_json *json, const struct loom_bs_session_info *info,
                          uint64_t now);
void loom_fleet_account_json(struct loom_json *json, const struct loom_fleet_account *account);

/** Prints an event, its name first, without a newline. */
void loom_bs_event_print(FILE *out, const struct loom_bs_event *event);
void loom_bs_session_print(FILE *out, const struct loom_bs_session_info *info, uint64_t now);
void loom_fleet_account_print(FILE *out, const struct loom_fleet_account *account);

#ifdef __cplusplus
}
#endif

#endif
