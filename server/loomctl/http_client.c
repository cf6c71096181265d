/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "loomctl/http_client.h"

#include "loomctl/connection.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { HEAD_MAX = 65536, LINE_MAX_SIZE = 8192 };

/* ---- reading --------------------------------------------------------------------------------- */

struct reader {
    struct loom_ctl_connection *connection;
    struct loom_ctl_exchange *exchange;
    char data[16384];
    size_t first;
    size_t count;
    size_t head; /* bytes of it so far */
    bool stopped;
};

static bool fail(struct loom_ctl_exchange *exchange, const char *what)
{
    if (exchange->error[0] == '\0') {
        (void)snprintf(exchange->error, sizeof exchange->error, "%s", what);
    }
    return false;
}

/* @return false: there is no more */
static bool fill(struct reader *reader)
{
    if (reader->count > 0) {
        return true;
    }
    long got = loom_ctl_read(reader->connection, reader->data, sizeof reader->data);
    reader->first = 0;
    reader->count = got > 0 ? (size_t)got : 0;
    return got > 0;
}

/* A line without its end. */
static bool read_line(struct reader *reader, char *line)
{
    size_t length = 0;
    while (fill(reader)) {
        char c = reader->data[reader->first++];
        reader->count--;
        if (c == '\n') {
            length -= length > 0 && line[length - 1] == '\r' ? 1 : 0;
            line[length] = '\0';
            return true;
        }
        if (length + 1 == LINE_MAX_SIZE || ++reader->head > HEAD_MAX || c == '\0') {
            return fail(reader->exchange, "the server does not answer in HTTP");
        }
        line[length++] = c;
    }
    return fail(reader->exchange, "the server has closed the connection, or says nothing");
}

static bool gather(struct loom_ctl_exchange *exchange, const char *data, size_t length)
{
    if (length > LOOM_CTL_BODY_MAX - exchange->answer_length) {
        return fail(exchange, "the answer is too long");
    }
    char *grown = realloc(exchange->answer, exchange->answer_length + length + 1);
    if (grown == NULL) {
        return fail(exchange, "out of memory");
    }
    exchange->answer = grown;
    memcpy(grown + exchange->answer_length, data, length);
    exchange->answer_length += length;
    grown[exchange->answer_length] = '\0';
    return true;
}

/* Only an answer that is none of an error is taken as it comes. */
static bool give(struct reader *reader, const char *data, size_t length)
{
    struct loom_ctl_exchange *exchange = reader->exchange;
    if (exchange->take == NULL || exchange->status != 200) {
        return gather(exchange, data, length);
    }
    reader->stopped = !exchange->take(exchange->user, data, length);
    return !reader->stopped;
}

/* @param length UINT64_MAX: to the end of the connection */
static bool read_bytes(struct reader *reader, uint64_t length)
{
    while (length > 0) {
        if (!fill(reader)) {
            return length == UINT64_MAX ||
                   fail(reader->exchange, "the server has closed the connection too early");
        }
        size_t part = reader->count < length ? reader->count : (size_t)length;
        if (!give(reader, reader->data + reader->first, part)) {
            return false;
        }
        reader->first += part;
        reader->count -= part;
        length -= length == UINT64_MAX ? 0 : part;
    }
    return true;
}

static bool read_chunks(struct reader *reader)
{
    char line[LINE_MAX_SIZE];
    for (;;) {
        char *end = NULL;
        reader->head = 0;
        if (!read_line(reader, line)) {
            return false;
        }
        unsigned long long length = strtoull(line, &end, 16);
        if (end == line || !isxdigit((unsigned char)line[0]) || length > UINT32_MAX) {
            return fail(reader->exchange, "the server does not answer in HTTP");
        }
        if (length == 0) {
            return true; /* what may follow are fields that nobody needs */
        }
        if (!read_bytes(reader, length) || !read_line(reader, line)) {
            return false;
        }
    }
}

