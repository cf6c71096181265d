/* SPDX-License-Identifier: Apache-2.0 */
#include "service/kept_row.h"

#include "management/registration.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* `</65534/65534>;ver=255.255,` */
#define LINK_SIZE 32u

/* What stands before the texts of a stored request: its version, the operation, the depth of the
 * path and four ids, two formats, and the lengths of query and payload. */
#define REQUEST_VERSION 1u
#define REQUEST_HEAD    (1u + 1u + 1u + 8u + 4u + 4u + 4u)

/* ---- copies ---------------------------------------------------------------------------------- */

static struct loom_text put_text(char **at, struct loom_text text)
{
    struct loom_text copy = {*at, text.length};
    if (text.length > 0) {
        memcpy(*at, text.data, text.length);
    }
    *at += text.length;
    return copy;
}

static struct loom_bytes put_bytes(char **at, struct loom_bytes bytes)
{
    struct loom_text text = {(const char *)bytes.data, bytes.length};
    struct loom_text copy = put_text(at, text);
    return (struct loom_bytes){(const uint8_t *)copy.data, copy.length};
}

/* What is empty is not there. */
static struct loom_text put_or_null(char **at, struct loom_text text)
{
    struct loom_text none = {NULL, 0};
    return text.length == 0 ? none : put_text(at, text);
}

/* Without the alternate path, which has a column. */
static struct loom_text put_links(char **at, const struct loom_dm_client *client)
{
    struct loom_text links = {*at, 0};
    for (size_t i = 0; i < client->object_count; i++) {
        const struct loom_dm_link *link = &client->objects[i];
        int length = snprintf(*at, LINK_SIZE, "%s</%u", i == 0 ? "" : ",", (unsigned)link->object);
        if (link->instance != LOOM_ID_NONE) {
            length +=
                snprintf(*at + length, LINK_SIZE - (size_t)length, "/%u", (unsigned)link->instance);
        }
        length += snprintf(*at + length, LINK_SIZE - (size_t)length, ">");
        if (link->version_major != 0) {
            length += snprintf(*at + length, LINK_SIZE - (size_t)length, ";ver=%u.%u",
                               (unsigned)link->version_major, (unsigned)link->version_minor);
        }
        *at += length;
        links.length += (size_t)length;
    }
    return links;
}

struct loom_kept_row *loom_kept_row_new(const struct loom_dm_client *client, struct loom_text node,
                                        const struct loom_kept_times *times)
{
    size_t size = client->endpoint.length + LOOM_DM_LOCATION_LENGTH + node.length +
                  client->address.length + client->identity.length + client->binding.length +
                  client->sms.length + client->alternate_path.length +
                  client->object_count * LINK_SIZE + 1;
    struct loom_kept_row *row = malloc(sizeof *row + size);
    if (row == NULL) {
        return NULL;
    }
    struct loom_text location = {client->location, LOOM_DM_LOCATION_LENGTH};
    char *at = row->bytes;
    memset(row, 0, sizeof *row);
    row->registration = (struct loom_stored_registration){
        .endpoint = put_text(&at, client->endpoint),
        .location = put_text(&at, location),
        .node = put_text(&at, node),
        .address = put_text(&at, client->address),
        .lifetime = client->lifetime,
        .lwm2m = client->lwm2m,
        .binding = put_text(&at, client->binding),
        .queue_mode = client->queue_mode,
        .sms = put_or_null(&at, client->sms),
        .alternate_path = put_or_null(&at, client->alternate_path),
        .links = put_links(&at, client),
        .registered = times->unix_now - (int64_t)(times->port_now - client->registered),
        .last_seen = times->unix_now - (int64_t)(times->port_now - client->seen),
        .updated = times->unix_now - (int64_t)(times->port_now - client->heard),
    };
    if (client->identity.length > 0) {
        row->registration.identity = put_bytes(&at, client->identity);
    }
    return row;
}

