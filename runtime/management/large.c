/* SPDX-License-Identifier: Apache-2.0 */
/* Answers that have no room as a whole: one piece of them, which the peer asks for by its place.
 *
 * Nothing is kept from one piece to the next. The whole answer is written each time, and what is
 * not of the piece passes. The tag that the pieces of one answer share is a digest of what is
 * stored and of how long everything is: so it is another when something was written, when something
 * came or went, and stays when a function of the product shows another time of the same length. */
#include "accounts/access.h"
#include "codec/window.h"
#include "context/context.h"
#include "management/discover.h"
#include "management/operation.h"
#include "model/node.h"
#include "model/payload.h"

/* Functions of the product may show another length when they are asked again: then the piece is
 * written anew, so many times. */
#define ATTEMPTS_MAX 4u

/* Own tags of a port are small (loom/port.h). */
#define TAG_OF_PIECES UINT32_C(0x80000000)

struct large {
    struct loom_window_source source; /* first, so that it is found by it */
    const struct loom_operation *operation;
    const struct loom_format *format; /* NULL: a list of links */
};

static void walk(const struct loom_window_source *source, const struct loom_path *path,
                 struct loom_encoder *encoder)
{
    const struct large *large = (const struct large *)source;
    (void)loom_walk(large->operation->model, path, LOOM_READ_READABLE, encoder);
}

static bool lasts(const struct loom_window_source *source, const struct loom_path *path)
{
    const struct large *large = (const struct large *)source;
    const struct loom_product_object *entry =
        loom_model_object(large->operation->model, path->id[LOOM_OBJECT_ID]);
    const struct loom_resource *row =
        entry == NULL ? NULL : loom_object_resource(entry->object, path->id[LOOM_RESOURCE_ID]);
    return row != NULL && (row->access & LOOM_HANDLED) == 0;
}

static enum loom_status write_once(const struct large *large, struct loom_window *window)
{
    const struct loom_operation *operation = large->operation;
    if (large->format == NULL) {
        return loom_context_features(operation->context)
            ->discover->discover(operation, &window->out);
    }
    return loom_access_read(
        operation->model, loom_window_format(window, large->format, &large->source),
        operation->from->ssid, operation->from->server_instance, &operation->path, &window->out);
}

static enum loom_status write_all(const struct large *large, struct loom_window *window)
{
    const struct loom_reply *reply = large->operation->reply;
    enum loom_status status = LOOM_OK;
    loom_window_open(window, reply->payload, large->operation->request->answer_offset,
                     reply->piece_room);
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

/* What does not fit the client's own memory could not be notified, and a Discover is not: they are
 * answered as to a Read (RFC 7641 section 4.1). */
static enum loom_status observe(const struct loom_operation *operation, size_t length)
{
    const struct loom_reporting_feature *feature =
        loom_context_features(operation->context)->reporting;
    if (feature == NULL || operation->event != LOOM_EVENT_READ ||
        operation->request->observe == LOOM_OBSERVE_NONE ||
        length > operation->context->config.buffer_size) {
        return LOOM_OK;
    }
    return feature->observe(operation->context, operation->from, operation->request,
                            &operation->path, operation->row, operation->reply);
}

static enum loom_status write_piece(const struct loom_operation *operation,
                                    struct loom_window *window)
{
    struct large large = {{walk, lasts}, operation, NULL};
    enum loom_status status = LOOM_OK;
    if (operation->event == LOOM_EVENT_READ) {
        large.format = loom_format_find(operation->model->product->formats,
                                        operation->reply->content_format, &operation->path);
    }
    window->torn = true;
    for (unsigned i = 0; status == LOOM_OK && window->torn && i < ATTEMPTS_MAX; i++) {
        status = write_all(&large, window);
    }
    return status == LOOM_OK && window->torn ? LOOM_INTERNAL_ERROR : status;
}

static enum loom_status take_piece(const struct loom_operation *operation,
                                   const struct loom_window *window)
{
    struct loom_reply *reply = operation->reply;
    size_t offset = operation->request->answer_offset;
    if (offset >= window->out.length) {
        return LOOM_BAD_REQUEST; /* nothing is there */
    }
    reply->length = loom_window_length(window);
    reply->more = window->out.length - offset > reply->length;
    reply->etag = window->digest | TAG_OF_PIECES;
    reply->size = (uint32_t)window->out.length;
    return observe(operation, window->out.length);
}

static enum loom_status answer(struct loom_operation *operation)
{
    struct loom_window window;
    bool reads = operation->event == LOOM_EVENT_READ || operation->event == LOOM_EVENT_DISCOVER;
    /* A composite operation has the root as its path. */
    if (!reads || operation->path.depth == 0 || operation->reply->piece_room == 0) {
        return LOOM_TOO_LARGE;
    }
    loom_model_act_for(operation->model, LOOM_ORIGIN_SERVER, operation->from->ssid);
    enum loom_status status = write_piece(operation, &window);
    loom_model_act_for(operation->model, LOOM_ORIGIN_PRODUCT, 0);
    return status == LOOM_OK ? take_piece(operation, &window) : status;
}

const struct loom_large_answers_feature loom_feature_large_answers = {.answer = answer};
