/* SPDX-License-Identifier: Apache-2.0 */
/** What the rooms of the client share with each other. */
#ifndef LOOM_CLIENT_INTERNAL_H
#define LOOM_CLIENT_INTERNAL_H

#include "accounts/accounts.h"
#include "codec/number.h"
#include "codec/text.h"
#include "loom/client.h"
#include "loom/codec.h"

/** No deadline. */
#define LOOM_NEVER UINT64_MAX

#define LOOM_MILLISECONDS 1000u

/** Seconds; CoAP's EXCHANGE_LIFETIME and MAX_TRANSMIT_WAIT with its default parameters. */
#define LOOM_EXCHANGE_LIFETIME 247u
#define LOOM_MAX_TRANSMIT_WAIT 93u

/* ---- client.c ----------------------------------------------------------------------------------
 */

uint64_t loom_client_now(const struct loom_client *client);

/** The time `seconds` from now; saturates. */
uint64_t loom_client_after(const struct loom_client *client, uint64_t seconds);

/** Begins an event of this type: time set, everything else empty. */
struct loom_event loom_client_event(const struct loom_client *client, enum loom_event_type type);
void loom_client_emit(const struct loom_client *client, const struct loom_event *event);

/** A number of the exchange with which to ask the port. */
uint32_t loom_client_exchange(struct loom_client *client);

/** Opens a session with the server of a Security instance, and tells of it.
 *  @return NULL if that is impossible; an event has told why */
struct loom_session *loom_client_open(struct loom_client *client, const struct loom_model *model,
                                      uint16_t security_instance, uint16_t ssid, void *owner);

/** Closes a session if there is one, and forgets it. */
void loom_client_close(struct loom_client *client, struct loom_session **session);

/** What comes after the smartcard: accounts are those of the store or the factory; everything that
 *  has one registers (rule A-10, steps 2 and 3). */
void loom_client_begin(struct loom_client *client);

/** Reads the ids of a request's path. @return LOOM_NOT_FOUND if it is not made of ids,
 *  LOOM_METHOD_NOT_ALLOWED if there are too many (rule C-3) */
enum loom_status loom_request_path(const struct loom_request *request, struct loom_path *path);

/** Whether a request's path is this one text segment. */
bool loom_request_path_is(const struct loom_request *request, const char *segment);

/** Begins an outgoing request with no path, query or payload. */
struct loom_request loom_request_begin(enum loom_method method);
void loom_request_add_path(struct loom_request *request, struct loom_text segment);
/** Adds `name=value`, written into the client's buffer space `out`. */
void loom_request_add_query(struct loom_request *request, struct loom_output *out, const char *name,
                            struct loom_text value);

/** Clears the client's buffer, where a key may have stood. */
void loom_client_wipe(struct loom_client *client);

/* ---- state.c -----------------------------------------------------------------------------------
 */

/** Writes the persistent objects of a model to the store, if there is one. Tells of failure. */
enum loom_status loom_state_save(struct loom_client *client, const struct loom_model *model);

/** Reads them into the model, and tells of damage.
 *  @return LOOM_OK; LOOM_NOT_FOUND nothing to be had: no store, nothing stored, or nothing of use;
 *          LOOM_UNAVAILABLE the store cannot be read. The model holds nothing of use unless LOOM_OK
 */
enum loom_status loom_state_load(struct loom_client *client, struct loom_model *model);

/* ---- bootstrap/ --------------------------------------------------------------------------------
 */

enum loom_bootstrap_state {
    LOOM_BOOTSTRAP_START,      /**< before the first step of the sequence */
    LOOM_BOOTSTRAP_CARD,       /**< a smartcard is being read */
    LOOM_BOOTSTRAP_IDLE,       /**< none under way */
    LOOM_BOOTSTRAP_HOLD_OFF,   /**< decided, Client Hold Off Time runs */
    LOOM_BOOTSTRAP_PACK,       /**< Bootstrap-Pack-Request is on its way */
    LOOM_BOOTSTRAP_REQUESTING, /**< Bootstrap-Request is on its way */
    LOOM_BOOTSTRAP_RUNNING,    /**< the bootstrap server commands */
    LOOM_BOOTSTRAP_COMMITTED,  /**< accounts in force, Finish being answered */
    LOOM_BOOTSTRAP_FINISHED,   /**< registering; the session lingers for repeated messages */
    LOOM_BOOTSTRAP_WAITING,    /**< failed; the next attempt has its time */
    LOOM_BOOTSTRAP_STATE_COUNT
};

