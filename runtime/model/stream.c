/* SPDX-License-Identifier: Apache-2.0 */
/* Resources whose values come and go in pieces. To the walk and to payloads they are handled ones:
 * which part of the value is meant is said by the model. */
#include "model/node.h"

const struct loom_stream *loom_stream_find(const struct loom_product *product,
                                           const struct loom_path *path)
{
    const struct loom_stream *stream = path->depth == 3 ? product->streams : NULL;
    while (stream != NULL && (stream->object != path->id[LOOM_OBJECT_ID] ||
                              stream->resource != path->id[LOOM_RESOURCE_ID])) {
        stream = stream->more != 0 ? stream + 1 : NULL;
    }
    return stream;
}

/* What the product's function does in turn is about whole values. */
static const struct loom_streaming *enter(const struct loom_at *at)
{
    const struct loom_streaming *streaming = at->model->streaming;
    at->model->streaming = NULL;
    return streaming;
}

enum loom_status loom_stream_write_value(const struct loom_at *at, const struct loom_value *value)
{
    const struct loom_stream *stream = loom_stream_find(at->model->product, &at->path);
    struct loom_written_piece piece = {.bytes = value->as.opaque};
    if (stream == NULL || stream->write == NULL) {
        return LOOM_METHOD_NOT_ALLOWED;
    }
    const struct loom_streaming *streaming = enter(at);
    if (streaming != NULL) {
        piece.offset = streaming->offset;
        piece.more = streaming->more;
    }
    enum loom_status status = stream->write(at, &piece);
    at->model->streaming = streaming;
    if ((unsigned)status >> 5 == 2) {
        return LOOM_INTERNAL_ERROR; /* no failure, so it is none to be told */
    }
    return status == LOOM_OK && piece.more ? (enum loom_status)LOOM_CONTINUE : status;
}

/* A value that is longer than the room for it is none here; so is one that is read together with
 * others. */
enum loom_status loom_stream_read_value(const struct loom_at *at, struct loom_value *value)
{
    const struct loom_stream *stream = loom_stream_find(at->model->product, &at->path);
    if (stream == NULL || stream->read == NULL) {
        return LOOM_METHOD_NOT_ALLOWED;
    }
    const struct loom_streaming *streaming = enter(at);
    if (streaming == NULL || streaming->room == NULL) {
        at->model->streaming = streaming;
        return LOOM_NOT_FOUND;
    }
    struct loom_read_piece piece = {.data = streaming->room, .room = streaming->size};
    enum loom_status status = stream->read(at, &piece);
    at->model->streaming = streaming;
    if (status != LOOM_OK) {
        return status;
    }
    if (piece.length > piece.room || piece.length != piece.total) {
        return LOOM_TOO_LARGE;
    }
    value->type = LOOM_OPAQUE;
    value->as.opaque = (struct loom_bytes){streaming->room, piece.length};
    return LOOM_OK;
}
