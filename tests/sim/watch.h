/* SPDX-License-Identifier: Apache-2.0 */
/** What the watch of a story remembers; shared by the files of the invariants. */
#ifndef SIM_WATCH_H
#define SIM_WATCH_H

#include "world.h"

#define OBJECTS_WATCHED 2u     /* 0 and 1 */
#define REGION          16384u /* bytes of an object's instances */
#define RECORD          4096u
#define WATCH_LEVELS    32u
#define STORM_EVENTS    60u
#define STORM_MS        5000u

enum outcome { OUTCOME_NONE, OUTCOME_REGISTERED, OUTCOME_FAILED };
enum phase { PHASE_UNKNOWN, PHASE_ASKING, PHASE_FAILED };

/* A registration as its events tell it. */
struct observed {
    bool registered;
    char location[LOOM_LOCATION_SIZE + 1]; /* as the server told it */
    uint32_t place;                        /* of the device when it registered */
    uint64_t refreshed;                    /* device time of the last answer that prolonged it */
    uint32_t lifetime;                     /* 0: no end */
    uint32_t told;                         /* the lifetime that the Update under way means */
    bool asleep;
    bool begun;           /* a Register went out since the accounts are in force */
    enum outcome outcome; /* of its first registration since then */
    uint64_t outcome_at;
    uint64_t heard;          /* device time of its last message */
    int alert;               /* that it has just sent; -1: none */
    uint64_t disabled_until; /* device time; 0: it is not */
    /* The model of rules B-54 .. B-58. */
    bool modelled; /* the sequence has been seen from its beginning */
    enum phase phase;
    uint64_t attempts;
    uint64_t sequences;
    uint64_t expected; /* device time of the next Register; SIM_NEVER: none is expected */
    bool spent;        /* nothing but giving up is left */
    /* After a reboot the next Register comes in between; earliest 0: nothing is known of that. */
    uint64_t earliest;
    uint64_t latest;
    unsigned losses; /* of sessions, each soon after its Register, in a row (rule B-17) */
    uint64_t registered_at;
    bool loses;      /* losses is known */
    bool given_up;   /* in this step */
    bool updating;   /* an Update is under way */
    bool may_update; /* something has happened that an Update tells */
    bool must_update;
};

/* What the record of the registrations said of one when it was stored. */
struct kept {
    bool valid;
    bool registered;
    uint64_t saved_at;
    struct observed server;
};

struct record_watch {
    size_t length;
    size_t older_length;
    size_t tried_length;
    bool trying;
    bool vague; /* a save came to nothing on a memory that fails: it may have come through */
    bool torn;  /* a save was cut off; where it was the first, nothing whole need be there */
    uint8_t bytes[RECORD];
    uint8_t older[RECORD];
    uint8_t tried[RECORD];
};

/* What the states and the events of a server must fit to; see watch_states.c. */
struct watch_server {
    bool known;              /* it has worked since the bootstrap */
    bool never;              /* given up, and 1/x/19 wants no further sequence */
    bool moved;              /* the client was told of another address */
    bool kept;               /* in the store */
    uint64_t disabled_until; /* device time */
};

struct watch_states {
    bool asked; /* somebody asked for a bootstrap */
    uint64_t asked_at;
    bool requested;     /* the bootstrap under way, by the client: no push */
    unsigned fruitless; /* bootstraps on request, and no server has worked since */
    bool lost;          /* the session with the bootstrap server */
    bool uncommanded;   /* a push of which nothing was heard yet */
    bool pack_refused;  /* and nothing was sent since */
    bool compare;       /* memory and store must be the same after this step */
    uint8_t commander;  /* the host whose request came last */
    bool must_rest;     /* a server works that the bootstrap was to mend */
    bool must_save;     /* what the record of the registrations says is another */
    bool must_begin;    /* a bootstrap that was asked for */
    uint64_t idle_since;
    uint64_t booted_at;
    uint64_t deaf_since; /* a client of 1.0 with no session to be pushed in */
    bool packing;        /* one was asked for */
    bool pushed;         /* the bootstrap under way, by its server */
    bool no_pack;        /* none can be had in this bootstrap */
    bool disable_asked[SIM_SERVERS];
    bool hung_up[SIM_SERVERS]; /* and the client need not have heard of it */
    bool clock_jumped;
    bool look;            /* something may be staged, or left there */
    uint8_t answered;     /* the last answer of the bootstrap server */
    uint64_t purge_least; /* device time of the purge by 0/x/12 */
    uint64_t purge_most;  /* SIM_NEVER: none */
    struct watch_server server[SIM_SERVERS];
};

