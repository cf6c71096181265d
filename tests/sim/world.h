/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A device, a bootstrap server, two LwM2M servers and a stranger on a simulated network. The client
 * and the servers are the real ones; chance comes from one seed.
 */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include "bootstrap/bootstrap_server.h"
#include "fault.h"
#include "loom/client.h"
#include "loom/smartcard.h"
#include "management/management_server.h"
#include "medium.h"
#include "net.h"
#include "store/accounts_file.h"

enum sim_host { HOST_DEVICE, HOST_BS, HOST_A, HOST_B, HOST_STRANGER };

#define SIM_SERVERS       2u
#define SIM_REGISTRATIONS 3u
#define SIM_OBSERVATIONS  8u
#define SIM_ATTRIBUTES    512u
#define SIM_OUTBOX        4000u
#define SIM_BUFFER        3000u
#define SIM_MODEL         24576u
#define SIM_TEXT          4096u
#define SIM_SSID(server)  ((uint16_t)(101 + (server)))
#define SIM_NEVER         UINT64_MAX

/** Resources of a Server instance that a story gives values. */
enum sim_setting {
    SETTING_LIFETIME,        /* 1/x/1 */
    SETTING_DISABLE_TIMEOUT, /* 1/x/5 */
    SETTING_PRIORITY,        /* 1/x/13 */
    SETTING_INITIAL_DELAY,   /* 1/x/14 */
    SETTING_FAILURE_BLOCK,   /* 1/x/15 */
    SETTING_BOOTSTRAP,       /* 1/x/16 */
    SETTING_RETRY_COUNT,     /* 1/x/17 */
    SETTING_RETRY_TIMER,     /* 1/x/18 */
    SETTING_SEQUENCE_DELAY,  /* 1/x/19 */
    SETTING_SEQUENCE_COUNT,  /* 1/x/20 */
    SETTING_COUNT
};

extern const uint16_t sim_setting_resource[SETTING_COUNT];

/** What the reader of a smartcard does (rules E-1, E.4); in no story a card is of use. */
enum sim_card { CARD_NONE, CARD_ABSENT, CARD_SILENT, CARD_UNREADABLE, CARD_DAMAGED, CARD_COUNT };

struct sim_account {
    bool secure;
    bool present[SETTING_COUNT];
    uint32_t value[SETTING_COUNT];
};

/** What a story begins with; drawn from its seed. */
struct sim_setup {
    uint64_t seed;
    uint16_t lwm2m;
    bool has_bootstrap_account;
    bool bootstrap_secure;
    uint32_t hold_off;
    uint32_t account_timeout; /* 0: none */
    bool deletes_all;         /* the bootstrap server deletes `/` first */
    unsigned factory_servers; /* accounts that the product has from the start */
    unsigned servers;         /* that the bootstrap server hands out */
    struct sim_account account[SIM_SERVERS];
    enum sim_card card;
    bool queue_mode;
    bool pack;
    bool tells_address_change;
    bool observes;   /* the servers do, and the product has values that change */
    bool stores;     /* the servers observe in SenML, and the device is away now and then */
    bool sends;      /* the product does */
    uint16_t outbox; /* bytes */
    uint64_t clock;  /* milliseconds at the start */
    bool knows_time; /* Unix time */
    uint64_t healed; /* milliseconds after the start: no fault later */
};

struct sim_server {
    struct loom_bootstrap_server *bootstrap;
    struct loom_management_server *management;
    struct loom_fleet_accounts *accounts;
    struct loom_fleet_store store; /* the accounts */
    struct loom_port port;         /* of the network */
    struct loom_port given;        /* as the server sees it */
    unsigned host;
    unsigned variant; /* of the accounts that it has */
    uint32_t starts;
    uint64_t leaves_at; /* when it closes its secure sessions; SIM_NEVER: it does not */
    uint32_t next_own;  /* exchange numbers of requests that the server knows nothing of */
};

struct sim_counts {
    uint64_t milliseconds;
    uint64_t stories;
    uint64_t bootstraps;
    uint64_t registrations;
    uint64_t updates;
    uint64_t boots;
    uint64_t operations; /* management operations done */
    uint64_t observations;
    uint64_t notifications;
    uint64_t stored; /* values that came later, with their times */
    uint64_t sends;
    uint64_t delivered;
    uint64_t pieces; /* of answers */
    uint64_t whole;  /* answers of which all pieces have come */
    uint64_t never;  /* stories in which the resources themselves say: never again */
    uint64_t back;   /* stories that ended with a registered device */
    uint64_t checks;
    uint64_t faults[FAULT_KIND_COUNT];
    struct net_counts net;
};

