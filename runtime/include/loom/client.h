/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The LwM2M client: the four interfaces behind one step function and one deadline.
 *
 *   struct loom_client client;                  memory is the caller's, all of it
 *   loom_client_start(&client, &config);
 *   for (;;) {
 *       uint64_t deadline = loom_client_step(&client);
 *       ... wait until the deadline, or until the port has something; let the port report it ...
 *   }
 *
 * Nothing here blocks, allocates or reads a clock but through the port. None of the functions may
 * be called from within a hook, a handler or an event of the same client, except where it says so.
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

/** Bytes of a registration's location that are enough for any server. */
#define LOOM_LOCATION_SIZE 255u

struct loom_client;
struct loom_firmware;

/** All that a client is made of. Everything pointed to outlives the client. */
struct loom_client_config {
    const char *endpoint; /**< Endpoint Client Name, rules A-30, B-1; 1 to 252 bytes, which
                           *   with `ep=` fill a Uri-Query */
    uint16_t lwm2m;       /**< LOOM_LWM2M_1_0 .. LOOM_LWM2M_1_2 */

    /** Oldest release to fall back to where a server answers a Register 4.12 (rule B-13);
     *  0: LOOM_LWM2M_1_0. The same as `lwm2m`: no fall-back. */
    uint16_t lwm2m_oldest;

    /** Registers in queue mode (rules B.5; Transport 6.5). In 1.0 a `Q` in 1/x/7 does it instead:
     *  `b` must be what 1/x/7 is (rule B-4). */
    bool queue_mode;

    /** LwM2M 1.2: asks for a Bootstrap-Pack first (rule A-100). */
    bool bootstrap_pack;

    /** Profile id of the product's object list as it is at the start (rule B-40), such as
     *  `oma:abc`; sent in the place of the list to servers of 1.2 until one of them answers 4.09
     *  (B-42) or the list is another. NULL: none. */
    const char *profile_id;

    struct loom_model *model;

    /** product->staging_size bytes, aligned as the product's staging struct: what a bootstrap has
     *  written until its Finish is answered. May be NULL if the size is 0. */
    void *staging;

    /** Room for registrations: LOOM_<PRODUCT>_REGISTRATION_ROOM. Each account beyond it is reported
     *  as LOOM_EVENT_REGISTER_FAILED, LOOM_REASON_NO_ROOM, and not used. */
    struct loom_registration *registrations;
    uint8_t registration_room;

    /** `location_size` bytes for each registration: its location at the server, a byte for each
     *  segment and the segment. Where it does not fit, the registration has failed. */
    uint8_t *locations;
    uint8_t location_size; /**< LOOM_LOCATION_SIZE, or what the device's servers need */

    /** Room for one outgoing payload or state record, and for the values of an incoming one. At
     *  least product->request_size and the endpoint name and, with a store,
     *  product->record_least; LOOM_<PRODUCT>_BUFFER_SIZE is enough for any accounts. A profile id
     *  adds its length. What is observed must fit, too: an Observe of more is answered as a Read.
     *  Attributes outlive a reboot as far as they fit beside the registrations, whose record takes
     *  LOOM_STATE_RECORD_HEAD bytes and LOOM_STATE_RECORD_ENTRY and the location for each.
     */
    uint8_t *buffer;
    size_t buffer_size;

    /** Room for observations of all servers together, for products with the feature `reporting`:
     * one more is answered as a Read. All zero before the first start. */
    struct loom_observation *observations;
    uint8_t observation_room;

    /** Room for attributes of all servers together (Write-Attributes): for each level that has some
     *  4 bytes and 2 for each id of its path, and for each attribute 2 to 9. What does not fit is
     *  answered 5.00. The same for each path of an Observe-Composite; if its list does not fit, it
     *  is answered as a Read-Composite. */
    uint8_t *attributes;
    uint16_t attribute_size;

    /** Room for what waits to be sent, for products with the feature `send` or
     *  `stored-notifications`: 6 bytes; for each Send 50, for each stored notification 17; for each
     * of its values 9 and 2 for each id of its path, of text and bytes 3, their length and 2 for
     * each id; and 9 wherever the time of a value is another than that of the one before. All zero
     * before the first start. */
    uint8_t *outbox;
    uint16_t outbox_size;

    /** Memory and port of the Firmware Update (loom/firmware.h), for products whose object 5 the
     *  client runs. NULL: none, and the object does nothing. */
    struct loom_firmware *firmware;

