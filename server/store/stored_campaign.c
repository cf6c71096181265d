/* SPDX-License-Identifier: Apache-2.0 */
#include "store/stored_campaign.h"

#define CAMPAIGN                                                                                   \
    "id, node, document, who, state, reason, tried_before, failed_before, created, changed"
#define CAMPAIGN_COUNT 10u
#define DEVICE         "campaign, endpoint, state, step, attempts, result, words, changed"
#define DEVICE_COUNT   8u

static const struct loom_statement save_campaign = {
    "INSERT INTO campaigns (" CAMPAIGN ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
    " ON CONFLICT (id) DO UPDATE SET state = excluded.state, reason = excluded.reason,"
    " tried_before = excluded.tried_before, failed_before = excluded.failed_before,"
    " changed = excluded.changed"};
static const struct loom_statement save_device = {
    "INSERT INTO campaign_devices (" DEVICE ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
    " ON CONFLICT (campaign, endpoint) DO UPDATE SET state = excluded.state,"
    " step = excluded.step, attempts = excluded.attempts, result = excluded.result,"
    " words = excluded.words, changed = excluded.changed"};
static const struct loom_statement remove_devices = {
    "DELETE FROM campaign_devices WHERE campaign = $1 AND endpoint IN"
    " (SELECT endpoint FROM campaign_devices WHERE campaign = $1 LIMIT $2)"};
static const struct loom_statement remove_campaign = {"DELETE FROM campaigns WHERE id = $1"};
static const struct loom_statement each_campaign = {
    "SELECT " CAMPAIGN " FROM campaigns WHERE node = $1 ORDER BY created, id"};
static const struct loom_statement each_device = {
    "SELECT " DEVICE " FROM campaign_devices"
    " WHERE campaign IN (SELECT id FROM campaigns WHERE node = $1) ORDER BY campaign, endpoint"};

enum loom_database_status loom_stored_campaign_save(struct loom_database *database,
                                                    const struct loom_stored_campaign *campaign)
{
    const struct loom_database_value values[CAMPAIGN_COUNT] = {
        loom_database_integer(campaign->id),
        loom_database_text(campaign->node),
        loom_database_text(campaign->document),
        loom_database_text(campaign->who),
        loom_database_text(campaign->state),
        loom_database_text(campaign->reason),
        loom_database_integer(campaign->tried_before),
        loom_database_integer(campaign->failed_before),
        loom_database_integer(campaign->created),
        loom_database_integer(campaign->changed),
    };
    return loom_database_run(database, &save_campaign, values, CAMPAIGN_COUNT, NULL, NULL);
}

enum loom_database_status
loom_stored_campaign_device_save(struct loom_database *database,
                                 const struct loom_stored_campaign_device *device)
{
    const struct loom_database_value values[DEVICE_COUNT] = {
        loom_database_integer(device->campaign), loom_database_text(device->endpoint),
        loom_database_text(device->state),       loom_database_text(device->step),
        loom_database_integer(device->attempts), loom_database_integer(device->result),
        loom_database_text(device->words),       loom_database_integer(device->changed),
    };
    return loom_database_run(database, &save_device, values, DEVICE_COUNT, NULL, NULL);
}

enum loom_database_status loom_stored_campaign_remove(struct loom_database *database, int64_t id,
                                                      size_t limit, bool *done)
{
    const struct loom_database_value values[] = {loom_database_integer(id),
                                                 loom_database_integer((int64_t)limit)};
    enum loom_database_status status =
        loom_database_run(database, &remove_devices, values, 2, NULL, NULL);
    *done = status == LOOM_DATABASE_OK && loom_database_changes(database) < (int64_t)limit;
    return *done ? loom_database_run(database, &remove_campaign, values, 1, NULL, NULL) : status;
}

struct visit {
    loom_stored_campaign_visitor *campaign;
    loom_stored_campaign_device_visitor *device;
    void *user;
};

static bool show_campaign(void *user, const struct loom_database_value *columns, size_t count)
{
    const struct visit *visit = user;
    struct loom_stored_campaign campaign = {
        .id = loom_database_as_integer(&columns[0]),
        .node = loom_database_as_text(&columns[1]),
        .document = loom_database_as_text(&columns[2]),
        .who = loom_database_as_text(&columns[3]),
        .state = loom_database_as_text(&columns[4]),
        .reason = loom_database_as_text(&columns[5]),
        .tried_before = loom_database_as_integer(&columns[6]),
        .failed_before = loom_database_as_integer(&columns[7]),
        .created = loom_database_as_integer(&columns[8]),
        .changed = loom_database_as_integer(&columns[9]),
    };
    (void)count;
    return visit->campaign(visit->user, &campaign);
}

static bool show_device(void *user, const struct loom_database_value *columns, size_t count)
{
    const struct visit *visit = user;
    struct loom_stored_campaign_device device = {
        .campaign = loom_database_as_integer(&columns[0]),
        .endpoint = loom_database_as_text(&columns[1]),
        .state = loom_database_as_text(&columns[2]),
        .step = loom_database_as_text(&columns[3]),
        .attempts = loom_database_as_integer(&columns[4]),
        .result = loom_database_as_integer(&columns[5]),
        .words = loom_database_as_text(&columns[6]),
        .changed = loom_database_as_integer(&columns[7]),
    };
    (void)count;
    return visit->device(visit->user, &device);
}

enum loom_database_status loom_stored_campaign_each(struct loom_database *database,
                                                    struct loom_text node,
                                                    loom_stored_campaign_visitor *visit, void *user)
{
    struct visit one = {.campaign = visit, .user = user};
    const struct loom_database_value value = loom_database_text(node);
    return loom_database_run(database, &each_campaign, &value, 1, show_campaign, &one);
}

enum loom_database_status
loom_stored_campaign_device_each(struct loom_database *database, struct loom_text node,
                                 loom_stored_campaign_device_visitor *visit, void *user)
{
    struct visit one = {.device = visit, .user = user};
    const struct loom_database_value value = loom_database_text(node);
    return loom_database_run(database, &each_device, &value, 1, show_device, &one);
}
