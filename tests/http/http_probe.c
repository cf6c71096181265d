/* SPDX-License-Identifier: Apache-2.0 */
/* A program with one route for each thing that the room http/ does, for clients that misbehave. It
 * prints where it listens, and a line for each request that is over. It ends with its standard
 * input.
 *
 * usage: http_probe URI [gate] [NAME=VALUE ...] */
#define _POSIX_C_SOURCE 200809L

#include "http/events.h"

#include "common/text.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LATER_MAX   64
#define STREAMS_MAX 2048
#define PIECES_MAX  8
#define PIECES_MOST 4000000u

/* A body that comes in pieces. It is full at each PIECES_ROOM, until it is told to go on. */
#define PIECES_ROOM 100000u

struct pieces {
    struct loom_http_request *request;
    size_t length;
    size_t room;
    uint32_t sum;
};

struct probe {
    struct loom_http *http;
    struct loom_http_request *later[LATER_MAX];
    struct loom_http_stream *streams[STREAMS_MAX];
    uint64_t event_id;
    unsigned turns;
    char held[16];
    bool is_open; /* there are no users any more */
    struct pieces *pieces[PIECES_MAX];
};

static struct probe probe;

/* ---- routes ---------------------------------------------------------------------------------- */

static void get_echo(void *user, struct loom_http_request *request)
{
    (void)user;
    json_t *queries = json_object();
    static const char *const names[] = {"a", "b"};
    for (size_t i = 0; i < 2; i++) {
        struct loom_text value = loom_http_query(request, names[i]);
        if (value.data != NULL) {
            json_object_set_new(queries, names[i], json_stringn(value.data, value.length));
        }
    }
    struct loom_text name = loom_http_parameter(request, "name");
    struct loom_text rest = loom_http_parameter(request, "rest");
    json_t *body =
        json_pack("{s:s#, s:o, s:s, s:s}", "name", name.data, (int)name.length, "queries", queries,
                  "who", loom_http_who(request)->name, "address", loom_http_address(request));
    if (rest.data != NULL) {
        json_object_set_new(body, "rest", json_stringn(rest.data, rest.length));
    }
    loom_http_answer_json(request, 200, body);
}

static void post_json(void *user, struct loom_http_request *request)
{
    (void)user;
    json_t *body = loom_http_json(request);
    loom_http_answer_json(request, 200, body == NULL ? json_null() : json_incref(body));
}

static void put_bytes(void *user, struct loom_http_request *request)
{
    (void)user;
    loom_http_answer_json(request, 200,
                          json_pack("{s:i}", "length", (int)loom_http_bytes(request).length));
}

/* ---- bodies in pieces ------------------------------------------------------------------------ */

static void begin_pieces(void *user, struct loom_http_request *request)
{
    (void)user;
    for (size_t i = 0; i < PIECES_MAX; i++) {
        if (probe.pieces[i] == NULL) {
            struct pieces *pieces = calloc(1, sizeof *pieces);
            if (pieces == NULL || !loom_http_take(request, pieces, PIECES_MOST)) {
                free(pieces);
                return;
            }
            *pieces = (struct pieces){.request = request, .room = PIECES_ROOM};
            probe.pieces[i] = pieces;
            return;
        }
    }
    loom_http_problem(request, 503, "busy", "too many are being sent");
}

/* A body is refused where it has an `F`. */
static size_t take_pieces(void *taker, struct loom_bytes piece)
{
    struct pieces *pieces = taker;
    size_t taken = piece.length < pieces->room ? piece.length : pieces->room;
    for (size_t i = 0; i < taken; i++) {
        pieces->sum = pieces->sum * 31u + piece.data[i];
    }
    if (memchr(piece.data, 'F', taken) != NULL) {
        loom_http_problem(pieces->request, 507, "full", "there is no room");
    }
    pieces->length += taken;
    pieces->room -= taken;
    if (taken < piece.length) {
        (void)printf("rests\n");
    }
    return taken;
}

static void end_pieces(void *taker)
{
    for (size_t i = 0; i < PIECES_MAX; i++) {
        if (probe.pieces[i] == taker) {
            probe.pieces[i] = NULL;
        }
    }
    (void)printf("ended\n");
    free(taker);
}

static const struct loom_http_intake pieces_intake = {begin_pieces, take_pieces, end_pieces};

static void put_pieces(void *user, struct loom_http_request *request)
{
    const struct pieces *pieces = loom_http_taker(request);
    (void)user;
    loom_http_answer_json(
        request, 200,
        json_pack("{s:i, s:I}", "length", (int)pieces->length, "sum", (json_int_t)pieces->sum));
}

