/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The object that the demo is about: what can be shown of it, and what can be written to it. All of
 * it follows from the generated tables of the demo device.
 */
#ifndef LOOM_DEMO_SUBJECT_H
#define LOOM_DEMO_SUBJECT_H

#include "loom/model.h"

/** Room for any value of a resource as text. */
#define DEMO_VALUE_MAX 2048u

/** What is done with the object, the most telling thing that it allows. */
enum demo_way {
    DEMO_WRITE,          /**< a resource is read, written and read back */
    DEMO_WRITE_INSTANCE, /**< the same with an instance of a multiple resource */
    DEMO_WRITE_ONLY,     /**< a resource is written that cannot be read */
    DEMO_READ,           /**< a resource is read that every instance has */
    DEMO_READ_INSTANCE,  /**< an instance is read, with what it happens to have */
    DEMO_EXECUTE,
    DEMO_DISCOVER,    /**< there is nothing to read, write or execute */
    DEMO_REFUSED,     /**< it holds accounts: a server is told 4.01 (rule C-40) */
    DEMO_SHOWN_ANYWAY /**< Firmware Update, with any object */
};

struct demo_subject {
    enum demo_way way;
    struct loom_path path;
    const struct loom_product_object *entry;
    const struct loom_resource *row; /**< NULL above the resource level */
    struct loom_model model;         /**< as the device's, to ask what it would take */
    void *data;                      /**< of the model, owned */
    uint8_t scratch[DEMO_VALUE_MAX];
};

/** Decides what to do with an object. To be freed with demo_subject_free() in any case.
 *  @return false: the device has no such object, or there is no memory */
bool demo_subject_choose(struct demo_subject *subject, uint16_t object);

void demo_subject_free(struct demo_subject *subject);

/**
 * Finds a value that the resource takes, of its type and in its range.
 * @param present another value than this is wanted; NULL: any
 * @param text    out: the value in the text format (rule D-1)
 * @return false: there is none
 */
bool demo_subject_value(struct demo_subject *subject, const char *present, char *text, size_t room);

/**
 * The value that an entry of a server's `values` holds, as demo_subject_value() would write it.
 * @return false: it is not of the resource's type
 */
bool demo_subject_read(struct demo_subject *subject, struct loom_text entry, char *text,
                       size_t room);

/** How many objects the device has. */
unsigned demo_subject_object_count(void);

/** Names of the tables; empty if they do not know the path. */
const char *demo_subject_object_name(uint16_t object);
const char *demo_subject_resource_name(uint16_t object, uint16_t resource);
const char *demo_subject_resource_units(uint16_t object, uint16_t resource);

#endif
