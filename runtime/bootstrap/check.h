/* SPDX-License-Identifier: Apache-2.0 */
/** The check of a configuration (rule A-81) and the parts of it that a product may leave out. For
 * the files of this room. */
#ifndef LOOM_BOOTSTRAP_CHECK_H
#define LOOM_BOOTSTRAP_CHECK_H

#include "accounts/accounts.h"
#include "accounts/cursor.h"
#include "bootstrap/transaction.h"

/** The configuration, and which instance is being looked at. */
struct loom_check {
    const struct loom_bootstrap *bootstrap;
    const struct loom_model *model;
    struct loom_fault *fault; /**< out: the first fault */
    struct loom_cursor at;
    uint16_t replaced; /**< Security instance that is left out */
};

/** Notes a fault of what is being looked at.
 *  @param resource LOOM_ID_NONE: it is the instance that is wrong, or the object, before its first
 *                  instance */
void loom_check_note(struct loom_check *check, uint16_t resource, enum loom_reason why);

/** As loom_check_note(), for a check that ends with it. @return false */
static inline bool loom_check_fault(struct loom_check *check, uint16_t resource,
                                    enum loom_reason why)
{
    loom_check_note(check, resource, why);
    return false;
}

/** Whether a server is none that is gone, and has a Server instance, or is `special`. */
bool loom_check_is_known(const struct loom_check *check, uint32_t ssid, uint32_t special);

/** Whether the end of the bootstrap takes all that is a server's away (rule C-70). */
bool loom_check_is_unbootstrapped(const struct loom_check *check, uint32_t ssid);

/** The feature: what accounts link to, instances of OSCORE, COSE and MQTT Server. */
struct loom_linked_accounts_feature {
    /** Rule A-2: what this account links to is there, and not shared with another account. */
    bool (*check)(struct loom_check *check);
    /** loom_account_links(). */
    bool (*links)(const struct loom_model *model, uint16_t security, uint16_t object,
                  uint16_t instance);
};

#endif