    const struct loom_port *port;
    const struct loom_store *store;         /**< NULL: nothing outlives a restart */
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

/** What all parts of a client share. Members are private to the client. Here and below what is used
 *  most and is small comes first: a processor reaches it with shorter instructions. */
struct loom_context {
    bool stopping;
    bool reporting; /**< what is observed is being read */
    struct loom_attribute_room attributes;
    struct loom_client_config config;
    const struct loom_features *features; /**< of the product */
    uint32_t wishes;                      /**< what one part wants of another */
    uint64_t report_at;                   /**< when reporting has something to do */
    uint64_t quiet_until;      /**< a step before then has nothing to do; 0: it has to look */
    uint64_t account_deadline; /**< of the Bootstrap-Server Account, resource 0/x/12 */
    uint64_t keep_at;          /**< when what has changed is stored; 0: by the next step */
    uint32_t keep_wait;        /**< seconds: how long it was put off last, 0: it was not */
    uint32_t last_exchange;
    uint32_t remembered;    /**< digest of the registrations' record in the store */
    uint32_t profile_links; /**< digest of the object list that the profile id stands for */
};

struct loom_executable;

/** What is done with the events of a session; its owner begins with a pointer to one. */
struct loom_room;

/** An observation of a server. Members are private to the client. */
struct loom_observation {
    uint64_t notified_at;
    uint64_t last;   /**< the value that was notified, or a digest of it */
    uint16_t id[4];  /**< its path */
    uint32_t looked; /**< when it was looked at last: milliseconds after `notified_at` */
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
    uint8_t wishes; /**< what handlers and writes have asked for */
    uint8_t location_length;
    bool given_up; /**< all attempts failed, and none has worked since */
    bool known; /**< it has worked since the last bootstrap: no Initial Registration Delay any more
                 *  (rule B-51) */
    bool full_list;    /**< the profile id was refused (rule B-42) */
    bool profile_sent; /**< in the place of the list, by the last Register */
    bool ended;        /**< it is no longer in the way of those after it in the order (1/x/13) */
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
    uint32_t links_digest; /**< of the object list that the server was told */
    uint32_t links_sent;
    uint32_t binding_digest;
    uint32_t binding_sent;
    uint8_t *location; /**< of config.locations: segments, each after a byte with its length */
    uint32_t lifetime; /**< as the server was told */
    uint64_t deadline;
    uint64_t queued_at;  /**< when its wait for its turn began */
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
    bool pushed;         /**< by the bootstrap server, unasked (rule A-6) */
    bool pack_refused;   /**< in this bootstrap */
    bool format_refused; /**< `pct` was answered 4.15 */
    bool asked_for;      /**< by a server or the product, not for want of a registration */
    bool servers_well;   /**< no registration is in want of a bootstrap: a fact that is given */
    uint16_t account;    /**< Security instance of the Bootstrap-Server Account */
    uint32_t exchange;
    uint32_t attempts;
    uint32_t fruitless;   /**< bootstraps in a row after which no server took the device */
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

/** What a port must be created with for a client; its `side` pointer is the client. */
extern const struct loom_side loom_client_side;

/** The same for a client of a product with streams (table.h), which it takes bodies in pieces for:
 *  a PUT to a stream in the format opaque. Reported to the other one they come joined, as far as
 *  the port has room; so do they in other formats. A stream is read in the format opaque piece by
 * piece, if the client's buffer has room for one (1024 bytes); else, and in other formats, as a
 * whole that fits the buffer. It is left out where it would be read with others. */
extern const struct loom_side loom_client_stream_side;

/**
 * Starts: loads the accounts from the store, if there are any; otherwise those that the product has
 * put into its model count (factory bootstrap, rule A-10). Of stored accounts that are damaged the
 * ones before them count; where none are whole, or they do not fit the product's tables, those of
 * the product. LOOM_EVENT_STATE_RECOVERED reports it, and the store is left as it is until the next
 * save. Sends nothing before the first step.
 *
 * From then on the client notes what changes in its model, whoever changes it: the next step stores
 * what is persistent, once for all changes, and sends an Update where a server knows of something
 * else. So the client stays where it is for as long as the model is used, and a product that has
 * changed something steps soon.
 * @return LOOM_BAD_REQUEST an impossible configuration; LOOM_INTERNAL_ERROR the store cannot be
 *         read at the moment (an event reports it; nothing was changed)
 */
enum loom_status loom_client_start(struct loom_client *client,
                                   const struct loom_client_config *config);

/** Does what is due. @return when it wants to be called again, in milliseconds of the port's
 *  clock; UINT64_MAX: only when something happens. Never in the past. */
uint64_t loom_client_step(struct loom_client *client);

/** Starts a bootstrap, as resource 1/x/9 does. May be called from handlers. */
void loom_client_bootstrap(struct loom_client *client);

/** Sends an Update to every server the client is registered at, or registers where it is not. May
 *  be called from handlers. */
void loom_client_update(struct loom_client *client);

/** The device has another address, or a way to the network again: new sessions are opened, and the
 *  registrations renewed (rule B-17). May be called from handlers. */
void loom_client_address_changed(struct loom_client *client);

/** Whether a server takes what a Send would bring it: registered, and not muted by 1/x/23, which
 *  mutes where it is absent (rule B-74). */
bool loom_client_may_send(const struct loom_client *client, uint16_t ssid);

/** A value for a Send. */
struct loom_sent_value {
    struct loom_path path;   /**< of a resource or resource instance that a server may read */
    struct loom_value value; /**< of its type; what it points to is copied */
    /** When it was true, in seconds: since 1970 from 2^28 on, else before or after now, as -60 for
     *  a minute ago (RFC 8428 section 4.5.3); 0: now. */
    double time;
};

/** What to send. All zero: nothing, to every server that takes it, until one has. */
struct loom_send {
    uint16_t ssid; /**< 0: every server that takes it now or will once the device is registered */
    /** LOOM_FORMAT_SENML_CBOR, LOOM_FORMAT_SENML_JSON or, without times, LOOM_FORMAT_LWM2M_CBOR; 0:
     *  the first of SenML CBOR, SenML JSON and LwM2M CBOR that the product and the server have. */
    uint16_t format;
    /** Objects, instances, resources and resource instances, whose values are read now. What has no
     *  value, or may not be read by servers, is left out. */
    const struct loom_path *paths;
    size_t path_count;
    const struct loom_sent_value *values;
    size_t value_count;
    /** For how many seconds it is of use; 0: until it is delivered. What is under way by then ends
     *  as it does. */
    uint32_t seconds;
};

/**
 * Sends values to servers unasked (rule C-34, LwM2M 1.1; for products with the feature `send`). All
 * of it goes as one message to each server, in the order of the calls and one at a time. It waits
 * in the outbox while a server cannot be reached, does not have the device registered yet, or the
 * device sleeps, and goes again where no answer came. What has waited has times. What a server has
 * no right to read when it goes is left out.
 *
 * Its end comes as an event for each server, with the handle: LOOM_EVENT_SEND_DELIVERED,
 * LOOM_EVENT_SEND_REFUSED or LOOM_EVENT_SEND_DROPPED.
 *
 * May be called from hooks and events, but not from a function that serves a value.
 * @param send   not needed any more after the call
 * @param handle out, of LOOM_OK; may be NULL
 * @return LOOM_OK it waits; LOOM_NOT_IMPLEMENTED the product does not have the feature;
 *         LOOM_NOT_FOUND there is nothing to be sent; LOOM_BAD_REQUEST a value is not of the type
 *         of its resource; LOOM_METHOD_NOT_ALLOWED servers may not read it; LOOM_UNAUTHORIZED it is
 *         of an object that no server may see (rule C-40); LOOM_NOT_ACCEPTABLE the product does not
 *         have the format, or it has no times; LOOM_FORBIDDEN no server takes it: there is no such
 *         account, it is muted (rule B-74) or of LwM2M 1.0; LOOM_TOO_LARGE the outbox has no room;
 *         LOOM_UNAVAILABLE called from a function that serves a value
 */
enum loom_status loom_client_send(struct loom_client *client, const struct loom_send *send,
                                  uint16_t *handle);

/**
 * The smartcard has been read. Called by the reader, from its own loop.
 * @param status LOOM_OK; anything else: the card gives nothing, and the sequence goes on without it
 * @param data   the content of EF LwM2M_Bootstrap (rules E.4; Core App. G.3.3), for the duration of
 *               the call
 */
void loom_client_smartcard(struct loom_client *client, enum loom_status status, const void *data,
                           size_t length);

/** De-registers everywhere. The client stays so until loom_client_update() or a bootstrap. */
void loom_client_deregister(struct loom_client *client);

/** De-registers and closes all sessions. LOOM_EVENT_STOPPED reports the end; step until then. From
 *  then on the model no longer refers to the client, whose memory may go once the port is gone. */
void loom_client_stop(struct loom_client *client);

/** @return whether what loom_client_stop() began is done. */
bool loom_client_stopped(const struct loom_client *client);

/** What a registration is doing, for people. */
struct loom_registration_status {
    uint16_t ssid;
    const char *state;    /**< name of the state, such as `registered` */
    struct loom_text uri; /**< lasts until the model changes */
    uint64_t deadline;    /**< milliseconds of the port's clock, when what it waits for is due;
                           *   UINT64_MAX: it waits for nothing */
    int64_t lifetime;     /**< seconds, as last sent to the server; 0: no end (rule B-21) */
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
