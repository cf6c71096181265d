/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Registrations, and the observations that go on with them. The location tells one registration of
 * an endpoint from the next: what is meant for one that has been replaced meanwhile, perhaps at
 * another node, changes nothing.
 */
#ifndef LOOM_STORED_REGISTRATION_H
#define LOOM_STORED_REGISTRATION_H

#include "database/database.h"

#ifdef __cplusplus
extern "C" {
#endif

struct loom_stored_registration {
    struct loom_text endpoint;
    struct loom_text location;  /**< the part after `/rd/` */
    struct loom_text node;      /**< who serves it; may be empty */
    struct loom_text address;   /**< may be empty */
    struct loom_bytes identity; /**< data NULL: without security */
    uint32_t lifetime;          /**< seconds; 0: for ever */
    uint16_t lwm2m;             /**< 0x0100, 0x0101, 0x0102 */
    struct loom_text binding;
    bool queue_mode;
    struct loom_text sms;            /**< data NULL: none */
    struct loom_text alternate_path; /**< data NULL: the root */
    struct loom_text links;          /**< CoRE link format */
    int64_t registered;
    int64_t last_seen; /**< any message */
    int64_t updated;   /**< Register or Update */
};

/** An observation: what was asked, as its owner writes it. */
struct loom_stored_observation {
    struct loom_text endpoint;
    struct loom_bytes token;
    struct loom_bytes request;
    int64_t created;
};

/** @return false: no more of them are wanted */
typedef bool loom_stored_registration_visitor(void *user,
                                              const struct loom_stored_registration *registration);
typedef bool loom_stored_observation_visitor(void *user,
                                             const struct loom_stored_observation *observation);

/** Puts a registration in the place of the one that the endpoint has, with all its observations.
 *  @return LOOM_DATABASE_CONFLICT another endpoint has the location */
enum loom_database_status
loom_stored_registration_replace(struct loom_database *database,
                                 const struct loom_stored_registration *registration);

/** Stores what an Update has changed; everything but the location may be another. As the next two
 * it changes only a registration of this location and node: loom_database_changes() is 0 if there
 * is none any more. */
enum loom_database_status
loom_stored_registration_update(struct loom_database *database,
                                const struct loom_stored_registration *registration);

/** Stores that a client was heard: `address`, `last_seen` and `updated`. */
enum loom_database_status
loom_stored_registration_heard(struct loom_database *database,
                               const struct loom_stored_registration *registration);

/** Removes a registration with its observations: `endpoint`, `location` and `node`. */
enum loom_database_status
loom_stored_registration_remove(struct loom_database *database,
                                const struct loom_stored_registration *registration);

/** Gives a registration to another node, if the lease of its own is over:
 *  loom_database_changes() is 1 then.
 *  @param registration `endpoint`, `location` and `node` as they were read */
enum loom_database_status
loom_stored_registration_take(struct loom_database *database,
                              const struct loom_stored_registration *registration,
                              struct loom_text node, int64_t now);

/** Shows the registrations of a node, or all if `node` has no data. */
enum loom_database_status loom_stored_registration_each(struct loom_database *database,
                                                        struct loom_text node,
                                                        loom_stored_registration_visitor *visit,
                                                        void *user);

/** Shows the registration of an endpoint, if there is one. */
enum loom_database_status loom_stored_registration_find(struct loom_database *database,
                                                        struct loom_text endpoint,
                                                        loom_stored_registration_visitor *visit,
                                                        void *user);

/** Shows the registration of a location, if there is one. */
enum loom_database_status loom_stored_registration_at(struct loom_database *database,
                                                      struct loom_text location,
                                                      loom_stored_registration_visitor *visit,
                                                      void *user);

/** Gives a node what has none, as a server without a name leaves it; a server without a name, with
 *  an empty `node`, gets all. */
enum loom_database_status loom_stored_registration_adopt(struct loom_database *database,
                                                         struct loom_text node);

/** @param count out: of a node, or of all if `node` has no data */
enum loom_database_status loom_stored_registration_count(struct loom_database *database,
                                                         struct loom_text node, int64_t *count);

/** Stores an observation, in the place of one with its token. If there is no registration of this
 *  endpoint, location and node any more, nothing happens. */
enum loom_database_status
loom_stored_observation_save(struct loom_database *database,
                             const struct loom_stored_registration *registration,
                             const struct loom_stored_observation *observation);

/** Removes an observation, if the endpoint is still at this node. */
enum loom_database_status
loom_stored_observation_remove(struct loom_database *database,
                               const struct loom_stored_registration *registration,
                               struct loom_bytes token);

/** Shows the observations of an endpoint. */
enum loom_database_status loom_stored_observation_of(struct loom_database *database,
                                                     struct loom_text endpoint,
                                                     loom_stored_observation_visitor *visit,
                                                     void *user);

/** Shows the observations of the registrations of a node, or of all if `node` has no data; those of
 * one endpoint after the other. */
enum loom_database_status loom_stored_observation_each(struct loom_database *database,
                                                       struct loom_text node,
                                                       loom_stored_observation_visitor *visit,
                                                       void *user);

#ifdef __cplusplus
}
#endif

#endif
