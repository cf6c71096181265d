/* SPDX-License-Identifier: Apache-2.0 */
#include "flash.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* ---- the firmware port ------------------------------------------------------------------------
 */

static enum loom_firmware_result open_image(void *self, uint32_t offset, uint32_t size)
{
    struct flash *flash = self;
    flash->opens++;
    flash->opened_at = offset;
    flash->size = size;
    if (size > flash->limit) {
        return LOOM_FIRMWARE_RESULT_NO_FLASH;
    }
    if (flash->open == LOOM_FIRMWARE_RESULT_INITIAL && offset > flash->end) {
        return LOOM_FIRMWARE_RESULT_FAILED;
    }
    flash->there = true;
    flash->end = offset;
    return flash->open;
}

static enum loom_firmware_result write_image(void *self, uint32_t offset, const uint8_t *data,
                                             size_t length)
{
    struct flash *flash = self;
    flash->writes++;
    cr_assert_leq(offset, flash->end, "a gap in the image");
    if (offset + length > flash->limit) {
        return LOOM_FIRMWARE_RESULT_NO_FLASH;
    }
    memcpy(flash->image + offset, data, length);
    flash->end = offset + (uint32_t)length;
    return flash->write;
}

static enum loom_firmware_result verify_image(void *self, uint32_t size)
{
    struct flash *flash = self;
    flash->verifies++;
    cr_assert_eq(size, flash->end, "of another length");
    return flash->verify;
}

static enum loom_firmware_result apply_image(void *self)
{
    struct flash *flash = self;
    flash->applies++;
    cr_assert(flash->there, "there is no image");
    return flash->apply;
}

static void abort_image(void *self)
{
    struct flash *flash = self;
    flash->aborts++;
    flash->there = false;
    flash->end = 0;
}

static bool defer_image(void *self, const struct loom_firmware_terms *terms)
{
    struct flash *flash = self;
    flash->asked++;
    flash->terms = *terms;
    return flash->defer;
}

void flash_init(struct flash *flash)
{
    memset(flash, 0, sizeof *flash);
    flash->port = (struct loom_firmware_port){.self = flash,
                                              .open = open_image,
                                              .write = write_image,
                                              .verify = verify_image,
                                              .apply = apply_image,
                                              .abort = abort_image,
                                              .defer = defer_image};
    flash->limit = FLASH_IMAGE;
    flash->apply = LOOM_FIRMWARE_UNDER_WAY;
}

/* ---- the host ----------------------------------------------------------------------------------
 */

static void note_request(struct shelf *shelf, const struct loom_request *request)
{
    int used = 0;
    shelf->offsets[shelf->requests++ % 64] = request->answer_offset;
    shelf->line[0] = '\0';
    for (uint8_t i = 0; i < request->path_count; i++) {
        used += snprintf(shelf->line + used, sizeof shelf->line - (size_t)used, "/%.*s",
                         (int)request->path[i].length, request->path[i].data);
    }
    for (uint8_t i = 0; i < request->query_count; i++) {
        used += snprintf(shelf->line + used, sizeof shelf->line - (size_t)used, "%c%.*s",
                         i == 0 ? '?' : '&', (int)request->query[i].length, request->query[i].data);
    }
}

static void on_request(void *side, void *owner, struct loom_session *session,
                       const struct loom_request *request, struct loom_reply *reply)
{
    struct shelf *shelf = side;
    struct loom_peer peer;
    (void)owner;
    note_request(shelf, request);
    shelf->port.peer(shelf->port.self, session, &peer);
    shelf->secure = peer.secure;
    reply->code = shelf->code;
    if (shelf->code != LOOM_CONTENT) {
        return;
    }
    uint32_t rest = shelf->length - request->answer_offset;
    size_t room = shelf->etag == 0 ? reply->room : reply->piece_room;
    reply->length = rest < room ? rest : room;
    reply->more = rest > room;
    reply->etag = shelf->etag;
    reply->size = shelf->size;
    reply->content_format = LOOM_FORMAT_OPAQUE;
    memcpy(reply->payload, shelf->image + request->answer_offset, reply->length);
}

static void on_response(void *side, void *owner, struct loom_session *session, uint32_t exchange,
                        const struct loom_response *response, enum loom_failure failure)
{
    (void)side;
    (void)owner;
    (void)session;
    (void)exchange;
    (void)response;
    (void)failure;
}

static void on_lost(void *side, void *owner, struct loom_session *session,
                    enum loom_failure failure, int alert)
{
    (void)side;
    (void)owner;
    (void)session;
    (void)failure;
    (void)alert;
}

static const struct loom_side shelf_side = {
    .request = on_request, .response = on_response, .lost = on_lost};

static bool find_key(void *user, struct loom_bytes identity, struct loom_bytes *key)
{
    const struct shelf *shelf = user;
    *key = shelf->key;
    return identity.length == shelf->identity.length &&
           memcmp(identity.data, shelf->identity.data, identity.length) == 0;
}

void shelf_init(struct shelf *shelf, struct loom_loopback *net, const char *authority)
{
    memset(shelf, 0, sizeof *shelf);
    shelf->host = loom_loopback_add(net, authority, &shelf_side, shelf, &shelf->port);
    loom_loopback_set_keys(shelf->host, find_key, shelf);
    shelf->code = LOOM_CONTENT;
    shelf->etag = 7;
}
