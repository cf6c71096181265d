/* SPDX-License-Identifier: Apache-2.0 */
/* Files that devices fetch: `GET /files/NAME`, a block at a time (RFC 7959 section 2.4). */
#include "management/files.h"

#include "files/files.h"
#include "management/clients.h"

/* The session of a download is often not that of the registration, so the key says who it is. */
static void tell(struct loom_management_server *server, struct loom_session *link,
                 struct loom_dm_event *event)
{
    const struct loom_fleet_account *account = NULL;
    struct loom_registry_entry *registered = loom_registry_by_link(&server->registry, link);
    struct loom_peer peer;
    server->port->peer(server->port->self, link, &peer);
    event->address = peer.address;
    if (registered != NULL) {
        event->endpoint = registered->client.endpoint;
    } else if (peer.secure) {
        account = server->store->by_identity(server->store->self, peer.identity);
    }
    if (account != NULL) {
        event->endpoint = account->endpoint;
        registered = loom_registry_by_endpoint(&server->registry, account->endpoint);
    }
    if (registered != NULL) {
        loom_dm_seen(server, loom_dm_entry_of(registered));
    }
    loom_dm_tell(server, event);
    loom_fleet_account_release(account);
}

static void refuse(struct loom_management_server *server, struct loom_session *link,
                   struct loom_text name, struct loom_reply *reply, uint8_t code,
                   enum loom_dm_reason reason)
{
    struct loom_dm_event event = loom_dm_event_of(server, NULL, LOOM_DM_REFUSED);
    reply->code = code;
    event.code = code;
    event.reason = reason;
    event.file = name;
    tell(server, link, &event);
}

/* Nobody counts who has got which piece: what is told is where a file begins and ends. */
static void tell_of_piece(struct loom_management_server *server, struct loom_session *link,
                          struct loom_text name, uint32_t offset,
                          const struct loom_file_piece *piece)
{
    struct loom_dm_event event = loom_dm_event_of(server, NULL, LOOM_DM_FETCHING);
    event.file = name;
    event.size = piece->size;
    if (offset == 0) {
        tell(server, link, &event);
    }
    if (offset + piece->length == piece->size) {
        event.kind = LOOM_DM_FETCHED;
        tell(server, link, &event);
    }
}

static void give(struct loom_management_server *server, struct loom_session *link,
                 const struct loom_request *request, struct loom_reply *reply)
{
    struct loom_registry_entry *registered = loom_registry_by_link(&server->registry, link);
    struct loom_text name = request->path[1];
    struct loom_file_piece piece;
    if (registered != NULL) {
        loom_dm_heard(server, loom_dm_entry_of(registered));
    }
    enum loom_status status = server->files->read(server->files->self, name, request->answer_offset,
                                                  reply->payload, reply->piece_room, &piece);
    if (status == LOOM_NOT_FOUND) {
        refuse(server, link, name, reply, LOOM_NOT_FOUND, LOOM_DM_NO_FILE);
    } else if (status != LOOM_OK) {
        refuse(server, link, name, reply, LOOM_INTERNAL_ERROR, LOOM_DM_FILE_CHANGES);
    } else if (request->answer_offset > 0 && piece.length == 0) {
        refuse(server, link, name, reply, LOOM_BAD_REQUEST, LOOM_DM_BEYOND_END);
    } else {
        reply->code = LOOM_CONTENT;
        reply->content_format = LOOM_FORMAT_OPAQUE;
        reply->length = piece.length;
        reply->more = piece.length < piece.size - request->answer_offset;
        reply->etag = piece.etag;
        reply->size = piece.size;
        tell_of_piece(server, link, name, request->answer_offset, &piece);
    }
}

void loom_dm_serve_file(struct loom_management_server *server, struct loom_session *link,
                        const struct loom_request *request, struct loom_reply *reply)
{
    if (server->files == NULL || request->path_count != 2 || request->query_count > 0) {
        reply->code = LOOM_NOT_FOUND;
    } else if (request->method != LOOM_GET) {
        reply->code = LOOM_METHOD_NOT_ALLOWED;
    } else if (request->accept != LOOM_FORMAT_ABSENT && request->accept != LOOM_FORMAT_OPAQUE) {
        reply->code = LOOM_NOT_ACCEPTABLE;
    } else if (reply->piece_room == 0) {
        reply->code = LOOM_INTERNAL_ERROR;
    } else {
        give(server, link, request, reply);
    }
}
