/* SPDX-License-Identifier: Apache-2.0 */
/** A bootstrap as a transaction: what the bootstrap server writes is staged until it is consistent
 *  (rules ). For the files of this room. */
#ifndef LOOM_BOOTSTRAP_TRANSACTION_H
#define LOOM_BOOTSTRAP_TRANSACTION_H

#include "loom/client.h"

/* ---- transaction.c -----------------------------------------------------------------------------
 */

void loom_transaction_begin(struct loom_bootstrap *bootstrap);
/** Takes what was not touched as it is now. What the bootstrap server did not write may have
 * changed since: the TLS-DTLS Alert Code (rule A-113), or what the product sets. */
void loom_transaction_refresh(struct loom_bootstrap *bootstrap);
/** Whether the client has the object and a bootstrap may change it. */
bool loom_transaction_takes(const struct loom_bootstrap *bootstrap, uint16_t object);
void loom_transaction_drop(struct loom_bootstrap *bootstrap);
/** Before the staged instances of an object change for the first time: takes them as they are now.
 */
void loom_transaction_touch(struct loom_bootstrap *bootstrap, uint16_t object);
/** Puts what was touched in force. */
void loom_transaction_commit(struct loom_bootstrap *bootstrap);
/** Puts in force what was not touched, as it was stored and without a report. */
void loom_transaction_restore(struct loom_bootstrap *bootstrap);

/* ---- unbootstrap.c -----------------------------------------------------------------------------
 */

/** The feature: a server whose account is deleted goes with all that belongs to it. */
struct loom_unbootstrap_feature {
    /** Deletes what only this Security instance, which goes, links to. */
    void (*drop_linked)(struct loom_bootstrap *bootstrap, uint16_t security);
    /** Whether a server that had an account has none in the staged model. One that never had any is
     *  not gone but wrong, which is for the check to find. */
    bool (*is_unbootstrapped)(const struct loom_bootstrap *bootstrap, uint32_t ssid);
    /** Takes servers whose Security instance is gone out of all that is staged (rules A-53, C-70).
     */
    void (*unbootstrap)(struct loom_bootstrap *bootstrap);
    /** Deletes what only such servers could use and what has no staged copy. That cannot be taken
     * back, so it is done when all else is stored, and before the commit. */
    void (*drop_unstaged)(struct loom_bootstrap *bootstrap);
};

/* ---- consistency.c -----------------------------------------------------------------------------
 */

/** Who brings a configuration. A card may bring no more than a Bootstrap-Server Account. */
enum loom_bootstrap_source { LOOM_BOOTSTRAP_FROM_SERVER, LOOM_BOOTSTRAP_FROM_CARD };

/** What is wrong, and where; all zero: nothing that there is more to say of. */
struct loom_fault {
    struct loom_path path;
    bool has_path;
    enum loom_reason reason;
    enum loom_failure failure;
};

/** Checks what is staged as a configuration: rules and the table after A-89.
 *  @param replaced Security instance that is about to go and is left out, or LOOM_ID_NONE
 *  @param fault    out: the first fault
 *  @return whether there is none */
bool loom_bootstrap_check(const struct loom_bootstrap *bootstrap, uint16_t replaced,
                          enum loom_bootstrap_source source, struct loom_fault *fault);

/* ---- finish.c ----------------------------------------------------------------------------------
 */

/** Emits an event that says what became of a bootstrap or of a part of it.
 *  @param code as in `struct loom_event`, or a status of the client's own */
void loom_fault_report(const struct loom_bootstrap *bootstrap, enum loom_event_type type,
                       uint8_t code, const struct loom_fault *fault);

/** The feature: Last Bootstrapped, 1/x/12 (rule A-112). */
struct loom_last_bootstrapped_feature {
    void (*note)(struct loom_bootstrap *bootstrap);
};

/** Checks, stores and puts in force. @param fault all zero; out: what is wrong */
enum loom_status loom_transaction_finish(struct loom_bootstrap *bootstrap,
                                         enum loom_bootstrap_source source,
                                         struct loom_fault *fault);
/** Rule A-87: begins the time of the staged account. */
void loom_transaction_start_timeout(struct loom_bootstrap *bootstrap);
/** Does away with the Bootstrap-Server Account (rule A-87), in the store and here. */
enum loom_status loom_transaction_purge(struct loom_bootstrap *bootstrap);

#endif