/* What the bootstrap under way has written; see watch_written.c. */
struct watch_written {
    bool known;                           /* followed from its beginning */
    const struct loom_request *request;   /* of the bootstrap server: the last that arrived */
    const struct loom_response *response; /* same */
    unsigned pairs;                       /* servers that had an account at its beginning */
    uint64_t pair[SIM_REGISTRATIONS];     /* their Short Server IDs */
    struct loom_model model;
    uint64_t data[SIM_MODEL / 8];
    uint64_t live[SIM_MODEL / 8];
    uint8_t scratch[SIM_BUFFER];
};

/* Attributes in force, or of one level; see watch_reports.c. */
enum {
    WATCH_PMIN,
    WATCH_PMAX,
    WATCH_EPMIN,
    WATCH_EPMAX,
    WATCH_CON,
    WATCH_EDGE,
    WATCH_GT,
    WATCH_LT,
    WATCH_ST,
    WATCH_ATTRIBUTES
};

struct watch_attributes {
    unsigned has; /* a bit of each */
    double value[WATCH_ATTRIBUTES];
};

static inline bool watch_has(const struct watch_attributes *attributes, unsigned which)
{
    return (attributes->has >> which & 1u) != 0;
}

struct watch_level {
    uint16_t ssid; /* 0: unused */
    struct loom_path path;
    struct watch_attributes attributes;
};

#define WATCH_LIST 3u

#define WATCH_STORED 400u

/* What fell due while the server could not be reached, see watch_stored.c. */
struct watch_stored {
    bool dormant;  /* its registration has ended, and it is looked at */
    bool returned; /* and there is another one */
    bool vague;    /* something was worth a notification and may be stored, or not */
    bool crowded;  /* there may have been no room for the oldest */
    bool flushing; /* some went, and are not acknowledged */
    unsigned count;
    unsigned sent;
    unsigned acknowledged;
    uint64_t free_since; /* device time: since then they could go */
    double last_time;    /* that went */
    struct watch_stored_value {
        uint64_t at;    /* device time */
        int64_t since;  /* seconds since 1970; 0: not known */
        uint64_t value; /* raw */
    } value[WATCH_STORED];
};

/* An observation as the requests and notifications tell it, under the name that the client gave
 * it. */
struct watch_observation {
    bool stands;
    uint16_t ssid;
    struct loom_path path; /* of depth 0: it is of a list */
    struct loom_path list[WATCH_LIST];
    unsigned listed;
    struct watch_attributes own;
    uint64_t notified_at; /* device time */
    uint64_t changed_at;  /* device time since which the value is what it is */
    uint64_t notified;    /* the value then, or a digest of it */
    uint64_t value;       /* now */
    enum loom_type type;  /* LOOM_NONE: it is a digest */
    bool text;            /* the notifications are the number as text */
    bool may;             /* since then something was worth a notification */
    bool must;            /* the value that is there now is */
    bool edged;           /* `edge` was in force since, which does not compare with it */
    bool again;           /* `epmin` hides nothing: not acknowledged, or looked at before */
    bool confirming;      /* one is not acknowledged yet */
    bool timed;           /* in a format with times: what falls due later is stored */
    struct watch_stored stored;
    bool doubtful;               /* the right to it was gone for a while */
    uint64_t confirmed_at;       /* the last that was confirmable, or the answer that began */
    uint64_t unasked[2];         /* the last two that were so without `con`; 0: there were none */
    struct watch_attributes now; /* in force, as of the last look */
};

struct watch_reports {
    bool news;                    /* requests, events: what was looked at may be another */
    uint64_t data[SIM_MODEL / 8]; /* the model at the last look */
    struct watch_observation at[SIM_OBSERVATIONS];
    struct watch_level level[WATCH_LEVELS];
    uint64_t free_since[SIM_SERVERS];      /* device time: since then nothing stands in the way */
    struct watch_level kept[WATCH_LEVELS]; /* with the state that was stored last */
    uint64_t written_at;                   /* device time: when that was changed last */
    bool unsaved;                          /* and it is still to be stored */
    bool vague;      /* nobody knows which attributes the store has brought back */
    bool kept_vague; /* nor which it would bring back */
};

#define WATCH_SENDS 64u

