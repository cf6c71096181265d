/* SPDX-License-Identifier: Apache-2.0 */
/** Operations of servers: one request on its way, and what can be done with it. For the files of
 * this room. */
#ifndef LOOM_MANAGEMENT_OPERATION_H
#define LOOM_MANAGEMENT_OPERATION_H

#include "loom/client.h"

struct loom_payload;
struct loom_requester;

/** One request on its way through the room. */
struct loom_operation {
    struct loom_path path;
    enum loom_event_type event;
    uint8_t success;
    struct loom_management *management;
    struct loom_context *context;
    struct loom_model *model;
    const struct loom_requester *from;
    const struct loom_request *request;
    struct loom_reply *reply;
    const struct loom_object *object; /**< NULL for the root */
    const struct loom_resource *row;  /**< NULL above the resource level, and if there is none */
};

/* ---- management.c ------------------------------------------------------------------------------
 */

/** Whether servers must not reach an object (rule C-40). @param entry NULL: the product lacks it */
bool loom_operation_is_kept_out(const struct loom_operation *operation, uint16_t object,
                                const struct loom_product_object *entry);

/* ---- operations.c ------------------------------------------------------------------------------
 */

/** Finds the operation that a request for an existing target is, checks whether it may be done, and
 *  does it. @return LOOM_METHOD_NOT_ALLOWED it is none; LOOM_NOT_IMPLEMENTED this client leaves it
 *  out */
enum loom_status loom_operation_do(struct loom_operation *operation);

/** Emits the event of an operation that is done and answered. Of its own, so that an operation does
 * not run on top of the memory of an event. */
void loom_operation_report(const struct loom_operation *operation, size_t text_length,
                           enum loom_reason reason);

/* ---- create.c ----------------------------------------------------------------------------------
 */

struct loom_create_delete_feature {
    /** Does a Create (POST), or a Delete (DELETE) of an instance. */
    enum loom_status (*run)(struct loom_operation *operation);
};

/* ---- refusal_texts.c ---------------------------------------------------------------------------
 */

struct loom_refusal_texts_feature {
    /** Puts what is wrong with a request that was refused, if that is known, into its answer.
     *  @return the length of that text */
    size_t (*explain)(const struct loom_operation *operation);
};

/* ---- large.c -----------------------------------------------------------------------------------
 */

/** Answers with the piece that the request asks for of what has no room as a whole.
 *  @return LOOM_TOO_LARGE it cannot be done in pieces */
enum loom_status loom_operation_answer_in_pieces(struct loom_operation *operation);

/* ---- read.c, write.c, execute.c ----------------------------------------------------------------
 *
 * Each does one operation, which the table has found right for the target. */

enum loom_status loom_operation_read(struct loom_operation *operation);
enum loom_status loom_operation_discover(struct loom_operation *operation);
enum loom_status loom_operation_replace(struct loom_operation *operation);
enum loom_status loom_operation_update(struct loom_operation *operation);
enum loom_status loom_operation_write_attributes(struct loom_operation *operation);
/** Deletes a resource instance. */
enum loom_status loom_operation_clear(struct loom_operation *operation);
enum loom_status loom_operation_execute(struct loom_operation *operation);

/** What a request brings, to be written to its path. */
struct loom_payload loom_operation_payload(const struct loom_operation *operation);

#endif
