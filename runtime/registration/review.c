/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a bootstrap is needed for want of a registration (rule A-10, step 4). */
#include "registration/registration.h"

#include "context/context.h"
#include "registration/order.h"
#include "registration/server_object.h"

bool loom_registrations_call_for_bootstrap(const struct loom_context *context)
{
    const struct loom_registration_order_feature *order =
        loom_context_features(context)->registration_order;
    bool any = false;
    bool wanted = false;
    struct loom_registration *registration = NULL;
    while ((registration = loom_registration_next(context, registration)) != NULL) {
        any = true;
        if (order != NULL && order->is_blocked(registration)) {
            continue; /* will not even try: as good as failed, but with no wish of its own */
        }
        if (registration->state != LOOM_REGISTRATION_FAILED && !registration->given_up) {
            return false;
        }
        wanted = wanted ||
                 loom_server_flag(registration, LOOM_ID_SERVER_BOOTSTRAP_ON_REGISTRATION_FAILURE,
                                  true); /* rules B-53, B-56 */
    }
    return !any || wanted;
}
