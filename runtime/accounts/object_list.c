/* SPDX-License-Identifier: Apache-2.0 */
/* The list of objects that Register, Update and both kinds of Discover carry, and the versions in
 * it. */
#include "accounts/accounts.h"

#include "codec/number.h"

const char *loom_release_name(uint16_t lwm2m)
{
    return lwm2m == LOOM_LWM2M_1_0 ? "1.0" : lwm2m == LOOM_LWM2M_1_1 ? "1.1" : "1.2";
}

/* Object versions that an enabler's release implies (rule B-28). Where the texts of one release
 * disagree the version is 0, which no object has, and is always written out. */
struct implied {
    uint16_t lwm2m;
    uint16_t object;
    uint16_t version;
};

static const struct implied implied_versions[] = {
    {LOOM_LWM2M_1_1, LOOM_SECURITY, 0x0101},
    {LOOM_LWM2M_1_1, LOOM_SERVER, 0x0101},
    {LOOM_LWM2M_1_1, LOOM_DEVICE, 0},
    {LOOM_LWM2M_1_1, LOOM_CONNECTIVITY_MONITORING, 0},
    {LOOM_LWM2M_1_2, LOOM_SECURITY, 0x0102},
    {LOOM_LWM2M_1_2, LOOM_SERVER, 0x0102},
    {LOOM_LWM2M_1_2, LOOM_ACCESS_CONTROL, 0x0101},
    {LOOM_LWM2M_1_2, LOOM_DEVICE, 0x0102},
    {LOOM_LWM2M_1_2, LOOM_CONNECTIVITY_MONITORING, 0x0103},
    {LOOM_LWM2M_1_2, LOOM_FIRMWARE_UPDATE, 0},
    {LOOM_LWM2M_1_2, LOOM_OSCORE, 0x0200},
};

#define VERSION_1_0 0x0100u

static uint16_t implied_version(uint16_t lwm2m, uint16_t object)
{
    for (size_t i = 0; i < sizeof implied_versions / sizeof implied_versions[0]; i++) {
        if (implied_versions[i].lwm2m == lwm2m && implied_versions[i].object == object) {
            return implied_versions[i].version;
        }
    }
    return VERSION_1_0;
}

bool loom_links_needs_version(uint16_t lwm2m, const struct loom_object *object)
{
    unsigned version = (unsigned)object->version_major << 8 | object->version_minor;
    return version != implied_version(lwm2m, object->id);
}

void loom_links_put_version(const struct loom_object *object, struct loom_output *out)
{
    loom_put_text(out, ";ver=");
    loom_put_unsigned(out, object->version_major);
    loom_put_byte(out, '.');
    loom_put_unsigned(out, object->version_minor);
}

static void put_link(const struct loom_path *path, bool *first, struct loom_output *out)
{
    loom_put_text(out, *first ? "<" : ",<");
    loom_put_path(out, path);
    loom_put_byte(out, '>');
    *first = false;
}

void loom_links_put(const struct loom_model *model, uint16_t own, uint16_t lwm2m,
                    struct loom_output *out)
{
    bool first = true;
    for (unsigned i = 0; i < model->product->object_count; i++) {
        const struct loom_object *object = model->product->objects[i].object;
        struct loom_path path = loom_path_object(object->id);
        uint16_t instance = 0;
        if (loom_object_protected(own, object)) {
            continue; /* rule B-6 */
        }
        bool versioned = loom_links_needs_version(lwm2m, object);
        if (versioned || !loom_model_next_instance(model, object->id, &instance)) {
            put_link(&path, &first, out); /* rules B-7, B-27 */
            if (versioned) {
                loom_links_put_version(object, out);
            }
        }
        instance = 0;
        for (; loom_model_next_instance(model, object->id, &instance); instance++) {
            path = loom_path_instance(object->id, instance);
            put_link(&path, &first, out);
        }
    }
}

uint32_t loom_links_digest(const struct loom_model *model, uint16_t own)
{
    uint32_t digest = LOOM_DIGEST_BEGIN;
    for (unsigned i = 0; i < model->product->object_count; i++) {
        const struct loom_object *object = model->product->objects[i].object;
        uint16_t instance = 0;
        for (; !loom_object_protected(own, object) &&
               loom_model_next_instance(model, object->id, &instance);
             instance++) {
            digest = loom_digest(digest, &object->id, sizeof object->id);
            digest = loom_digest(digest, &instance, sizeof instance);
        }
    }
    return digest;
}
