/* SPDX-License-Identifier: Apache-2.0 */
/* The formats that an answer may have and that not every client of its release has: rules B-9,
 * B-10. */
#include "registration/requests.h"

#include "context/context.h"

/* Of 1.0 it is JSON alone that a server cannot know of. */
static bool is_optional(const struct loom_format *format, uint16_t lwm2m)
{
    if (format->writer.put == NULL || (format->traits & LOOM_FORMAT_DELETES) != 0) {
        return false;
    }
    if (lwm2m < LOOM_LWM2M_1_1) {
        return format->number == LOOM_FORMAT_JSON;
    }
    return format->number != LOOM_FORMAT_TEXT && format->number != LOOM_FORMAT_OPAQUE &&
           (format->number != LOOM_FORMAT_LWM2M_CBOR || lwm2m >= LOOM_LWM2M_1_2);
}

/* In quotes, as several must be and one may (RFC 7252 section 7.2.1). */
static void put(const struct loom_registration *registration, struct loom_draft *draft)
{
    const struct loom_format *const *formats =
        registration->context->config.model->product->formats;
    const char *before = "</>;ct=\"";
    bool any = false;
    for (; *formats != NULL; formats++) {
        if (is_optional(*formats, registration->lwm2m)) {
            loom_put_text(&draft->out, before);
            loom_put_unsigned(&draft->out, (*formats)->number);
            before = " ";
            any = true;
        }
    }
    if (any) {
        loom_put_text(&draft->out, "\",");
    }
}

const struct loom_listed_formats_feature loom_feature_listed_formats = {.put = put};
