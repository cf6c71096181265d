/* SPDX-License-Identifier: Apache-2.0 */
#include "needs.h"

#include "loom/client.h"
#include "loom/ids.h"
#include "picks.h"

#include <string.h>

/* The most that a head of an entry of TLV takes: type, 16 bits of id, 24 bits of length. */
#define TLV_HEAD 6u

/* A query argument as a Uri-Query can hold it (RFC 7252 section 5.10). */
#define QUERY_MAX 255u

/* `</65534>`, `</65534/65534>`, `;ver=255.255`, each with what parts it from the one before. */
#define OBJECT_LINK   9u
#define INSTANCE_LINK 15u
#define VERSION       12u

static uint32_t limit(uint64_t size)
{
    return size > UINT32_MAX ? UINT32_MAX : (uint32_t)size;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static const struct loomc_plan_object *find(const struct loomc_plan_product *product, uint16_t id)
{
    for (size_t i = 0; i < product->count; i++) {
        if (product->objects[i]->object->id == id) {
            return product->objects[i];
        }
    }
    return NULL;
}

/* ---- records ----------------------------------------------------------------------------------
 */

static uint64_t value_size(const struct loomc_row *row)
{
    switch (row->resource->type) {
    case LOOMC_STRING:
    case LOOMC_CORELNK:
    case LOOMC_OPAQUE:
        return row->capacity;
    case LOOMC_NONE:
        return 0;
    case LOOMC_BOOLEAN:
        return 1;
    case LOOMC_OBJLNK:
        return 4;
    case LOOMC_FLOAT:
        return 8;
    default:
        return row->width / 8;
    }
}

static uint64_t instance_size(const struct loomc_plan_object *planned, bool whole)
{
    uint64_t size = TLV_HEAD;

    for (size_t i = 0; i < planned->row_count; i++) {
        const struct loomc_row *row = &planned->rows[i];
        bool present = whole || row->resource->mandatory || row->preset != NULL;

        if (row->serving == LOOMC_STORED && present) {
            size += row->resource->multiple ? TLV_HEAD : 0;
            size += row->count * (TLV_HEAD + value_size(row));
        }
    }
    return size;
}

unsigned loomc_account_room(const struct loomc_plan_product *product)
{
    const struct loomc_plan_object *server = find(product, LOOM_ID_SERVER);

    return server == NULL ? 0 : server->room;
}

/* A device that can be managed has an account for a bootstrap and one for a server. */
static unsigned least_instances(const struct loomc_plan_object *planned)
{
    unsigned needed = planned->object->id == LOOM_ID_SECURITY ? 2
                      : planned->object->id == LOOM_ID_SERVER ? 1
                                                              : 0;

    needed = needed > planned->initial ? needed : planned->initial;
    return needed < planned->room ? needed : planned->room;
}

static uint64_t accounts_size(const struct loomc_plan_product *product, bool whole)
{
    uint64_t size = LOOM_ACCOUNTS_RECORD_HEAD;

    for (size_t i = 0; i < product->count; i++) {
        const struct loomc_plan_object *planned = product->objects[i];

        if (planned->persistent && !planned->view) {
            size += LOOM_ACCOUNTS_RECORD_OBJECT;
            size += (whole ? planned->room : least_instances(planned)) *
                    instance_size(planned, whole || planned->complete);
        }
    }
    return size;
}

uint32_t loomc_record_size(const struct loomc_plan_product *product)
{
    uint64_t state = LOOM_STATE_RECORD_ENTRY + LOOM_LOCATION_SIZE;

    state = LOOM_STATE_RECORD_HEAD + loomc_account_room(product) * state;
    return limit(larger(accounts_size(product, true), state));
}

uint32_t loomc_record_least(const struct loomc_plan_product *product)
{
    return limit(accounts_size(product, false));
}

/* ---- requests ---------------------------------------------------------------------------------
 */

/* The link to the root that names formats, as if all of them were optional. */
static uint64_t root_link_size(const struct loomc_plan_product *product)
{
    if (!loomc_picks_have(&loomc_feature_picks, product->features, "listed-formats")) {
        return 0;
    }

    uint64_t size = strlen("</>;ct=\"\",");

    for (uint64_t formats = product->formats; formats != 0; formats &= formats - 1) {
        size += strlen("65535 ");
    }
    return size;
}

/* The list of objects, as if each had all its instances and its version. */
static uint64_t list_size(const struct loomc_plan_product *product)
{
    uint64_t size = root_link_size(product);

    for (size_t i = 0; i < product->count; i++) {
        const struct loomc_plan_object *planned = product->objects[i];

        if (planned->object->id != LOOM_ID_SECURITY && !planned->hidden) {
            size += OBJECT_LINK + VERSION + (uint64_t)planned->room * INSTANCE_LINK;
        }
    }
    return size;
}

/* What `b` may be: resource 7 of Server or resource 16 of Device. */
static uint64_t binding_size(const struct loomc_plan_product *product)
{
    static const uint16_t bindings[][2] = {
        {LOOM_ID_SERVER, LOOM_ID_SERVER_BINDING},
        {LOOM_ID_DEVICE, LOOM_ID_DEVICE_SUPPORTED_BINDING_AND_MODES}};
    uint64_t size = strlen("U");

    for (size_t i = 0; i < sizeof bindings / sizeof bindings[0]; i++) {
        const struct loomc_plan_object *planned = find(product, bindings[i][0]);

        for (size_t j = 0; planned != NULL && j < planned->row_count; j++) {
            const struct loomc_row *row = &planned->rows[j];

            if (row->resource->id == bindings[i][1]) {
                size = larger(size, row->serving == LOOMC_STORED ? row->capacity
                                                                 : QUERY_MAX - strlen("b="));
            }
        }
    }
    return size;
}

static uint64_t largest_value(const struct loomc_plan_product *product)
{
    uint64_t size = 0;

    for (size_t i = 0; i < product->count; i++) {
        for (size_t j = 0; j < product->objects[i]->row_count; j++) {
            const struct loomc_row *row = &product->objects[i]->rows[j];

            size = larger(size, row->serving == LOOMC_STORED ? value_size(row) : 0);
        }
    }
    return size;
}

uint32_t loomc_request_size(const struct loomc_plan_product *product)
{
    static const char fixed[] = "ep=lt=9223372036854775807lwm2m=1.2b=Q";
    static const char pack[] = "ep=acc=</0/65534>,</21/65534>,</23/65534>,</24/65534>";
    uint64_t size = strlen(fixed) + binding_size(product) + list_size(product);

    return limit(larger(larger(size, strlen(pack)), largest_value(product)));
}
