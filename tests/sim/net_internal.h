/* SPDX-License-Identifier: Apache-2.0 */
/** What the files of the simulated network share. */
#ifndef SIM_NET_INTERNAL_H
#define SIM_NET_INTERNAL_H

#include "net.h"

#define NOTHING (-1)

enum timer_kind { TIMER_DATAGRAM, TIMER_RETRANSMIT };

/* ---- net_wire.c: timers, bytes of messages, datagrams ---- */

void net_dry(const char *what);
int net_new_blob(struct net *net);
int net_hold_blob(struct net *net, int index);
void net_drop_blob(struct net *net, int index);
void net_push_timer(struct net *net, uint64_t at, enum timer_kind kind, int index,
                    uint32_t generation);
struct net_timer net_pop_timer(struct net *net);
bool net_keep_bytes(struct net_blob *blob, struct loom_bytes *bytes);
bool net_keep_request(struct net_blob *blob, const struct loom_request *request);
bool net_keep_response(struct net_blob *blob, const struct loom_response *response);
void net_send_datagram(struct net *net, const struct net_packet *packet, uint32_t hold);
struct sim_random *net_chances(struct net *net, bool aside);
struct net_packet net_packet_of(const struct net *net, const struct loom_session *session,
                                enum net_kind kind);

/* ---- net_port.c: sessions, requests, the port of a host ---- */

int net_index_of(const struct net *net, const struct loom_session *session);
void net_drop_exchange(struct net *net, struct net_exchange *exchange);
void net_free_session(struct net *net, struct loom_session *session);
void net_fail_exchange(struct net *net, struct net_exchange *exchange, enum loom_failure failure);
void net_lose_session(struct net *net, struct loom_session *session, enum loom_failure failure,
                      int alert);
struct loom_session *net_find_active(struct net *net, const struct net_packet *packet);
struct loom_session *net_find_passive(struct net *net, const struct net_packet *packet);
struct loom_session *net_begin_passive(struct net *net, const struct net_packet *packet);
void net_transmit(struct net *net, struct net_exchange *exchange);
void net_set_retransmission(struct net *net, struct net_exchange *exchange, uint64_t delay);
void net_on_retransmission(struct net *net, struct net_exchange *exchange);
bool net_has_exchange(const struct net *net, const struct loom_session *session);
struct net_exchange *net_find_exchange(struct net *net, const struct loom_session *session,
                                       const struct net_packet *packet);
struct net_exchange *net_new_exchange(struct net *net, const struct loom_session *session);

/* ---- net_bodies.c: requests in blocks ---- */

/** Puts the first block of a long request into a message. @return false: it does not fit */
bool net_begin_body(struct net *net, struct net_exchange *exchange,
                    const struct loom_request *request);
/** Sends the next one if the answer asks for it. @return false: that is the answer to all */
bool net_continue_body(struct net *net, struct net_exchange *exchange,
                       const struct loom_response *response);
/** Sends a block that was given up once more, if the ones before have arrived.
 *  @return false: that is the end */
bool net_insist(struct net *net, struct net_exchange *exchange);
/** Looks where a block belongs.
 *  @param answer the answer to it, if it is not for the side; else 0
 *  @return false: it does not count as a block of a body */
bool net_gather(struct net *net, struct loom_session *session, const struct loom_request *request,
                uint8_t *answer);
void net_settle_body(struct loom_session *session, const struct loom_request *request,
                     uint8_t code);

/* ---- net_observe.c ---- */

struct net_observed *net_find_observed(struct net *net, const struct loom_session *session,
                                       uint32_t token);
void net_add_observed(struct net *net, const struct loom_session *session, uint32_t token,
                      uint32_t number, uint16_t name);
void net_end_observed(struct net *net, struct net_observed *observed);
void net_end_all_observed(struct net *net, const struct loom_session *session);
void net_stop_observing(struct net *net, const struct loom_session *session, uint32_t number);
uint32_t net_token_of(struct net *net, const struct loom_session *session, uint32_t number);
void net_report_observed(struct net *net, struct loom_session *session, enum loom_failure failure);
void net_note_observation(struct net *net, const struct loom_session *session,
                          const struct net_packet *packet, const struct loom_reply *reply);
void net_on_notification(struct net *net, struct loom_session *session,
                         const struct net_packet *packet);
void net_on_noted(struct net *net, struct loom_session *session, const struct net_packet *packet);
bool net_on_reset(struct net *net, struct loom_session *session, const struct net_packet *packet);
enum loom_status net_notify(void *self, struct loom_session *session, uint16_t observation,
                            const struct loom_notification *notification);
void net_forget_observation(void *self, struct loom_session *session, uint16_t observation);

#endif
