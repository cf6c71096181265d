/* SPDX-License-Identifier: Apache-2.0 */
/**
 * HTTP in the loop of a program: a listener, routes as a constant table, requests and their
 * answers. It is libmicrohttpd without a thread of its own, and knows nothing of LwM2M.
 *
 * A handler is called with a request that is whole: the target is decoded and checked, the role
 * that the route needs is there, the body is complete and, for LOOM_HTTP_JSON, read. It answers at
 * once, by one call of loom_http_answer_...() or loom_http_problem(), or says with
 * loom_http_defer() that it will do so later.
 *
 * Whatever comes from outside is bounded before it is read: see `struct loom_http_limits`. Every
 * error of ours is `application/problem+json` (RFC 9457) with a `reason`, a word that does not
 * change between releases. Requests that are no HTTP are refused by libmicrohttpd itself.
 *
 * All of it belongs to one thread. Texts of a request last until it is answered.
 */
#ifndef LOOM_HTTP_HTTP_H
#define LOOM_HTTP_HTTP_H

#include "loom/value.h"

#include <jansson.h>

#ifdef __cplusplus
extern "C" {
#endif

struct loom_http;
struct loom_http_request;

/** What a route needs, and what somebody has; each may do what those before it may. */
enum loom_http_role {
    LOOM_HTTP_NOBODY, /**< who has not logged in */
    LOOM_HTTP_VIEWER,
    LOOM_HTTP_OPERATOR,
    LOOM_HTTP_ADMINISTRATOR,
};

enum loom_http_method {
    LOOM_HTTP_GET, /**< answers HEAD as well */
    LOOM_HTTP_POST,
    LOOM_HTTP_PUT,
    LOOM_HTTP_PATCH,
    LOOM_HTTP_DELETE,
};

/** What a route takes as a body. */
enum loom_http_body {
    LOOM_HTTP_NO_BODY, /**< one that comes nevertheless is refused */
    LOOM_HTTP_JSON,    /**< application/json or ...+json; it may be empty */
    LOOM_HTTP_BYTES,   /**< any type */
    LOOM_HTTP_PIECES,  /**< any type, and longer than memory should hold: see loom_http_intake */
};

/** @param user what the table of routes was added with */
typedef void loom_http_handler(void *user, struct loom_http_request *request);

/**
 * Takes a body in pieces as they come. Whoever cannot take more at the moment lets the connection
 * rest, so that the client is as fast as what it sends to. Each 64 KiB have a time to come in;
 * while a connection rests, that does not run.
 */
struct loom_http_intake {
    /** The head is complete, and the role is there. It answers, or calls loom_http_take(). */
    loom_http_handler *begin;
    /** Takes a piece, or what it can of it; with less than all, the connection rests until
     *  loom_http_go_on(). It may answer: then the rest of the body is dropped. */
    size_t (*take)(void *taker, struct loom_bytes piece);
    /** The request is over, or its client has gone: nothing more is called with `taker`. What the
     *  handler of the route has deferred goes on by itself. */
    void (*end)(void *taker);
};

/** One operation. */
struct loom_http_route {
    enum loom_http_method method;
    /** As in `/v1/clients/{endpoint}`: `{name}` is one segment of the path, and `{name*}`, at the
     * end, the rest of it. Of several that fit a path the first one is taken. */
    const char *pattern;
    enum loom_http_role role;
    loom_http_handler *handler;
    const char *operation; /**< its name: that of the OpenAPI document, of logs and figures */
    const char *queries;   /**< names of the query that it knows, with blanks between; NULL: none;
                            `*`: any, and those that it does not know are ignored */
    enum loom_http_body body;
    size_t body_max;                       /**< bytes; 0: LOOM_HTTP_BODY_USUAL */
    const struct loom_http_intake *intake; /**< of LOOM_HTTP_PIECES; the handler is called when all
                                                pieces have been taken */
    /** Of LOOM_HTTP_GET: it makes a device do something, so that no page of another site may cause
     * it. */
    bool acts;
};

/** Bytes of a body where a route says nothing: 64 KiB. */
#define LOOM_HTTP_BODY_USUAL 65536u

/** What a listener puts up with. */
struct loom_http_limits {
    unsigned connections;        /**< at once; more are refused */
    unsigned connections_of_one; /**< of one address */
    size_t head;                 /**< memory of a connection: its head must fit into half of it */
    size_t bodies;               /**< bytes of all bodies that are being received; beyond it 503 */
    uint32_t head_time;  /**< ms from the last answer, or from connecting, to the end of a head */
    uint32_t rate;       /**< bytes a second that a body must come with, and an answer go with */
    unsigned streams;    /**< event streams at once */
    size_t stream_bytes; /**< that wait for one reader of events; beyond it they are dropped */
};

/** 512 connections, 256 of one address, 32 KiB, 64 MiB, 30 s, 1 KiB/s, 128 streams of 1 MiB. */
extern const struct loom_http_limits loom_http_limits_usual;

/** How somebody has proven who it is. */
enum loom_http_proof {
    LOOM_HTTP_NO_PROOF,
    LOOM_HTTP_LOOPBACK,    /**< it is on this machine, and there are no users */
    LOOM_HTTP_COOKIE,      /**< a browser sends it by itself, whoever made it ask */
    LOOM_HTTP_CERTIFICATE, /**< of the client, by TLS; browsers send that by themselves, too */
    LOOM_HTTP_TOKEN,       /**< a header that only a program sends */
};

#define LOOM_HTTP_SESSION_IDLE_S (12u * 3600u) /**< a session that is not used ends */

#define LOOM_HTTP_NAME_SIZE 65 /**< of a user or token, with the NUL */

/** Who asks. */
struct loom_http_who {
    enum loom_http_role role;
    enum loom_http_proof proof;
    char name[LOOM_HTTP_NAME_SIZE];
};

/** Finds out who asks. */
struct loom_http_gate {
    /** Whether anybody has to prove who it is: whether there are users. NULL: yes */
    bool (*is_closed)(void *self);
    /** Called when the head of a request is complete.
     *  @param who begins as nobody
     *  @return false: there are credentials, and they are wrong or over (401) */
    bool (*admit)(void *self, struct loom_http_request *request, struct loom_http_who *who);
    void *self;
};

/** A request that is over, for logs and figures. */
struct loom_http_done {
    const struct loom_http_route *route; /**< NULL: none was found */
    const char *method;
    const char *path; /**< as it came, without the query; hostile text */
    const char *who;
    const char *address; /**< of the peer, without the port */
    unsigned status;     /**< 0: it went away before it was answered */
    uint32_t milliseconds;
    bool changes; /**< its method is none of GET, HEAD and OPTIONS */
};

struct loom_http_config {
    /** `http://ADDRESS:PORT` or `https://ADDRESS:PORT`. The address is a numeric one, of IPv6 in
     *  brackets; port 0 is a free one. */
    const char *uri;
    /** A TCP socket that listens already, which the listener takes and closes; 0: none. Then `uri`
     *  says by its scheme alone whether it is for https. */
    int socket;
    const char *certificate_file; /**< PEM, a chain; for https */
    const char *key_file;         /**< PEM */
    /** Asks clients for a certificate (https). Any one is taken, or none: only that the client has
     * its private key is proven. Whose it is the gate has to know, by its digest. */
    bool asks_certificates;
    /** NULL: the limits above */
    const struct loom_http_limits *limits;
    /** NULL, or one that is not closed: there are no users. Then only loopback addresses are
     * listened at, whoever asks may do everything, and a `Host` that is no loopback address is
     * refused (DNS rebinding). */
    const struct loom_http_gate *gate;
    /** Milliseconds of a clock that never goes back. NULL: that of the system. */
    uint64_t (*now)(void *user);
    /** Hears of each request that is over. May be NULL. */
    void (*done)(void *user, const struct loom_http_done *done);
    void *user; /**< of both */
};

#define LOOM_HTTP_URI_SIZE   64
#define LOOM_HTTP_ERROR_SIZE 256

/** Begins to listen.
 *  @param bound `http://ADDRESS:PORT`, with the port that it has
 *  @param error what went wrong, for people
 *  @return NULL: `error` says why */
struct loom_http *loom_http_create(const struct loom_http_config *config,
                                   char bound[LOOM_HTTP_URI_SIZE],
                                   char error[LOOM_HTTP_ERROR_SIZE]);

#define LOOM_HTTP_TABLES_MAX 24

/** Adds routes behind those that are there. Tables must outlast the listener.
 *  @return false: there are LOOM_HTTP_TABLES_MAX tables */
bool loom_http_add_routes(struct loom_http *http, const struct loom_http_route *routes,
                          size_t count, void *user);

/** What the program's loop waits for: readable when there is something to do. */
int loom_http_descriptor(const struct loom_http *http);

/** When loom_http_step() is to be called at the latest; UINT64_MAX: only when the descriptor is
 *  readable. It must be asked for in each turn of the loop. */
uint64_t loom_http_deadline(struct loom_http *http);

/** Does what there is to do; never waits. */
void loom_http_step(struct loom_http *http);

/** Looks again who reads streams of events, and ends those that somebody may not read any more. To
 * be called when rights have changed; otherwise it is noticed with the next heartbeat. */
void loom_http_review(struct loom_http *http);

/** Ends it: what is deferred is told that the client has gone, streams end, connections close.
 *  NULL is allowed. */
void loom_http_destroy(struct loom_http *http);

/** Figures since the beginning. */
struct loom_http_counts {
    unsigned connections; /**< now */
    unsigned streams;     /**< now */
    uint64_t answers[6];  /**< by the first digit of the status; 0: unanswered */
    uint64_t dropped;     /**< events, because a reader was too slow */
};

struct loom_http_counts loom_http_counts(const struct loom_http *http);

/* ---- what a request says --------------------------------------------------------------------- */

/** The value of `{name}`, decoded: UTF-8 without NUL, and a NUL behind it. `{name*}` has a `/`
 * between segments. data is NULL if the pattern has no such name. */
struct loom_text loom_http_parameter(const struct loom_http_request *request, const char *name);

/** The value of an argument of the query, decoded; data is NULL without it. */
struct loom_text loom_http_query(const struct loom_http_request *request, const char *name);

/** A field of the head; the first one if there are several. NULL: none */
const char *loom_http_header(const struct loom_http_request *request, const char *name);

/** The value of a cookie. NULL: none */
const char *loom_http_cookie(const struct loom_http_request *request, const char *name);

/** The body, of a route with LOOM_HTTP_JSON. It belongs to the request. NULL: it is empty */
json_t *loom_http_json(const struct loom_http_request *request);

/** The bytes of the body. */
struct loom_bytes loom_http_bytes(const struct loom_http_request *request);

/** Says who takes the pieces of a body; from the intake's `begin`.
 *  @param most bytes; a longer body is refused
 *  @return false: it was refused already, since it says how long it is; `taker` is not used */
bool loom_http_take(struct loom_http_request *request, void *taker, size_t most);

/** @return what loom_http_take() was given */
void *loom_http_taker(const struct loom_http_request *request);

/** More can be taken of a body whose connection rests. */
void loom_http_go_on(struct loom_http_request *request);

const struct loom_http_who *loom_http_who(const struct loom_http_request *request);

/** Address of the peer, without the port. */
const char *loom_http_address(const struct loom_http_request *request);

const struct loom_http_route *loom_http_route(const struct loom_http_request *request);

/** @return whether the connection is by TLS */
bool loom_http_is_secure(const struct loom_http_request *request);

/** SHA-256 of the certificate of the client, as DER. @return false: it has shown none */
bool loom_http_certificate(const struct loom_http_request *request, uint8_t digest[32]);

/* ---- answers: exactly one -------------------------------------------------------------------- */

/** Adds a field to the answer that is to come, eight at most. */
void loom_http_add_header(struct loom_http_request *request, const char *name, const char *value);

/** Answers with JSON. @param body taken; NULL: without memory for it, answered 500 */
void loom_http_answer_json(struct loom_http_request *request, unsigned status, json_t *body);

/** Answers without a body, as in 204. */
void loom_http_answer_empty(struct loom_http_request *request, unsigned status);

/** Answers with text. @param type as in `text/plain; charset=utf-8` */
void loom_http_answer_text(struct loom_http_request *request, unsigned status, const char *type,
                           struct loom_text text);

/** A file that is compiled in. */
struct loom_http_file {
    const char *type;
    const char *etag; /**< with its quotes */
    /** Cache-Control; NULL: `no-cache`, which means that it is asked whether it is still so */
    const char *caching;
    /** Content-Security-Policy; NULL: that of answers without scripts */
    const char *policy;
    struct loom_bytes bytes; /**< must outlast the listener */
};

/** Answers with a file, or 304 if the client has it. */
void loom_http_answer_file(struct loom_http_request *request, const struct loom_http_file *file);

/** Answers with an error.
 *  @param reason a word that programs compare
 *  @param format of the sentence for people, as that of printf() */
void loom_http_problem(struct loom_http_request *request, unsigned status, const char *reason,
                       const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 4, 5)))
#endif
    ;

/** As loom_http_problem(), with more members. @param more an object, taken; NULL: none */
void loom_http_problem_with(struct loom_http_request *request, unsigned status, const char *reason,
                            const char *detail, json_t *more);

/** Says that the answer comes later. It is the handler's to remember the request, and to forget it
 *  when it has answered or `gone` was called: then the client has closed the connection. */
void loom_http_defer(struct loom_http_request *request, void (*gone)(void *user), void *user);

/* ---- versions of a resource (RFC 9110, 13) ----------------------------------------------------
 */

/** Compares `If-Match` with what the resource is now.
 *  @param etag with its quotes; NULL: there is no such resource
 *  @return whether the change may go on; if not, 412 or, without the field, 428 was answered */
bool loom_http_may_change(struct loom_http_request *request, const char *etag);

/** @return whether `If-None-Match` names the tag, so that 304 was answered */
bool loom_http_is_known(struct loom_http_request *request, const char *etag);

#ifdef __cplusplus
}
#endif

#endif
