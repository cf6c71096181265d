/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A simulated network for the sides of struct loom_port, down to CoAP's message layer: message ids,
 * acknowledgements, retransmission, duplicate detection; and below it datagrams that may be lost,
 * doubled, delayed and overtaken, hosts that are down and ways that are cut.
 *
 * Everything stands in one struct of fixed size without pointers to the heap. Time moves only when
 * the world says so.
 */
#ifndef SIM_NET_H
#define SIM_NET_H

#include "loom/port.h"
#include "random.h"

#define NET_HOSTS     5u
#define NET_SESSIONS  96u
#define NET_EXCHANGES 48u
#define NET_PACKETS   256u
#define NET_BLOBS     512u
#define NET_TIMERS    1024u
#define NET_ANSWERED  8u    /* answers that a session keeps for repeated requests */
#define NET_DATAGRAM  1800u /* bytes of a message; a longer request goes in blocks */
#define NET_OBSERVED  64u   /* ends of observations */
#define NET_PASSIVE   12u   /* sessions begun by peers that a host keeps */

/** Of CoAP, in milliseconds. */
#define NET_ACK_TIMEOUT       2000u
#define NET_MAX_RETRANSMIT    4u
#define NET_EXCHANGE_LIFETIME 247000u
#define NET_SEPARATE_PATIENCE 120000u /* for the answer after an empty acknowledgement */

struct net;

/** The alert that a server's security layer answers a handshake with; -1: it agrees. */
typedef int net_handshake(void *user, struct loom_bytes identity, struct loom_bytes key);

/** What may happen to every datagram. Percent, milliseconds. */
struct net_weather {
    uint8_t loss;
    uint8_t doubled;
    uint32_t delay; /* at most, beside the usual latency */
};

struct net_host {
    struct net *net;
    const char *authority; /* host:port as in a URI; NULL: nobody can name it */
    const struct loom_side *side;
    void *side_self;
    net_handshake *handshake;
    void *handshake_user;
    bool up;
    uint32_t place;     /* part of the address; another place is another address */
    uint32_t last_port; /* of a session begun here */
    uint16_t last_mid;
    uint32_t late;          /* milliseconds before each answer goes out on its own */
    uint8_t repeats;        /* how many times more each answer goes out */
    bool pieces;            /* asked for a piece, it has no room for more of the answer */
    uint64_t wakes;         /* until then the processor stands still; what arrives waits */
    int64_t clock_offset;   /* of this host's own clock, milliseconds */
    unsigned open_sessions; /* begun here and not closed */
    unsigned most_sessions;
};

struct net_blob {
    uint16_t references;
    uint16_t used;
    struct loom_request request;
    struct loom_response response;
    unsigned char bytes[NET_DATAGRAM];
};

enum net_kind {
    NET_HELLO,     /* begins a secure session */
    NET_WELCOME,   /* agrees */
    NET_ALERT,     /* refuses; the number stands in `mid` */
    NET_GOODBYE,   /* ends a secure session */
    NET_REQUEST,   /* confirmable */
    NET_ANSWER,    /* acknowledges and answers */
    NET_EMPTY_ACK, /* the answer comes later, on its own */
    NET_SEPARATE,  /* it */
    NET_RESET,
    NET_NOTIFICATION,
    NET_NOTED /* acknowledges one */
};

struct net_packet {
    bool used;
    uint8_t kind;
    uint8_t from;
    uint8_t to;
    uint32_t from_place;
    uint32_t from_port; /* 0: the host's known port */
    uint32_t to_place;
    uint32_t to_port;
    uint32_t association; /* of a secure session; 0: none */
    uint16_t mid;
    uint32_t token;
    uint32_t sequence; /* of a notification: Observe */
    bool confirmable;  /* same */
    bool aside;        /* its chances come from the stream of the reports */
    int blob;          /* -1: none */
};

/* A body that comes in blocks, of which a side has had some. */
struct net_body {
    uint32_t of; /* a digest of what it is for; 0: none is under way */
    uint32_t taken;
    uint32_t before; /* a digest of the last block */
    uint64_t until;
};

struct net_answered {
    uint64_t until; /* 0: unused */
    uint16_t mid;
    uint32_t token;
    int blob; /* -1: it was ignored, and is again */
};

