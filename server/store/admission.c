/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store.h"

#include "common/text.h"

/* What a handshake was given of a device that is not adopted yet is no account. */
static bool is_kept(const struct loom_fleet_store *store, const struct loom_fleet_account *account)
{
    const struct loom_fleet_account *kept =
        store->adopt == NULL ? account : store->by_endpoint(store->self, account->endpoint);
    if (store->adopt != NULL) {
        loom_fleet_account_release(kept);
    }
    return kept != NULL;
}

/* The identity alone names the endpoint. */
static enum loom_fleet_admission admit_unnamed(const struct loom_fleet_store *store,
                                               const struct loom_peer *peer,
                                               const struct loom_fleet_account **account)
{
    if (peer->secure) {
        *account = store->by_identity(store->self, peer->identity);
    }
    if (*account != NULL && ((*account)->closed || !is_kept(store, *account))) {
        loom_fleet_account_release(*account);
        *account = NULL;
    }
    return *account != NULL ? LOOM_FLEET_ADMITTED : LOOM_FLEET_ADMISSION_UNKNOWN;
}

static enum loom_fleet_admission admit_named(const struct loom_fleet_store *store,
                                             const struct loom_peer *peer,
                                             struct loom_text endpoint,
                                             const struct loom_fleet_account **account)
{
    const struct loom_fleet_account *named = store->by_endpoint(store->self, endpoint);
    if (named == NULL) {
        /* An identity is that of one endpoint with an account and vouches for no other name. */
        bool any = !peer->secure && store->allows_any(store->self);
        return any ? LOOM_FLEET_ADMITTED : LOOM_FLEET_ADMISSION_UNKNOWN;
    }
    bool psk = named->mode == LOOM_SECURITY_PSK;
    if (named->closed) {
        loom_fleet_account_release(named);
        return LOOM_FLEET_ADMISSION_UNKNOWN;
    }
    if (peer->secure ? psk && loom_bytes_same(named->identity, peer->identity) : !psk) {
        *account = named;
        return LOOM_FLEET_ADMITTED;
    }
    loom_fleet_account_release(named);
    return LOOM_FLEET_ADMISSION_WRONG_IDENTITY;
}

enum loom_fleet_admission loom_fleet_admit(const struct loom_fleet_store *store,
                                           const struct loom_peer *peer, struct loom_text endpoint,
                                           const struct loom_fleet_account **account)
{
    *account = NULL;
    if (endpoint.data != NULL) {
        return admit_named(store, peer, endpoint, account);
    }
    return admit_unnamed(store, peer, account);
}
