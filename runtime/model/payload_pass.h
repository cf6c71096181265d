/* SPDX-License-Identifier: Apache-2.0 */
/** One pass over a payload, instance by instance. Private to the model room. */
#ifndef LOOM_MODEL_PAYLOAD_PASS_H
#define LOOM_MODEL_PAYLOAD_PASS_H

#include "model/node.h"
#include "model/payload.h"

/** A bit for each row that an object can have. */
#define LOOM_ROW_BITS (UINT8_MAX + 1u)

/* What is used most and smallest comes first, where the shortest instructions reach. */
struct loom_pass {
    struct loom_item item;
    /** Which rows it takes: of the bits `care` of their access those of `needs`, and no others. */
    uint8_t care;
    uint8_t needs;
    bool exists; /**< the instance whose values come */
    /* Private. */
    bool scattered;
    bool inside; /* there is such an instance */
    bool more;
    uint16_t instance;
    uint16_t row;    /**< number of the row of the last value that had one */
    uint16_t next;   /* row: most ids ascend */
    unsigned values; /**< that have come so far */
    uint32_t key;    /* the instance as one number, and the next of scattered ones */
    uint32_t later;
    const struct loom_model *model;
    const struct loom_payload *payload;
    /** The object of the instance, and its memory: NULL if it does not exist, and for a view. */
    const struct loom_product_object *entry;
    const struct loom_object *object;
    const struct loom_account_view *view; /**< NULL: it is none */
    unsigned char *memory;
    /** Rows that the payload has named in this instance; of the pass's own choice which. */
    uint8_t seen[LOOM_ROW_BITS / 8];
};

/** What a pass does. A status other than LOOM_OK ends it. */
struct loom_pass_steps {
    /** An instance begins: the pass has looked it up, and `seen` is empty. */
    enum loom_status (*begin)(struct loom_pass *pass);
    /** A value of it.
     *  @param row   NULL if the object lacks the resource
     *  @param value NULL if the pass does not take this row. Of type LOOM_NONE: the item is a
     *               multiple resource without instances, or else says that there is no value */
    enum loom_status (*value)(struct loom_pass *pass, const struct loom_resource *row,
                              const struct loom_value *value);
    /** Nothing more of it comes. */
    enum loom_status (*end)(struct loom_pass *pass);
};

/** Makes a pass ready, that takes all rows which the rules let a payload write. */
void loom_pass_begin(struct loom_pass *pass, const struct loom_model *model,
                     const struct loom_payload *payload);

/**
 * Goes through a payload in ascending order of its instances.
 * @param scattered in: they do not ascend, so it is read once more for each of them, and `begin`
 *                  must refuse those that the product has no room for: this bounds how often. out:
 *                  set if that turns out; the steps have then been called for some of them
 * @return LOOM_NOT_FOUND it names an object that the product lacks; LOOM_BAD_REQUEST malformed;
 *         LOOM_UNSUPPORTED_FORMAT; the status of a step. Of no meaning if `scattered` was set
 */
enum loom_status loom_pass_run(struct loom_pass *pass, const struct loom_pass_steps *steps,
                               bool *scattered);

/** Marks the row that a value has come for. @return whether it was marked before */
bool loom_pass_mark(struct loom_pass *pass);

#endif
