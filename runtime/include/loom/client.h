/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The LwM2M client: the four interfaces behind one step function and one deadline.
 *
 *     struct loom_client client;                  // the caller provides all memory
 *     loom_client_start(&client, &config);
 *     for (;;) {
 *         uint64_t deadline = loom_client_step(&client);
 *         ... wait until the deadline or for the port; let the port report its events ...
 *     }
 *
 * No function blocks, allocates memory, or reads a clock except through the port. Do not call these
 * functions from a hook, a handler or the event function of the same client, unless their comment
 * allows it.
 */
#ifndef LOOM_CLIENT_H
#define LOOM_CLIENT_H

#include "loom/event.h"
#include "loom/model.h"
#include "loom/port.h"
#include "loom/smartcard.h"
#include "loom/store.h"

#ifdef __cplusplus
extern "C" {
#endif

#define LOOM_LWM2M_1_0 0x0100u
#define LOOM_LWM2M_1_1 0x0101u
#define LOOM_LWM2M_1_2 0x0102u

/** Bytes for the location of a registration that are enough for every server. */
#define LOOM_LOCATION_SIZE 255u

struct loom_client;
struct loom_firmware;

/** The configuration of a client. Everything it points to must outlive the client. */
struct loom_client_config {
    const char *endpoint; /**< Endpoint Client Name, rules A-30, B-1; 1 to 252 bytes, which
                           *   with `ep=` fill a Uri-Query */
    uint16_t lwm2m;       /**< LOOM_LWM2M_1_0 .. LOOM_LWM2M_1_2 */

    /** Oldest release to fall back to if a server answers a Register with 4.12 (rule B-13);
     *  0: LOOM_LWM2M_1_0. The same as `lwm2m`: no fall-back. */
    uint16_t lwm2m_oldest;

    /** Registers in queue mode (rules B.5; Transport 6.5). In 1.0 a `Q` in 1/x/7 selects it
     * instead, because `b` must be equal to 1/x/7 (rule B-4). */
    bool queue_mode;

    /** LwM2M 1.2: requests a Bootstrap-Pack first (rule A-100). */
    bool bootstrap_pack;

    /** Profile ID of the product's object list at the start (rule B-40), such as `oma:abc`. It is
     *  sent instead of the list to servers of 1.2 until one of them answers 4.09 (B-42) or the list
     *  changes. NULL: none. */
    const char *profile_id;

    struct loom_model *model;

    /** product->staging_size bytes, aligned like the product's staging struct: holds the writes of
     * a bootstrap until its Finish is answered. May be NULL if the size is 0. */
    void *staging;

    /** Memory for registrations: LOOM_<PRODUCT>_REGISTRATION_ROOM. Each account beyond it is
     *  reported as LOOM_EVENT_REGISTER_FAILED, LOOM_REASON_NO_ROOM, and not used. */
    struct loom_registration *registrations;
    uint8_t registration_room;

    /** `location_size` bytes for each registration: its location at the server, one byte for each
     *  segment and the segment. If a location does not fit, the registration fails. */
    uint8_t *locations;
    uint8_t location_size; /**< LOOM_LOCATION_SIZE, or what the device's servers need */

    /** Buffer for one outgoing payload or state record, and for the values of an incoming payload.
     *  At least product->request_size plus the endpoint name and, with a store,
     *  product->record_least; LOOM_<PRODUCT>_BUFFER_SIZE is enough for any accounts. A Profile ID
     *  adds its length. Notifications must fit, too: otherwise an Observe is answered like a Read.
     *  Attributes survive a reboot if they fit together with the registrations, whose record takes
     *  LOOM_STATE_RECORD_HEAD bytes, and LOOM_STATE_RECORD_ENTRY plus the location for each.
     */
    uint8_t *buffer;
    size_t buffer_size;

    /** Memory for the observations of all servers, for products with the feature `reporting`. An
     *  Observe beyond it is answered like a Read. All zero before the first start. */
    struct loom_observation *observations;
    uint8_t observation_room;

    /** Memory for the attributes of all servers (Write-Attributes): for each level with attributes
     *  4 bytes and 2 for each id of its path, and for each attribute 2 to 9 bytes. Attributes that
     *  do not fit are answered with 5.00. Each path of an Observe-Composite takes the same; if the
     *  list does not fit, the request is answered like a Read-Composite. */
    uint8_t *attributes;
    uint16_t attribute_size;

    /** Memory for values that wait to be sent, for products with the feature `send` or
     *  `stored-notifications`: 6 bytes; 50 for each Send, 17 for each stored notification; for each
     *  value 9 (String and Opaque: 3 and the length) and 2 for each id of its path; and 9 whenever
     *  the time of a value differs from that of the previous one. All zero before the first start.
     */
    uint8_t *outbox;
    uint16_t outbox_size;

    /** Memory and port of the Firmware Update (loom/firmware.h), for products with `firmware` in
     *  their profile. NULL: none, and the object has no effect. */
    struct loom_firmware *firmware;

    const struct loom_port *port;
    const struct loom_store *store;         /**< NULL: nothing is kept over a restart */
    const struct loom_smartcard *smartcard; /**< NULL: the device has none */

    void (*event)(void *user, const struct loom_event *event); /**< may be NULL */
    void *user;
};

/** Memory for attributes, of config.attributes. Members are private to the client. */
struct loom_attribute_room {
    uint8_t *bytes;
    uint16_t size;
    uint16_t used;
};

/** State that all parts of a client share. Members are private to the client. Here and below, small
 *  and frequently used members come first, because shorter instructions can access them. */
struct loom_context {
    bool stopping;
    bool reporting; /**< an observed value is being read */
    struct loom_attribute_room attributes;
    struct loom_client_config config;
    const struct loom_features *features; /**< of the product */
    uint32_t wishes;                      /**< requests of one part to another */
    uint64_t report_at;                   /**< deadline of reporting */
    uint64_t quiet_until;                 /**< steps before this time have no work; 0: unknown */
    uint64_t account_deadline;            /**< of the Bootstrap-Server Account, resource 0/x/12 */
    uint64_t keep_at;                     /**< when changes are saved; 0: by the next step */
    uint32_t keep_wait;                   /**< seconds: the last delay of a failed save, 0: none */
    uint32_t last_exchange;
    uint32_t remembered;    /**< digest of the registrations' record in the store */
    uint32_t profile_links; /**< digest of the object list that the profile id stands for */
};

struct loom_executable;

/** The functions for the events of a session; its owner begins with a pointer to them. */
struct loom_room;

/** An observation of a server. Members are private to the client. */
struct loom_observation {
    uint64_t notified_at;
    uint64_t last;   /**< the value that was notified, or a digest of it */
    uint16_t id[4];  /**< its path */
    uint32_t looked; /**< time of the last evaluation: milliseconds after `notified_at` */
    uint16_t ssid;   /**< 0: not in use */
    uint8_t format;  /**< which of the product's */
    uint8_t flags;
};

/** A registration at one server. Members are private to the client. */
struct loom_registration {
    const struct loom_room *room;
    struct loom_context *context; /**< NULL: not in use, and all else but `room` is zero */
    struct loom_session *session;
    uint8_t state;
    uint8_t wishes; /**< requests of handlers and writes */
    uint8_t location_length;
    bool given_up;  /**< all attempts failed, and none has succeeded since */
    bool known;     /**< it succeeded after the last bootstrap: no Initial Registration Delay (rule
                       B-51) */
    bool full_list; /**< the profile id was refused (rule B-42) */
    bool profile_sent; /**< the last Register had it instead of the list */
    bool ended;        /**< it no longer blocks those after it in the order (1/x/13) */
    bool queue_told;
    char transport; /**< named by an Update Trigger (rule B-71), 0: none */
    uint16_t ssid;
    uint16_t security_instance;
    uint16_t server_instance;
    uint16_t lwm2m; /**< release that the server is addressed in, after fall-backs */
    uint32_t exchange;
    uint32_t attempts;     /**< made in this communication sequence (1/x/17) */
    uint32_t sequences;    /**< begun (1/x/20) */
    uint32_t losses;       /**< of sessions, each soon after its registration, in a row */
    uint32_t links_digest; /**< of the object list that was sent to the server */
    uint32_t links_sent;
    uint32_t binding_digest;
    uint32_t binding_sent;
    uint8_t *location; /**< of config.locations: segments, each after a byte with its length */
    uint32_t lifetime; /**< as sent to the server */
    uint64_t deadline;
    uint64_t queued_at;  /**< when its wait for other registrations began */
    uint64_t ended_at;   /**< when its registration succeeded or failed (rule B-51) */
    uint64_t update_at;  /**< when the Update that keeps it alive is due (rule B-22) */
    uint64_t expires_at; /**< when its lifetime is over (rule B-20) */
};

/** The bootstrap of a client. Members are private to the client. */
struct loom_bootstrap {
    const struct loom_room *room;
    struct loom_context *context;
    struct loom_session *session;
    uint8_t state;
    bool pushed;         /**< started by the bootstrap server (rule A-6) */
    bool pack_refused;   /**< in this bootstrap */
    bool format_refused; /**< `pct` was answered 4.15 */
    bool asked_for;      /**< by a server or the product, not because of a failed registration */
    bool servers_well;   /**< no registration needs a bootstrap; set by the client */
    uint16_t account;    /**< Security instance of the Bootstrap-Server Account */
    uint32_t exchange;
    uint32_t attempts;
    uint32_t fruitless;   /**< consecutive bootstraps after which no server accepted the device */
    uint32_t opened_with; /**< digest of the account that the session was opened with */
    uint64_t deadline;
    struct loom_model staged;
    uint8_t touched[LOOM_PRODUCT_OBJECTS_MAX / 8]; /**< objects that the staged data changes */
};

/** Device Management of a client. Members are private to the client. */
struct loom_management {
    struct loom_context *context;
    const struct loom_executable *executables; /**< of the client's own */
    uint8_t executable_count;
    char created[2]
                [5]; /**< digits of the object id and the instance id that a Create answers with */
};

/** Members are private. */
struct loom_client {
    struct loom_context context;
    struct loom_bootstrap bootstrap;
    struct loom_management management;
    bool stopped;
    bool firmware_begun;
};

/** The side to create a port with for a client; its `side` pointer is the client. */
extern const struct loom_side loom_client_side;

/** The same for a client of a product with streams (table.h). It receives bodies in pieces: a PUT
 * to a stream in the opaque format. With loom_client_side, and in other formats, the port
 * reassembles them as far as they fit its buffer. A stream is read in the opaque format piece by
 * piece, if the client's buffer has at least 1024 bytes; otherwise, and in other formats, as a
 * whole that must fit the buffer. It is omitted if it is read together with other resources. */
extern const struct loom_side loom_client_stream_side;

/**
 * Starts the client. It loads the accounts from the store, if there are any; otherwise it uses
 * those that the product has put into its model (factory bootstrap, rule A-10). If the newest
 * stored accounts are damaged, it uses the previous ones; if none are valid, or they do not fit the
 * product's tables, those of the product. LOOM_EVENT_STATE_RECOVERED reports this, and the store is
 * not changed until the next save. Nothing is sent before the first step.
 *
 * From now on the client monitors all changes of its model: the next step saves persistent data,
 * once for all changes, and sends an Update if a server's information is out of date. Therefore the
 * client must not move while the model is used, and a product should call loom_client_step() soon
 * after a change.
 * @return LOOM_BAD_REQUEST an invalid configuration; LOOM_INTERNAL_ERROR the store cannot be
 *         read at the moment (an event reports it; nothing was changed)
 */
enum loom_status loom_client_start(struct loom_client *client,
                                   const struct loom_client_config *config);

/** Does the work that is due. @return the time of the next call, in milliseconds of the port's
 *  clock; UINT64_MAX: only when something happens. Never in the past. */
uint64_t loom_client_step(struct loom_client *client);

/** Starts a bootstrap, as resource 1/x/9 does. May be called from handlers. */
void loom_client_bootstrap(struct loom_client *client);

/** Sends an Update to every server with which the client is registered, and registers with the
 *  others. May be called from handlers. */
void loom_client_update(struct loom_client *client);

/** Call it if the device has another address, or has access to the network again: opens new
 *  sessions, and renews the registrations (rule B-17). May be called from handlers. */
void loom_client_address_changed(struct loom_client *client);

/** Whether a server accepts a Send: it is registered, and not muted by 1/x/23, which also mutes if
 *  it is absent (rule B-74). */
bool loom_client_may_send(const struct loom_client *client, uint16_t ssid);

/** A value for a Send. */
struct loom_sent_value {
    struct loom_path path;   /**< of a resource or resource instance that a server may read */
    struct loom_value value; /**< of its type; what it points to is copied */
    /** Time of the value in seconds: values from 2^28 on count from 1970, smaller ones are relative
     *  to now, such as -60 for a minute ago (RFC 8428 section 4.5.3); 0: now. */
    double time;
};

/** The content of a Send. Set the members that you need; the others are zero. */
struct loom_send {
    uint16_t ssid; /**< 0: every server that accepts it now or will after a registration */
    /** LOOM_FORMAT_SENML_CBOR, LOOM_FORMAT_SENML_JSON or, without times, LOOM_FORMAT_LWM2M_CBOR; 0:
     *  the first of SenML CBOR, SenML JSON and LwM2M CBOR that the product and the server have. */
    uint16_t format;
    /** Objects, instances, resources and resource instances, whose values are read now. Resources
     *  without a value, or that servers may not read, are omitted. */
    const struct loom_path *paths;
    size_t path_count;
    const struct loom_sent_value *values;
    size_t value_count;
    /** Seconds after which it expires; 0: never. A request that is in progress then still ends
     *  normally. */
    uint32_t seconds;
};

/**
 * Sends values to servers (Send, rule C-34, LwM2M 1.1; for products with the feature `send`). Each
 * server gets one message, in the order of the calls and one at a time. The values wait in the
 * outbox while a server cannot be reached, the device is not registered there yet, or the device
 * sleeps; they are sent again if there is no answer. Values that have waited are sent with times.
 * Values that a server has no right to read at the time of sending are omitted.
 *
 * An event for each server reports the result, with the handle: LOOM_EVENT_SEND_DELIVERED,
 * LOOM_EVENT_SEND_REFUSED or LOOM_EVENT_SEND_DROPPED.
 *
 * May be called from hooks and events, but not from a function that returns a value.
 * @param send   not needed any more after the call
 * @param handle out, if LOOM_OK; may be NULL
 * @return LOOM_OK the values are in the outbox; LOOM_NOT_IMPLEMENTED the product does not have the
 *         feature; LOOM_NOT_FOUND there is nothing to send; LOOM_BAD_REQUEST a value does not have
 *         the type of its resource; LOOM_METHOD_NOT_ALLOWED servers may not read it;
 *         LOOM_UNAUTHORIZED it is in an object that no server may access (rule C-40);
 *         LOOM_NOT_ACCEPTABLE the product does not have the format, or the format has no times;
 *         LOOM_FORBIDDEN no server accepts it: there is no such account, or the server is muted
 *         (rule B-74) or uses LwM2M 1.0; LOOM_TOO_LARGE the outbox is full; LOOM_UNAVAILABLE called
 *         from a function that returns a value
 */
enum loom_status loom_client_send(struct loom_client *client, const struct loom_send *send,
                                  uint16_t *handle);

/**
 * Reports that the smartcard has been read. Called by the reader, from the main loop.
 * @param status LOOM_OK; anything else: the card cannot be used, and the sequence continues without
 * it
 * @param data   the content of EF LwM2M_Bootstrap (rules E.4; Core App. G.3.3), for the duration of
 *               the call
 */
void loom_client_smartcard(struct loom_client *client, enum loom_status status, const void *data,
                           size_t length);

/** De-registers from all servers. The client stays de-registered until loom_client_update() or a
 *  bootstrap. */
void loom_client_deregister(struct loom_client *client);

/** De-registers and closes all sessions. LOOM_EVENT_STOPPED reports the end; call
 *  loom_client_step() until then. Afterwards the model no longer refers to the client; its memory
 *  may be released after the port is destroyed. */
void loom_client_stop(struct loom_client *client);

/** @return whether loom_client_stop() has completed. */
bool loom_client_stopped(const struct loom_client *client);

/** The state of a registration, for people. */
struct loom_registration_status {
    uint16_t ssid;
    const char *state;    /**< name of the state, such as `registered` */
    struct loom_text uri; /**< valid until the model changes */
    uint64_t deadline; /**< milliseconds of the port's clock: the end of a wait; UINT64_MAX: none */
    int64_t lifetime;  /**< seconds, as last sent to the server; 0: no end (rule B-21) */
};

/** @return false if there is no registration `index` (from 0). */
bool loom_client_registration(const struct loom_client *client, unsigned index,
                              struct loom_registration_status *status);

/** @return the name of the bootstrap's state, such as `hold-off`. */
const char *loom_client_bootstrap_state(const struct loom_client *client);

#ifdef __cplusplus
}
#endif

#endif
