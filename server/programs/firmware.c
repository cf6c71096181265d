/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/firmware.h"

#include "programs/web.h"

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

bool loom_program_firmware_begin(struct loom_program_firmware *self, struct loom_program *program,
                                 struct loom_database *database, const char *node)
{
    const struct loom_images_config config = {.folder = program->settings.files,
                                              .node = loom_program_text(node),
                                              .now = loom_program_unix_now};
    const struct loom_program_part part = {.self = self, .watch = watch, .step = step};
    struct loom_database_error error;
    self->program = program;
    if (config.folder == NULL) {
        return true;
    }
    self->images = loom_images_create(&config, database, &error);
    if (self->images == NULL) {
        loom_program_fail(program, "cannot use the images of %s: %s", config.folder, error.text);
        return false;
    }
    loom_program_add(program, &part);
    return true;
}

bool loom_program_firmware_serve(struct loom_program_firmware *self, struct loom_http *http)
{
    size_t most = (size_t)self->program->settings.image_max << 20;
    return loom_web_images_begin(&self->image_routes, http, self->images, most);
}

void loom_program_firmware_write(struct loom_program_firmware *self, struct loom_writer *writer)
{
    if (self->images != NULL) {
        loom_images_write(self->images, writer);
    }
}

void loom_program_firmware_end(struct loom_program_firmware *self)
{
    loom_images_destroy(self->images);
    self->images = NULL;
}
