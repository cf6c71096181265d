/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/firmware.h"

#include "events/metrics.h"
#include "programs/web.h"

#include <stdio.h>
#include <string.h>

const char *loom_program_address(const struct loom_program *program,
                                 const struct loom_dm_client *client)
{
    bool secure = client->identity.length > 0;
    for (size_t i = 0; i < program->bound_count; i++) {
        const char *uri = program->bound[i];
        if ((strncmp(uri, "coaps:", 6) == 0) == secure && strstr(uri, "//0.0.0.0:") == NULL &&
            strstr(uri, "//[::]:") == NULL) {
            return uri;
        }
    }
    return NULL;
}

/* ---- what images and campaigns ask ----------------------------------------------------------- */

static const char *base_of(void *user, const struct loom_dm_client *client)
{
    struct loom_program_firmware *self = user;
    const char *address = loom_program_address(self->program, client);
    if (address == NULL) {
        return NULL;
    }
    (void)snprintf(self->base, sizeof self->base, "%s/files", address);
    return self->base;
}

static size_t name_of(void *user, enum loom_wish_scope scope, struct loom_text endpoint, char *name)
{
    const struct loom_program_firmware *self = user;
    return loom_program_kept_name(self->kept, scope, endpoint, name);
}

static bool is_used(void *user, const char *image)
{
    const struct loom_program_firmware *self = user;
    return loom_campaigns_use(self->campaigns, image);
}

/* ---- the part -------------------------------------------------------------------------------- */

static struct pollfd watch(void *user)
{
    const struct loom_program_firmware *self = user;
    return (struct pollfd){loom_images_descriptor(self->images), POLLIN, 0};
}

static void step(void *user, short events)
{
    const struct loom_program_firmware *self = user;
    (void)events;
    loom_images_step(self->images);
}

static bool fail(const struct loom_program_firmware *self, const struct loom_database_error *error)
{
    loom_program_fail(self->program, "cannot use the images of %s: %s",
                      self->program->settings.files, error->text);
    return false;
}

bool loom_program_firmware_begin(struct loom_program_firmware *self, struct loom_program *program,
                                 struct loom_program_kept *kept, struct loom_dm_updates *updates,
                                 uint64_t seed)
{
    const struct loom_images_config images = {.folder = program->settings.files,
                                              .node = loom_program_text(kept->nodes.name),
                                              .now = loom_program_unix_now};
    struct loom_campaigns_config campaigns = {.server = kept->server,
                                              .catalog = program->catalog,
                                              .updates = updates,
                                              .timeline = kept->devices.timeline,
                                              .seed = seed,
                                              .node = images.node,
                                              .scopes = loom_program_kept_scopes(kept),
                                              .name = name_of,
                                              .base = base_of,
                                              .now = loom_program_unix_now,
                                              .user = self};
    const struct loom_program_part part = {.self = self, .watch = watch, .step = step};
    struct loom_database_error error;
    self->program = program;
    self->kept = kept;
    if (images.folder == NULL) {
        return true;
    }
    self->images = loom_images_create(&images, kept->store.database, &error);
    campaigns.images = self->images;
    if (self->images == NULL) {
        return fail(self, &error);
    }
    self->campaigns = loom_campaigns_create(&campaigns, kept->store.database, &error);
    if (self->campaigns == NULL) {
        return fail(self, &error);
    }
    loom_images_guard(self->images, is_used, self);
    loom_program_add(program, &part);
    return true;
}

bool loom_program_firmware_serve(struct loom_program_firmware *self, struct loom_http *http)
{
    size_t most = (size_t)self->program->settings.image_max << 20;
    return loom_web_images_begin(&self->image_routes, http, self->images, most) &&
           loom_web_campaigns_begin(&self->campaign_routes, http, self->campaigns);
}

void loom_program_firmware_write(struct loom_program_firmware *self, struct loom_writer *writer)
{
    if (self->campaigns != NULL) {
        loom_images_write(self->images, writer);
        loom_campaigns_write(self->campaigns, writer);
    }
}

void loom_program_firmware_hear(struct loom_program_firmware *self,
                                const struct loom_dm_event *event)
{
    if (self->campaigns != NULL) {
        loom_campaigns_hear(self->campaigns, event);
    }
}

void loom_program_firmware_hear_update(struct loom_program_firmware *self,
                                       const struct loom_dm_update_event *event)
{
    if (self->campaigns != NULL) {
        loom_campaigns_hear_update(self->campaigns, event);
    }
}

void loom_program_firmware_step(struct loom_program_firmware *self)
{
    if (self->campaigns != NULL) {
        loom_campaigns_step(self->campaigns);
    }
}

uint64_t loom_program_firmware_deadline(const struct loom_program_firmware *self)
{
    return self->campaigns == NULL
               ? UINT64_MAX
               : loom_program_port_time(self->program, loom_campaigns_deadline(self->campaigns));
}

void loom_program_firmware_metrics(const struct loom_program_firmware *self, FILE *out)
{
    uint64_t campaigns[LOOM_CAMPAIGN_STATE_COUNT] = {0};
    uint64_t devices[LOOM_CAMPAIGN_DEVICE_STATE_COUNT] = {0};
    const struct loom_campaign *campaign = NULL;
    if (self->campaigns == NULL) {
        return;
    }
    while ((campaign = loom_campaigns_next(self->campaigns, campaign)) != NULL) {
        campaigns[campaign->state]++;
        for (unsigned i = 0; i < LOOM_CAMPAIGN_DEVICE_STATE_COUNT; i++) {
            devices[i] += campaign->counts[i];
        }
    }
    loom_metric_begin(out, LOOM_METRIC_GAUGE, "loom_campaigns", "Firmware campaigns.");
    for (unsigned i = 0; i < LOOM_CAMPAIGN_STATE_COUNT; i++) {
        loom_metric_labelled(out, "loom_campaigns", "state",
                             loom_campaign_state_name((enum loom_campaign_state)i), NULL, NULL,
                             campaigns[i]);
    }
    loom_metric_begin(out, LOOM_METRIC_GAUGE, "loom_campaign_devices",
                      "Devices of all firmware campaigns.");
    for (unsigned i = 0; i < LOOM_CAMPAIGN_DEVICE_STATE_COUNT; i++) {
        loom_metric_labelled(out, "loom_campaign_devices", "state",
                             loom_campaign_device_state_name((enum loom_campaign_device_state)i),
                             NULL, NULL, devices[i]);
    }
}

void loom_program_firmware_end(struct loom_program_firmware *self)
{
    loom_images_destroy(self->images);
    loom_campaigns_destroy(self->campaigns);
    self->images = NULL;
    self->campaigns = NULL;
}
