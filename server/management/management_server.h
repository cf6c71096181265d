/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The LwM2M server: client registration, device management and information reporting from the
 * server's side (rules B, C).
 *
 * It is a side of a `struct loom_port`: it does no input or output and knows no clock of its own.
 * The program runs the port and calls loom_management_server_step() after every turn of the port's
 * loop and when the deadline is reached. Requests to a client are queued and go out in a step, one
 * at a time for each client (NSTART 1), hence never before the answer to its Register (rule A-93).
 *
 * A client in queue mode (rules B.5) sleeps when nothing was heard of it for MAX_TRANSMIT_WAIT.
 * Requests to it are held meanwhile, without limit of time, and go out when it says Update or
 * Register.
 *
 * An observation lasts as long as the registration and the session in which it began (rule C-62).
 */
#ifndef LOOM_MANAGEMENT_SERVER_H
#define LOOM_MANAGEMENT_SERVER_H

#include "files/files.h"
#include "management/management_events.h"
#include "store/store.h"

#ifdef __cplusplus
extern "C" {
#endif

struct loom_management_server;

/** The functions to register with a port; the side is the server. */
extern const struct loom_side loom_management_server_side;

/**
 * Creates a server.
 * @param store, port outlive the server
 * @param seed        what no peer can guess: it keys the indexes, and makes locations differ from
 *                    run to run; those are names, not secrets
 * @param listener    hears every event; may call loom_management_server_send() and _cancel() only
 * @return NULL if there is no memory
 */
struct loom_management_server *
loom_management_server_create(const struct loom_fleet_store *store, const struct loom_port *port,
                              uint64_t seed, loom_dm_listener *listener, void *user);

/** LwM2M releases, to be combined. */
enum { LOOM_DM_LWM2M_1_0 = 0x01, LOOM_DM_LWM2M_1_1 = 0x02, LOOM_DM_LWM2M_1_2 = 0x04 };

/** Says which releases the server supports, all by default: a Register of another one is
 *  answered 4.12 (rule B-13). Registrations that stand are not touched. */
void loom_management_server_support(struct loom_management_server *server, unsigned releases);

/** Lets every peer of the port fetch files, by `GET /files/NAME`.
 *  @param files outlives the server; NULL, as at first: there are none */
void loom_management_server_serve(struct loom_management_server *server,
                                  const struct loom_files *files);

/** The port says that the peer has taken so many bytes of what a request carries. */
void loom_management_server_progress(struct loom_management_server *server, uint32_t exchange,
                                     size_t done);

/** Sends no new requests from now on: what is queued stays queued. Devices are still answered. */
void loom_management_server_drain(struct loom_management_server *server);

/** Looks at all clients: for a server that drains.
 *  @return whether a request was sent that is not answered yet */
bool loom_management_server_busy(const struct loom_management_server *server);

/** Forgets all registrations without an event and frees. Before the port goes. NULL is allowed. */
void loom_management_server_destroy(struct loom_management_server *server);

/** Sends what is queued and removes what has expired. Never call it from a listener or a port's
 *  call. */
void loom_management_server_step(struct loom_management_server *server);

/** @return when, in milliseconds of the port's clock, the next step is due without a port's event;
 *  UINT64_MAX: never */
uint64_t loom_management_server_deadline(const struct loom_management_server *server);

/**
 * Ends the registration of an endpoint that is not to be here any more, with its requests, its
 * observations and, if it has an identity, its session. One that is being stored ends when it is.
 * Never call it from a listener or a port's call.
 * @return LOOM_NOT_FOUND no such client
 */
enum loom_status loom_management_server_remove(struct loom_management_server *server,
                                               struct loom_text endpoint);

/**
 * Queues a request to a registered client; its end is reported as ANSWERED, exactly once.
 * @param ticket out: names the request in its events
 * An Observe that the client accepts begins an observation: what it notifies is reported as
 * NOTIFIED, and its end as ENDED, exactly once.
 * @return LOOM_NOT_FOUND no such client; LOOM_METHOD_NOT_ALLOWED the operation has no such path
 *         (rules C.1); LOOM_BAD_REQUEST too many arguments in the query; LOOM_UNAVAILABLE no memory
 */
enum loom_status loom_management_server_send(struct loom_management_server *server,
                                             struct loom_text endpoint,
                                             const struct loom_dm_request *request,
                                             uint32_t *ticket);

/**
 * Queues a request that ends an observation (rule C-61), which is over when the request goes out.
 * @param observation ticket of the Observe
 * @param ticket      out: names this request in its events
 * @return LOOM_NOT_FOUND that client has no such observation; LOOM_UNAVAILABLE no memory
 */
enum loom_status loom_management_server_cancel(struct loom_management_server *server,
                                               struct loom_text endpoint, uint32_t observation,
                                               uint32_t *ticket);

/** Ends an observation without a word: the next notification is answered with a Reset, and that
 *  tells the client (rule C-61).
 *  @return LOOM_NOT_FOUND that client has no such observation */
enum loom_status loom_management_server_forget(struct loom_management_server *server,
                                               struct loom_text endpoint, uint32_t observation);

/** Gives the observations of a client in the order they began. NULL starts; @return NULL: no more
 */
const struct loom_dm_order *
loom_management_server_next_observation(const struct loom_management_server *server,
                                        const struct loom_dm_client *registration,
                                        const struct loom_dm_order *observation);

/** @return the registration of an endpoint, or NULL. */
const struct loom_dm_client *
loom_management_server_find(const struct loom_management_server *server, struct loom_text endpoint);

/** @return whether a client in queue mode is taken to be asleep now. */
bool loom_management_server_asleep(const struct loom_management_server *server,
                                   const struct loom_dm_client *registration);

/** @return how many registrations there are; it costs nothing, unlike going through them */
size_t loom_management_server_count(const struct loom_management_server *server);

/** Gives the registrations in the order they came. NULL starts; @return NULL: no more */
const struct loom_dm_client *
loom_management_server_next(const struct loom_management_server *server,
                            const struct loom_dm_client *registration);

#ifdef __cplusplus
}
#endif

#endif
