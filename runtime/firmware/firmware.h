/* SPDX-License-Identifier: Apache-2.0 */
/** The Firmware Update, as the client sees it; and what the files of this room share. */
#ifndef LOOM_FIRMWARE_FIRMWARE_H
#define LOOM_FIRMWARE_FIRMWARE_H

#include "context/context.h"
#include "firmware/states.h"
#include "loom/firmware.h"
#include "loom/ids.h"

/* ---- as the client sees it ----------------------------------------------------------------------
 */

/** Goes on where the record says that things were, or begins. */
void loom_firmware_begin(struct loom_firmware *firmware, struct loom_context *context,
                         const struct loom_room *room);

/** When there is something to be done without anything else having happened. */
uint64_t loom_firmware_deadline(const struct loom_firmware *firmware);

/** Does what is due. */
void loom_firmware_timer(struct loom_firmware *firmware);

/** Stores what a server has written of how an update is to be done, if that has changed. */
void loom_firmware_keep_terms(struct loom_firmware *firmware);

/** Closes the session, because the client stops; what is stored stays. */
void loom_firmware_stop(struct loom_firmware *firmware);

/** loom_client_firmware_done() */
void loom_firmware_done(struct loom_firmware *firmware, enum loom_firmware_result result);

/** What happens in the session of a download. */
void loom_firmware_response(struct loom_firmware *firmware, uint32_t exchange,
                            const struct loom_response *response);
void loom_firmware_lost(struct loom_firmware *firmware);

/* ---- firmware.c ---------------------------------------------------------------------------------
 */

/** @return false: the event means nothing in this state */
bool loom_firmware_take(struct loom_firmware *firmware, enum loom_firmware_event event);

/** How something that the port was asked for has ended, or that it has not. */
void loom_firmware_ended(struct loom_firmware *firmware, enum loom_firmware_result result);

/** Has the port store the next bytes of the image. @param whole they are the last ones */
void loom_firmware_store(struct loom_firmware *firmware, struct loom_bytes bytes, bool whole);

/** Ends with this result: the image, or what there is of it, is dropped. */
void loom_firmware_end(struct loom_firmware *firmware, enum loom_firmware_result result);

/* ---- download.c ---------------------------------------------------------------------------------
 *
 * Guards and actions of the rows. */

bool loom_firmware_is_malformed(const void *subject);
bool loom_firmware_is_foreign(const void *subject);
bool loom_firmware_goes_on(const void *subject);
void loom_firmware_ask(void *subject);
void loom_firmware_ask_next(void *subject);
void loom_firmware_ask_later(void *subject);
void loom_firmware_take_piece(void *subject);
void loom_firmware_begin_anew(void *subject);
bool loom_firmware_attempts_left(const void *subject);
bool loom_firmware_changes_left(const void *subject);
bool loom_firmware_may_have_changed(const void *subject);

/** Closes the session of a download, if there is one. */
void loom_firmware_hang_up(struct loom_firmware *firmware);

/* ---- uri.c --------------------------------------------------------------------------------------
 */

enum loom_firmware_scheme {
    LOOM_FIRMWARE_NO_URI,
    LOOM_FIRMWARE_COAP,
    LOOM_FIRMWARE_COAPS,
    LOOM_FIRMWARE_OTHER
};

/** The parts of a URI; they point into it. */
struct loom_firmware_uri {
    enum loom_firmware_scheme scheme; /**< LOOM_FIRMWARE_NO_URI: it is none that can be used */
    struct loom_text base;            /**< scheme, host and port */
    struct loom_text host;            /**< with the brackets of an IPv6 address */
    struct loom_text path;            /**< from its first slash on, or empty */
    struct loom_text query;           /**< behind the question mark, or empty */
};

struct loom_firmware_uri loom_firmware_uri_parse(struct loom_text text);

/** Adds path and query to a request (RFC 7252 section 6.4). What they are decoded to is written to
 *  `draft->out`. @return false: they have too many segments */
bool loom_firmware_uri_put(const struct loom_firmware_uri *uri, struct loom_draft *draft);

/* ---- shown.c ------------------------------------------------------------------------------------
 */

/** State, Update Result and Last State Change Time as servers see them. Nothing else writes them,
 *  so whoever observes them is told.
 *  @return whether people see a change */
bool loom_firmware_show(struct loom_firmware *firmware);

/** The name of what the update does, for people. */
const char *loom_firmware_state_name(const struct loom_firmware *firmware);

/** Delivery Method and Protocol Support. */
void loom_firmware_show_abilities(const struct loom_firmware *firmware);

/** What a server has written of how an update is to be done. */
struct loom_firmware_wishes {
    uint8_t severity; /**< 5/x/11 */
    bool automatic;   /**< 5/x/14 */
    bool may_defer;   /**< the object has a deferral */
    bool has_period;  /**< 5/x/13 is there */
    uint32_t period;  /**< 5/x/13; UINT32_MAX without it */
};

struct loom_firmware_wishes loom_firmware_wishes(const struct loom_firmware *firmware);
void loom_firmware_restore_wishes(const struct loom_firmware *firmware,
                                  const struct loom_firmware_wishes *wishes);

/* ---- resume.c -----------------------------------------------------------------------------------
 */

/** Stores what must outlive a power loss, if it is another than what is stored.
 *  @return false: the store has failed */
bool loom_firmware_keep(struct loom_firmware *firmware);

/** Puts the members as the record has them; without one they stay as they are.
 *  @return false: there is none */
bool loom_firmware_recall(struct loom_firmware *firmware);

#endif