static bool read_status(struct reader *reader)
{
    char line[LINE_MAX_SIZE];
    if (!read_line(reader, line)) {
        return false;
    }
    if (sscanf(line, "HTTP/1.%*1[01] %3u", &reader->exchange->status) != 1) {
        return fail(reader->exchange, "the server does not answer in HTTP");
    }
    return true;
}

static bool has_field(const char *line, const char *name, const char **value)
{
    size_t length = strlen(name);
    if (strncasecmp(line, name, length) != 0 || line[length] != ':') {
        return false;
    }
    *value = line + length + 1 + strspn(line + length + 1, " \t");
    return true;
}

static bool read_answer(struct reader *reader)
{
    char line[LINE_MAX_SIZE];
    uint64_t length = UINT64_MAX;
    bool chunked = false;
    do {
        if (!read_status(reader)) {
            return false;
        }
        while (read_line(reader, line) && line[0] != '\0') {
            const char *value;
            if (has_field(line, "Content-Length", &value)) {
                length = strtoull(value, NULL, 10);
            } else if (has_field(line, "Transfer-Encoding", &value)) {
                chunked = strcasecmp(value, "chunked") == 0;
            }
        }
        if (reader->exchange->error[0] != '\0') {
            return false;
        }
    } while (reader->exchange->status < 200);
    if (reader->exchange->status == 204 || reader->exchange->status == 304) {
        return true;
    }
    return chunked ? read_chunks(reader) : read_bytes(reader, length);
}

/* ---- a request ------------------------------------------------------------------------------- */

static bool write_request(struct loom_ctl_connection *connection,
                          const struct loom_ctl_server *server,
                          const struct loom_ctl_exchange *exchange)
{
    char *head = NULL;
    size_t length = 0;
    bool brackets = strchr(server->host, ':') != NULL;
    FILE *out = open_memstream(&head, &length);
    if (out == NULL) {
        return false;
    }
    (void)fprintf(out, "%s %s HTTP/1.1\r\nHost: %s%s%s:%s\r\nAccept: %s\r\nConnection: close\r\n",
                  exchange->method, exchange->target, brackets ? "[" : "", server->host,
                  brackets ? "]" : "", server->port, exchange->accept);
    (void)fputs("User-Agent: loomctl\r\nX-Loom-Request: loomctl\r\n", out);
    if (server->token != NULL) {
        (void)fprintf(out, "Authorization: Bearer %s\r\n", server->token);
    }
    if (exchange->if_match != NULL) {
        (void)fprintf(out, "If-Match: %s\r\n", exchange->if_match);
    }
    if (exchange->type != NULL) {
        (void)fprintf(out, "Content-Type: %s\r\nContent-Length: %zu\r\n", exchange->type,
                      exchange->body_length);
    }
    (void)fputs("\r\n", out);
    bool made = fclose(out) == 0;
    bool sent = made && loom_ctl_write(connection, head, length) &&
                (exchange->type == NULL ||
                 loom_ctl_write(connection, exchange->body, exchange->body_length));
    free(head);
    return sent;
}

bool loom_ctl_http(const struct loom_ctl_server *server, struct loom_ctl_exchange *exchange)
{
    exchange->status = 0;
    exchange->answer = NULL;
    exchange->answer_length = 0;
    exchange->error[0] = '\0';
    struct loom_ctl_connection *connection =
        loom_ctl_connect(server, exchange->silence_s, exchange->error, sizeof exchange->error);
    if (connection == NULL) {
        return false;
    }
    struct reader reader = {.connection = connection, .exchange = exchange};
    /* A server that refuses a long body may say so before it has read all of it. */
    bool sent = write_request(connection, server, exchange);
    bool good = read_answer(&reader) || reader.stopped;
    if (!sent && !good) {
        (void)fail(exchange, "the request cannot be sent");
    }
    loom_ctl_disconnect(connection);
    if (!good) {
        free(exchange->answer);
        exchange->answer = NULL;
        exchange->answer_length = 0;
    }
    return good;
}
