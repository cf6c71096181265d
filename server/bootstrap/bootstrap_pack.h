/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The Bootstrap-Pack (rules A.5): all that an account provisions, in one answer. For the bootstrap
 * server only.
 */
#ifndef LOOM_BOOTSTRAP_PACK_H
#define LOOM_BOOTSTRAP_PACK_H

#include "loom/codec.h"
#include "store/account.h"

/**
 * @return whether a pack says the same as a bootstrap with this account. It does not when the
 * account has `pack = no` or no server (rule A-101), when it writes single resources or to the
 * Bootstrap-Server Account, which a pack leaves alone, or when it deletes what a pack does not
 * replace: the client replaces all instances of the objects in it, and no others.
 */
bool loom_bs_pack_can(const struct loom_fleet_account *account);

/**
 * Encodes the pack as SenML CBOR.
 * @param own the client's Bootstrap-Server Account as links (rule A-103), whose instances are not
 *            used; data NULL: not named, then it is where the account says, or else 0/0
 * @return LOOM_BAD_REQUEST `own` cannot be read; LOOM_METHOD_NOT_ALLOWED the account names an
 *         instance that `own` has, or there is not enough room; LOOM_UNAVAILABLE no memory. After
 *         an error nothing of the account is left in `out`.
 */
enum loom_status loom_bs_pack_encode(const struct loom_fleet_account *account, struct loom_text own,
                                     struct loom_output *out);

#endif
