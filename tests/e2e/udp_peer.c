/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "udp_peer.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define RECEIVE_LIMIT_MS 20000

/* ---- the socket ------------------------------------------------------------------------------ */

static struct sockaddr_in loopback(uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

static uint16_t port_of(const char *uri)
{
    unsigned port = 0;

    cr_assert_eq(sscanf(strrchr(uri, ':'), ":%u", &port), 1);
    return (uint16_t)port;
}

static void bind_to(struct udp_peer *peer, uint16_t port)
{
    struct sockaddr_in address = loopback(port);
    socklen_t size = sizeof address;

    peer->socket = socket(AF_INET, SOCK_DGRAM, 0);
    cr_assert_geq(peer->socket, 0);
    /* A program that kept it open would keep the port reachable. */
    cr_assert_eq(fcntl(peer->socket, F_SETFD, FD_CLOEXEC), 0);
    cr_assert_eq(bind(peer->socket, (struct sockaddr *)&address, sizeof address), 0);
    cr_assert_eq(getsockname(peer->socket, (struct sockaddr *)&address, &size), 0);
    snprintf(peer->uri, sizeof peer->uri, "coap://127.0.0.1:%u", ntohs(address.sin_port));
}

void peer_open(struct udp_peer *peer)
{
    memset(peer, 0, sizeof *peer);
    bind_to(peer, 0);
    peer->next_id = 1;
}

void peer_close(struct udp_peer *peer)
{
    if (peer->socket >= 0) {
        close(peer->socket);
    }
    peer->socket = -1;
}

void peer_reopen(struct udp_peer *peer)
{
    bind_to(peer, port_of(peer->uri));
    peer->heard = false;
}

void peer_talk_to(struct udp_peer *peer, const char *uri)
{
    peer->remote = loopback(port_of(uri));
}

void peer_send(const struct udp_peer *peer, const void *bytes, size_t length)
{
    cr_assert_eq(sendto(peer->socket, bytes, length, 0, (const struct sockaddr *)&peer->remote,
                        sizeof peer->remote),
                 (ssize_t)length);
}

/* ---- receiving ------------------------------------------------------------------------------- */

static void receive_any(struct udp_peer *peer, struct message *message)
{
    struct pollfd end = {peer->socket, POLLIN, 0};
    struct sockaddr_in from;
    socklen_t size = sizeof from;
    ssize_t got;

    cr_assert_eq(poll(&end, 1, RECEIVE_LIMIT_MS), 1, "no message came");
    got = recvfrom(peer->socket, message->bytes, sizeof message->bytes, 0, (struct sockaddr *)&from,
                   &size);
    cr_assert_geq(got, 0);
    message->length = (size_t)got;
    cr_assert(message_read(message), "what came is no CoAP message");
    /* Another address is another session, whose ids say nothing about those of this one. */
    if (from.sin_port != peer->remote.sin_port) {
        peer->heard = false;
    }
    peer->remote = from;
}

void peer_receive(struct udp_peer *peer, struct message *message)
{
    bool repeated;

    do {
        receive_any(peer, message);
        repeated = peer->heard && message->type == MESSAGE_CON && message->id == peer->last_id;
        if (repeated && peer->last_reply.length > 0) {
            peer_send(peer, peer->last_reply.bytes, peer->last_reply.length);
        }
    } while (repeated);
    if (message->type == MESSAGE_CON) {
        peer->heard = true;
        peer->last_id = message->id;
        peer->last_reply.length = 0;
    }
}

void peer_expect(struct udp_peer *peer, struct message *request, uint8_t method, const char *path)
{
    char seen[256];

    peer_receive(peer, request);
    message_parts(request, OPTION_URI_PATH, '/', seen, sizeof seen);
    cr_assert_eq(request->type, (unsigned)MESSAGE_CON);
    cr_assert(request->code == method && strcmp(seen, path) == 0,
              "a request %u %s came where %u %s is waited for", request->code, seen, method, path);
}

/* ---- answering ------------------------------------------------------------------------------- */

static void reply(struct udp_peer *peer, const struct message *request, struct message *answer)
{
    peer_send(peer, answer->bytes, answer->length);
    if (peer->heard && request->id == peer->last_id) {
        peer->last_reply = *answer;
    }
}

void peer_answer(struct udp_peer *peer, const struct message *request, uint8_t code)
{
    struct message answer;

    message_begin(&answer, MESSAGE_ACK, code, request->id, request->token, request->token_length);
    reply(peer, request, &answer);
}

void peer_answer_created(struct udp_peer *peer, const struct message *request, const char *location)
{
    struct message answer;

    message_begin(&answer, MESSAGE_ACK, CODE(2, 1), request->id, request->token,
                  request->token_length);
    message_add_parts(&answer, OPTION_LOCATION_PATH, location, '/');
    reply(peer, request, &answer);
}

void peer_answer_separately(struct udp_peer *peer, const struct message *request, uint8_t code)
{
    struct message message;
    uint16_t id = peer->next_id++;

    message_begin(&message, MESSAGE_ACK, 0, request->id, NULL, 0);
    reply(peer, request, &message);
    message_begin(&message, MESSAGE_CON, code, id, request->token, request->token_length);
    peer_send(peer, message.bytes, message.length);
    peer_receive(peer, &message);
    cr_assert(message.type == MESSAGE_ACK && message.code == 0 && message.id == id,
              "the separate answer was not acknowledged");
}

void peer_answer_as(struct udp_peer *peer, const struct message *request, unsigned type,
                    uint8_t code, uint16_t id, const char *location)
{
    struct message answer;

    message_begin(&answer, type, code, id, request->token, request->token_length);
    message_add_parts(&answer, OPTION_LOCATION_PATH, location, '/');
    peer_send(peer, answer.bytes, answer.length);
}

void peer_reset(struct udp_peer *peer, const struct message *message)
{
    struct message reset;

    message_begin(&reset, MESSAGE_RST, 0, message->id, NULL, 0);
    reply(peer, message, &reset);
}

/* ---- strangers ------------------------------------------------------------------------------- */

static void expect_unheard(const struct udp_peer *known, struct sockaddr_in local,
                           const void *bytes, size_t length)
{
    int stranger = socket(AF_INET, SOCK_DGRAM, 0);
    uint8_t byte;

    cr_assert_geq(stranger, 0);
    cr_assert_eq(bind(stranger, (struct sockaddr *)&local, sizeof local), 0);
    cr_assert_eq(connect(stranger, (const struct sockaddr *)&known->remote, sizeof known->remote),
                 0);
    cr_assert_eq(send(stranger, bytes, length, 0), (ssize_t)length);
    cr_expect_eq(recv(stranger, &byte, 1, 0), -1, "a stranger was answered");
    cr_expect_eq(errno, ECONNREFUSED);
    close(stranger);
}

void peer_expect_unheard(const struct udp_peer *known, const void *bytes, size_t length)
{
    expect_unheard(known, loopback(0), bytes, length);
}

void peer_expect_unheard_elsewhere(const struct udp_peer *known, const void *bytes, size_t length)
{
    struct sockaddr_in local = loopback(port_of(known->uri));

    local.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1);
    expect_unheard(known, local, bytes, length);
}

