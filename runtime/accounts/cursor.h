/* SPDX-License-Identifier: Apache-2.0 */
/** Goes through the instances of an object and reads their resources: an instance is looked up
 * once, and none of its resources by path. For objects that have instances of their own, not for
 * views. */
#ifndef LOOM_ACCOUNTS_CURSOR_H
#define LOOM_ACCOUNTS_CURSOR_H

#include "loom/ids.h"
#include "loom/port.h"
#include "model/node.h"

/** Lasts until instances come or go. */
struct loom_cursor {
    const struct loom_model *model;
    struct loom_node node; /**< the instance; the resource is of use to the cursor alone */
};

/** Whether an instance has the resource of row `row` of its object. */
static inline bool loom_instance_has(const unsigned char *instance, size_t row)
{
    return (instance[LOOM_PRESENT_OFFSET + row / 8] >> (row % 8) & 1) != 0;
}

/** Begins before the first instance; an object that the product lacks has none. */
void loom_cursor_begin(struct loom_cursor *cursor, const struct loom_model *model, uint16_t object);

void loom_cursor_enter(struct loom_cursor *cursor, const struct loom_model *model,
                       const struct loom_product_object *entry);

/** Goes to the next instance by id. @return false: there is none */
bool loom_cursor_next(struct loom_cursor *cursor);

/** Goes to one instance. @return false: there is no such instance */
bool loom_cursor_open(struct loom_cursor *cursor, const struct loom_model *model, uint16_t object,
                      uint16_t instance);

/** The id of the instance; LOOM_ID_NONE before the first. */
static inline uint16_t loom_cursor_instance(const struct loom_cursor *cursor)
{
    return cursor->node.path.id[LOOM_INSTANCE_ID];
}

/* Of the instance that the cursor is at. Text and bytes last until the resource is written. */

/** Reads a resource that has one value. @return false: it is absent, or has no value */
bool loom_cursor_read(struct loom_cursor *cursor, uint16_t resource, struct loom_value *value);

/** As loom_number_at(). */
uint32_t loom_cursor_number(struct loom_cursor *cursor, uint16_t resource, uint32_t otherwise);

/** `data` is NULL if it is absent. */
void loom_cursor_text(struct loom_cursor *cursor, uint16_t resource, struct loom_text *text);
void loom_cursor_opaque(struct loom_cursor *cursor, uint16_t resource, struct loom_bytes *bytes);

/** Whether an instance of Security is the Bootstrap-Server Account. */
bool loom_cursor_is_account(struct loom_cursor *security);

/** As loom_account_credentials(), of an instance of Security. */
enum loom_status loom_cursor_credentials(struct loom_cursor *security,
                                         struct loom_credentials *credentials);

#endif
