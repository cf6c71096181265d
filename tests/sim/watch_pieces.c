/* SPDX-License-Identifier: Apache-2.0 */
/* Answers a piece at a time, judged by what the whole would be at the moment of each piece: rules
 * C-10, C-11, and RFC 7959 section 2.4 for the tag that pieces of one answer share. */
#include "watch.h"

#include "loom/codec.h"
#include "model/payload.h"

#include <string.h>

/* What the whole is now, made by the writer for whole answers. @return 0: it has no room */
static size_t write_whole(const struct sim_world *world, const struct loom_path *path,
                          uint16_t number, uint8_t *bytes)
{
    const struct loom_format *format =
        loom_format_find(world->model.product->formats, number, path);
    struct loom_output out = loom_output(bytes, SIM_BUFFER);
    enum loom_status status =
        loom_payload_read(&world->model, format, path, path, LOOM_READ_READABLE, &out);
    return status == LOOM_OK && !out.overflow ? out.length : 0;
}

static void check_piece(struct sim_world *world, const struct loom_request *request,
                        const struct loom_reply *reply, const uint8_t *whole, size_t length)
{
    size_t offset = request->answer_offset;
    size_t left = offset < length ? length - offset : 0;
    size_t wanted = left > reply->piece_room ? reply->piece_room : left;
    if (reply->length != wanted || memcmp(reply->payload, whole + offset, wanted) != 0) {
        sim_fail(world, "C-10", "%u bytes from %u on are no piece of what is there",
                 (unsigned)reply->length, (unsigned)offset);
    }
    if (reply->more != (left > wanted)) {
        sim_fail(world, "C-10", "a piece from %u on of %u bytes says that there are %s more",
                 (unsigned)offset, (unsigned)length, reply->more ? "some" : "no");
    }
    if (reply->etag != 0 && reply->size != length) {
        sim_fail(world, "C-10", "an answer of %u bytes says that it has %u", (unsigned)length,
                 (unsigned)reply->size);
    }
}

void watch_pieces_answered(struct sim_world *world, unsigned host,
                           const struct loom_request *request, const struct loom_reply *reply)
{
    static uint8_t whole[SIM_BUFFER];
    struct loom_path path = {.depth = request->path_count < 4 ? request->path_count : 4};
    if (request->piece_room == 0 || reply->code != LOOM_CONTENT || host < HOST_A || host > HOST_B) {
        return;
    }
    for (unsigned i = 0; i < path.depth; i++) {
        (void)loom_text_to_id(request->path[i], &path.id[i]);
    }
    struct watch_pieces *before = &world->watch->pieces[host - HOST_A];
    size_t length = write_whole(world, &path, reply->content_format, whole);
    world->counts->pieces++;
    if (reply->content_format != request->accept) {
        sim_fail(world, "C-11", "an answer is in format %u", (unsigned)reply->content_format);
    }
    /* An answer that has room as a whole needs no tag: the port cuts it. */
    if (reply->etag == 0 && !reply->more) {
        if (reply->length != length || memcmp(reply->payload, whole, length) != 0) {
            sim_fail(world, "C-10", "an answer of %u bytes is not what is there",
                     (unsigned)reply->length);
        }
        before->etag = 0;
        return;
    }
    check_piece(world, request, reply, whole, length);
    bool same = before->length == length && memcmp(before->whole, whole, length) == 0;
    bool comparable = before->etag != 0 && before->format == reply->content_format &&
                      watch_same_path(&before->path, &path);
    if (comparable && same != (before->etag == reply->etag)) {
        sim_fail(world, "C-10", "pieces of %s answer have %s tag", same ? "one" : "another",
                 same ? "another" : "one");
    }
    before->etag = reply->etag;
    before->path = path;
    before->format = reply->content_format;
    before->length = length;
    memcpy(before->whole, whole, length);
}
