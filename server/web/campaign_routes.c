/* SPDX-License-Identifier: Apache-2.0 */
#include "web/campaign_routes.h"

#include "common/moment.h"
#include "common/text.h"
#include "service/devices.h"
#include "web/query.h"
#include "web/refusals.h"

#include <stdio.h>
#include <stdlib.h>

#define LIST_MAX   1000u
#define LIST_USUAL 100u

/* Devices that are looked at for a page of those in one state. */
#define LOOK_MAX 20000u

/* So that 50,000 endpoints of a usual length can be named. */
#define BODY_MAX (4u << 20)

/* A request that waits until a change is stored. */
struct pending {
    struct loom_http_request *request; /* NULL: the client has gone */
    unsigned status;
};

/* ---- as JSON --------------------------------------------------------------------------------- */

static json_t *moment(int64_t time)
{
    char text[LOOM_MOMENT_SIZE];
    loom_moment_write(time, text);
    return json_string(text);
}

static json_t *campaign_json(const struct loom_campaign *campaign)
{
    char id[LOOM_COMMAND_ID_SIZE];
    size_t devices = 0;
    loom_command_id_write(campaign->id, id);
    json_t *counts = json_object();
    for (unsigned i = 0; i < LOOM_CAMPAIGN_DEVICE_STATE_COUNT; i++) {
        devices += campaign->counts[i];
        (void)json_object_set_new(
            counts, loom_campaign_device_state_name((enum loom_campaign_device_state)i),
            json_integer((json_int_t)campaign->counts[i]));
    }
    return json_pack("{s:s, s:s, s:s, s:s, s:O, s:s, s:o, s:o, s:b, s:I, s:o}", "id", id, "image",
                     campaign->image, "state", loom_campaign_state_name(campaign->state), "reason",
                     campaign->reason, "request", (json_t *)(uintptr_t)campaign->document, "who",
                     campaign->who, "created", moment(campaign->created), "changed",
                     moment(campaign->changed), "complete", campaign->enrols ? 0 : 1, "devices",
                     (json_int_t)devices, "counts", counts);
}

static json_t *device_json(const struct loom_campaign_device *device)
{
    return json_pack("{s:s, s:s, s:s, s:i, s:i, s:s, s:o}", "endpoint", device->endpoint, "state",
                     loom_campaign_device_state_name(device->state), "step", device->step,
                     "attempts", (int)device->attempts, "result", device->result, "text",
                     device->words, "changed",
                     device->changed == 0 ? json_null() : moment(device->changed));
}

/* ---- errors ---------------------------------------------------------------------------------- */

static void refuse(struct loom_http_request *request, enum loom_campaigns_status status,
                   json_t *errors)
{
    switch (status) {
    case LOOM_CAMPAIGNS_BAD:
        loom_http_problem_with(request, 422, "bad-campaign",
                               "the campaign has mistakes, see errors",
                               json_pack("{s:O}", "errors", errors));
        break;
    case LOOM_CAMPAIGNS_TOO_MANY:
        loom_http_problem(request, 409, "too-many",
                          "there are too many campaigns or devices in them; remove old ones");
        break;
    case LOOM_CAMPAIGNS_STATE:
        loom_http_problem(request, 409, "state", "the campaign is in another state");
        break;
    case LOOM_CAMPAIGNS_BUSY:
        loom_http_problem(request, 409, "busy", "something of this campaign is still under way");
        break;
    case LOOM_CAMPAIGNS_NOT_STORED:
        loom_web_refuse_unstored(request,
                                 "the database cannot be written now; nothing was changed");
        break;
    default:
        loom_http_problem(request, 500, "no-memory", "out of memory");
        break;
    }
}

/* @return false: there are none at all, which was answered */
static bool has_campaigns(const struct loom_web_campaigns *web, struct loom_http_request *request)
{
    if (web->campaigns == NULL) {
        loom_http_problem(request, 409, "no-files",
                          "start the server with --files DIR, for the directory of the images");
        return false;
    }
    return true;
}

/* @return NULL: there is none, which was answered */
static const struct loom_campaign *find(const struct loom_web_campaigns *web,
                                        struct loom_http_request *request)
{
    uint64_t id;
    if (!has_campaigns(web, request)) {
        return NULL;
    }
    const struct loom_campaign *campaign =
        loom_command_id_read(loom_http_parameter(request, "id"), &id)
            ? loom_campaigns_find(web->campaigns, id)
            : NULL;
    if (campaign == NULL) {
        loom_http_problem(request, 404, "no-campaign", "there is no such campaign");
    }
    return campaign;
}

