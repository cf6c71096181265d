/* SPDX-License-Identifier: Apache-2.0 */
/** What is known of a registration: its state, its wishes, and what the resources of its Server
 *  instance say. For the files of this room. */
#ifndef LOOM_REGISTRATION_SERVER_OBJECT_H
#define LOOM_REGISTRATION_SERVER_OBJECT_H

#include "loom/client.h"
#include "loom/ids.h"
#include "registration/states.h"

/** Whether the account is in use. Those that are come first. */
static inline bool loom_registration_used(const struct loom_registration *registration)
{
    return registration->context != NULL;
}

/** The registration in use after this one; NULL: the first of all.
 *  @return NULL there is none */
struct loom_registration *loom_registration_next(const struct loom_context *context,
                                                 struct loom_registration *after);
/** Whether management requests of this server are served (rule A-92). */
bool loom_registration_serves(const struct loom_registration *registration);
/** Whether the server has the client registered; it may be asleep. */
bool loom_registration_stands(const struct loom_registration *registration);

static inline void loom_registration_wish(struct loom_registration *registration,
                                          enum loom_registration_wish wish)
{
    registration->wishes |= (uint8_t)wish;
}

static inline bool loom_registration_has_wish(const struct loom_registration *registration,
                                              enum loom_registration_wish wish)
{
    return (registration->wishes & (unsigned)wish) != 0;
}

static inline void loom_registration_drop_wish(struct loom_registration *registration,
                                               enum loom_registration_wish wish)
{
    registration->wishes &= (uint8_t) ~(unsigned)wish;
}

/** A resource of the registration's Server instance, or what holds where it is absent. */
uint32_t loom_server_resource(const struct loom_registration *registration, uint16_t resource,
                              uint32_t otherwise);
bool loom_server_flag(const struct loom_registration *registration, uint16_t resource,
                      bool otherwise);

/** Lifetime as the server is to be told it (rule B-3). */
uint32_t loom_server_lifetime(const struct loom_registration *registration);

/** Binding mode as the server is to be told it (rules B-4, B-5). */
struct loom_text loom_server_binding(const struct loom_registration *registration);

/** Whether the device sleeps towards this server (rules B.5). */
bool loom_server_in_queue_mode(const struct loom_registration *registration);

/** The feature: a choice among the transports of the port. */
struct loom_transports_feature {
    /** The transport that the server's account prefers, 0: none that the port has (rule B-26). */
    char (*choose)(const struct loom_registration *registration);
    /** What the arguments of an Update Trigger ask for (rule B-71): an Update, or to move to
     * another transport.
     *  @return LOOM_BAD_REQUEST they name a transport that cannot be used */
    enum loom_status (*trigger)(struct loom_registration *registration, struct loom_text arguments);
};

/** The feature: loom_server_in_queue_mode(). */
struct loom_queue_mode_feature {
    bool (*is_wanted)(const struct loom_registration *registration);
};

#endif
