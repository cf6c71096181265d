/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The bootstrap server: the Bootstrap interface from the server's side (rules A).
 *
 * It is a side of a `struct loom_port`: it does no input or output and knows no clock of its own.
 * The program runs the port and calls loom_bootstrap_server_step() after every turn of the port's
 * loop and when the deadline is reached.
 *
 * An endpoint asks with `POST /bs`. The answer is 2.04, and from the next step on the server sends
 *
 *   Discover /   Delete ...   Write ...   Finish
 *
 * one at a time, each after the answer to the one before. Whatever a client refuses ends the
 * session without a Finish, so that the client falls back to what it had (rules ): a
 * client is never left half provisioned. Two answers only have another chance in the same session:
 * a Write whose object version is refused goes out without it (rules ), and a Finish that
 * is answered 4.06 is followed once by what the account has for a repair (rule A-81).
 *
 * A client of LwM2M 1.2 may ask for all of it in one answer with `GET /bspack` (rules A.5). There
 * is no session then: the client applies the pack, or asks at `/bs`.
 *
 * LwM2M 1.0 knows a second form, in which the server begins by itself (rule A-6):
 * loom_bootstrap_server_push().
 */
#ifndef LOOM_BOOTSTRAP_SERVER_H
#define LOOM_BOOTSTRAP_SERVER_H

#include "bootstrap/bootstrap_events.h"
#include "store/store.h"

#ifdef __cplusplus
extern "C" {
#endif

struct loom_bootstrap_server;

/** The functions to register with a port; the side is the server. */
extern const struct loom_side loom_bootstrap_server_side;

/**
 * Creates a server.
 * @param store, port outlive the server
 * @param listener    hears every event; must not call into the server
 * @return NULL if there is no memory
 */
struct loom_bootstrap_server *loom_bootstrap_server_create(const struct loom_fleet_store *store,
                                                           const struct loom_port *port,
                                                           loom_bs_listener *listener, void *user);

/** Says whether the server gives packs, as it does by default. Without them it answers
 *  5.01 (rule A-100). */
void loom_bootstrap_server_give_packs(struct loom_bootstrap_server *server, bool packs);

/** Takes no new sessions from now on: requests are answered 5.03. Those that run go on. */
void loom_bootstrap_server_drain(struct loom_bootstrap_server *server);

/** @return whether a session is running */
bool loom_bootstrap_server_busy(const struct loom_bootstrap_server *server);

/** Ends all sessions, each with an event, and frees. Before the port goes. NULL is allowed. */
void loom_bootstrap_server_destroy(struct loom_bootstrap_server *server);

/** Sends what is due and gives up what is overdue. Never call it from a listener or a port's call.
 */
void loom_bootstrap_server_step(struct loom_bootstrap_server *server);

/**
 * Begins a session without a Bootstrap-Request, over the session of the port in which the endpoint
 * was last heard here; as loom_bootstrap_server_step(), never from a listener or a port's call.
 * @return LOOM_NOT_FOUND no account has this name; LOOM_CONFLICT a session of it is running;
 *         LOOM_UNAVAILABLE it was not heard, or its session with the port is gone: a client is
 *         always the one who connects; or the server takes no new sessions
 */
enum loom_status loom_bootstrap_server_push(struct loom_bootstrap_server *server,
                                            struct loom_text endpoint);

/**
 * Tells what has become of the adoption of a device, which the server has begun (`adopt` of
 * store.h): its bootstrap begins, and the answer that was held is sent, or it is dropped, and the
 * device asks again. In the order of the numbers; never from a listener or a port's call.
 */
void loom_bootstrap_server_adopted(struct loom_bootstrap_server *server, uint64_t number,
                                   bool good);

/** @return when, in milliseconds of the port's clock, the next step is due without a port's event;
 *  UINT64_MAX: never */
uint64_t loom_bootstrap_server_deadline(const struct loom_bootstrap_server *server);

/** A running session, for people to look at. */
struct loom_bs_session_info {
    uint32_t session;
    struct loom_text endpoint;
    struct loom_text address;
    enum loom_bs_operation operation; /**< the last one sent */
    struct loom_path path;
    size_t done;        /**< commands answered */
    uint64_t requested; /**< milliseconds of the port's clock */
};

typedef void loom_bs_visitor(void *user, const struct loom_bs_session_info *info);

/** Shows the running sessions, the oldest first. `visit` must not call into the server. */
void loom_bootstrap_server_each_session(const struct loom_bootstrap_server *server,
                                        loom_bs_visitor *visit, void *user);

#ifdef __cplusplus
}
#endif

#endif
