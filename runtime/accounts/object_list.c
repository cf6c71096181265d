/* SPDX-License-Identifier: Apache-2.0 */
/* The list of objects that Register, Update and both kinds of Discover carry, and the versions in
 * it. */
#include "accounts/accounts.h"

#include "codec/number.h"

const char *loom_release_name(uint16_t lwm2m)
{
    static const char names[][4] = {"1.0", "1.1", "1.2"};
    return names[lwm2m - LOOM_LWM2M_1_0];
}

/* Minor versions of the objects of a release from 1.1 on (rule B-28): what leaving `ver` out
 * implies, unless the texts of the release disagree. Then it is the newest, and always written out.
 */
#define VERSION_1_0 0x0100u
#define DISPUTED    0x80u

static const uint8_t minors[][LOOM_ID_FIRMWARE_UPDATE + 1] = {
    {[LOOM_ID_SECURITY] = 1,
     [LOOM_ID_SERVER] = 1,
     [LOOM_ID_DEVICE] = DISPUTED | 1,
     [LOOM_ID_CONNECTIVITY_MONITORING] = DISPUTED | 2},
    {[LOOM_ID_SECURITY] = 2,
     [LOOM_ID_SERVER] = 2,
     [LOOM_ID_ACCESS_CONTROL] = 1,
     [LOOM_ID_DEVICE] = 2,
     [LOOM_ID_CONNECTIVITY_MONITORING] = 3,
     [LOOM_ID_FIRMWARE_UPDATE] = DISPUTED | 2},
};

static unsigned version_of(uint16_t lwm2m, uint16_t object)
{
    if (lwm2m >= LOOM_LWM2M_1_1 && object <= LOOM_ID_FIRMWARE_UPDATE) {
        return VERSION_1_0 + minors[lwm2m - LOOM_LWM2M_1_1][object];
    }
    return lwm2m >= LOOM_LWM2M_1_2 && object == LOOM_ID_OSCORE ? 0x0200 : VERSION_1_0;
}

/* A server of an older release than the client's has no model for what is newer among the objects
 * of the releases themselves. It is told the version that it knows: minor versions only ever add.
 */
static unsigned spoken_version(const struct loom_object *object, unsigned known)
{
    unsigned version = (unsigned)object->version_major << 8 | object->version_minor;
    bool newer =
        object->id <= LOOM_ID_RELEASE_LAST && version > known && version >> 8 == known >> 8;
    return newer ? known : version;
}

uint16_t loom_links_version(uint16_t own, uint16_t lwm2m, const struct loom_object *object)
{
    unsigned implied = version_of(lwm2m, object->id);
    unsigned known = lwm2m < own ? implied & ~DISPUTED : UINT16_MAX;
    unsigned version = spoken_version(object, known);
    return version == implied ? 0 : (uint16_t)version;
}

void loom_links_put_version(uint16_t version, struct loom_output *out)
{
    loom_put_text(out, ";ver=");
    loom_put_unsigned(out, version >> 8);
    loom_put_byte(out, '.');
    loom_put_unsigned(out, version & 0xFFu);
}

void loom_links_put_object(const struct loom_links *links, const struct loom_object *object)
{
    struct loom_output *out = links->out;
    struct loom_path path = loom_path_object(object->id);
    uint16_t instance = 0;
    uint16_t version = loom_links_version(links->own, links->lwm2m, object);
    if (version != 0 || !loom_model_next_instance(links->model, object->id, &instance)) {
        loom_put_link(out, links->begin, &path); /* rules A-64, B-7, B-27 */
        if (version != 0) {
            loom_links_put_version(version, out);
        }
    }
    path.depth = 2;
    for (; loom_model_next_instance(links->model, object->id, &path.id[LOOM_INSTANCE_ID]);
         path.id[LOOM_INSTANCE_ID]++) {
        loom_put_link(out, links->begin, &path);
        if (links->describe != NULL) {
            links->describe(links, path.id[LOOM_OBJECT_ID], path.id[LOOM_INSTANCE_ID]);
        }
    }
}

void loom_links_put(const struct loom_model *model, uint16_t own, uint16_t lwm2m,
                    struct loom_output *out)
{
    const struct loom_links links = {
        .model = model, .own = own, .lwm2m = lwm2m, .out = out, .begin = out->length};
    for (unsigned i = 0; i < model->product->object_count; i++) {
        const struct loom_object *object = model->product->objects[i].object;
        if (!loom_object_protected(own, object)) { /* rule B-6 */
            loom_links_put_object(&links, object);
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
