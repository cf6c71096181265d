/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What the files of this room share of a listener and of a request.
 */
#ifndef LOOM_HTTP_LISTENER_H
#define LOOM_HTTP_LISTENER_H

#include "http/http.h"
#include "http/route.h"

#include "common/list.h"

#include <microhttpd.h>

#define LOOM_HTTP_FIELDS_MAX   8u
#define LOOM_HTTP_ADDRESS_SIZE 46 /**< INET6_ADDRSTRLEN */

/** Something behind the descriptor of the loop that can have something to do. */
struct loom_http_waker {
    void (*wake)(struct loom_http_waker *waker);
};

struct loom_http {
    struct MHD_Daemon *daemon;
    /** One descriptor for the loop: readable when that of libmicrohttpd is, or when a client has
     *  closed a connection that libmicrohttpd does not look at, because it is suspended. */
    int epoll;
    int listening; /**< libmicrohttpd closes it */
    bool secure;
    bool asks_certificates;
    bool ending;
    bool busy; /**< a connection was resumed or has ended, which needs a step */
    struct loom_http_limits limits;
    struct loom_http_gate gate;
    uint64_t (*now)(void *user);
    void (*done)(void *user, const struct loom_http_done *done);
    void *user;
    size_t table_count;
    struct loom_http_table tables[LOOM_HTTP_TABLES_MAX];
    struct loom_list connections;
    struct loom_list requests;
    struct loom_list streams; /**< in the order of their next heartbeat */
    uint64_t next_look;       /**< for connections that take too long */
    size_t bodies;            /**< bytes that are held for bodies */
    struct loom_http_counts counts;
};

/** Until when something must have come or gone; see `connection_expires`. */
struct loom_http_connection {
    struct loom_list link;
    int descriptor;
    uint64_t deadline; /**< UINT64_MAX: none, the handler has it */
    bool is_loopback;  /**< it comes from this machine */
    char address[LOOM_HTTP_ADDRESS_SIZE];
};

struct loom_http_field {
    char *name; /**< NULL: none */
    char *value;
};

struct loom_http_stream;

struct loom_http_request {
    struct loom_http_waker waker;
    struct loom_list link;
    struct loom_http *http;
    struct MHD_Connection *connection;
    struct loom_http_connection *peer; /**< NULL: no memory for it */
    const struct loom_http_route *route;
    void *route_user;
    struct loom_http_who who;
    uint64_t began;
    char method[16];
    bool has_begun; /**< the head is complete */
    bool is_get;    /**< GET or HEAD */
    bool changes;
    bool handled; /**< the handler was called */
    bool deferred;
    bool suspended;
    bool watched; /**< the descriptor is in `epoll` */
    bool gone;    /**< the client is */
    bool close;   /**< the connection ends with the answer */
    bool has_body;
    unsigned body_failure; /**< 0, or the status to answer when the body has ended */
    void (*on_gone)(void *user);
    void *on_gone_user;
    struct loom_http_target target;
    struct loom_http_parameters parameters;
    size_t body_max;
    size_t body_length;
    size_t body_room; /**< counted in `bodies` */
    uint8_t *body;
    json_t *json;
    void *taker; /**< of a body in pieces; NULL: none */
    bool rests;  /**< until the taker goes on */
    struct loom_http_field fields[LOOM_HTTP_FIELDS_MAX];
    unsigned status;
    uint64_t answer_size;
    struct MHD_Response *response; /**< to be queued */
    struct loom_http_stream *stream;
    char *memory; /**< of the target */
    char raw[];   /**< the target as it came */
};

/** Calls a waker from loom_http_step() while a descriptor is readable. */
bool loom_http_watch(struct loom_http *http, int descriptor, struct loom_http_waker *waker);
void loom_http_unwatch(struct loom_http *http, int descriptor);

/** @return whether there are users */
bool loom_http_is_closed(const struct loom_http *http);

/* ---- connection.c ---------------------------------------------------------------------------- */

/** For libmicrohttpd. */
void loom_http_on_connection(void *self, struct MHD_Connection *connection, void **context,
                             enum MHD_ConnectionNotificationCode what);

/** Sets the time in which `size` bytes have to come or go. */
void loom_http_expect(struct loom_http_request *request, uint64_t size);

/** Closes the connections whose time is over. */
void loom_http_look(struct loom_http *http, uint64_t now);

/* ---- request.c ------------------------------------------------------------------------------- */

/** For libmicrohttpd. */
void *loom_http_on_target(void *self, const char *target, struct MHD_Connection *connection);
enum MHD_Result loom_http_on_access(void *self, struct MHD_Connection *connection, const char *url,
                                    const char *method, const char *version, const char *data,
                                    size_t *length, void **context);
void loom_http_on_completed(void *self, struct MHD_Connection *connection, void **context,
                            enum MHD_RequestTerminationCode how);

/** Goes on with a request whose connection is suspended. */
void loom_http_resume(struct loom_http_request *request);

/** Suspends the connection, so that the client's going is heard of. */
void loom_http_suspend(struct loom_http_request *request);

/** The client has closed the connection. */
void loom_http_lost(struct loom_http_request *request);

/* ---- guard.c --------------------------------------------------------------------------------- */

/** Finds the route, and refuses a head that is malformed, ambiguous, without a route, without the
 * role or made by the page of another site. Answers then. */
void loom_http_guard(struct loom_http_request *request, const char *version);

/** @return whether who asked before may ask the same again */
bool loom_http_may_go_on(struct loom_http_request *request);

/** Answers what cannot be taken: 413, too long, or 503, for there is no room. The connection ends.
 */
void loom_http_refuse_body(struct loom_http_request *request, unsigned status);

/* ---- answer.c -------------------------------------------------------------------------------- */

/** Makes `response` the answer, and adds what all answers have. */
void loom_http_answer(struct loom_http_request *request, unsigned status,
                      struct MHD_Response *response, uint64_t size, const char *caching,
                      const char *policy);

/* ---- stream.c -------------------------------------------------------------------------------- */

/** Frees the stream of a request that is over. */
void loom_http_stream_end(struct loom_http_request *request);

/** When the next heartbeat is due; UINT64_MAX: there are no streams. */
uint64_t loom_http_streams_deadline(const struct loom_http *http);

/** Sends the heartbeats that are due. */
void loom_http_streams_step(struct loom_http *http, uint64_t now);

#endif