/** What the servers observe, and when the next thing happens to that; see reports.c. */
struct sim_reports {
    struct sim_random random;
    uint64_t next; /* SIM_NEVER: nothing more */
    unsigned bouts;
    unsigned left;                                    /* of the bout under way */
    uint32_t exchange[SIM_SERVERS][SIM_OBSERVATIONS]; /* 0: none */
    uint8_t what[SIM_SERVERS][SIM_OBSERVATIONS];
    /* Chances of what is stored and sent: stories without are what they are. */
    struct sim_random aside;
    bool timed[SIM_SERVERS][SIM_OBSERVATIONS];     /* in a format with times */
    uint64_t since[SIM_SERVERS][SIM_OBSERVATIONS]; /* the registration that it was asked in */
    int64_t last_sent;                             /* a number that the product has sent once */
    struct sim_reading {
        uint32_t exchange; /* of the piece that is asked for; 0: none is */
        struct loom_path path;
        uint16_t format;
        uint16_t room;
        uint32_t offset;
        uint32_t etag;
    } reading[SIM_SERVERS]; /* what is read a piece at a time */
};

struct sim_watch;

struct sim_world {
    struct sim_setup setup;
    struct fault faults[FAULTS_MAX];
    unsigned fault_count;
    bool fault_on[FAULTS_MAX];
    bool fault_done[FAULTS_MAX];
    struct nature nature[NET_HOSTS];
    struct net net;
    struct sim_random random;
    struct sim_server server[NET_HOSTS];

    /* the device */
    struct loom_port port;
    enum loom_status (*notify)(void *self, struct loom_session *session, uint16_t observation,
                               const struct loom_notification *notification);
    enum loom_status (*request)(void *self, struct loom_session *session,
                                const struct loom_request *request, uint32_t exchange);
    struct loom_client client;
    struct loom_registration registrations[SIM_REGISTRATIONS];
    uint8_t locations[SIM_REGISTRATIONS * LOOM_LOCATION_SIZE];
    struct loom_model model;
    struct loom_model_hooks hooks;
    uint64_t data[SIM_MODEL / 8];
    uint64_t staging[SIM_MODEL / 8];
    uint8_t buffer[SIM_BUFFER];
    struct loom_observation observations[SIM_OBSERVATIONS];
    uint8_t attributes[SIM_ATTRIBUTES];
    uint8_t outbox[SIM_OUTBOX];
    bool outbox_lost; /* with the power */
    struct sim_reports reports;
    struct sim_medium medium;
    struct loom_medium medium_port;
    struct loom_store record_store;
    struct loom_store store;
    bool on;           /* it has power */
    uint64_t boots_at; /* while it has no power; SIM_NEVER: it stays so */
    struct loom_smartcard card;
    uint64_t card_answers; /* SIM_NEVER: it is not asked, or will not */
    uint64_t deadline;     /* as the last step said */
    uint64_t down;         /* how long the power stays away when the store has run into its cut */
    bool stopping;
    bool restarting;      /* stopped by the product, which starts it again */
    uint64_t rounds;      /* of the whole story */
    uint64_t still;       /* rounds at the present millisecond */
    bool bootstrap_gone;  /* its server never comes back */
    uint64_t rounds_most; /* after which it is healed early, or no longer waited for */

    struct sim_watch *watch;
    struct sim_counts *counts;
    bool trace;
    bool failed;
    char failure[256];
    const char *rule;
};

/** Draws a setup; the same for the same seed. */
void sim_setup_draw(struct sim_setup *setup, uint64_t seed);

/** Runs one story to its end. @return false: an invariant did not hold, see `rule`, `failure` */
bool sim_run(struct sim_world *world, const struct sim_setup *setup, const struct fault *faults,
             unsigned fault_count);

