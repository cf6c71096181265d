/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What the servers ask of a store: accounts and object lists. Each kind of store is a driver that
 * fills a `struct loom_fleet_store`; accounts_file.h is the one that reads a text file into memory.
 *
 * A driver answers at once and from one thread. Initialise it with designated initialisers.
 */
#ifndef LOOM_FLEET_STORE_H
#define LOOM_FLEET_STORE_H

#include "store/account.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Hears of one account, which lasts for the duration of the call unless it is held. */
typedef void loom_fleet_visitor(void *user, const struct loom_fleet_account *account);

/** The numbers of adoptions begin with it. */
#define LOOM_FLEET_ADOPTIONS (UINT64_C(1) << 63)

struct loom_fleet_store {
    void *self; /**< given to every function */

    /** Finds the account of an endpoint. @return a reference that the caller gives back, or NULL */
    const struct loom_fleet_account *(*by_endpoint)(void *self, struct loom_text endpoint);

    /** Finds the account with a PSK identity. @return as by_endpoint() */
    const struct loom_fleet_account *(*by_identity)(void *self, struct loom_bytes identity);

    /** Begins to make an account for a device that has shown by its identity that it belongs here,
     *  though no account has its name. When it is durable, whoever listens to the driver is told.
     *  NULL: nobody is adopted.
     *  @param endpoint as it calls itself; data NULL: it does not
     *  @param number   out: of this adoption, greater than those before, and than all numbers that
     *                  a server has for answers that it holds: LOOM_FLEET_ADOPTIONS and more
     *  @return LOOM_OK; LOOM_NOT_FOUND it does not belong here, or not by this name;
     *          LOOM_UNAVAILABLE it cannot be made now */
    enum loom_status (*adopt)(void *self, struct loom_bytes identity, struct loom_text endpoint,
                              uint64_t *number);

    /** Shows every account, in the store's order. */
    void (*each)(void *self, loom_fleet_visitor *visit, void *user);

    /** @return whether an endpoint without an account may come without security. */
    bool (*allows_any)(void *self);

    /** Finds the object list behind a Profile ID (rules B.2).
     *  @param objects out: links, checked; last until the store is next asked
     *  @return false: not known */
    bool (*profile)(void *self, struct loom_text id, struct loom_text *objects);
};

/** What the check of a peer's name against its security identity came to (rule H-4). */
enum loom_fleet_admission {
    LOOM_FLEET_ADMITTED,
    LOOM_FLEET_ADMISSION_UNKNOWN, /**< no such endpoint */
    /** known, but not by this identity or not without security */
    LOOM_FLEET_ADMISSION_WRONG_IDENTITY
};

/**
 * Decides whether a peer is who it says. Nobody is adopted by it.
 * @param endpoint name as sent; data NULL if it sent none: then the identity alone names the
 *                 endpoint (rules A-31, B-2)
 * @param account  out: a reference to the account, to be given back; NULL unless admitted, and for
 *                 an endpoint without an account under `allows_any`
 */
enum loom_fleet_admission loom_fleet_admit(const struct loom_fleet_store *store,
                                           const struct loom_peer *peer, struct loom_text endpoint,
                                           const struct loom_fleet_account **account);

#ifdef __cplusplus
}
#endif

#endif