struct loom_kept_row *loom_kept_row_copy(const struct loom_stored_registration *registration)
{
    const struct loom_stored_registration *from = registration;
    struct loom_kept_row *row =
        malloc(sizeof *row + from->endpoint.length + from->location.length + from->node.length +
               from->address.length + from->identity.length + from->binding.length +
               from->sms.length + from->alternate_path.length + from->links.length);
    if (row == NULL) {
        return NULL;
    }
    char *at = row->bytes;
    memset(row, 0, sizeof *row);
    row->registration = *from;
    row->registration.endpoint = put_text(&at, from->endpoint);
    row->registration.location = put_text(&at, from->location);
    row->registration.node = put_text(&at, from->node);
    row->registration.address = put_text(&at, from->address);
    row->registration.binding = put_text(&at, from->binding);
    row->registration.sms = put_or_null(&at, from->sms);
    row->registration.alternate_path = put_or_null(&at, from->alternate_path);
    row->registration.links = put_text(&at, from->links);
    if (from->identity.length > 0) {
        row->registration.identity = put_bytes(&at, from->identity);
    }
    return row;
}

struct loom_kept_row *
loom_kept_row_copy_observation(const struct loom_stored_observation *observation)
{
    struct loom_kept_row *row = malloc(sizeof *row + observation->endpoint.length +
                                       observation->token.length + observation->request.length);
    if (row == NULL) {
        return NULL;
    }
    char *at = row->bytes;
    memset(row, 0, sizeof *row);
    row->observation.endpoint = put_text(&at, observation->endpoint);
    row->observation.token = put_bytes(&at, observation->token);
    row->observation.request = put_bytes(&at, observation->request);
    row->observation.created = observation->created;
    return row;
}

void loom_kept_rows_free(struct loom_kept_row *row)
{
    while (row != NULL) {
        struct loom_kept_row *next = row->next;
        free(row);
        row = next;
    }
}

/* ---- requests -------------------------------------------------------------------------------- */

static void put_number(char **at, uint64_t number, unsigned bytes)
{
    while (bytes-- > 0) {
        *(*at)++ = (char)(number >> (8 * bytes) & 0xFFu);
    }
}

static uint32_t get_number(const uint8_t **at, unsigned bytes)
{
    uint32_t number = 0;
    while (bytes-- > 0) {
        number = number << 8 | *(*at)++;
    }
    return number;
}

static struct loom_bytes put_request(char **at, const struct loom_dm_request *request)
{
    const char *first = *at;
    put_number(at, REQUEST_VERSION, 1);
    put_number(at, (unsigned)request->operation, 1);
    put_number(at, request->path.depth, 1);
    for (size_t i = 0; i < 4; i++) {
        put_number(at, i < request->path.depth ? request->path.id[i] : 0u, 2);
    }
    put_number(at, request->accept, 2);
    put_number(at, request->content_format, 2);
    put_number(at, request->query.length, 4);
    put_number(at, request->payload.length, 4);
    (void)put_text(at, request->query);
    (void)put_bytes(at, request->payload);
    return (struct loom_bytes){(const uint8_t *)first, (size_t)(*at - first)};
}

/* @return false: it is no request that was written here */
static bool get_request(struct loom_bytes stored, struct loom_dm_request *request)
{
    const uint8_t *at = stored.data;
    memset(request, 0, sizeof *request);
    if (stored.length < REQUEST_HEAD || get_number(&at, 1) != REQUEST_VERSION) {
        return false;
    }
    uint32_t operation = get_number(&at, 1);
    request->path.depth = (uint8_t)get_number(&at, 1);
    if ((operation != LOOM_DM_OBSERVE && operation != LOOM_DM_OBSERVE_COMPOSITE) ||
        request->path.depth > 4) {
        return false;
    }
    request->operation = (enum loom_dm_operation)operation;
    for (size_t i = 0; i < 4; i++) {
        request->path.id[i] = (uint16_t)get_number(&at, 2);
    }
    request->accept = (uint16_t)get_number(&at, 2);
    request->content_format = (uint16_t)get_number(&at, 2);
    request->query.length = get_number(&at, 4);
    request->payload.length = get_number(&at, 4);
    if (request->query.length > stored.length - REQUEST_HEAD ||
        request->payload.length != stored.length - REQUEST_HEAD - request->query.length) {
        return false;
    }
    request->query.data = (const char *)at;
    request->payload.data = at + request->query.length;
    return true;
}

