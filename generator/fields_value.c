/* SPDX-License-Identifier: Apache-2.0 */
#include "fields_shared.h"

/* ---- a named value --------------------------------------------------------------------------- */

static const struct loomc_named *named_of(const void *thing)
{
    return thing;
}

static void put_named_constant(const void *thing, struct loomc_buffer *out)
{
    loomc_put_text(out, named_of(thing)->constant);
}

static void put_named_symbol(const void *thing, struct loomc_buffer *out)
{
    loomc_put_text(out, named_of(thing)->symbol);
}

static void put_named_value(const void *thing, struct loomc_buffer *out)
{
    loomc_put_format(out, "%ld", (long)named_of(thing)->value);
}

static const struct loomc_field named_fields[] = {
    SAFE("constant", put_named_constant),
    SAFE("value_symbol", put_named_symbol),
    SAFE("value", put_named_value),
};
const struct loomc_vocabulary loomc_named_fields = VOCABULARY("a named value", named_fields);

/* ---- a value that new instances begin with --------------------------------------------------- */

static const struct loomc_preset *preset_of(const void *thing)
{
    return thing;
}

static void put_preset_resource(const void *thing, struct loomc_buffer *out)
{
    loomc_put_upper(out, preset_of(thing)->row->resource->symbol);
}

static void put_preset_instance(const void *thing, struct loomc_buffer *out)
{
    loomc_put_format(out, "%u", preset_of(thing)->resource_instance);
}

static void put_preset_type(const void *thing, struct loomc_buffer *out)
{
    loomc_put_type(out, preset_of(thing)->row->resource->type);
}

static void put_preset_member(const void *thing, struct loomc_buffer *out)
{
    loomc_put_value_member(out, preset_of(thing)->row->resource->type);
}

static void put_preset_value(const void *thing, struct loomc_buffer *out)
{
    loomc_put_text(out, preset_of(thing)->value);
}

static bool has_more_presets(const void *thing)
{
    return preset_of(thing)->more;
}

static bool is_preset_multiple(const void *thing)
{
    return preset_of(thing)->row->resource->multiple;
}

static const struct loomc_field preset_fields[] = {
    SAFE("PRESET_RESOURCE", put_preset_resource), SAFE("preset_instance", put_preset_instance),
    SAFE("preset_type", put_preset_type),         SAFE("preset_member", put_preset_member),
    SAFE("preset_value", put_preset_value),       FLAG("more_presets", has_more_presets),
    FLAG("preset_multiple", is_preset_multiple),
};
const struct loomc_vocabulary loomc_preset_fields = VOCABULARY("a first value", preset_fields);
