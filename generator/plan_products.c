/* SPDX-License-Identifier: Apache-2.0 */
#include "plan.h"

#include "picks.h"
#include "text.h"

#include "loom/table.h"

#include <stdlib.h>
#include <string.h>

static void add(const struct loomc_planner *planner, struct loomc_plan_product *product,
                const struct loomc_plan_object *planned)
{
    product->objects = loomc_grow(planner->arena, product->objects, product->count, &product->room,
                                  sizeof product->objects[0]);
    product->objects[product->count++] = planned;
}

static const struct loomc_plan_object *has_object(const struct loomc_plan_product *product,
                                                  uint16_t id)
{
    for (size_t i = 0; i < product->count; i++) {
        if (product->objects[i]->object->id == id) {
            return product->objects[i];
        }
    }
    return NULL;
}

static int compare(const void *left, const void *right)
{
    const struct loomc_plan_object *const *a = left;
    const struct loomc_plan_object *const *b = right;

    return (int)(*a)->object->id - (int)(*b)->object->id;
}

static void read_picks(const struct loomc_planner *planner, struct loomc_plan_product *product,
                       const struct loomc_section *section)
{
    loomc_picks_read(planner, &loomc_format_picks, section, &product->formats);
    loomc_picks_read(planner, &loomc_feature_picks, section, &product->features);
}

/* What products pick that say nothing themselves. */
static struct loomc_plan_product default_picks(const struct loomc_planner *planner)
{
    const struct loomc_profile *profile = planner->profile;
    struct loomc_plan_product product = {.formats = loomc_picks_standard(&loomc_format_picks),
                                         .features = loomc_picks_standard(&loomc_feature_picks)};

    for (size_t i = 0; profile != NULL && i < profile->count; i++) {
        if (profile->sections[i].head.word == LOOMC_WORD_DEFAULT) {
            read_picks(planner, &product, &profile->sections[i]);
        }
    }
    return product;
}

/* ---- one product ----------------------------------------------------------------------------- */

static void use(const struct loomc_planner *planner, struct loomc_plan_product *product,
                const struct loomc_setting *setting, bool *used)
{
    struct loomc_plan_object *first = NULL;
    size_t count = loomc_plan_find(planner, setting, &first);

    if (count == 0) {
        product->wanting = true;
        return;
    }
    /* Without a version the highest one is meant. */
    const struct loomc_plan_object *planned = &first[count - 1];
    const struct loomc_plan_object *other = has_object(product, planned->object->id);

    used[planned - planner->plan->objects] = true;
    if (other == NULL) {
        add(planner, product, planned);
        return;
    }
    loomc_error(planner->diagnostics, planner->profile->source, setting->offset,
                "the product already has object %u (%s) in version %u.%u", planned->object->id,
                planned->object->name, other->object->version_major, other->object->version_minor);
}

/* Adds what no product names, each object in its highest version. */
static void add_others(const struct loomc_planner *planner, struct loomc_plan_product *product,
                       const bool *used)
{
    for (size_t i = planner->plan->count; i > 0; i--) {
        const struct loomc_plan_object *planned = &planner->plan->objects[i - 1];

        if (!used[i - 1] && has_object(product, planned->object->id) == NULL) {
            add(planner, product, planned);
        }
    }
}

static void check_product(const struct loomc_planner *planner,
                          const struct loomc_plan_product *product)
{
    bool view = false;
    uint64_t size = 0;

    for (size_t i = 0; i < product->count; i++) {
        view = view || product->objects[i]->view;
        size += (uint64_t)product->objects[i]->size * product->objects[i]->room + 8;
    }
    if (product->count == 0 && !product->wanting) {
        loomc_error(planner->diagnostics, planner->profile->source, product->offset,
                    "product %s has no objects", product->name);
    }
    if (product->count > LOOM_PRODUCT_OBJECTS_MAX) {
        loomc_error(planner->diagnostics, planner->profile->source, product->offset,
                    "product %s has %zu objects, the most is %u", product->name, product->count,
                    LOOM_PRODUCT_OBJECTS_MAX);
    }
    if (size > UINT32_MAX) {
        loomc_error(planner->diagnostics, planner->profile->source, product->offset,
                    "product %s has more than 4 GiB of data", product->name);
    }
    if (view && has_object(product, 0) == NULL) {
        loomc_error(planner->diagnostics, planner->profile->source, product->offset,
                    "product %s has a view but not object 0 (Security), which it shows",
                    product->name);
    }
}

static void find_streams(const struct loomc_planner *planner, struct loomc_plan_product *product)
{
    size_t room = 0;

    for (size_t i = 0; i < product->count; i++) {
        const struct loomc_plan_object *planned = product->objects[i];

        for (size_t j = 0; j < planned->row_count; j++) {
            if (!planned->rows[j].stream) {
                continue;
            }
            if (product->stream_count > 0) {
                product->streams[product->stream_count - 1].more = true;
            }
            product->streams = loomc_grow(planner->arena, product->streams, product->stream_count,
                                          &room, sizeof product->streams[0]);
            product->streams[product->stream_count++] =
                (struct loomc_stream){planned, &planned->rows[j], false};
        }
    }
}

