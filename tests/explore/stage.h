/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The smallest world that a client can live in, for exploring all that can happen to it: a port and
 * a store that do what the next event says, a clock that moves when an event moves it.
 *
 * All that changes is in `stage`, bytes without a life of their own: a copy of it is a state to
 * come back to.
 */
#ifndef EXPLORE_STAGE_H
#define EXPLORE_STAGE_H

#include "client/rooms.h"
#include "codec/text.h"
#include "context/context.h"

#define SERVERS_MAX     2u
#define LINKS           (1u + SERVERS_MAX) /* the bootstrap server, then the servers */
#define SSID(server)    ((uint16_t)(101 + (server)))
#define ACCOUNTS_ROOM   1024u
#define KEPT_ROOM       256u
#define ATTRIBUTES_ROOM 64u
#define DATA_ROOM       16384u
#define TRANSMIT_WAIT   93000u /* after which the port says that no answer came */
#define SLOTS           2u     /* what server 101 observes: /3/0/9, /3/0 */
#define OBSERVER        1u     /* its link */
#define MOMENT          1000u  /* less than PMIN */

/** A product, its accounts and what it does at the start. */
struct setup {
    const char *name;
    uint8_t depth; /**< as far as it is explored if nobody says otherwise */
    uint16_t lwm2m;
    uint8_t servers;
    bool queue_mode;
    bool pack;
    bool ordered;      /**< 1/x/13 .. 15: in order, with a delay; a failure of the first blocks */
    bool no_bootstrap; /**< 1/x/16 is false */
    bool observed;     /**< server 101 observes, and what does not bear on that is left out */
    bool confirmable;  /**< its notifications are; by 1/x/26 */
    bool rights;       /**< the second server, which only answers, may take its right to read */
    uint16_t lifetime; /**< 0: LIFETIME */
    uint16_t pmax;     /**< of what is observed; seconds */
    uint32_t hold_off; /**< 0/x/11 */
    uint32_t expires;  /**< 0/x/12 of the Bootstrap-Server Account, 0: absent */
};

/* Small values: what waits long does not say more. Seconds. */
#define LIFETIME       60u
#define DISABLE_TIME   30u
#define RETRY_COUNT    2u
#define RETRY_TIMER    2u
#define SEQUENCE_DELAY 5u
#define SEQUENCE_COUNT 2u
#define INITIAL_DELAY  3u
#define PMIN           2u

enum asked_kind {
    ASKED_NOTHING,
    ASKED_BOOTSTRAP,
    ASKED_PACK,
    ASKED_REGISTER,
    ASKED_UPDATE,
    ASKED_DEREGISTER
};

/** A request of the client that waits for its end. */
struct asked {
    uint64_t sent;
    uint32_t exchange;
    uint8_t kind;
};

/** The session of an owner: there is never more than one. */
struct link {
    struct asked now;
    struct asked before; /**< an older one, which the client no longer waits for */
    bool open;
    bool untold;  /**< the port has lost a request and will never tell its end */
    uint8_t turn; /**< sessions take turns in memory, so that a stale one is found out */
};

/** An observation, as the port knows it. */
struct token {
    uint64_t sent; /**< a confirmable notification that is under way, 0: none */
    uint16_t name; /**< 0: there is none */
    bool told;     /**< a notification has gone out, to which a Reset may come */
};

struct accounts_record {
    size_t length;
    uint8_t bytes[ACCOUNTS_ROOM];
};

struct kept_record {
    /* What the client holds for stored, by which it knows whether to store anew: the end of each
     * wait, 0: none. And how long that was then, LOOM_NEVER: it waits for nothing. Milliseconds. */
    uint64_t until[SERVERS_MAX];
    uint64_t left[SERVERS_MAX];
    size_t length;
    uint8_t bytes[KEPT_ROOM];
};

enum truth { NO, MAYBE, YES };

/** What the staged accounts must be, by what the bootstrap server was answered. */
enum staged { STAGED_NONE, STAGED_AS_BEFORE, STAGED_RIGHT, STAGED_WRONG };

/** An observation, as its server knows it. */
struct observed {
    uint64_t notified_at;
    int64_t notified; /**< the value then */
    bool stands;
    bool may;    /**< something calls for a notification, or did */
    bool must;   /**< the last one was not acknowledged */
    bool unread; /**< the right to read was away; it may have ended */
};

