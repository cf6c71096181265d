/* SPDX-License-Identifier: Apache-2.0 */
#include "size.h"

#include "needs.h"

#include "loom/table.h"

#include <string.h>

/* The structs of loom/table.h that hold no pointer. */
#define ROW_SIZE   10u
#define RANGE_SIZE 24u

/* Column of the objects' names; longer ones push their line to the right. */
#define SYMBOL_WIDTH 32

static size_t align(size_t size, size_t alignment)
{
    return (size + alignment - 1) / alignment * alignment;
}

/* The structs that do, by the size of a pointer, which is that of a length, too. */
static size_t object_size(size_t pointer)
{
    return 8 + 4 * pointer;
}

static size_t handler_size(size_t pointer)
{
    return 4 * pointer;
}

static size_t value_struct_size(size_t pointer)
{
    return 8 + (2 * pointer > 8 ? 2 * pointer : 8);
}

static size_t preset_size(size_t pointer)
{
    return 8 + value_struct_size(pointer);
}

static size_t product_object_size(size_t pointer)
{
    return align(pointer + 12, pointer);
}

static size_t product_size(size_t pointer)
{
    size_t features = sizeof(struct loom_features) / sizeof(void *);

    return align((4 + features) * pointer + 20, pointer);
}

/* ---- one object ------------------------------------------------------------------------------ */

/* The strings that a value may be, and the list of them. */
static size_t texts_size(const struct loomc_resource *resource, size_t pointer)
{
    size_t size = pointer;

    for (size_t i = 0; i < resource->ranges.text_count; i++) {
        size += pointer + strlen(resource->ranges.texts[i]) + 1;
    }
    return size;
}

static size_t table_bytes(const struct loomc_plan_object *planned, size_t pointer)
{
    size_t size = object_size(pointer) + product_object_size(pointer);

    size += planned->row_count * ROW_SIZE + planned->range_count * RANGE_SIZE;
    for (size_t i = 0; i < planned->range_count; i++) {
        size +=
            planned->ranges[i].texts ? texts_size(planned->ranges[i].row->resource, pointer) : 0;
    }
    size += planned->handler_count * handler_size(pointer);
    for (size_t i = 0; i < planned->row_count; i++) {
        for (size_t j = 0; j < planned->rows[i].constant_count; j++) {
            size += value_struct_size(pointer) + planned->rows[i].constants[j].literal_size;
        }
    }
    for (size_t i = 0; i < planned->given_count; i++) {
        size += 8 + value_struct_size(pointer) + planned->given[i].value.literal_size;
    }
    for (size_t i = 0; i < planned->preset_count; i++) {
        size += preset_size(pointer) + planned->presets[i].literal_size;
    }
    return size;
}

/* The literals, the struct that points to them, and its place in the product's list. */
static size_t name_bytes(const struct loomc_plan_object *planned, size_t pointer)
{
    size_t size = strlen(planned->object->name) + 1 + 3 * pointer;

    for (size_t i = 0; i < planned->row_count; i++) {
        size += strlen(planned->rows[i].resource->name) + 1;
        size += strlen(planned->rows[i].resource->units) + 1;
    }
    return size;
}

/* ---- one product ----------------------------------------------------------------------------- */

/* The struct, and its list of formats, which ends with NULL. */
static size_t product_bytes(const struct loomc_plan_product *product, size_t pointer)
{
    size_t size = product_size(pointer) + pointer;

    for (uint64_t formats = product->formats; formats != 0; formats &= formats - 1) {
        size += pointer;
    }
    return size;
}

struct sums {
    size_t data;    /* sizeof of the data struct */
    size_t staging; /* sizeof of the staging struct */
    size_t alignment;
    size_t flash_32;
    size_t flash_64;
    size_t names_32;
    size_t names_64;
};

static void add(struct sums *sums, const struct loomc_plan_object *planned)
{
    if (planned->room > 0) {
        sums->data = align(sums->data, planned->alignment) + planned->size * planned->room;
    }
    if (planned->room > 0 && planned->staged) {
        sums->staging = align(sums->staging, planned->alignment) + planned->size * planned->room;
    }
    if (planned->room > 0 && planned->alignment > sums->alignment) {
        sums->alignment = planned->alignment;
    }
    sums->flash_32 += table_bytes(planned, 4);
    sums->flash_64 += table_bytes(planned, 8);
    sums->names_32 += name_bytes(planned, 4);
    sums->names_64 += name_bytes(planned, 8);
}

static void put_object(struct loomc_buffer *out, const struct loomc_plan_object *planned)
{
    const struct loomc_object *object = planned->object;

    loomc_put_format(out, "%5u %-*s %3u.%-3u %5u %7zu %9zu %8zu %8zu %8zu %8zu\n", object->id,
                     SYMBOL_WIDTH, object->symbol, object->version_major, object->version_minor,
                     planned->room, planned->size, planned->size * planned->room,
                     table_bytes(planned, 4), table_bytes(planned, 8), name_bytes(planned, 4),
                     name_bytes(planned, 8));
}

static void put_product(struct loomc_buffer *out, const struct loomc_plan_product *product)
{
    struct sums sums = {.alignment = 1,
                        .flash_32 = product_bytes(product, 4),
                        .flash_64 = product_bytes(product, 8)};

    loomc_put_format(out,
                     "product %s, in bytes; flash and names for pointers of 32 and of 64 bits\n\n"
                     "   id %-*s version  room    each       RAM  flash32  flash64  names32  "
                     "names64\n",
                     product->name, SYMBOL_WIDTH, "object");
    for (size_t i = 0; i < product->count; i++) {
        put_object(out, product->objects[i]);
        add(&sums, product->objects[i]);
    }
    sums.data = align(sums.data, sums.alignment);
    sums.staging = align(sums.staging, sums.alignment);

    size_t record = loomc_record_size(product);
    size_t buffer = LOOM_BUFFER_SIZE(record, (size_t)loomc_request_size(product));

    loomc_put_format(out,
                     "      %-*s                       %9zu %8zu %8zu %8zu %8zu\n"
                     "      %-*s                       %9zu\n"
                     "      %-*s                       %9zu\n"
                     "      %-*s                       %9zu\n",
                     SYMBOL_WIDTH, "the product's data and tables", sums.data, sums.flash_32,
                     sums.flash_64, sums.names_32, sums.names_64, SYMBOL_WIDTH,
                     "what a bootstrap writes to", sums.staging, SYMBOL_WIDTH,
                     "buffer for any accounts", buffer, SYMBOL_WIDTH, "RAM in all",
                     sums.data + sums.staging + buffer);
}

void loomc_size_put(const struct loomc_plan *plan, struct loomc_buffer *out)
{
    for (size_t i = 0; i < plan->product_count; i++) {
        loomc_put_text(out, i > 0 ? "\n" : "");
        put_product(out, &plan->products[i]);
    }
}
