/* SPDX-License-Identifier: Apache-2.0 */
/* Where in the tables and in the data something is. */
#include "model/node.h"

const struct loom_product_object *loom_model_object(const struct loom_model *model, uint16_t object)
{
    size_t low = 0;
    size_t high = model->product->object_count;
    size_t middle = object < high / 2 ? object : high / 2; /* most products have the lowest ones */
    for (; low < high; middle = (low + high) / 2) {
        const struct loom_product_object *entry = &model->product->objects[middle];
        if (entry->object->id == object) {
            return entry;
        }
        if (entry->object->id < object) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

const struct loom_resource *loom_object_resource(const struct loom_object *object,
                                                 uint16_t resource)
{
    size_t low = 0;
    size_t high = object->resource_count;
    size_t middle = resource < high ? resource : high / 2; /* most objects begin without gaps */
    for (; low < high; middle = (low + high) / 2) {
        const struct loom_resource *row = &object->resources[middle];
        if (row->id == resource) {
            return row;
        }
        if (row->id < resource) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

unsigned char *loom_slot_lowest(unsigned char *at, size_t stride, unsigned count, uint16_t id)
{
    unsigned char *found = NULL;
    uint16_t lowest = LOOM_ID_NONE;
    for (; count > 0; count--, at += stride) {
        uint16_t here = loom_instance_id(at);
        if (here == id) {
            return at;
        }
        if (here >= id && (found == NULL || here < lowest)) {
            found = at;
            lowest = here;
        }
    }
    return found;
}

static unsigned char *lowest_instance(const struct loom_model *model,
                                      const struct loom_product_object *entry, uint16_t id)
{
    return loom_slot_lowest(loom_model_instances(model, entry), entry->object->instance_size,
                            entry->room, id);
}

unsigned char *loom_node_instance(const struct loom_model *model,
                                  const struct loom_product_object *entry, uint16_t instance)
{
    unsigned char *at = lowest_instance(model, entry, instance);
    return at != NULL && loom_instance_id(at) == instance ? at : NULL;
}

bool loom_instance_next(const struct loom_model *model, const struct loom_product_object *entry,
                        uint16_t *instance)
{
    const unsigned char *at = lowest_instance(model, entry, *instance);
    *instance = at == NULL ? LOOM_ID_NONE : loom_instance_id(at);
    return *instance != LOOM_ID_NONE;
}

bool loom_row_present(const struct loom_object *object, const unsigned char *instance,
                      const struct loom_resource *row)
{
    return loom_bit(instance + LOOM_PRESENT_OFFSET, (size_t)(row - object->resources));
}

void loom_row_set_present(const struct loom_object *object, unsigned char *instance,
                          const struct loom_resource *row, bool present)
{
    size_t bit = (size_t)(row - object->resources);
    unsigned char *byte = &instance[LOOM_PRESENT_OFFSET + bit / 8];
    unsigned mask = 1u << (bit % 8);
    *byte = (unsigned char)(present ? *byte | mask : *byte & ~mask);
}

bool loom_node_present(const struct loom_node *node)
{
    return loom_row_present(node->object, node->instance, node->row);
}

void loom_node_set_present(const struct loom_node *node, bool present)
{
    loom_row_set_present(node->object, node->instance, node->row, present);
}
