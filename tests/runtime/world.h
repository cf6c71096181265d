/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A client on the loopback network, between a bootstrap server and two LwM2M servers that do what a
 * test tells them. Time is simulated: a day passes in no time, and everything happens at its
 * millisecond.
 */
#ifndef TEST_WORLD_H
#define TEST_WORLD_H

#include "loom/client.h"
#include "loom/codec.h"
#include "loom/port_loopback.h"

#define WORLD_EVENTS  512
#define PEER_REQUESTS 128
#define TEXT_ROOM     512
#define PEER_NOTICES  256

/** A request that a peer got, as text: `POST /rd?ep=device&lt=60`. */
struct got_request {
    uint64_t time;
    char line[TEXT_ROOM];
    char payload[TEXT_ROOM];
    uint16_t content_format;
};

/** A notification that a peer got. */
struct got_notice {
    uint64_t time;
    uint32_t exchange;
    uint8_t code;
    uint16_t content_format;
    char text[256]; /* the beginning of its payload */
    bool more;
};

/** A server that a test speaks for. */
struct peer {
    struct loom_loopback_host *host;
    struct loom_port port;
    struct loom_session *session; /* the last in which the client asked */
    struct got_request got[PEER_REQUESTS];
    unsigned got_count;
    /* What it answers. 0: nothing. */
    uint8_t bs_code;
    uint8_t register_code;
    uint8_t update_code;
    uint8_t deregister_code;
    uint8_t send_code;
    /* Decides about a Register by what was asked, in the place of register_code; NULL: it does not.
     */
    uint8_t (*answer)(void *user, const char *line);
    void *answer_user;
    /* The answer to a Bootstrap-Pack-Request. */
    uint8_t pack_code;
    struct loom_bytes pack;
    /* Sent from within the handler, so that it arrives before the answer to the request does. */
    bool read_before_answer;
    /* The end of the last request of its own. */
    uint32_t exchange;
    bool answered;
    uint8_t code;
    enum loom_failure failure;
    uint16_t content_format;
    bool observes; /* more answers may follow */
    struct loom_piece piece;
    uint32_t etag;
    uint32_t size;
    size_t length;
    uint8_t payload[32768];
    char location[64];
    struct loom_bytes identity;
    struct loom_bytes key;
    struct got_notice notices[PEER_NOTICES];
    unsigned notice_count;
};

struct world {
    struct loom_loopback *net;
    struct loom_loopback_host *host;
    struct loom_port port;
    struct loom_client client;
    struct loom_registration registrations[3];
    uint8_t registration_room; /* of them, that the client is given */
    uint8_t locations[3 * LOOM_LOCATION_SIZE];
    uint8_t location_size; /* LOOM_LOCATION_SIZE, unless a test sets it before the start */
    struct loom_model model;
    struct loom_model_hooks hooks;
    const struct loom_product *product;
    void *data;
    void *staging;
    uint8_t buffer[4096];
    struct loom_observation observations[4];
    uint8_t attributes[128];
    uint8_t outbox[1024];
    struct peer bs;
    struct peer server;
    struct peer other;
    struct loom_event events[WORLD_EVENTS];
    char texts[WORLD_EVENTS][96];
    unsigned event_count;
    unsigned event_next; /* where world_expect() goes on */
    unsigned executed;
    /* Exchanges that the client has given up; the network cancels them. */
    unsigned cancelled;
    void (*cancel)(void *self, struct loom_session *session, uint32_t exchange);
    /* The store: records in memory; `stored` are the accounts, `kept` is the client's state. */
    struct loom_store store;
    uint8_t stored[4096];
    size_t stored_length;
    uint8_t kept[4096];
    size_t kept_length;
    unsigned saves;
    enum loom_status store_failure; /* LOOM_OK: it works */
};

extern const uint16_t all_versions[3];

/** A world with a client of this release that has no account yet; start it with world_start(). */
struct world *world_create(uint16_t lwm2m);
/** Fails the test when memory leaked. */
void world_destroy(struct world *world);
/** Has a stored resource of the model's product served by functions from now on, which stay the
 *  caller's. One resource at a time: the product is another one in the memory of this function. */
