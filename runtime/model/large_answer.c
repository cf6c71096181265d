/* SPDX-License-Identifier: Apache-2.0 */
/* Nothing is kept from one piece to the next. The whole answer is written each time, and what is
 * not of the piece passes. The tag that the pieces of one answer share is a digest of what is
 * stored and of how long everything is: so it is another when something was written, when something
 * came or went, and stays when a function of the product shows another time of the same length. */
#include "model/large_answer.h"

#include "model/node.h"

/* Functions of the product may show another length when they are asked again: then the piece is
 * written anew, so many times. */
#define ATTEMPTS_MAX 4u

/* Own tags of a port are small (loom/port.h). */
#define TAG_OF_PIECES UINT32_C(0x80000000)

static void walk(const struct loom_window_source *source, const struct loom_path *path,
                 struct loom_encoder *encoder)
{
    const struct loom_large *large = (const struct loom_large *)source;
    (void)loom_walk(large->model, path, large->filter, encoder);
}

static bool lasts(const struct loom_window_source *source, const struct loom_path *path)
{
    const struct loom_large *large = (const struct loom_large *)source;
    const struct loom_product_object *entry =
        loom_model_object(large->model, path->id[LOOM_OBJECT_ID]);
    const struct loom_resource *row =
        entry == NULL ? NULL : loom_object_resource(entry->object, path->id[LOOM_RESOURCE_ID]);
    return row != NULL && (row->access & LOOM_HANDLED) == 0;
}

static enum loom_status write_once(const struct loom_large *large, struct loom_window *window)
{
    const struct loom_format *format =
        large->format == NULL ? NULL : loom_window_format(window, large->format, &large->source);
    return large->write(large, format, &window->out);
}

static enum loom_status write_all(const struct loom_large *large, struct loom_window *window,
                                  const struct loom_request *request,
                                  const struct loom_reply *reply)
{
    enum loom_status status = LOOM_OK;
    loom_window_open(window, reply->payload, request->answer_offset, reply->piece_room);
    if (large->format != NULL) {
        (void)loom_window_format(window, large->format, &large->source);
        if (loom_window_needs_census(window)) {
            loom_window_begin_census(window);
            status = write_once(large, window);
            loom_window_take_census(window);
        }
    }
    return status == LOOM_OK ? write_once(large, window) : status;
}

enum loom_status loom_large_answer(struct loom_large *large, const struct loom_request *request,
                                   struct loom_reply *reply)
{
    struct loom_window window;
    enum loom_status status = LOOM_OK;
    if (reply->piece_room == 0) {
        return LOOM_TOO_LARGE;
    }
    large->source.walk = walk;
    large->source.lasts = lasts;
    window.torn = true;
    for (unsigned i = 0; status == LOOM_OK && window.torn && i < ATTEMPTS_MAX; i++) {
        status = write_all(large, &window, request, reply);
    }
    if (status != LOOM_OK || window.torn) {
        return status == LOOM_OK ? LOOM_UNAVAILABLE : status; /* it may do better later */
    }
    if (request->answer_offset >= window.out.length) {
        return LOOM_BAD_REQUEST;
    }
    reply->length = loom_window_length(&window);
    reply->more = window.out.length > request->answer_offset + reply->length;
    reply->etag = window.digest | TAG_OF_PIECES;
    reply->size = (uint32_t)window.out.length;
    return LOOM_OK;
}