/* ---- looking --------------------------------------------------------------------------------- */

static void list_campaigns(void *user, struct loom_http_request *request)
{
    const struct loom_web_campaigns *web = user;
    const struct loom_campaign *campaign = NULL;
    uint64_t limit = LIST_USUAL;
    uint64_t offset = 0;
    uint64_t count = 0;
    if (!has_campaigns(web, request) ||
        !loom_web_query_number(request, "limit", LIST_MAX, &limit) ||
        !loom_web_query_number(request, "offset", INT64_MAX, &offset)) {
        return;
    }
    json_t *list = json_array();
    while ((campaign = loom_campaigns_next(web->campaigns, campaign)) != NULL) {
        if (count >= offset && count - offset < limit) {
            (void)json_array_append_new(list, campaign_json(campaign));
        }
        count++;
    }
    loom_http_answer_json(request, 200,
                          json_pack("{s:o, s:I}", "campaigns", list, "total", (json_int_t)count));
}

static void show_campaign(void *user, struct loom_http_request *request)
{
    const struct loom_campaign *campaign = find(user, request);
    if (campaign != NULL) {
        loom_http_answer_json(request, 200, campaign_json(campaign));
    }
}

static void list_devices(void *user, struct loom_http_request *request)
{
    const struct loom_campaign *campaign = find(user, request);
    struct loom_text name = loom_http_query(request, "state");
    enum loom_campaign_device_state state = LOOM_CAMPAIGN_WAITING;
    struct loom_campaign_device device;
    uint64_t limit = LIST_USUAL;
    uint64_t after = 0;
    unsigned looked = 0;
    if (campaign == NULL || !loom_web_query_number(request, "limit", LIST_MAX, &limit) ||
        !loom_web_query_number(request, "after", LOOM_CAMPAIGN_DEVICES_MAX, &after)) {
        return;
    }
    if (name.data != NULL && !loom_campaign_device_state_read(name, &state)) {
        loom_http_problem(request, 400, "bad-query",
                          "state is waiting, updating, done, skipped or failed");
        return;
    }
    json_t *list = json_array();
    bool more = loom_campaign_device_at(campaign, (size_t)after, &device);
    while (more && json_array_size(list) < limit && looked++ < LOOK_MAX) {
        if (name.data == NULL || device.state == state) {
            (void)json_array_append_new(list, device_json(&device));
        }
        more = loom_campaign_device_at(campaign, (size_t)++after, &device);
    }
    char next[24];
    (void)snprintf(next, sizeof next, "%llu", (unsigned long long)after);
    loom_http_answer_json(request, 200,
                          json_pack("{s:o, s:s?}", "devices", list, "next", more ? next : NULL));
}

/* ---- changing -------------------------------------------------------------------------------- */

static void gone(void *user)
{
    ((struct pending *)user)->request = NULL;
}

static void answer(void *user, enum loom_campaigns_status status,
                   const struct loom_campaign *campaign)
{
    struct pending *pending = user;
    struct loom_http_request *request = pending->request;
    unsigned good = pending->status;
    free(pending);
    if (request == NULL) {
        return;
    }
    if (status != LOOM_CAMPAIGNS_OK) {
        refuse(request, status, NULL);
    } else if (campaign == NULL) {
        loom_http_answer_empty(request, 204);
    } else {
        if (good == 201) {
            char location[32 + LOOM_COMMAND_ID_SIZE] = "/v1/campaigns/";
            loom_command_id_write(campaign->id, &location[14]);
            loom_http_add_header(request, "Location", location);
        }
        loom_http_answer_json(request, good, campaign_json(campaign));
    }
}

/* The answer comes when it is stored. @return NULL without memory, which was answered */
static struct pending *defer(struct loom_http_request *request, unsigned status)
{
    struct pending *pending = malloc(sizeof *pending);
    if (pending == NULL) {
        refuse(request, LOOM_CAMPAIGNS_NO_MEMORY, NULL);
        return NULL;
    }
    *pending = (struct pending){request, status};
    loom_http_defer(request, gone, pending);
    return pending;
}

static void give_up(struct loom_http_request *request, struct pending *pending,
                    enum loom_campaigns_status status, json_t *errors)
{
    free(pending);
    refuse(request, status, errors);
}