/* Makes room for all that rest. */
static void post_go_on(void *user, struct loom_http_request *request)
{
    int count = 0;
    (void)user;
    for (size_t i = 0; i < PIECES_MAX; i++) {
        if (probe.pieces[i] != NULL && probe.pieces[i]->room == 0) {
            probe.pieces[i]->room = PIECES_ROOM;
            loom_http_go_on(probe.pieces[i]->request);
            count++;
        }
    }
    loom_http_answer_json(request, 200, json_pack("{s:i}", "count", count));
}

static void get_held(void *user, struct loom_http_request *request)
{
    (void)user;
    char etag[24];
    (void)snprintf(etag, sizeof etag, "\"%.16s\"", probe.held);
    loom_http_add_header(request, "ETag", etag);
    if (!loom_http_is_known(request, etag)) {
        loom_http_answer_json(request, 200, json_pack("{s:s}", "held", probe.held));
    }
}

static void put_held(void *user, struct loom_http_request *request)
{
    (void)user;
    char etag[24];
    (void)snprintf(etag, sizeof etag, "\"%.16s\"", probe.held);
    if (!loom_http_may_change(request, etag)) {
        return;
    }
    const char *held = json_string_value(json_object_get(loom_http_json(request), "held"));
    if (held == NULL) {
        loom_http_problem_with(request, 422, "no-text", "it has to be a text",
                               json_pack("{s:s}", "pointer", "/held"));
        return;
    }
    (void)snprintf(probe.held, sizeof probe.held, "%s", held);
    loom_http_answer_empty(request, 204);
}

static void gone_later(void *user)
{
    *(struct loom_http_request **)user = NULL;
    (void)printf("gone\n");
}

static void get_later(void *user, struct loom_http_request *request)
{
    (void)user;
    for (size_t i = 0; i < LATER_MAX; i++) {
        if (probe.later[i] == NULL) {
            probe.later[i] = request;
            loom_http_defer(request, gone_later, &probe.later[i]);
            (void)printf("deferred\n");
            return;
        }
    }
    loom_http_problem(request, 503, "busy", "too many are waiting");
}

static void post_release(void *user, struct loom_http_request *request)
{
    (void)user;
    int count = 0;
    for (size_t i = 0; i < LATER_MAX; i++) {
        if (probe.later[i] != NULL) {
            loom_http_answer_json(probe.later[i], 200, json_pack("{s:b}", "late", 1));
            probe.later[i] = NULL;
            count++;
        }
    }
    loom_http_answer_json(request, 200, json_pack("{s:i}", "released", count));
}

static void get_nothing(void *user, struct loom_http_request *request)
{
    (void)user;
    (void)request;
}

static void get_file(void *user, struct loom_http_request *request)
{
    static const uint8_t bytes[] = "p { color: red }\n";
    static const struct loom_http_file file = {.type = "text/css; charset=utf-8",
                                               .etag = "\"f1\"",
                                               .caching = "max-age=60",
                                               .policy = "default-src 'self'",
                                               .bytes = {bytes, sizeof bytes - 1}};
    (void)user;
    loom_http_answer_file(request, &file);
}

static void get_large(void *user, struct loom_http_request *request)
{
    static char text[32u << 20];
    (void)user;
    memset(text, 'x', sizeof text);
    loom_http_answer_text(request, 200, "text/plain", (struct loom_text){text, sizeof text});
}

/* ---- events ---------------------------------------------------------------------------------- */

static void gone_stream(void *user)
{
    *(struct loom_http_stream **)user = NULL;
    (void)printf("stream-gone\n");
}

static void get_events(void *user, struct loom_http_request *request)
{
    uint64_t after;
    bool refused;
    (void)user;
    bool is_given = loom_http_stream_after(request, &after, &refused);
    for (size_t i = 0; !refused && i < STREAMS_MAX; i++) {
        if (probe.streams[i] == NULL) {
            probe.streams[i] = loom_http_stream_begin(request, gone_stream, &probe.streams[i]);
            for (; probe.streams[i] != NULL && is_given && after < probe.event_id; after++) {
                struct loom_http_frame *frame =
                    loom_http_frame_create(after + 1, "again", (struct loom_text){"{}", 2});
                (void)loom_http_stream_send(probe.streams[i], frame);
                loom_http_frame_release(frame);
            }
            return;
        }
    }
}

/* Sends `count` events with `size` bytes each. */
static void post_events(void *user, struct loom_http_request *request)
{
    static char data[65536];
    int count = 1;
    int size = 2;
    (void)user;
    (void)json_unpack(loom_http_json(request), "{s?i, s?i}", "count", &count, "size", &size);
    size = size > (int)sizeof data ? (int)sizeof data : size < 2 ? 2 : size;
    memset(data, 'x', (size_t)size);
    data[0] = '"';
    data[size - 1] = '"';
    int whole = 0;
    for (int i = 0; i < count; i++) {
        struct loom_http_frame *frame = loom_http_frame_create(
            ++probe.event_id, "made", (struct loom_text){data, (size_t)size});
        for (size_t s = 0; s < STREAMS_MAX; s++) {
            if (probe.streams[s] != NULL) {
                whole += loom_http_stream_send(probe.streams[s], frame) ? 1 : 0;
            }
        }
        loom_http_frame_release(frame);
    }
    loom_http_answer_json(request, 200, json_pack("{s:i}", "sent", whole));
}

