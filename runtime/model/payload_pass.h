/* SPDX-License-Identifier: Apache-2.0 */
/** One pass over a payload, instance by instance. Private to the model room. */
#ifndef LOOM_MODEL_PAYLOAD_PASS_H
#define LOOM_MODEL_PAYLOAD_PASS_H

#include "model/node.h"
#include "model/payload.h"

/** A bit for each row that an object can have. */
#define LOOM_ROW_BITS (UINT8_MAX + 1u)

struct loom_pass {
    const struct loom_model *model;
    const struct loom_payload *payload;
    const struct loom_write_rules *rules;
    /** The instance whose values come. Its memory is NULL if it does not exist, and for a view. */
    const struct loom_product_object *entry;
    const struct loom_object *object;
    uint16_t instance;
    bool view;
    bool exists;
    unsigned char *memory;
    /** Rows that the payload has named in this instance; of the pass's own choice which. */
    uint8_t seen[LOOM_ROW_BITS / 8];
    const struct loom_resource *next; /**< behind the row of the last value: most ids ascend */
    struct loom_decoder decoder;
    struct loom_item item;
    unsigned values; /**< that have come so far */
};

/** What a pass does. A status other than LOOM_OK ends it. */
struct loom_pass_steps {
    /** An instance begins: the pass has looked it up, and `seen` is empty. */
    enum loom_status (*begin)(struct loom_pass *pass);
    /** A value of it; `row` is NULL if the object lacks the resource. */
    enum loom_status (*value)(struct loom_pass *pass, const struct loom_resource *row);
    /** Nothing more of it comes. */
    enum loom_status (*end)(struct loom_pass *pass);
};

/**
 * Goes through a payload whose instances ascend, as those of most do.
 * @param scattered out: they do not. The steps have then been called for some of them
 * @return LOOM_NOT_FOUND it names an object that the product lacks; LOOM_BAD_REQUEST malformed;
 *         LOOM_UNSUPPORTED_FORMAT; the status of a step
 */
enum loom_status loom_pass_in_order(struct loom_pass *pass, const struct loom_pass_steps *steps,
                                    bool *scattered);

/** The same for any payload: in ascending order of the instances, however they are scattered. It is
 *  read once more for each instance, so `begin` must refuse those that the product has no room for:
 *  this bounds how often. */
enum loom_status loom_pass_scattered(struct loom_pass *pass, const struct loom_pass_steps *steps);

/** Marks a row. @return whether it was marked before */
bool loom_pass_mark(struct loom_pass *pass, const struct loom_resource *row);

/** Whether a bootstrap passes over a resource: what it writes is staged, and a function of the
 * product is not: called now, it could not be taken back. */
bool loom_payload_keeps_out(const struct loom_resource *row, const struct loom_write_rules *rules);

/** Whether a value is none: a bootstrap server that has no key for a resource may say so with an
 * opaque of no bytes (rules A-48, H.2); where the ranges do not have that, it is as if the resource
 * were not there. */
bool loom_payload_says_nothing(const struct loom_object *object, const struct loom_resource *row,
                               const struct loom_value *value,
                               const struct loom_write_rules *rules);

#endif