void world_handle(struct world *world, uint16_t object, uint16_t resource,
                  const struct loom_handler *handler);

/** Puts a Bootstrap-Server Account into /0/<instance>, NoSec, `coap://bs:5683`. */
void world_add_bootstrap_account(struct world *world, uint16_t instance, uint32_t hold_off);
/** Puts an account of `server` (ssid 1) or `other` into the model, NoSec. */
void world_add_server_account(struct world *world, struct peer *peer, uint16_t instance,
                              uint16_t ssid, uint32_t lifetime);

/** A world whose device has a battery of 20 % (3/0/9), 63 kB of memory (3/0/10) and an account of
 *  `server`, ssid 1: for what is told of them. Start it with world_register(). */
struct world *world_with_battery(uint16_t lwm2m);
void world_set_battery(struct world *world, int64_t percent);

/** Starts the client; what a test has put into client.config before holds. */
void world_start(struct world *world);
/** Starts the client, which registers at a server. */
void world_register(struct world *world);
/** Cuts the power, for so many seconds, and starts the client again, with its first step; what
 * the model holds stays. */
void world_reboot(struct world *world, double seconds);
/** Lets `seconds` pass. */
void world_run(struct world *world, double seconds);
uint64_t world_now(const struct world *world);

/** Runs until the next event of this type, at most `seconds`; fails the test if none comes. */
const struct loom_event *world_expect(struct world *world, enum loom_event_type type,
                                      double seconds);
/** How many events of this type there were. */
unsigned world_count(const struct world *world, enum loom_event_type type);

/** Sends a request in the client's session and runs until it has ended (at most 100 s). Path such
 * as
 *  `/0/1`, `/bs`, `/`. @return the code, 0: no answer */
uint8_t peer_request(struct world *world, struct peer *peer, enum loom_method method,
                     const char *path, uint16_t format, const void *payload, size_t length);
/** The same with a request of the test's own making, without its path. */
uint8_t peer_send(struct world *world, struct peer *peer, struct loom_request *request,
                  const char *path);
uint8_t peer_get(struct world *world, struct peer *peer, const char *path, uint16_t accept);
/** Adds a query such as `pmin=1&pmax=2`, which outlives the request, or none. */
void peer_add_query(struct loom_request *request, const char *query);
/** Observes, with a query such as `pmin=1&pmax=2` or none. The exchange is then `peer->exchange`.
 */
uint8_t peer_observe(struct world *world, struct peer *peer, const char *path, const char *query);
/** Ends an observation by a request of its token. */
uint8_t peer_end(struct world *world, struct peer *peer, const char *path, uint32_t exchange);
/** Write-Attributes. */
uint8_t peer_attach(struct world *world, struct peer *peer, const char *path, const char *query);
/** A text/plain PUT. */
uint8_t peer_put(struct world *world, struct peer *peer, const char *path, const char *value);
uint8_t peer_post(struct world *world, struct peer *peer, const char *path, const char *arguments);
uint8_t peer_delete(struct world *world, struct peer *peer, const char *path);
/** Bootstrap-Write of a NoSec account of `server` to /0/<instance>; and of its Server instance. */
uint8_t peer_put_security(struct world *world, const char *path, const char *uri, uint16_t ssid);
uint8_t peer_put_server(struct world *world, const char *path, uint16_t ssid, int64_t lifetime);
/** Counts in `cancelled` from now on. One port can be watched at a time. */
void world_watch_cancels(struct world *world);
/** Takes the session that the client has opened, in which it has not asked yet. */
void peer_find(struct peer *peer);
/** Bootstrap-Finish. */
uint8_t peer_finish(struct world *world);
/** The payload of the last answer, as text that ends with NUL. */
const char *peer_text(struct peer *peer);
/** The last notification that the peer got. */
const struct got_notice *peer_last_notice(const struct peer *peer);
/** Lets time pass, in which so many notifications come. */
void peer_expect_notices(struct world *world, const struct peer *peer, double seconds,
                         unsigned count);
/** The last request that the peer got. */
const struct got_request *peer_last(const struct peer *peer);

/** Runs the whole bootstrap: one server account with this lifetime, then Finish. */
void world_bootstrap(struct world *world, int64_t lifetime);

#endif