static void get_counts(void *user, struct loom_http_request *request)
{
    (void)user;
    struct loom_http_counts counts = loom_http_counts(probe.http);
    loom_http_answer_json(request, 200,
                          json_pack("{s:i, s:i, s:i, s:i}", "connections", (int)counts.connections,
                                    "streams", (int)counts.streams, "dropped", (int)counts.dropped,
                                    "turns", (int)probe.turns));
}

static void post_open(void *user, struct loom_http_request *request)
{
    (void)user;
    probe.is_open = true;
    loom_http_answer_empty(request, 204);
}

static const struct loom_http_route routes[] = {
    {.method = LOOM_HTTP_GET,
     .pattern = "/echo/{name}",
     .handler = get_echo,
     .queries = "a b",
     .operation = "echo"},
    {.method = LOOM_HTTP_GET,
     .pattern = "/echo/{name}/rest/{rest*}",
     .handler = get_echo,
     .operation = "echoRest"},
    {.method = LOOM_HTTP_POST,
     .pattern = "/json",
     .handler = post_json,
     .body = LOOM_HTTP_JSON,
     .body_max = 4u << 20,
     .operation = "json"},
    {.method = LOOM_HTTP_PUT,
     .pattern = "/bytes",
     .handler = put_bytes,
     .body = LOOM_HTTP_BYTES,
     .body_max = 100000,
     .operation = "bytes"},
    {.method = LOOM_HTTP_PUT,
     .pattern = "/pieces",
     .role = LOOM_HTTP_OPERATOR,
     .handler = put_pieces,
     .body = LOOM_HTTP_PIECES,
     .intake = &pieces_intake,
     .operation = "pieces"},
    {.method = LOOM_HTTP_POST,
     .pattern = "/go-on",
     .handler = post_go_on,
     .body = LOOM_HTTP_JSON,
     .operation = "goOn"},
    {.method = LOOM_HTTP_GET, .pattern = "/held", .handler = get_held, .operation = "held"},
    {.method = LOOM_HTTP_PUT,
     .pattern = "/held",
     .handler = put_held,
     .body = LOOM_HTTP_JSON,
     .operation = "hold"},
    {.method = LOOM_HTTP_GET, .pattern = "/later", .handler = get_later, .operation = "later"},
    {.method = LOOM_HTTP_POST,
     .pattern = "/release",
     .handler = post_release,
     .body = LOOM_HTTP_JSON,
     .operation = "release"},
    {.method = LOOM_HTTP_GET,
     .pattern = "/nothing",
     .handler = get_nothing,
     .operation = "nothing"},
    {.method = LOOM_HTTP_GET, .pattern = "/style.css", .handler = get_file, .operation = "file"},
    {.method = LOOM_HTTP_GET, .pattern = "/large", .handler = get_large, .operation = "large"},
    {.method = LOOM_HTTP_GET,
     .pattern = "/events",
     .handler = get_events,
     .queries = "after",
     .operation = "events"},
    {.method = LOOM_HTTP_POST,
     .pattern = "/events",
     .handler = post_events,
     .body = LOOM_HTTP_JSON,
     .operation = "makeEvents"},
    {.method = LOOM_HTTP_GET, .pattern = "/counts", .handler = get_counts, .operation = "counts"},
    {.method = LOOM_HTTP_GET,
     .pattern = "/role/viewer",
     .role = LOOM_HTTP_VIEWER,
     .handler = get_counts,
     .operation = "viewer"},
    {.method = LOOM_HTTP_POST,
     .pattern = "/role/operator",
     .role = LOOM_HTTP_OPERATOR,
     .handler = post_json,
     .body = LOOM_HTTP_JSON,
     .operation = "operator"},
    {.method = LOOM_HTTP_DELETE,
     .pattern = "/role/administrator",
     .role = LOOM_HTTP_ADMINISTRATOR,
     .handler = get_counts,
     .operation = "administrator"},
    {.method = LOOM_HTTP_POST,
     .pattern = "/open",
     .role = LOOM_HTTP_ADMINISTRATOR,
     .handler = post_open,
     .operation = "open"},
    {.method = LOOM_HTTP_GET,
     .pattern = "/acts",
     .role = LOOM_HTTP_OPERATOR,
     .handler = get_counts,
     .operation = "acts",
     .acts = true},
};

