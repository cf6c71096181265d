/* SPDX-License-Identifier: Apache-2.0 */
/* What is observed, as it is now. */
#include "reporting/observation.h"

#include "accounts/access.h"
#include "codec/number.h"

static bool is_number(enum loom_type type)
{
    return type == LOOM_INTEGER || type == LOOM_UNSIGNED || type == LOOM_FLOAT ||
           type == LOOM_BOOLEAN || type == LOOM_TIME;
}

static uint64_t raw_of(const struct loom_value *value)
{
    uint64_t raw = 0;
    if (value->type == LOOM_BOOLEAN) {
        return value->as.boolean ? 1 : 0;
    }
    memcpy(&raw, &value->as, sizeof raw);
    return raw;
}

double loom_reading_as_number(enum loom_type type, uint64_t raw)
{
    struct loom_value value;
    memcpy(&value.as, &raw, sizeof raw);
    switch (type) {
    case LOOM_FLOAT:
        return value.as.number;
    case LOOM_INTEGER:
    case LOOM_TIME:
        return (double)value.as.integer;
    default:
        return (double)raw;
    }
}

enum loom_status loom_reading_number(const struct loom_context *context,
                                     const struct loom_path *path, struct loom_reading *reading)
{
    enum loom_status status = path->depth < 3
                                  ? LOOM_METHOD_NOT_ALLOWED
                                  : loom_model_read(context->config.model, path, &reading->value);
    if (status != LOOM_OK || !is_number(reading->value.type)) {
        reading->value.type = LOOM_NONE;
        return status == LOOM_OK ? LOOM_METHOD_NOT_ALLOWED : status;
    }
    reading->raw = raw_of(&reading->value);
    return LOOM_OK;
}

/* Shows what is observed, in the format that its server took. */
static enum loom_status show(const struct loom_context *context,
                             const struct loom_observation *observation, uint16_t server_instance,
                             const struct loom_path *path, struct loom_reading *reading)
{
    const struct loom_model *model = context->config.model;
    const struct loom_format *format = model->product->formats[observation->format];
    reading->out = loom_output(context->config.buffer, context->config.buffer_size);
    if (reading->value.type == LOOM_NONE) {
        enum loom_status status = path->depth == 0
                                      ? loom_context_features(context)->observe_composite->show(
                                            context, observation, &reading->out)
                                      : loom_access_read(model, format, observation->ssid,
                                                         server_instance, path, &reading->out);
        reading->raw = loom_digest(LOOM_DIGEST_BEGIN, reading->out.data, reading->out.length);
        return status;
    }
    struct loom_encoder encoder;
    loom_encode_begin(&encoder, format, path, &reading->out);
    loom_encode_put(&encoder, path, &reading->value);
    return loom_encode_end(&encoder);
}

enum loom_status loom_reading_take(struct loom_context *context,
                                   const struct loom_observation *observation,
                                   uint16_t server_instance, bool number_will_do,
                                   struct loom_reading *reading)
{
    enum loom_status status = LOOM_OK;
    context->reporting = true;
    if (!reading->known) {
        status = loom_reading_number(context, &reading->path, reading);
    }
    if (status == LOOM_METHOD_NOT_ALLOWED ||
        (status == LOOM_OK && !number_will_do && !reading->shown)) {
        status = show(context, observation, server_instance, &reading->path, reading);
        reading->shown = true;
    }
    reading->known = status == LOOM_OK;
    context->reporting = false;
    return status;
}
