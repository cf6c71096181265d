/* SPDX-License-Identifier: Apache-2.0 */
/** Register, Update and De-register as they go out. For the files of this room. */
#ifndef LOOM_REGISTRATION_REQUESTS_H
#define LOOM_REGISTRATION_REQUESTS_H

#include "loom/client.h"
#include "loom/codec.h"

struct loom_draft;

/** Sends Register, opening a session if there is none. @return false: it could not be sent; an
 *  event has said so, as for the two others */
bool loom_registration_send_register(struct loom_registration *registration);
/** Sends Update with what has changed. */
bool loom_registration_send_update(struct loom_registration *registration);
bool loom_registration_send_deregister(struct loom_registration *registration);

/** Whether an Update is due for a change (rule B-18). */
bool loom_registration_changed(const struct loom_registration *registration);

/** The feature: the content formats of the device, on the root link of its object list. */
struct loom_listed_formats_feature {
    /** Puts that link, if there are optional formats, and the comma behind it. */
    void (*put)(const struct loom_registration *registration, struct loom_draft *draft);
};

/** The feature: a Profile ID in the place of the object list (rules B-40 .. B-43). */
struct loom_profile_id_feature {
    /** Remembers the object list of now as the one that the product's profile id means. */
    void (*note)(struct loom_context *context);
    /** @return false: the list is to be sent */
    bool (*add)(struct loom_registration *registration, struct loom_draft *draft);
};

#endif