struct loom_session {
    bool used;
    bool passive; /* begun by the peer */
    bool secure;
    bool established;
    uint8_t host;
    uint8_t peer;
    uint32_t generation;
    uint32_t place; /* of the peer of a passive session; own otherwise */
    uint32_t port;  /* same */
    uint32_t association;
    uint64_t last_used;
    void *owner;
    bool losing; /* `lost` is about to be told */
    int alert;
    unsigned char identity[64];
    size_t identity_length;
    char address[24]; /* of the peer, for people */
    unsigned char key[64];
    size_t key_length;
    uint8_t next_answered;
    struct net_answered answered[NET_ANSWERED];
    struct net_body body;
};

struct net_exchange {
    bool used;
    bool acknowledged;
    int session;
    uint32_t session_generation;
    uint32_t generation;
    uint32_t number;
    uint32_t token;
    uint16_t mid;
    uint8_t tries;
    bool notifies; /* a confirmable notification; `number` is the name of its observation */
    bool waits;    /* for the one before it (NSTART 1) */
    bool aside;
    uint32_t sequence; /* same */
    uint64_t timeout;
    int blob;
    struct {
        const uint8_t *data; /* NULL: it goes in one message */
        uint32_t length;
    } body;
    uint32_t sent;  /* of it, and acknowledged */
    uint8_t rounds; /* how often the block has been given up */
};

/* An observation, as one of its ends knows it. */
struct net_observed {
    bool used;
    int session;
    uint32_t token;
    uint32_t number;   /* the exchange of the end that observes; 0: the other one */
    uint16_t name;     /* that the end which is observed has given it */
    uint32_t sequence; /* of the last notification */
};

struct net_timer {
    uint64_t at;
    uint32_t order;
    uint8_t kind;
    uint8_t host;
    int index;
    uint32_t generation;
};

struct net_counts {
    uint64_t datagrams;
    uint64_t lost;
    uint64_t doubled;
    uint64_t retransmissions;
    uint64_t repeats_answered;
    uint64_t requests;
    uint64_t blocks; /* of requests, as they reached a side */
};

struct net {
    uint64_t now;
    int64_t unix_offset; /* seconds between the clock and Unix time */
    bool knows_time;
    struct sim_random random;
    struct sim_random reports; /* chances of what belongs to observations: the rest is as without */
    bool aside;                /* chances come from `reports` */
    struct net_weather weather;
    bool cut[NET_HOSTS][NET_HOSTS]; /* from, to */
    struct net_host hosts[NET_HOSTS];
    struct loom_session sessions[NET_SESSIONS];
    struct net_exchange exchanges[NET_EXCHANGES];
    struct net_observed observed[NET_OBSERVED];
    struct net_packet packets[NET_PACKETS];
    struct net_blob blobs[NET_BLOBS];
    struct net_timer timers[NET_TIMERS]; /* a heap by time, then order */
    unsigned timer_count;
    uint32_t order;
    uint32_t generation;
    uint32_t last_token;
    uint32_t last_association;
    int next_session;
    uint16_t free_packets[NET_PACKETS];
    unsigned free_packet_count;
    uint16_t free_blobs[NET_BLOBS];
    unsigned free_blob_count;
    struct net_counts counts;
    /** A fault of a side's manners, such as using a closed session; NULL: none. */
    const char *complaint;
    /** Hears what is delivered, for a trace; may be NULL. */
    void (*listener)(void *user, const struct net_packet *packet, bool arrives);
    void *listener_user;
};

void net_init(struct net *net, uint64_t seed);

/** Fills `port` with the functions of a host. A payload of a request that goes in blocks is not
 *  copied: it lasts until the request has ended. */
void net_add(struct net *net, unsigned host, const char *authority, const struct loom_side *side,
             void *side_self, struct loom_port *port);

/** Ends all sessions of a host without a word: its power was cut, or its program ended. */
void net_forget(struct net *net, unsigned host);

/** A host ends all secure sessions that a peer has begun with it, and says so. */
void net_hang_up(struct net *net, unsigned host, unsigned peer);

/** Another address: what is sent to the old one gets lost. */
void net_move(struct net *net, unsigned host);

/** @return when the next thing is due; UINT64_MAX: nothing is */
uint64_t net_due(const struct net *net);

/** Does the next thing that is due at or before `now`. @return false: there is none */
bool net_run(struct net *net);

/** A request from `host` out of the blue to the known port of another. */
enum loom_status net_intrude(struct net *net, unsigned host, unsigned target,
                             const struct loom_request *request);

/** The last session that a peer of `host` began here; NULL: none */
struct loom_session *net_session_from(struct net *net, unsigned host, unsigned peer);

#endif