/* Takes the identifiers that the templates make of a product's name. */
static bool claim(const struct loomc_planner *planner, const char *name)
{
    static const char *const suffixes[] = {"", "_data", "_names", "_staging", "_objects"};
    static const char *const upper_suffixes[] = {"_BUFFER_SIZE", "_REGISTRATION_ROOM",
                                                 "_OBJECT_COUNT"};
    struct loomc_names *names = planner->names;
    const char *whole = loomc_format(planner->arena, "%s_%s", names->prefix, name);
    const char *upper = loomc_names_upper(planner->arena, whole);
    bool vacant = true;

    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        vacant =
            loomc_names_claim(names, loomc_format(planner->arena, "%s%s", whole, suffixes[i])) &&
            vacant;
    }
    for (size_t i = 0; i < sizeof upper_suffixes / sizeof upper_suffixes[0]; i++) {
        vacant = loomc_names_claim(
                     names, loomc_format(planner->arena, "%s%s", upper, upper_suffixes[i])) &&
                 vacant;
    }
    return vacant;
}

/* Reads `product NAME [lwm2m VERSION]`. */
static bool read_head(const struct loomc_planner *planner, const struct loomc_setting *head,
                      struct loomc_plan_product *product)
{
    const struct loomc_token *arguments = head->arguments;
    uint8_t major;
    uint8_t minor;

    product->name = arguments[0].text;
    product->offset = head->offset;
    if (!loomc_names_is_prefix(product->name)) {
        loomc_error(planner->diagnostics, planner->profile->source, arguments[0].offset,
                    "a product's name consists of a-z, 0-9 and _, begins with a letter, does not "
                    "end with _ "
                    "and has no two _ together");
        return false;
    }
    if (!claim(planner, product->name)) {
        loomc_error(planner->diagnostics, planner->profile->source, arguments[0].offset,
                    "the name %s is used by another product, an object or the runtime",
                    product->name);
        return false;
    }
    if (head->count == 1) {
        return true;
    }
    if (head->count == 2 || strcmp(arguments[1].text, "lwm2m") != 0 ||
        !loomc_text_version(arguments[2].text, &major, &minor)) {
        loomc_error(planner->diagnostics, planner->profile->source, arguments[1].offset,
                    "expected: product NAME [lwm2m VERSION]");
        return false;
    }
    if (major != 1 || minor > 2) {
        loomc_error(planner->diagnostics, planner->profile->source, arguments[2].offset,
                    "the client speaks LwM2M 1.0, 1.1 and 1.2, not %s", arguments[2].text);
        return false;
    }
    product->lwm2m = (unsigned)major << 8 | minor;
    return true;
}

/* ---- all products ---------------------------------------------------------------------------- */

/* Without any product in the profile there is one of everything. */
static void make_default(const struct loomc_planner *planner,
                         const struct loomc_plan_product *blank)
{
    struct loomc_plan *plan = planner->plan;
    struct loomc_plan_product product = *blank;
    bool *used = loomc_alloc(planner->arena, plan->count + 1);

    product.name = "objects";
    add_others(planner, &product, used);
    if (product.count == 0) {
        return;
    }
    qsort(product.objects, product.count, sizeof product.objects[0], compare);
    if (product.count > LOOM_PRODUCT_OBJECTS_MAX) {
        const struct loomc_object *first = product.objects[LOOM_PRODUCT_OBJECTS_MAX]->object;

        loomc_warning_at(planner->diagnostics, first->source, first->place,
                         "%zu objects are more than the %u of a product: they make no product; "
                         "choose in a profile",
                         product.count, LOOM_PRODUCT_OBJECTS_MAX);
        return;
    }
    find_streams(planner, &product);
    plan->products = loomc_alloc(planner->arena, sizeof product);
    plan->products[0] = product;
    plan->product_count = 1;
    claim(planner, product.name);
}

static bool wants_others(const struct loomc_section *section)
{
    for (size_t i = 0; i < section->count; i++) {
        if (section->settings[i].word == LOOMC_WORD_OTHERS) {
            return true;
        }
    }
    return false;
}

static void make_products(const struct loomc_planner *planner,
                          const struct loomc_plan_product *blank, size_t count)
{
    const struct loomc_profile *profile = planner->profile;
    struct loomc_plan *plan = planner->plan;
    const struct loomc_section **sections = loomc_alloc(planner->arena, count * sizeof sections[0]);
    bool *used = loomc_alloc(planner->arena, plan->count + 1);

    plan->products = loomc_alloc(planner->arena, count * sizeof plan->products[0]);
    for (size_t i = 0; i < profile->count; i++) {
        const struct loomc_section *section = &profile->sections[i];
        struct loomc_plan_product product = *blank;

        if (section->head.word != LOOMC_WORD_PRODUCT ||
            !read_head(planner, &section->head, &product)) {
            continue;
        }
        for (size_t j = 0; j < section->count; j++) {
            if (section->settings[j].word == LOOMC_WORD_USES) {
                use(planner, &product, &section->settings[j], used);
            }
        }
        read_picks(planner, &product, section);
        sections[plan->product_count] = section;
        plan->products[plan->product_count++] = product;
    }
    for (size_t i = 0; i < plan->product_count; i++) {
        struct loomc_plan_product *product = &plan->products[i];

        if (wants_others(sections[i])) {
            add_others(planner, product, used);
        }
        if (product->count > 1) {
            qsort(product->objects, product->count, sizeof product->objects[0], compare);
        }
        check_product(planner, product);
        find_streams(planner, product);
    }
}

void loomc_plan_products(const struct loomc_planner *planner)
{
    const struct loomc_profile *profile = planner->profile;
    struct loomc_plan_product blank = default_picks(planner);
    size_t count = 0;

    for (size_t i = 0; profile != NULL && i < profile->count; i++) {
        count += profile->sections[i].head.word == LOOMC_WORD_PRODUCT;
    }
    if (count == 0) {
        make_default(planner, &blank);
    } else {
        make_products(planner, &blank, count);
    }
}