struct loom_kept_row *loom_kept_row_observation(const struct loom_dm_client *client,
                                                struct loom_text node,
                                                const struct loom_dm_kept_observation *observation,
                                                int64_t now)
{
    const struct loom_dm_request *request = observation->request;
    size_t size =
        client->endpoint.length + LOOM_DM_LOCATION_LENGTH + node.length + observation->token.length;
    if (request != NULL) {
        size += REQUEST_HEAD + request->query.length + request->payload.length;
    }
    struct loom_kept_row *row = malloc(sizeof *row + size);
    if (row == NULL) {
        return NULL;
    }
    struct loom_text location = {client->location, LOOM_DM_LOCATION_LENGTH};
    char *at = row->bytes;
    memset(row, 0, sizeof *row);
    row->registration.endpoint = put_text(&at, client->endpoint);
    row->registration.location = put_text(&at, location);
    row->registration.node = put_text(&at, node);
    row->observation.endpoint = row->registration.endpoint;
    row->observation.token = put_bytes(&at, observation->token);
    row->observation.created = now;
    if (request != NULL) {
        row->observation.request = put_request(&at, request);
    }
    return row;
}

/* ---- back ------------------------------------------------------------------------------------ */

/* A clock that was put back makes nothing younger than now. */
static uint64_t ago(int64_t now, int64_t then)
{
    return then < now ? (uint64_t)(now - then) : 0;
}

static enum loom_status give(struct loom_management_server *server,
                             const struct loom_stored_registration *registration, int64_t now,
                             enum loom_status (*take)(struct loom_management_server *server,
                                                      const struct loom_dm_kept_client *client))
{
    struct loom_bytes list = {(const uint8_t *)registration->links.data,
                              registration->links.length};
    struct loom_dm_links links;
    enum loom_dm_reason reason = loom_dm_links_read(&links, list);
    if (reason != LOOM_DM_NO_REASON) {
        return reason == LOOM_DM_NO_MEMORY ? LOOM_UNAVAILABLE : LOOM_BAD_REQUEST;
    }
    struct loom_dm_kept_client client = {
        .endpoint = registration->endpoint,
        .location = registration->location,
        .address = registration->address,
        .identity = registration->identity,
        .binding = registration->binding,
        .sms = registration->sms,
        .alternate_path = registration->alternate_path,
        .lifetime = registration->lifetime,
        .lwm2m = registration->lwm2m,
        .queue_mode = registration->queue_mode,
        .objects = links.links,
        .object_count = links.count,
        .registered_ago = ago(now, registration->registered),
        .heard_ago = ago(now, registration->updated),
        .seen_ago = ago(now, registration->last_seen),
    };
    enum loom_status status = take(server, &client);
    loom_dm_links_free(&links);
    return status;
}

enum loom_status loom_kept_row_restore(struct loom_management_server *server,
                                       const struct loom_stored_registration *registration,
                                       int64_t now)
{
    return give(server, registration, now, loom_management_server_restore);
}

enum loom_status loom_kept_row_take_over(struct loom_management_server *server,
                                         const struct loom_stored_registration *registration,
                                         int64_t now)
{
    return give(server, registration, now, loom_management_server_take_over);
}

enum loom_status
loom_kept_row_restore_observation(struct loom_management_server *server,
                                  const struct loom_stored_observation *observation)
{
    struct loom_dm_request request;
    if (!get_request(observation->request, &request)) {
        return LOOM_BAD_REQUEST;
    }
    const struct loom_dm_kept_observation kept = {&request, observation->token};
    return loom_management_server_restore_observation(server, observation->endpoint, &kept);
}
