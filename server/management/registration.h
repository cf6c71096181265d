/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What a Register or an Update says (rules B.1, B.5). For the LwM2M server only.
 */
#ifndef LOOM_MANAGEMENT_REGISTRATION_H
#define LOOM_MANAGEMENT_REGISTRATION_H

#include "management/management_events.h"

/** The parameters of the query; text points into the request, its data is NULL if it is not there.
 */
struct loom_dm_parameters {
    struct loom_text endpoint;
    struct loom_text lwm2m;
    struct loom_text binding;
    struct loom_text sms;
    bool has_lifetime;
    uint32_t lifetime;
    bool queue_mode;
    struct loom_text profile; /**< Profile IDs, well-formed (rule B-40) */
};

/** @param registering Register, else Update, which has fewer parameters */
enum loom_dm_reason loom_dm_parameters_read(struct loom_dm_parameters *parameters,
                                            const struct loom_request *request, bool registering);

/** @return the version as in `loom_dm_client`, or 0 if this server does not speak it (B-13). */
uint16_t loom_dm_version(struct loom_text lwm2m);

/** @return whether that version has the parameters that there are. */
bool loom_dm_parameters_fit(const struct loom_dm_parameters *parameters, uint16_t lwm2m);

/** @return whether the letters are a binding of that version (rule B-25); `queue_mode` becomes true
 *  if they say so. */
bool loom_dm_binding(struct loom_text letters, uint16_t lwm2m, bool *queue_mode);

/** An object list; `alternate_path` points into the payload. */
struct loom_dm_links {
    struct loom_dm_link *links;
    size_t count;
    struct loom_text alternate_path;
};

/** Reads an object list. What is not LwM2M's is left out (rule B-8), and so are objects that no
 * list may have (rule B-6). @return LOOM_DM_NO_REASON, LOOM_DM_BAD_OBJECT_LIST, LOOM_DM_NO_MEMORY
 */
enum loom_dm_reason loom_dm_links_read(struct loom_dm_links *links, struct loom_bytes payload);

/** Adds one link. @return LOOM_DM_NO_REASON, LOOM_DM_NO_MEMORY */
enum loom_dm_reason loom_dm_links_add(struct loom_dm_links *links, const struct loom_dm_link *link);

void loom_dm_links_free(struct loom_dm_links *links);

#endif