/* ---- who asks -------------------------------------------------------------------------------- */

/* `Authorization: Bearer ROLE`, or the cookie `role`. */
static bool admit(void *self, struct loom_http_request *request, struct loom_http_who *who)
{
    static const char *const roles[] = {"nobody", "viewer", "operator", "administrator"};
    const char *token = loom_http_header(request, "Authorization");
    uint8_t digest[32];
    if (loom_http_certificate(request, digest)) {
        who->role = LOOM_HTTP_OPERATOR;
        who->proof = LOOM_HTTP_CERTIFICATE;
        for (size_t i = 0; i < sizeof digest; i++) {
            (void)snprintf(&who->name[2 * i], 3, "%02x", digest[i]);
        }
        return true;
    }
    const char *cookie = loom_http_cookie(request, "role");
    (void)self;
    if (token == NULL && cookie == NULL) {
        return true;
    }
    const char *name = token == NULL ? cookie : token + strcspn(token, " ") + 1;
    for (unsigned i = 0; i < 4; i++) {
        if (strcmp(name, roles[i]) == 0) {
            who->role = (enum loom_http_role)i;
            who->proof = token != NULL ? LOOM_HTTP_TOKEN : LOOM_HTTP_COOKIE;
            (void)snprintf(who->name, sizeof who->name, "%s", name);
            return true;
        }
    }
    return false;
}

static bool is_closed(void *self)
{
    (void)self;
    return !probe.is_open;
}

static void on_done(void *user, const struct loom_http_done *done)
{
    (void)user;
    (void)printf("done %s %u %s %s\n", done->method, done->status,
                 done->route == NULL ? "-" : done->route->operation, done->who);
}

/* ---- the program ----------------------------------------------------------------------------- */

static void set_limit(struct loom_http_limits *limits, const char *argument)
{
    unsigned value = (unsigned)strtoul(strchr(argument, '=') + 1, NULL, 10);
    if (strncmp(argument, "connections=", 12) == 0) {
        limits->connections = value;
    } else if (strncmp(argument, "connections_of_one=", 19) == 0) {
        limits->connections_of_one = value;
    } else if (strncmp(argument, "head_time=", 10) == 0) {
        limits->head_time = value;
    } else if (strncmp(argument, "bodies=", 7) == 0) {
        limits->bodies = value;
    } else if (strncmp(argument, "rate=", 5) == 0) {
        limits->rate = value;
    } else if (strncmp(argument, "streams=", 8) == 0) {
        limits->streams = value;
    } else if (strncmp(argument, "stream_bytes=", 13) == 0) {
        limits->stream_bytes = value;
    }
}

static int time_to(uint64_t deadline)
{
    struct timespec time = {0, 0};
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    uint64_t now = (uint64_t)time.tv_sec * 1000u + (uint64_t)time.tv_nsec / 1000000u;
    return deadline == UINT64_MAX ? -1 : deadline <= now ? 0 : (int)(deadline - now);
}

static void run(void)
{
    struct pollfd wait[2] = {{STDIN_FILENO, POLLIN, 0},
                             {loom_http_descriptor(probe.http), POLLIN, 0}};
    while (poll(wait, 2, time_to(loom_http_deadline(probe.http))) >= 0 || errno == EINTR) {
        char input[64];
        if (wait[0].revents != 0 && read(STDIN_FILENO, input, sizeof input) <= 0) {
            return;
        }
        probe.turns++;
        loom_http_step(probe.http);
    }
}

int main(int argc, char **argv)
{
    static const struct loom_http_gate gate = {.is_closed = is_closed, .admit = admit};
    struct loom_http_limits limits = loom_http_limits_usual;
    struct loom_http_config config = {.uri = argc > 1 ? argv[1] : "",
                                      .limits = &limits,
                                      .done = on_done,
                                      .asks_certificates = getenv("ASKS") != NULL,
                                      .certificate_file = getenv("CERTIFICATE"),
                                      .key_file = getenv("KEY")};
    char bound[LOOM_HTTP_URI_SIZE];
    char error[LOOM_HTTP_ERROR_SIZE];
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "gate") == 0) {
            config.gate = &gate;
        } else if (strchr(argv[i], '=') != NULL) {
            set_limit(&limits, argv[i]);
        }
    }
    (void)strcpy(probe.held, "one");
    probe.http = loom_http_create(&config, bound, error);
    if (probe.http == NULL) {
        (void)fprintf(stderr, "%s\n", error);
        return EXIT_FAILURE;
    }
    (void)loom_http_add_routes(probe.http, routes, sizeof routes / sizeof routes[0], NULL);
    (void)printf("%s\n", bound);
    run();
    loom_http_destroy(probe.http);
    (void)printf("ended\n");
    return EXIT_SUCCESS;
}
