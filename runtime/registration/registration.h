/* SPDX-License-Identifier: Apache-2.0 */
/** Client Registration, as the client sees it. */
#ifndef LOOM_REGISTRATION_REGISTRATION_H
#define LOOM_REGISTRATION_REGISTRATION_H

#include "loom/client.h"
#include "registration/server_object.h"

struct loom_requester;

/* ---- registration.c: one of them ---------------------------------------------------------------
 */

/** @return false if the event means nothing in the present state */
bool loom_registration_take(struct loom_registration *registration,
                            enum loom_registration_event event);
/** Its deadline has come: of a wait, or of an exchange whose end the port never reported. */
void loom_registration_timer(struct loom_registration *registration);
void loom_registration_response(struct loom_registration *registration, uint32_t exchange,
                                const struct loom_response *response, enum loom_failure failure);
/** @param alert the TLS alert received (rule A-111), or -1 */
void loom_registration_lost(struct loom_registration *registration, int alert);
/** Does what handlers and writes have asked for. */
void loom_registration_do_wishes(struct loom_registration *registration);
const char *loom_registration_state_name(enum loom_registration_state state);

/** The feature: a register in an older release where a server refuses a newer one (rule B-13). */
struct loom_version_fall_back_feature {
    /** @return the release before that of the registration, 0 if it may not be used */
    uint16_t (*older_release)(const struct loom_registration *registration);
    void (*take_older)(struct loom_registration *registration);
};

/** The feature: Disable, 1/x/4 and 1/x/5 (rule B-70). */
struct loom_disable_feature {
    /** De-registered; now it is silent for its time. */
    void (*disable)(struct loom_registration *registration);
};

/** The feature: TLS-DTLS Alert Code, 1/x/11 (rule A-111). */
struct loom_alert_code_feature {
    void (*keep)(struct loom_registration *registration, int alert);
};

/* ---- registrations.c: all of them --------------------------------------------------------------
 */

/** Begins with none.
 *  @param room given to the port as the beginning of a session's owner */
void loom_registrations_init(struct loom_context *context, const struct loom_room *room);
/** Forgets all registrations without a message to the servers and makes new ones from the accounts
 *  of the model (rules ). For all of them it is as after a bootstrap (rule B-51). */
void loom_registrations_restart(struct loom_context *context);
/** Gives their turn to those whose turn it is (rules B-50 .. B-52). @return whether there was one
 */
bool loom_registrations_take_turns(struct loom_context *context);
/** Begins again where everything was given up: a bootstrap did not help (yet). */
void loom_registrations_retry_failed(struct loom_context *context);
/** Whether a bootstrap is due for want of a registration (rule A-10, step 4). */
bool loom_registrations_call_for_bootstrap(const struct loom_context *context);
/** Wishes the same of all of them. */
void loom_registrations_wish(struct loom_context *context, enum loom_registration_wish wish);
/** Does what has been wished of any of them. */
void loom_registrations_do_wishes(struct loom_context *context);
/** The first deadline of all. */
uint64_t loom_registrations_deadline(const struct loom_context *context);
/** Does what is due. */
void loom_registrations_timer(struct loom_context *context);
/** Whether all have come to their end. */
bool loom_registrations_are_off(const struct loom_context *context);
/** Whether a server takes no Send: it says so, says nothing, or is of LwM2M 1.0 (rule B-74). */
bool loom_registration_is_mute(const struct loom_registration *registration);
/** Whether a server takes what a Send would bring it (rule B-74). */
bool loom_registrations_may_send(const struct loom_context *context, uint16_t ssid);
/** Remembers the object list of now as the one that the product's profile id means (rule B-40). */
void loom_registrations_note_profile(struct loom_context *context);

/** Execute on 1/x/4 (rule B-70). */
enum loom_status loom_registrations_disable(struct loom_context *context,
                                            const struct loom_requester *from,
                                            struct loom_text arguments);
/** Execute on 1/x/8 (rule B-71). @return LOOM_BAD_REQUEST it names a transport that cannot be used
 */
enum loom_status loom_registrations_trigger(struct loom_context *context,
                                            const struct loom_requester *from,
                                            struct loom_text arguments);

/* ---- remember.c --------------------------------------------------------------------------------
 */

/** Waits of fewer seconds are not worth a write of the state record: its memory wears. */
#define LOOM_WAIT_REMEMBERED 60u

/** The feature: a record of the registrations in the store. */
struct loom_remembered_registrations_feature {
    /** At the start, after the restart: goes on where the state record says that things were. */
    void (*recall)(struct loom_context *context);
    /** Writes the state record if something in it must outlive a reboot that is not in it. */
    void (*remember)(struct loom_context *context);
};

#endif
