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

/* What the product does in turn, from its function or a hook, is about whole values. @return what
 * was asked for */
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
    enum loom_status status = stream->write(at, &piece); /* once in a request, so that was it */
    if ((unsigned)status >> 5 == 2) {
        return LOOM_INTERNAL_ERROR; /* no failure, so it is none to be told */
    }
    return status == LOOM_OK && piece.more ? (enum loom_status)LOOM_CONTINUE : status;
}

/* A piece is what was asked for, or the rest. */
static enum loom_status check_piece(const struct loom_streaming *streaming)
{
    const struct loom_read_piece *piece = streaming->read;
    uint32_t rest = piece->total - piece->offset;
    if (piece->offset > 0 && piece->offset >= piece->total) {
        return LOOM_BAD_REQUEST; /* there is no such piece (RFC 7959 section 2.4) */
    }
    if (piece->length > piece->room || piece->length > rest) {
        return LOOM_INTERNAL_ERROR;
    }
    if (piece->length == rest) {
        return LOOM_OK;
    }
    return !streaming->in_part            ? LOOM_TOO_LARGE
           : piece->length == piece->room ? LOOM_OK
                                          : LOOM_INTERNAL_ERROR;
}

/* A value that is longer than the room for it is none here; nor is one that is read together with
 * others. */
enum loom_status loom_stream_read_value(const struct loom_at *at, struct loom_value *value)
{
    const struct loom_stream *stream = loom_stream_find(at->model->product, &at->path);
    if (stream == NULL || stream->read == NULL) {
        return LOOM_METHOD_NOT_ALLOWED;
    }
    const struct loom_streaming *streaming = at->model->streaming;
    if (streaming == NULL) {
        return LOOM_NOT_FOUND;
    }
    enter(at);
    enum loom_status status = stream->read(at, streaming->read);
    at->model->streaming = streaming;
    if (status == LOOM_OK) {
        status = check_piece(streaming);
    }
    value->type = LOOM_OPAQUE;
    value->as.opaque = (struct loom_bytes){streaming->read->data, streaming->read->length};
    return status;
}