/* ---- asking ---------------------------------------------------------------------------------- */

struct message peer_request(struct udp_peer *peer, const struct peer_request *request)
{
    struct message message;
    uint16_t id = peer->next_id++;
    uint8_t token[4] = {0xA5, 0x5A, (uint8_t)(id >> 8), (uint8_t)id};

    message_begin(&message, request->type, request->method, id, token, sizeof token);
    message_add_parts(&message, OPTION_URI_PATH, request->path, '/');
    if (request->format != MESSAGE_ABSENT) {
        message_add_number(&message, OPTION_CONTENT_FORMAT, request->format);
    }
    if (request->query != NULL) {
        message_add_parts(&message, OPTION_URI_QUERY, request->query, '?');
    }
    if (request->accept != MESSAGE_ABSENT) {
        message_add_number(&message, OPTION_ACCEPT, request->accept);
    }
    message_add_payload(&message, request->payload, request->length);
    peer_send(peer, message.bytes, message.length);
    return message;
}

static bool is_token_of(const struct message *answer, const struct message *request)
{
    return answer->token_length == request->token_length &&
           memcmp(answer->token, request->token, request->token_length) == 0;
}

uint8_t peer_expect_answer(struct udp_peer *peer, const struct message *request,
                           struct message *answer)
{
    peer_receive(peer, answer);
    if (answer->type == MESSAGE_ACK && answer->code == 0) { /* the answer comes separately */
        cr_assert_eq(answer->id, request->id);
        peer_receive(peer, answer);
        cr_assert_eq(answer->type, (unsigned)MESSAGE_CON);
        peer_answer(peer, &(struct message){.id = answer->id}, 0);
    } else {
        cr_assert_eq(answer->type, (unsigned)MESSAGE_ACK, "something else came than the answer");
        cr_assert_eq(answer->id, request->id, "this answers another request");
    }
    cr_assert(is_token_of(answer, request), "the answer has another token");
    return answer->code;
}

static uint8_t ask(struct udp_peer *peer, const struct peer_request *request,
                   struct message *answer)
{
    struct message sent = peer_request(peer, request);

    return peer_expect_answer(peer, &sent, answer);
}

uint8_t peer_get(struct udp_peer *peer, const char *path, uint32_t accept, struct message *answer)
{
    struct peer_request request = {
        .method = METHOD_GET, .path = path, .accept = accept, .format = MESSAGE_ABSENT};

    return ask(peer, &request, answer);
}

uint8_t peer_put(struct udp_peer *peer, const char *path, uint32_t format, const void *payload,
                 size_t length)
{
    struct message answer;
    struct peer_request request = {.method = METHOD_PUT,
                                   .path = path,
                                   .accept = MESSAGE_ABSENT,
                                   .format = format,
                                   .payload = payload,
                                   .length = length};

    return ask(peer, &request, &answer);
}

uint8_t peer_put_tlv(struct udp_peer *peer, const char *path, const struct tlv *tlv)
{
    return peer_put(peer, path, FORMAT_TLV, tlv->bytes, tlv->length);
}

uint8_t peer_put_text(struct udp_peer *peer, const char *path, const char *text)
{
    return peer_put(peer, path, FORMAT_TEXT, text, strlen(text));
}

uint8_t peer_post(struct udp_peer *peer, const char *path, const char *payload)
{
    struct message answer;
    struct peer_request request = {.method = METHOD_POST,
                                   .path = path,
                                   .accept = MESSAGE_ABSENT,
                                   .format = *payload == '\0' ? MESSAGE_ABSENT : FORMAT_TEXT,
                                   .payload = payload,
                                   .length = strlen(payload)};

    return ask(peer, &request, &answer);
}

uint8_t peer_delete(struct udp_peer *peer, const char *path)
{
    struct message answer;
    struct peer_request request = {
        .method = METHOD_DELETE, .path = path, .accept = MESSAGE_ABSENT, .format = MESSAGE_ABSENT};

    return ask(peer, &request, &answer);
}