/** What the watch has seen. */
struct watch {
    struct observed observed[SLOTS];
    uint64_t hindered_until; /**< a notification could not be sent, which is tried again */
    bool asleep;             /**< server 101 hears nothing before an Update */
    uint64_t disabled_until[SERVERS_MAX];
    uint64_t alive_until[SERVERS_MAX]; /**< the end of the lifetime; 0: an Update is on its way */
    uint64_t held_until;               /**< the hold-off */
    uint64_t purge_at;                 /**< 0/x/12, as soon as the account is not in use */
    bool registered[SERVERS_MAX];
    uint8_t bootstrapping; /**< enum truth: does the bootstrap server rule? */
    bool commanded;        /**< it has begun to */
    uint8_t staged;
    bool expired;      /**< the Bootstrap-Server Account was purged */
    bool alert_unkept; /**< 1/x/11 could not be stored */
    /* Of the present event alone. */
    bool committed;
    bool purged;
    bool alerted;
    bool restarted;
};

struct stage {
    struct loom_client client;
    struct loom_model model; /**< of the client; it knows who listens to it */
    struct loom_registration registrations[SERVERS_MAX];
    uint8_t locations[SERVERS_MAX * LOOM_LOCATION_SIZE];
    struct loom_observation observations[SLOTS];
    uint8_t attributes[ATTRIBUTES_ROOM];
    struct token tokens[SLOTS];
    struct link links[LINKS];
    struct accounts_record accounts;
    struct kept_record kept;
    struct watch watch;
    uint64_t now;
    uint64_t deadline; /**< as the last step said */
    bool store_fails;  /**< the next save */
    bool open_fails;   /**< the next session */
    bool send_fails;   /**< the next request */
    bool stopping;
    uint64_t data[DATA_ROOM / 8];    /**< the product's, */
    uint64_t staging[DATA_ROOM / 8]; /**< product->data_size of each count */
};

extern struct stage stage;
extern const struct setup *stage_setup;
extern bool stage_trace; /**< prints what the client tells */

/** Makes ready for a setup: the payloads that its servers write. */
void stage_prepare(const struct setup *setup);
/** The device with what it has from the factory, switched on for the first time. */
void stage_begin(bool with_accounts);
/** The object of the right accounts as a TLV payload. */
struct loom_bytes stage_right(uint16_t object);
/** An object of the product as TLV. */
size_t stage_canonical(const struct stage *of, uint16_t object, uint8_t *room, size_t size);

/** An instance of the right accounts as TLV; of object 1 with this Short Server ID. */
size_t stage_payload(uint16_t object, uint16_t instance, uint16_t ssid, uint8_t *room, size_t size);
/** The right accounts as a Bootstrap-Pack. */
size_t stage_pack(uint8_t *room, size_t size);
/** Lets the client step until nothing is due any more. */
void stage_step(void);
/** The session of an owner is gone, and all that the port knows of it. */
void stage_close(unsigned index);
/** Cuts the power, and starts the device again. */
void stage_cut(void);

/* ---- events ----------------------------------------------------------------------------------
 */

enum event_kind {
    EVENT_TIME,
    EVENT_OK, /**< the request that waits is answered so */
    EVENT_REFUSED,
    EVENT_OLDER,
    EVENT_FORMAT,
    EVENT_BROKEN,
    EVENT_UNTOLD,
    EVENT_LATE, /**< the one before it is answered */
    EVENT_LOST,
    EVENT_ALERT,
    EVENT_WRITE, /**< the bootstrap server commands */
    EVENT_WRITE_WRONG,
    EVENT_DELETE,
    EVENT_FINISH,
    EVENT_READ, /**< a server asks */
    EVENT_EXECUTE_BOOTSTRAP,
    EVENT_EXECUTE_UPDATE,
    EVENT_EXECUTE_DISABLE,
    EVENT_OBSERVE,
    EVENT_CANCEL,
    EVENT_ACKNOWLEDGED, /**< the confirmable notification that is under way */
    EVENT_UNHEARD,
    EVENT_RESET,
    EVENT_RIGHT, /**< its right to read is taken, or given back */
    EVENT_MOMENT,
    EVENT_CHANGE,    /**< of the value that is observed */
    EVENT_BOOTSTRAP, /**< the product wants something */
    EVENT_UPDATE,
    EVENT_ADDRESS,
    EVENT_STOP,
    EVENT_CUT,
    EVENT_STORE_FAILS,
    EVENT_OPEN_FAILS,
    EVENT_SEND_FAILS,
    EVENT_KINDS
};