/* What the product has sent to one server, until its end. */
struct watch_send {
    bool waits;
    bool under_way;
    bool failed;
    uint16_t ssid;
    uint16_t handle;
    uint16_t format; /* 0: any */
    unsigned count;
    int64_t value[3];
    double time[3];
    uint64_t order;
    uint64_t called_at; /* device time, as all of these */
    uint64_t too_late;
    uint64_t failed_at;
    uint32_t exchange;
    uint64_t went_in; /* the registration in which it went last */
};

struct watch_sends {
    struct watch_send at[WATCH_SENDS];
    uint64_t last_order;
    uint64_t free_since[SIM_SERVERS]; /* since then nothing is in the way */
    uint64_t bootstrapped;            /* the last bootstrap */
    struct watch_send *ending;        /* its answer is there, and not yet reported */
    enum loom_event_type end;         /* as it has to be */
};

/* What a server reads a piece at a time, see watch_pieces.c. */
struct watch_pieces {
    uint32_t etag; /* 0: there is none before */
    struct loom_path path;
    uint16_t format;
    size_t length;
    uint8_t whole[SIM_BUFFER]; /* as it was when the last piece was given */
};

struct sim_watch {
    struct watch_sends sends;
    struct watch_pieces pieces[SIM_SERVERS];
    struct observed server[SIM_SERVERS];
    struct watch_states states;
    struct watch_written written;
    struct watch_reports reports;
    unsigned rights[SIM_SERVERS]; /* to what their last request is for, when it arrived */
    uint64_t committed;           /* device time at which the accounts in force were committed */
    bool ordered;                 /* and nothing of before a reboot counts */
    uint64_t commanded;           /* device time of the last bootstrap command or request */
    bool command_seen;            /* since the request: the answer to it is none */
    uint64_t ask_after;           /* device time before which no bootstrap may be asked for */
    uint64_t last_back_off;       /* seconds */
    unsigned tries;               /* requests since the hold-off */
    unsigned last_tries;          /* when last_back_off began */
    bool bootstrapping;           /* from the request, or a push, to its end */
    bool expired;                 /* 0/x/12 has taken the Bootstrap-Server Account */
    bool accounts_lost;           /* the store was damaged beyond what it can promise */
    bool took_new;                /* at boot: the accounts whose save was cut off are there */
    bool damaged;                 /* a bit of the memory has turned */
    bool may_change[OBJECTS_WATCHED];
    bool compare;       /* memory and store must be the same now */
    bool fresh;         /* the device has just booted */
    bool told;          /* an event, or something from outside, since the last look */
    uint64_t disturbed; /* device time: timers before it may come late */
    unsigned char shadow[OBJECTS_WATCHED][REGION];
    struct record_watch record[LOOM_RECORD_COUNT];
    struct kept kept[SIM_SERVERS];
    uint64_t asked[STORM_EVENTS]; /* when requests went out, a ring */
    unsigned next_asked;

    /* A second client, to read what the store has. */
    struct loom_client reader;
    struct loom_registration registrations[SIM_REGISTRATIONS];
    uint8_t locations[SIM_REGISTRATIONS * LOOM_LOCATION_SIZE];
    struct loom_model model;
    uint64_t data[SIM_MODEL / 8];
    uint64_t staging[SIM_MODEL / 8];
    uint8_t buffer[SIM_BUFFER];
};

uint64_t watch_now(const struct sim_world *world);
/** Seconds since 1970; 0: the device does not know, or has a clock of before that. */
int64_t watch_unix_time(const struct sim_world *world);
struct observed *watch_server(struct sim_world *world, uint16_t ssid);
/** An integer or boolean of a server's instance of object 1. */
uint64_t watch_resource(const struct sim_world *world, uint16_t ssid, uint16_t id,
                        uint64_t otherwise);
/** A request went out; so many at once are a storm. */
void watch_asked(struct sim_world *world);
bool watch_is_done(const struct loom_event *event);

/* ---- watch_attributes.c ---------------------------------------------------------------------- */

bool watch_same_path(const struct loom_path *a, const struct loom_path *b);
/** What a query sets, and without a value unsets (rule C-53). */
void watch_attributes_apply(struct watch_attributes *attributes,
                            const struct loom_request *request);
/** A Write-Attributes was done. */
void watch_attributes_write(struct sim_world *world, uint16_t ssid, const struct loom_path *path,
                            const struct loom_request *request);
