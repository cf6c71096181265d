/* SPDX-License-Identifier: Apache-2.0 */
/** Attributes that say when a server is to be notified, rules C.2: read, checked, kept and looked
 *  up. They are each server's own (rule C-51). */
#ifndef LOOM_REPORTING_ATTRIBUTES_H
#define LOOM_REPORTING_ATTRIBUTES_H

#include "loom/client.h"
#include "loom/codec.h"

/** In the order in which Discover shows them. Up to `edge` they are whole numbers. */
enum loom_attribute {
    LOOM_ATTRIBUTE_PMIN,  /**< seconds */
    LOOM_ATTRIBUTE_PMAX,  /**< seconds */
    LOOM_ATTRIBUTE_EPMIN, /**< seconds */
    LOOM_ATTRIBUTE_EPMAX, /**< seconds */
    LOOM_ATTRIBUTE_CON,   /**< 0, 1 */
    LOOM_ATTRIBUTE_HQMAX, /**< notifications */
    LOOM_ATTRIBUTE_EDGE,  /**< 0, 1 */
    LOOM_ATTRIBUTE_GT,
    LOOM_ATTRIBUTE_LT,
    LOOM_ATTRIBUTE_ST,
    LOOM_ATTRIBUTE_COUNT
};

#define LOOM_ATTRIBUTE_BIT(attribute) ((uint16_t)(1u << (attribute)))

/** A set of attributes with their values. */
struct loom_attributes {
    uint16_t has; /**< LOOM_ATTRIBUTE_BIT() of each */
    uint32_t whole[LOOM_ATTRIBUTE_GT];
    double number[LOOM_ATTRIBUTE_COUNT - LOOM_ATTRIBUTE_GT]; /**< gt, lt, st */
};

static inline bool loom_attributes_have(const struct loom_attributes *attributes,
                                        enum loom_attribute attribute)
{
    return (attributes->has & LOOM_ATTRIBUTE_BIT(attribute)) != 0;
}

static inline double loom_attributes_number(const struct loom_attributes *attributes,
                                            enum loom_attribute attribute)
{
    return attributes->number[attribute - LOOM_ATTRIBUTE_GT];
}

/** What attributes are written to. */
struct loom_attribute_target {
    uint16_t lwm2m;      /**< release */
    uint8_t depth;       /**< of its path, 1 to 4; 0: a list of paths that is observed */
    enum loom_type type; /**< of the resource; LOOM_NONE above it */
};

/** What a request sets and unsets. */
struct loom_attribute_change {
    struct loom_attributes set;
    uint16_t unset; /**< LOOM_ATTRIBUTE_BIT() of each (rule C-53) */
};

/** Reads the query of a request.
 *  @return LOOM_BAD_REQUEST an argument is none of the attributes that the release has for the
 *          target, comes twice, or has a value that it may not have (rules C.2, C-54) */
enum loom_status loom_attributes_parse(const struct loom_request *request,
                                       const struct loom_attribute_target *target,
                                       struct loom_attribute_change *change);

/** Applies a change to the attributes of one level. @return false: it would make them contradict
 *  each other (rule C-52) */
bool loom_attributes_apply(struct loom_attributes *attributes,
                           const struct loom_attribute_change *change);

/** Takes from others what is missing, but for what is unset. */
void loom_attributes_inherit(struct loom_attributes *attributes,
                             const struct loom_attributes *others, uint16_t unset);

/** Writes them as parameters of a link: `;pmin=10;gt=45`. */
void loom_attributes_put(struct loom_output *out, const struct loom_attributes *attributes);

/* ---- kept.c: attributes that are attached ------------------------------------------------------
 *
 * Kept in bytes that the product gives: a head of 4 bytes and 2 for each id of the path, then each
 * attribute with 1 byte and its value: a whole number takes 1 byte up to 255, a number 4 or 8. */

/** What attributes are attached to: what a path leads to for a server, or with depth 0 the
 *  observation whose number is in the place of the server's. With `listed` there are no attributes:
 *  the path is one of those that this observation is of. */
struct loom_attribute_place {
    uint16_t ssid;
    struct loom_path path;
    bool listed;
};

/** Reads those of one place; none if there are none. */
void loom_attributes_get(const struct loom_attribute_room *room,
                         const struct loom_attribute_place *place,
                         struct loom_attributes *attributes);

/** Replaces those of one place. @return false: no room, nothing has changed */
bool loom_attributes_set(struct loom_attribute_room *room, const struct loom_attribute_place *place,
                         const struct loom_attributes *attributes);

/** Adds a path to the list of an observation, behind those that it has. @return false: no room */
bool loom_attributes_list(struct loom_attribute_room *room, uint16_t observation,
                          const struct loom_path *path);

/** Finds the next path of an observation's list, in their order.
 *  @param at where to look, 0 at first; moved behind it */
bool loom_attributes_next_listed(const struct loom_attribute_room *room, uint16_t observation,
                                 uint16_t *at, struct loom_path *path);

/** Removes all for which `gone` says so. */
void loom_attributes_remove(struct loom_attribute_room *room,
                            bool (*gone)(void *self, const struct loom_attribute_place *place),
                            void *self);

/** Writes the records of what is attached to levels, as they lie in the room. */
void loom_attributes_put_levels(const struct loom_attribute_room *room, struct loom_output *out);

/** Checks the first of such records.
 *  @param place out, where it belongs
 *  @return its length; 0: it is none */
size_t loom_attributes_check_level(const uint8_t *record, size_t left,
                                   struct loom_attribute_place *place);

/** Adds such a record. @return false: there is no room */
bool loom_attributes_take_level(struct loom_attribute_room *room, const uint8_t *record);

/** Adds to `attributes` what holds at a path for a server, the lowest level first (rule C-50). */
void loom_attributes_resolve(const struct loom_attribute_room *room, uint16_t ssid,
                             const struct loom_path *path, struct loom_attributes *attributes);

#endif
