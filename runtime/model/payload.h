/* SPDX-License-Identifier: Apache-2.0 */
/** Payloads into the model and out of it, for every interface that carries values. */
#ifndef LOOM_MODEL_PAYLOAD_H
#define LOOM_MODEL_PAYLOAD_H

#include "loom/codec.h"
#include "loom/model.h"
#include "model/walk.h"

/** What a payload may do. */
struct loom_write_rules {
    /** Operations hold: a resource without W refuses the whole payload (rule C-22). Off for the
     *  Bootstrap interface, which writes whatever they say (rule A-40). */
    bool writable_only;
    /** Resources of an instance that the payload lacks cease to exist (rules A-42, C-20). */
    bool replace;
    /** Instances that do not exist are created. */
    bool create;
    /** An instance that is named as a whole needs all its mandatory resources (rules A-44, C-25).
     */
    bool complete;
    /** Object links must lead to something (rules C-22, C-24). */
    bool check_links;
    /** The device itself has written it. Ranges do not hold: what nobody has set yet may be out of
     *  them. */
    bool stored;
};

/** The payload of a request, as the decoder gets it, and what it may do. */
struct loom_payload {
    const struct loom_format *format; /**< NULL: one that the product does not have */
    struct loom_path path;
    /** LOOM_DECODE_CREATE, or LOOM_DECODE_DELETES: what is to be deleted is passed over by the
     *  functions below. */
    uint8_t mode;
    struct loom_write_rules rules;
    uint8_t more_room; /**< instances that a multiple resource may have beyond its room; how many it
                        *   is left with is the caller's to check */
    struct loom_bytes bytes;
    uint8_t *scratch;
    size_t scratch_size;
};

/** What a check has found out, for loom_payload_apply(). */
struct loom_payload_plan {
    bool scattered; /**< the instances do not ascend */
    bool handled;   /**< some of it is served by functions of the product */
};

/**
 * Checks a payload as a whole, and changes nothing.
 *
 * The path may be the root, for the formats that can name more than one object (SenML): a
 * Bootstrap-Pack. `rules` then apply to each instance that it names. Instances that it does not
 * name stay as they are: rule A-101, which wants the others of its objects gone, is the caller's,
 * who knows which ones it must spare.
 *
 * How often the payload is read does not grow with its length: once if its instances and resource
 * instances ascend, otherwise once more for each instance and resource instance that there is room
 * for.
 * @return LOOM_NOT_FOUND it names an object that the client does not have
 */
enum loom_status loom_payload_check(const struct loom_model *model,
                                    const struct loom_payload *payload,
                                    struct loom_payload_plan *plan);

/** Writes a payload that has been checked. Only a function of the product can still refuse; then
 * what is stored has not changed. */
enum loom_status loom_payload_apply(struct loom_model *model, const struct loom_payload *payload,
                                    const struct loom_payload_plan *plan);

/** Both in one: a payload that is refused has changed nothing. */
enum loom_status loom_payload_write(struct loom_model *model, const struct loom_payload *payload);

/** Begins to read a payload. */
enum loom_status loom_payload_begin(const struct loom_payload *payload,
                                    struct loom_decoder *decoder);

/** Finds the next object, in ascending order, that a payload names: the one that it was sent to, or
 *  each of a payload for the root. Start with `*position` 0. @return false if there is none. It
 * stops where a payload is malformed, so check that first. */
bool loom_payload_object(const struct loom_payload *payload, unsigned *position, uint16_t *object);

/** Finds the next instance, in ascending order, that a payload for an object or what is in it
 * names; LOOM_ID_NONE is one without an id (rule D-14). Start with `*position` 0.
 * @return false if there is none, or the payload is for the root. */
bool loom_payload_instance(const struct loom_payload *payload, unsigned *position,
                           uint16_t *instance);

/** Looks for one value in a payload. @return false if it is not there or not of this type. */
bool loom_payload_value(const struct loom_payload *payload, const struct loom_path *path,
                        enum loom_type type, struct loom_value *value);

/**
 * Writes what a path leads to as a payload.
 * @param base what the payload shows: `path`, or what holds it: a payload for an object may bring
 * one of its instances alone
 * @return LOOM_TOO_LARGE if it does not fit; LOOM_NOT_ACCEPTABLE the format cannot express it; else
 * as loom_walk()
 */
enum loom_status loom_payload_read(const struct loom_model *model, const struct loom_format *format,
                                   const struct loom_path *base, const struct loom_path *path,
                                   enum loom_read_filter filter, struct loom_output *out);

#endif