enum loom_bootstrap_event {
    LOOM_BOOTSTRAP_BEGIN,
    LOOM_BOOTSTRAP_CARD_DONE, /**< read and applied, or not to be had */
    LOOM_BOOTSTRAP_NEEDED,    /**< for want of a registration, or asked for */
    LOOM_BOOTSTRAP_TIMER,
    LOOM_BOOTSTRAP_ACCEPTED,       /**< Bootstrap-Request answered 2.04 */
    LOOM_BOOTSTRAP_REFUSED,        /**< Bootstrap-Request answered with an error */
    LOOM_BOOTSTRAP_FORMAT_REFUSED, /**< answered 4.15 */
    LOOM_BOOTSTRAP_NO_PACK,        /**< an error, no answer, or a pack that is inconsistent */
    LOOM_BOOTSTRAP_COMMAND,        /**< of the bootstrap server */
    LOOM_BOOTSTRAP_COMPLETE,       /**< consistent, stored and in force */
    LOOM_BOOTSTRAP_LOST,           /**< the session, or the request could not be sent */
    LOOM_BOOTSTRAP_REGISTERED,     /**< at some server, so the accounts are good for something */
    LOOM_BOOTSTRAP_EXPIRED,        /**< resource 0/x/12 */
    LOOM_BOOTSTRAP_STOP,
    LOOM_BOOTSTRAP_EVENT_COUNT
};

/** @return false if the event means nothing in the present state */
bool loom_bootstrap_take(struct loom_client *client, enum loom_bootstrap_event event);
void loom_bootstrap_response(struct loom_client *client, uint32_t exchange,
                             const struct loom_response *response, enum loom_failure failure);
void loom_bootstrap_lost(struct loom_client *client);
void loom_bootstrap_request(struct loom_client *client, const struct loom_request *request,
                            struct loom_reply *reply);
/** Does what is due at `now`. */
void loom_bootstrap_timer(struct loom_client *client, uint64_t now);
uint64_t loom_bootstrap_deadline(const struct loom_client *client);
const char *loom_bootstrap_state_name(enum loom_bootstrap_state state);

/** Whether requests of servers are to be ignored for a bootstrap (rules ). */
bool loom_bootstrap_silences(const struct loom_client *client);

/** The way to the network is another: the session is given up, and begun anew where the bootstrap
 *  server may push. */
void loom_bootstrap_moved(struct loom_client *client);

/** Whether no bootstrap is under way or waits for its time. */
bool loom_bootstrap_is_idle(const struct loom_client *client);

/** The answer to a Bootstrap-Pack-Request (rules A-100 .. A-102). */
void loom_bootstrap_pack(struct loom_client *client, const struct loom_response *response,
                         enum loom_failure failure);

/** Who brings a configuration. A card may bring no more than a Bootstrap-Server Account. */
enum loom_bootstrap_source { LOOM_BOOTSTRAP_FROM_SERVER, LOOM_BOOTSTRAP_FROM_CARD };

/** What is wrong with a configuration: a sentence part for people and the place; NULL: nothing.
 *  Rules and the table after A-89.
 *  @param replaced Security instance that is about to go and is left out, or LOOM_ID_NONE */
const char *loom_bootstrap_inconsistency(const struct loom_client *client,
                                         const struct loom_model *model, uint16_t replaced,
                                         enum loom_bootstrap_source source,
                                         struct loom_path *where);

/** Bootstrap-Write, -Delete, -Discover and -Read on the staged model (rules A-40 .. A-71).
 *  @param why out: what is wrong, where the code alone does not say it */
enum loom_status loom_bootstrap_write(struct loom_client *client, const struct loom_path *path,
                                      const struct loom_request *request, struct loom_text *why);
enum loom_status loom_bootstrap_delete(struct loom_client *client, const struct loom_path *path);
enum loom_status loom_bootstrap_discover(const struct loom_client *client,
                                         const struct loom_path *path, struct loom_output *out);
/** @param format in: what the server accepts; out: the format of the answer */
enum loom_status loom_bootstrap_read(const struct loom_client *client, const struct loom_path *path,
                                     uint16_t *format, struct loom_output *out);

/** Deletes the instances of an object that a Bootstrap-Delete may delete (rules ). */
void loom_bootstrap_clear(struct loom_client *client, uint16_t object);

/** A bootstrap server that does not know where the client keeps the Bootstrap-Server Account may
 *  write a server's account over it. The account must outlive that (rule A-83), so it makes way. */
struct loom_payload;
enum loom_status loom_bootstrap_make_way(struct loom_client *client,
                                         const struct loom_payload *payload);

/** The instances of the Bootstrap-Server Account as links (rule A-103). */
void loom_bootstrap_put_account(const struct loom_client *client, struct loom_output *out);

/** Deletes what only this Security instance, which goes, links to. */
void loom_bootstrap_drop_linked(struct loom_client *client, uint16_t security);

/** Whether a server that had an account has none in the staged model. One that never had any is not
 *  gone but wrong, which is for the check to find. */
bool loom_is_unbootstrapped(const struct loom_client *client, uint64_t ssid);
/** Takes servers whose Security instance is gone out of everything (rules A-53, C-70). */
void loom_unbootstrap(struct loom_client *client);

/* What the bootstrap server writes is staged until it is consistent (rules ). */
void loom_transaction_begin(struct loom_client *client);
void loom_transaction_drop(struct loom_client *client);
/** Before the staged instances of an object change for the first time: takes them as they are now.
 */
void loom_transaction_touch(struct loom_client *client, uint16_t object);
/** Checks, stores and puts in force. @param event filled with what is wrong */
enum loom_status loom_transaction_finish(struct loom_client *client,
                                         enum loom_bootstrap_source source,
                                         struct loom_event *event);