struct event {
    uint8_t kind;
    uint8_t link;
    uint8_t slot; /**< of an observation */
};

#define EVENTS_MAX 64u

/** @return how many events can come now */
unsigned stage_events(struct event events[EVENTS_MAX]);
/** Lets an event happen, and the client step, and watches. `before`: a copy of the stage. */
void stage_apply(struct event event, const struct stage *before);
/** An event as a sentence, and as a word without blanks. */
void stage_tell(struct event event, char *text, size_t size);
void stage_word(struct event event, char *text, size_t size);
/** A number of the state, the same for all that behave the same from now on. */
uint64_t stage_hash(void);
/** @return a hash that another word is stirred into */
uint64_t stage_stir(uint64_t hash, uint64_t word);
/** Bytes at the beginning of the stage that are in use; with data and staging behind them. */
void stage_copy(struct stage *to, const struct stage *from);

/* ---- what is observed ------------------------------------------------------------------------ */

/** The port's part: notifications, and what the end of a session does to them. */
enum loom_status observed_notify(void *self, struct loom_session *session, uint16_t name,
                                 const struct loom_notification *notification);
void observed_forget(void *self, struct loom_session *session, uint16_t name);
void observed_drop(void);
/** The end of the confirmable notification that is under way, LOOM_NEVER: none is. */
uint64_t observed_end(void);
/** Reports it, with success or as not acknowledged. */
void observed_tell(unsigned slot, enum loom_failure failure);
/** Lets an event from EVENT_OBSERVE to EVENT_CHANGE happen. */
void observed_happen(struct event event);
/** Adds those that can come now. */
unsigned observed_events(struct event *events);
/** A registration at server 101 has ended or begun: so have the observations (rule C-62). */
void observed_over(void);
/** After every event. */
void observed_watch(void);
/** Times count from now. */
void observed_level(struct stage *level);
/** Whether server 101 has the right to read /3/0. */
bool observed_right(void);

/** A request of a server. @return the code of the answer, 0: none */
uint8_t stage_ask(unsigned link, const struct loom_request *request, struct loom_reply *reply);
/** The path of a request. */
void stage_put_path(struct loom_request *request, struct loom_path path, char digits[3][6]);
/** Of registrations, seconds. */
uint32_t stage_lifetime(void);

/* ---- the watch ------------------------------------------------------------------------------- */

enum invariant {
    INVARIANT_TRANSACTION,
    INVARIANT_ACCOUNT,
    INVARIANT_FINISH,
    INVARIANT_STRAY,
    INVARIANT_REGISTERED,
    INVARIANT_BOOTSTRAPPING,
    INVARIANT_DISABLED,
    INVARIANT_HOLD_OFF,
    INVARIANT_LIFETIME,
    INVARIANT_STORE,
    INVARIANT_SECRET,
    INVARIANT_SESSIONS,
    INVARIANT_EXCHANGES,
    INVARIANT_DEADLINE,
    INVARIANT_STUCK,
    INVARIANT_BACK,
    INVARIANT_OBSERVED,
    INVARIANT_RIGHT,
    INVARIANT_PMIN,
    INVARIANT_DUE,
    INVARIANT_CONFIRMABLE,
    INVARIANT_NEWEST,
    INVARIANT_SAME,
    INVARIANT_COUNT
};

/** What is wrong; empty: nothing. The first thing counts. */
extern char violation[256];
void violate(enum invariant invariant, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

void watch_begin(void);
void watch_event(void *user, const struct loom_event *event);
/** A server was answered, and with what. */
void watch_answer(unsigned link, uint8_t code);
/** A request that the client no longer waits for was answered. */
void watch_late(const struct stage *before);
/** The bootstrap server has sent a command that makes the staged accounts this. */
void watch_command(enum staged staged, uint8_t code);
/** A Finish was answered. @param bootstrapping, store_failed as it was before */
void watch_finish(enum truth bootstrapping, bool store_failed, uint8_t code);
void watch_after(const struct stage *before);

#endif
