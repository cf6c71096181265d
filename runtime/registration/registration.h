/* SPDX-License-Identifier: Apache-2.0 */
/** What the files of the registration room share with each other. */
#ifndef LOOM_REGISTRATION_REGISTRATION_H
#define LOOM_REGISTRATION_REGISTRATION_H

#include "client/internal.h"

/* ---- resources.c -------------------------------------------------------------------------------
 */

/** A resource of the registration's Server instance, or what holds where it is absent. */
uint64_t loom_server_resource(const struct loom_registration *registration, uint16_t resource,
                              uint64_t otherwise);
bool loom_server_flag(const struct loom_registration *registration, uint16_t resource,
                      bool otherwise);

/** Lifetime as the server is to be told it (rule B-3). */
int64_t loom_server_lifetime(const struct loom_registration *registration);

/** Binding mode as the server is to be told it (rules B-4, B-5). */
struct loom_text loom_server_binding(const struct loom_registration *registration);

/** Whether the device sleeps towards this server (rules B.5). */
bool loom_server_in_queue_mode(const struct loom_registration *registration);

/* ---- requests.c --------------------------------------------------------------------------------
 */

/** Sends Register, opening a session if there is none. */
void loom_registration_send_register(struct loom_registration *registration);
/** Sends Update with what has changed. */
void loom_registration_send_update(struct loom_registration *registration);
void loom_registration_send_deregister(struct loom_registration *registration);

/** Whether an Update is due for a change (rule B-18). */
bool loom_registration_changed(const struct loom_registration *registration);

/* ---- order.c -----------------------------------------------------------------------------------
 */

/** When the Initial Registration Delay of a registration whose turn has come ends (rule B-51). */
uint64_t loom_registration_delay_end(const struct loom_registration *registration);

/** Whether one before it in the order has failed and lets none after it try (rule B-52). */
bool loom_registration_blocked(const struct loom_registration *registration);

/* ---- remember.c --------------------------------------------------------------------------------
 */

/** Waits of fewer seconds are not worth a write of the state record: its memory wears. */
#define LOOM_WAIT_REMEMBERED 60u

/* ---- registration.c ----------------------------------------------------------------------------
 */

struct loom_event loom_registration_news(const struct loom_registration *registration,
                                         enum loom_event_type type);
void loom_registration_tell(const struct loom_registration *registration,
                            enum loom_event_type type);

#endif