/** Does away with the Bootstrap-Server Account (rule A-87), in the store and here. */
enum loom_status loom_transaction_purge(struct loom_client *client);

/* ---- registration/ -----------------------------------------------------------------------------
 */

enum loom_registration_state {
    LOOM_REGISTRATION_OFF,     /**< not wanted */
    LOOM_REGISTRATION_QUEUED,  /**< waits for its turn in the order (rule B-50) */
    LOOM_REGISTRATION_DELAYED, /**< its turn, but Initial Registration Delay runs (rule B-51) */
    LOOM_REGISTRATION_WAITING, /**< a timer of the rules runs until the next attempt */
    LOOM_REGISTRATION_REGISTERING,
    LOOM_REGISTRATION_REGISTERED,
    LOOM_REGISTRATION_UPDATING,
    LOOM_REGISTRATION_ASLEEP, /**< registered, queue mode, radio off (rule B-81) */
    LOOM_REGISTRATION_DEREGISTERING,
    LOOM_REGISTRATION_DISABLED, /**< by resource 1/x/4, until its time is over */
    LOOM_REGISTRATION_FAILED,   /**< given up; a bootstrap may help */
    LOOM_REGISTRATION_STATE_COUNT
};

enum loom_registration_event {
    LOOM_REGISTRATION_START, /**< the account is new, or the device is */
    LOOM_REGISTRATION_TURN,  /**< nothing before it in the order is in its way */
    LOOM_REGISTRATION_AGAIN, /**< no bootstrap helps: start over after the sequence delay */
    LOOM_REGISTRATION_TIMER,
    LOOM_REGISTRATION_ACCEPTED,
    LOOM_REGISTRATION_REFUSED, /**< explicitly: 4.xx, or an alert that is for good (rule H-17) */
    LOOM_REGISTRATION_OLDER,   /**< 4.12, and there is an older release to try */
    LOOM_REGISTRATION_LIST,    /**< 4.09 to a profile id (rule B-42) */
    LOOM_REGISTRATION_NO_ANSWER,
    LOOM_REGISTRATION_LOST,
    LOOM_REGISTRATION_MOVED, /**< another address, or another transport */
    LOOM_REGISTRATION_HEARD, /**< a request came in from the server */
    LOOM_REGISTRATION_UPDATE,
    LOOM_REGISTRATION_DISABLE,
    LOOM_REGISTRATION_STOP,
    LOOM_REGISTRATION_EVENT_COUNT
};

/** Forgets all registrations without a word to the servers and makes new ones from the accounts of
 *  the model (rules ). For all of them it is as after a bootstrap (rule B-51). */
void loom_registration_restart(struct loom_client *client);
/** At the start, after the restart: goes on where the state record says that things were. */
void loom_registration_recall(struct loom_client *client);
/** Writes the state record if something in it must outlive a reboot that does not stand there. */
void loom_registration_remember(struct loom_client *client);
/** Gives their turn to those whose turn it is (rules B-50 .. B-52). @return whether there was one
 */
bool loom_registration_take_turns(struct loom_client *client);
/** Execute on 1/x/8 (rule B-71). @return LOOM_BAD_REQUEST it names a transport that cannot be used
 */
enum loom_status loom_registration_trigger(struct loom_registration *registration,
                                           struct loom_text arguments);
/** The transport that a server's account prefers, 0: none that the port has. */
char loom_registration_transport(const struct loom_client *client, uint16_t ssid);
/** Begins anew where everything was given up: a bootstrap did not help (yet). */
void loom_registration_retry_failed(struct loom_client *client);
/** @return false if the event means nothing in the present state */
bool loom_registration_take(struct loom_registration *registration,
                            enum loom_registration_event event);
/** Its deadline has come: of a wait, or of an exchange whose end the port never told. */
void loom_registration_timer(struct loom_registration *registration);
void loom_registration_response(struct loom_registration *registration, uint32_t exchange,
                                const struct loom_response *response, enum loom_failure failure);
void loom_registration_lost(struct loom_registration *registration, enum loom_failure failure,
                            int alert);
/** What handlers and writes have asked for, after the answer to them is out. */
void loom_registration_wishes(struct loom_registration *registration);
/** Whether management requests of this server are served (rule A-92). */
bool loom_registration_serves(const struct loom_registration *registration);
/** Whether the server has the client registered; it may be asleep. */
bool loom_registration_stands(const struct loom_registration *registration);
/** Whether the account is in use; unused ones are all zero. */
bool loom_registration_used(const struct loom_registration *registration);
/** Whether a bootstrap is due for want of a registration (rule A-10, step 4). */
bool loom_registration_calls_for_bootstrap(const struct loom_client *client);
const char *loom_registration_state_name(enum loom_registration_state state);

/* ---- management/ -------------------------------------------------------------------------------
 */

/** A request of a registered server. */
void loom_management_request(struct loom_registration *from, const struct loom_request *request,
                             struct loom_reply *reply);
/** Discover (rules C-13, C-15). */
enum loom_status loom_management_discover(const struct loom_registration *from,
                                          const struct loom_path *path, struct loom_output *out);

#endif
