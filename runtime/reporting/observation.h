/* SPDX-License-Identifier: Apache-2.0 */
/** Observations: which there are, what they show, and what says when. For the files of this room.
 */
#ifndef LOOM_REPORTING_OBSERVATION_H
#define LOOM_REPORTING_OBSERVATION_H

#include "reporting/attributes.h"
#include "reporting/reporting.h"

#include <string.h>

/** Flags of an observation. */
enum {
    LOOM_OBSERVATION_DEPTH = 0x07,      /**< of its path; 0: it is of a list */
    LOOM_OBSERVATION_CHANGED = 0x08,    /**< the value may be another since the last look */
    LOOM_OBSERVATION_WANTED = 0x10,     /**< a notification is; `pmin` holds it back */
    LOOM_OBSERVATION_CONFIRMING = 0x20, /**< one is not acknowledged yet */
    LOOM_OBSERVATION_ATTRIBUTES = 0x40, /**< it has some of its own (rule C-57) */
    LOOM_OBSERVATION_DORMANT = 0x80,    /**< its registration has ended (rule B-72) */
    LOOM_OBSERVATION_RETURNED = LOOM_OBSERVATION_CONFIRMING /**< of a dormant one: there has been
                                                             *   another registration */
};

static inline bool loom_observation_has(const struct loom_observation *observation, uint8_t flag)
{
    return (observation->flags & flag) != 0;
}

static inline uint8_t loom_observation_depth(const struct loom_observation *observation)
{
    return observation->flags & LOOM_OBSERVATION_DEPTH;
}

/** What it is of; of a list the root. */
static inline void loom_observation_path(const struct loom_observation *observation,
                                         struct loom_path *path)
{
    path->depth = loom_observation_depth(observation);
    memcpy(path->id, observation->id, sizeof path->id);
}

/** Whether what is observed is in what a path leads to, or the other way round.
 *  @param id,own of what is observed */
static inline bool loom_paths_meet(const uint16_t *id, uint32_t own, const struct loom_path *path)
{
    uint32_t depth = own < path->depth ? own : path->depth;
    for (uint32_t i = 0; i < depth; i++) {
        if (id[i] != path->id[i]) {
            return false;
        }
    }
    return true;
}

/** The end of the room for observations. */
static inline struct loom_observation *loom_observations_end(const struct loom_context *context)
{
    return context->config.observations + context->config.observation_room;
}

/** The name by which the port knows one: its place in the room, counted from 1. */
static inline uint16_t loom_observation_name(const struct loom_context *context,
                                             const struct loom_observation *observation)
{
    return (uint16_t)(observation - context->config.observations + 1);
}

/* ---- observations.c ----------------------------------------------------------------------------
 */

/**
 * What is done first for an Observe, whose answer as a Read has been made: the attributes of its
 * query are read, and a place is found and given them: that of the observation which has the
 * request's token or, dormant, the same path, or else a free one.
 * @param row         of the resource, NULL above it
 * @param observation out, if LOOM_OK. NULL: none begins, because one is to end, there is no place
 *                    for it, no room for notifications like this answer, or a port that does not
 *                    notify
 * @return LOOM_BAD_REQUEST the query is wrong; LOOM_TOO_LARGE no room for its attributes
 */
enum loom_status loom_observation_ask(struct loom_context *context,
                                      const struct loom_requester *from,
                                      const struct loom_request *request,
                                      const struct loom_path *path, const struct loom_resource *row,
                                      const struct loom_reply *reply,
                                      struct loom_observation **observation);

/** Begins one with the answer that is its first notification (rule C-60).
 *  @param path of it; its depth is 0 for a list
 *  @param last the value that the answer shows, or a digest of it */
void loom_observation_begin(struct loom_context *context, struct loom_observation *observation,
                            uint16_t ssid, const struct loom_path *path, uint64_t last,
                            struct loom_reply *reply);

/** Ends an observation and gives back its memory.
 *  @param session in which the port still knows it; NULL: the port does not need to be told */
void loom_observation_forget(struct loom_context *context, struct loom_observation *observation,
                             struct loom_session *session);

/* ---- notifying.c -------------------------------------------------------------------------------
 */

/** Has the next step look. */
void loom_reporting_look_soon(struct loom_context *context);

/** Whether a confirmable notification of a server is under way: there is one at a time (NSTART 1).
 */
bool loom_observations_confirm(const struct loom_context *context, uint16_t ssid);

/** Reports a notification. Comes last: from within the event the product may change what is
 *  observed. */
void loom_observation_report(const struct loom_context *context,
                             const struct loom_observation *observation, uint8_t code);

/* ---- attached.c --------------------------------------------------------------------------------
 */

/** Gives an observation attributes of its own, or none, in the place of those and of the list that
 *  it had. @return false: there is no room, nothing has changed */
bool loom_observation_attach(struct loom_context *context,
                             const struct loom_observation *observation,
                             const struct loom_attributes *attributes);

/** Takes away all that the room has of an observation: its attributes, its list. */
void loom_observation_detach(struct loom_context *context,
                             const struct loom_observation *observation);

/** What attributes may be attached to for a server. @param row NULL above the resource level */
struct loom_attribute_target loom_attribute_target(const struct loom_requester *from,
                                                   const struct loom_path *path,
                                                   const struct loom_resource *row);

/** Reads the attributes of an Observe (rule C-57). @param attributes out
 *  @return LOOM_BAD_REQUEST they are wrong, or the server's release has none there */
enum loom_status loom_attributes_of_query(const struct loom_request *request,
                                          const struct loom_attribute_target *target,
                                          struct loom_attributes *attributes);

/** Takes away the attributes of what is gone, and of servers that are (rule C-70). */
void loom_attributes_drop_gone(struct loom_context *context);

/** The attributes that hold for an observation, with the defaults of the Server object (C-66).
 *  @param path            of the observation, which is of one
 *  @param server_instance of the Server object
 *  @param attributes      out */
void loom_attributes_in_force(const struct loom_context *context,
                              const struct loom_observation *observation,
                              const struct loom_path *path, uint16_t server_instance,
                              struct loom_attributes *attributes);

/** Adds what the Server object says where no attribute does (rule C-66). */
void loom_attributes_take_defaults(const struct loom_context *context, uint16_t server_instance,
                                   struct loom_attributes *attributes);

/* ---- values.c ----------------------------------------------------------------------------------
 */

/** What is known of what is observed; `path` is set and all else zero at first. */
struct loom_reading {
    struct loom_path path;
    struct loom_value value; /**< type LOOM_NONE: it is not one number or boolean */
    uint64_t raw;            /**< it, or a digest of what is shown */
    struct loom_output out;  /**< what is shown, in the client's buffer */
    bool known;              /**< all of these, but for what is shown */
    bool shown;
};

/** Reads a number. @return LOOM_METHOD_NOT_ALLOWED the path does not lead to one */
enum loom_status loom_reading_number(const struct loom_context *context,
                                     const struct loom_path *path, struct loom_reading *reading);

/** Reads what is observed, and shows it unless a number alone was asked for. What is known already
 *  is not read again. */
enum loom_status loom_reading_take(struct loom_context *context,
                                   const struct loom_observation *observation,
                                   uint16_t server_instance, bool number_will_do,
                                   struct loom_reading *reading);

/** A raw value as the number that it is. */
double loom_reading_as_number(enum loom_type type, uint64_t raw);

#endif