/** Drops those of servers and instances that are gone. */
void watch_attributes_drop(struct sim_world *world);
/** Rules C-50, C-57. */
struct watch_attributes watch_attributes_in_force(struct sim_world *world,
                                                  const struct watch_observation *observation);
/** A Discover was answered. */
void watch_attributes_shown(struct sim_world *world, uint16_t ssid, const struct loom_path *path,
                            const struct loom_reply *reply);

/* ---- watch_accounts.c
 * ------------------------------------------------------------------------ */

void watch_take_shadow(struct sim_world *world);
void watch_check_accounts(struct sim_world *world);
void watch_compare_with_store(struct sim_world *world);
void watch_check_consistency(struct sim_world *world);

/* ---- watch_bootstrap.c
 * ----------------------------------------------------------------------- */

void watch_bootstrap_event(struct sim_world *world, const struct loom_event *event);
void watch_bootstrap_after(struct sim_world *world);

/* ---- watch_states.c -------------------------------------------------------------------------- */

void watch_states_begin(struct sim_world *world);
void watch_states_booted(struct sim_world *world);
void watch_states_event(struct sim_world *world, const struct loom_event *event);
void watch_states_after(struct sim_world *world);
void watch_states_disturbed(struct sim_world *world);
void watch_states_saved(struct sim_world *world, enum loom_record record);
void watch_states_answered(struct sim_world *world, uint8_t code);
void watch_states_commanded(struct sim_world *world, uint8_t host);

/* ---- watch_written.c ------------------------------------------------------------------------- */

void watch_written_arrives(struct sim_world *world, const struct net_packet *packet);
void watch_written_event(struct sim_world *world, const struct loom_event *event);

/* ---- watch_access.c -------------------------------------------------------------------------- */

void watch_access_arrives(struct sim_world *world, const struct net_packet *packet);
void watch_access_event(struct sim_world *world, const struct loom_event *event);
/** Whether a server may read an instance, or an object if `instance` is LOOM_ID_NONE. */
bool watch_access_reads(const struct sim_world *world, uint16_t ssid, uint16_t object,
                        uint16_t instance);

/* ---- watch_stored.c -------------------------------------------------------------------------- */

/** The registration of an observation has ended. */
void watch_stored_rests(struct sim_world *world, struct watch_observation *observation);
/** After each step: is it to go on, and would it be stored now? What is due is for
 * watch_reports.c to say. */
void watch_stored_after(struct sim_world *world, struct watch_observation *observation);
/** Something was added to what waits: the oldest of what is stored may have made room. */
void watch_stored_make_room(struct sim_world *world);
/** The value of now is stored. */
void watch_stored_keep(struct sim_world *world, struct watch_observation *observation);
/** One begins; what is stored of the same path is its own.
 *  @param before what was known under its name */
void watch_stored_taken_up(struct sim_world *world, struct watch_observation *observation,
                           const struct watch_observation *before);
/** A notification. @return whether it is one of what was stored */
bool watch_stored_notified(struct sim_world *world, struct watch_observation *observation,
                           const struct loom_notification *notification);
/** Its end. @return whether it was one of those */
bool watch_stored_ended(struct watch_observation *observation, bool acknowledged);
/** Whether something that is stored has to go first. */
bool watch_stored_waits(const struct watch_observation *observation);

/* ---- watch_sends.c --------------------------------------------------------------------------- */

void watch_sends_event(struct sim_world *world, const struct loom_event *event);
void watch_sends_after(struct sim_world *world);

/* ---- watch_reports.c ------------------------------------------------------------------------- */

void watch_reports_boot(struct sim_world *world);
/** The state of the registrations was stored, and attributes with it. */
void watch_reports_saved(struct sim_world *world);
/** The store failed. */
void watch_reports_not_saved(struct sim_world *world);
/** @param same it is what was stored last */
void watch_reports_loaded(struct sim_world *world, bool same);
void watch_reports_event(struct sim_world *world, const struct loom_event *event);
void watch_reports_after(struct sim_world *world);

/* ---- watch_registration.c
 * -------------------------------------------------------------------- */

void watch_end_all(struct sim_world *world);
void watch_registration_saved(struct sim_world *world);
void watch_registration_loaded(struct sim_world *world, bool whole);
/** Something that a server wants an Update for; @param ssid 0: all. */
void watch_registration_must_update(struct sim_world *world, uint16_t ssid);
void watch_registration_event(struct sim_world *world, const struct loom_event *event);
void watch_registration_after(struct sim_world *world);

#endif