static void add_campaign(void *user, struct loom_http_request *request)
{
    const struct loom_web_campaigns *web = user;
    struct pending *pending = has_campaigns(web, request) ? defer(request, 201) : NULL;
    if (pending == NULL) {
        return;
    }
    json_t *errors = json_array();
    enum loom_campaigns_status status =
        errors == NULL ? LOOM_CAMPAIGNS_NO_MEMORY
                       : loom_campaigns_add(web->campaigns, loom_http_json(request),
                                            loom_http_who(request)->name, errors, answer, pending);
    if (status != LOOM_CAMPAIGNS_OK) {
        give_up(request, pending, status, errors);
    }
    json_decref(errors);
}

static void change(const struct loom_web_campaigns *web, struct loom_http_request *request,
                   enum loom_campaign_state state)
{
    const struct loom_campaign *campaign = find(web, request);
    struct pending *pending = campaign == NULL ? NULL : defer(request, 200);
    if (pending == NULL) {
        return;
    }
    enum loom_campaigns_status status =
        loom_campaigns_change(web->campaigns, campaign, state, answer, pending);
    if (status != LOOM_CAMPAIGNS_OK) {
        give_up(request, pending, status, NULL);
    }
}

static void start_campaign(void *user, struct loom_http_request *request)
{
    change(user, request, LOOM_CAMPAIGN_RUNNING);
}

static void pause_campaign(void *user, struct loom_http_request *request)
{
    change(user, request, LOOM_CAMPAIGN_PAUSED);
}

static void cancel_campaign(void *user, struct loom_http_request *request)
{
    change(user, request, LOOM_CAMPAIGN_CANCELLED);
}

static void remove_campaign(void *user, struct loom_http_request *request)
{
    const struct loom_web_campaigns *web = user;
    const struct loom_campaign *campaign = find(web, request);
    struct pending *pending = campaign == NULL ? NULL : defer(request, 204);
    if (pending == NULL) {
        return;
    }
    enum loom_campaigns_status status =
        loom_campaigns_remove(web->campaigns, campaign, answer, pending);
    if (status != LOOM_CAMPAIGNS_OK) {
        give_up(request, pending, status, NULL);
    }
}

static const struct loom_http_route routes[] = {
    {.method = LOOM_HTTP_GET,
     .pattern = "/v1/campaigns",
     .role = LOOM_HTTP_VIEWER,
     .handler = list_campaigns,
     .operation = "listCampaigns",
     .queries = "limit offset"},
    {.method = LOOM_HTTP_POST,
     .pattern = "/v1/campaigns",
     .role = LOOM_HTTP_OPERATOR,
     .handler = add_campaign,
     .operation = "addCampaign",
     .body = LOOM_HTTP_JSON,
     .body_max = BODY_MAX},
    {.method = LOOM_HTTP_GET,
     .pattern = "/v1/campaigns/{id}",
     .role = LOOM_HTTP_VIEWER,
     .handler = show_campaign,
     .operation = "getCampaign"},
    {.method = LOOM_HTTP_GET,
     .pattern = "/v1/campaigns/{id}/devices",
     .role = LOOM_HTTP_VIEWER,
     .handler = list_devices,
     .operation = "listCampaignDevices",
     .queries = "state after limit"},
    {.method = LOOM_HTTP_POST,
     .pattern = "/v1/campaigns/{id}/start",
     .role = LOOM_HTTP_OPERATOR,
     .handler = start_campaign,
     .operation = "startCampaign"},
    {.method = LOOM_HTTP_POST,
     .pattern = "/v1/campaigns/{id}/pause",
     .role = LOOM_HTTP_OPERATOR,
     .handler = pause_campaign,
     .operation = "pauseCampaign"},
    {.method = LOOM_HTTP_POST,
     .pattern = "/v1/campaigns/{id}/cancel",
     .role = LOOM_HTTP_OPERATOR,
     .handler = cancel_campaign,
     .operation = "cancelCampaign"},
    {.method = LOOM_HTTP_DELETE,
     .pattern = "/v1/campaigns/{id}",
     .role = LOOM_HTTP_ADMINISTRATOR,
     .handler = remove_campaign,
     .operation = "removeCampaign"},
};

bool loom_web_campaigns_begin(struct loom_web_campaigns *web, struct loom_http *http,
                              struct loom_campaigns *campaigns)
{
    *web = (struct loom_web_campaigns){campaigns};
    return loom_http_add_routes(http, routes, sizeof routes / sizeof routes[0], web);
}
