/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Firmware campaigns, and what has become of their devices. A device that still waits for its first
 * turn has no row.
 */
#ifndef LOOM_STORED_CAMPAIGN_H
#define LOOM_STORED_CAMPAIGN_H

#include "database/database.h"

#ifdef __cplusplus
extern "C" {
#endif

struct loom_stored_campaign {
    int64_t id;
    struct loom_text node;     /**< whose it is; may be empty */
    struct loom_text document; /**< JSON, as it was given */
    struct loom_text who;
    struct loom_text state;
    struct loom_text reason;
    int64_t tried_before; /**< devices, when it was last started */
    int64_t failed_before;
    int64_t created;
    int64_t changed;
};

struct loom_stored_campaign_device {
    int64_t campaign;
    struct loom_text endpoint;
    struct loom_text state;
    struct loom_text step;
    int64_t attempts;
    int64_t result;
    struct loom_text words;
    int64_t changed;
};

/** @return false: no more of them are wanted */
typedef bool loom_stored_campaign_visitor(void *user, const struct loom_stored_campaign *campaign);
typedef bool loom_stored_campaign_device_visitor(void *user,
                                                 const struct loom_stored_campaign_device *device);

/** Stores a campaign, or what has become of it: document, node and who stay as they were. */
enum loom_database_status loom_stored_campaign_save(struct loom_database *database,
                                                    const struct loom_stored_campaign *campaign);

enum loom_database_status
loom_stored_campaign_device_save(struct loom_database *database,
                                 const struct loom_stored_campaign_device *device);

/** Removes up to `limit` devices of a campaign, and with the last of them the campaign: so that no
 * transaction takes long. @param done out: it is gone */
enum loom_database_status loom_stored_campaign_remove(struct loom_database *database, int64_t id,
                                                      size_t limit, bool *done);

/** Shows those of a node, the oldest first. */
enum loom_database_status loom_stored_campaign_each(struct loom_database *database,
                                                    struct loom_text node,
                                                    loom_stored_campaign_visitor *visit,
                                                    void *user);

/** Shows the devices of the campaigns of a node. */
enum loom_database_status
loom_stored_campaign_device_each(struct loom_database *database, struct loom_text node,
                                 loom_stored_campaign_device_visitor *visit, void *user);

#ifdef __cplusplus
}
#endif

#endif