/** An invariant does not hold. The first one of a story counts. */
void sim_fail(struct sim_world *world, const char *rule, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** A line of a trace. */
void sim_say(const struct sim_world *world, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** `0 d 00:01:40.250` */
const char *sim_time_text(uint64_t milliseconds, char text[32]);

uint64_t sim_elapsed(const struct sim_world *world);

const struct loom_product *sim_product(uint16_t lwm2m);

/* ---- device.c -------------------------------------------------------------------------------- */

extern const struct loom_side sim_device_side;
void device_boot(struct sim_world *world);
void device_read_card(struct sim_world *world);
void device_cut(struct sim_world *world, uint64_t down);
void device_factory(const struct sim_world *world, struct loom_model *model, void *data);

/* ---- server.c -------------------------------------------------------------------------------- */

void server_begin(struct sim_world *world, unsigned host);
void server_end(struct sim_world *world, unsigned host);
void server_step(struct sim_world *world, unsigned host);
uint64_t server_deadline(const struct sim_world *world, unsigned host);
bool server_knows_device(const struct sim_world *world, unsigned host);
void server_manage(struct sim_world *world, unsigned host, unsigned operation, uint32_t value);
/** Sends a request that the server itself knows nothing of. @return its exchange, 0: no session */
uint32_t server_ask(struct sim_world *world, unsigned host, const struct loom_request *request);
/** Gives up such a request, and what it observes. */
void server_give_up(struct sim_world *world, unsigned host, uint32_t exchange);
void server_push(struct sim_world *world);
void server_garbage(struct sim_world *world, unsigned host, unsigned count);
/** The text of the accounts of the bootstrap server in one of its variants. */
void server_accounts_text(const struct sim_setup *setup, unsigned variant, char *text, size_t size);
extern const struct loom_side sim_server_side;

/* ---- reports.c ------------------------------------------------------------------------------- */

void reports_begin(struct sim_world *world);
/** Servers observe for a while, beginning now. */
void reports_bout(struct sim_world *world);
void reports_do(struct sim_world *world);
/** A request that the server itself knows nothing of was answered. */
void reports_answered(struct sim_world *world, unsigned host, uint32_t exchange,
                      const struct loom_response *response);
/** The product has other values, if there is somebody to see them. */
void reports_change(struct sim_world *world);

/* ---- invariants.c ---------------------------------------------------------------------------- */

struct sim_watch *watch_create(void);
void watch_begin(struct sim_world *world);
void watch_boot(struct sim_world *world);
void watch_cannot_start(struct sim_world *world);
void watch_booted(struct sim_world *world);
void watch_event(struct sim_world *world, const struct loom_event *event);
void watch_after(struct sim_world *world, uint64_t deadline_before);
void watch_disturbed(struct sim_world *world);
void watch_saving(struct sim_world *world, enum loom_record record, const void *data,
                  size_t length);
void watch_saved(struct sim_world *world, enum loom_record record, enum loom_status status);
void watch_loaded(struct sim_world *world, enum loom_record record, const void *data, size_t length,
                  enum loom_status status, bool previous);
void watch_datagram(struct sim_world *world, const struct net_packet *packet, bool arrives);
void watch_damaged(struct sim_world *world);
void watch_operation(struct sim_world *world);
void watch_update_asked(struct sim_world *world);
void watch_states_asked(struct sim_world *world);
void watch_states_moved(struct sim_world *world);
void watch_states_hung_up(struct sim_world *world, unsigned host);
void watch_states_clock(struct sim_world *world);
void watch_reports_asked(struct sim_world *world, unsigned host, const struct loom_request *request,
                         const struct loom_reply *reply);
void watch_reports_notified(struct sim_world *world, uint16_t name,
                            const struct loom_notification *notification);
void watch_reports_ended(struct sim_world *world, uint16_t name, enum loom_failure failure);
/** A piece of an answer was asked for. */
void watch_pieces_answered(struct sim_world *world, unsigned host,
                           const struct loom_request *request, const struct loom_reply *reply);
/** The product has called loom_client_send(). */
void watch_sends_called(struct sim_world *world, const struct loom_send *send,
                        enum loom_status status, uint16_t handle);
/** A request of the device that is a Send went out. */
void watch_sends_went(struct sim_world *world, unsigned host, const struct loom_request *request,
                      uint32_t exchange);
/** An exchange of the device ends: before the client hears of it, and after it. */
void watch_sends_ends(struct sim_world *world, unsigned host, uint32_t exchange, uint8_t code);
void watch_sends_ended(struct sim_world *world);
/** What waited is gone with the power. */
void watch_sends_lost(struct sim_world *world);
/** When the device registered at a server; 0: it is not registered there. */
uint64_t watch_registered_at(const struct sim_world *world, unsigned server);
bool watch_expects_answer(const struct sim_world *world, unsigned host);
bool watch_is_registered(const struct sim_world *world);
bool watch_is_heard(const struct sim_world *world, unsigned server);
const char *watch_location(const struct sim_world *world, unsigned server);

/* ---- bound.c --------------------------------------------------------------------------------- */

/** How long a device may take to be registered again when nothing is wrong any more, by what its
 *  resources say, in milliseconds; SIM_NEVER: they say never. */
uint64_t sim_bound(const struct sim_world *world);
/** Whether the device is registered wherever it has an account that is right. */
bool sim_is_back(const struct sim_world *world);

#endif
