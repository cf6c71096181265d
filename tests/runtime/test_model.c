/* SPDX-License-Identifier: Apache-2.0 */
/* The walk over generated tables: find, read, write with checks, create, delete, execute. */
#include <criterion/criterion.h>
#include <string.h>

#include "gadget.h"
#include "loom_objects.h"
#include "world.h"

#include "model/payload.h"

static struct world *world;

static void set_up(void)
{
    world = world_create(LOOM_LWM2M_1_1);
}

static void tear_down(void)
{
    world_destroy(world);
}

TestSuite(model, .init = set_up, .fini = tear_down);

static enum loom_status write_value(struct loom_path path, struct loom_value value)
{
    return loom_model_write(&world->model, &path, &value);
}

/* The seam: a row is small, has no pointer, and the struct is what the table says. */
Test(model, rows_are_ten_bytes)
{
    cr_assert_eq(sizeof(struct loom_resource), 10);
    const struct loom_object *device = loom_model_object(&world->model, 3)->object;
    cr_assert_eq(device->instance_size, sizeof(struct loom_device_1_1));
    cr_assert_eq(device->resource_count, 23);
    const struct loom_resource *battery = loom_object_resource(device, 9);
    cr_assert_eq(battery->offset, offsetof(struct loom_device_1_1, battery_level));
    cr_assert_eq(battery->type, LOOM_INTEGER);
    cr_assert_null(loom_object_resource(device, 23));
    cr_assert_null(loom_model_object(&world->model, 8));
}

Test(model, begins_with_mandatory_resources_only)
{
    struct loom_path manufacturer = loom_path_resource(3, 0, 0);
    struct loom_path model_number = loom_path_resource(3, 0, 1);
    struct loom_path reboot = loom_path_resource(3, 0, 4);
    struct loom_path battery = loom_path_resource(3, 0, 9);
    cr_assert_eq(loom_model_exists(&world->model, &manufacturer), LOOM_OK);
    cr_assert_eq(loom_model_exists(&world->model, &model_number), LOOM_NOT_FOUND);
    cr_assert_eq(loom_model_exists(&world->model, &reboot), LOOM_OK);
    cr_assert_eq(loom_model_exists(&world->model, &battery), LOOM_NOT_FOUND);
    int64_t value;
    cr_assert_eq(loom_device_1_1_get_battery_level(&world->model, 0, &value), LOOM_NOT_FOUND);
    cr_assert_eq(loom_device_1_1_set_battery_level(&world->model, 0, 42), LOOM_OK);
    cr_assert_eq(loom_device_1_1_get_battery_level(&world->model, 0, &value), LOOM_OK);
    cr_assert_eq(value, 42);
    cr_assert_eq(((struct loom_client_1_1_data *)world->data)->device_1_1[0].battery_level, 42);
    cr_assert_eq(loom_device_1_1_clear_battery_level(&world->model, 0), LOOM_OK);
    cr_assert_eq(loom_device_1_1_get_battery_level(&world->model, 0, &value), LOOM_NOT_FOUND);
}

/* Ranges of the object are enforced on every write, and a refused write changes nothing. */
Test(model, ranges_hold_at_their_bounds)
{
    int64_t value;
    cr_assert_eq(loom_device_1_1_set_battery_level(&world->model, 0, 0), LOOM_OK);
    cr_assert_eq(loom_device_1_1_set_battery_level(&world->model, 0, 100), LOOM_OK);
    cr_assert_eq(loom_device_1_1_set_battery_level(&world->model, 0, 101), LOOM_BAD_REQUEST);
    cr_assert_eq(loom_device_1_1_set_battery_level(&world->model, 0, -1), LOOM_BAD_REQUEST);
    cr_assert_eq(loom_device_1_1_set_battery_level(&world->model, 0, INT64_MAX), LOOM_BAD_REQUEST);
    cr_assert_eq(loom_device_1_1_get_battery_level(&world->model, 0, &value), LOOM_OK);
    cr_assert_eq(value, 100);
}

/* 0/x/8 allows 16, 32 or 48 bytes; 0/x/0 up to 255. */
Test(model, lengths_hold_for_texts_and_opaques)
{
    uint16_t instance = 0;
    uint8_t key[49] = {0};
    char uri[257];
    memset(uri, 'u', sizeof uri);
    cr_assert_eq(loom_model_create(&world->model, 0, &instance), LOOM_OK);
    struct loom_path secret = loom_path_resource(0, 0, 8);
    cr_assert_eq(loom_set_opaque(&world->model, secret, key, 16), LOOM_OK);
    cr_assert_eq(loom_set_opaque(&world->model, secret, key, 17), LOOM_BAD_REQUEST);
    cr_assert_eq(loom_set_opaque(&world->model, secret, key, 48), LOOM_OK);
    cr_assert_eq(loom_set_opaque(&world->model, secret, key, 49), LOOM_BAD_REQUEST);
    uri[256] = '\0';
    cr_assert_eq(loom_set_text(&world->model, loom_path_resource(0, 0, 0), uri), LOOM_BAD_REQUEST);
    uri[255] = '\0';
    cr_assert_eq(loom_set_text(&world->model, loom_path_resource(0, 0, 0), uri), LOOM_OK);
    /* No range, but the product's room: 64 bytes. */
    uri[65] = '\0';
    struct loom_path manufacturer = loom_path_resource(3, 0, 0);
    cr_assert_eq(loom_set_text(&world->model, manufacturer, uri), LOOM_TOO_LARGE);
    uri[64] = '\0';
    cr_assert_eq(loom_set_text(&world->model, manufacturer, uri), LOOM_OK);
}

Test(model, a_shorter_text_leaves_nothing_of_a_longer_one)
{
    struct loom_device_1_1 *device = &((struct loom_client_1_1_data *)world->data)->device_1_1[0];
    struct loom_path manufacturer = loom_path_resource(3, 0, 0);
    cr_assert_eq(loom_set_text(&world->model, manufacturer, "a long name"), LOOM_OK);
    cr_assert_eq(loom_set_text(&world->model, manufacturer, "short"), LOOM_OK);
    for (size_t i = 5; i < sizeof device->manufacturer; i++) {
        cr_assert_eq(device->manufacturer[i], '\0');
    }
}

Test(model, types_are_checked)
{
    struct loom_path battery = loom_path_resource(3, 0, 9);
    struct loom_value text = {.type = LOOM_STRING, .as = {.text = {"5", 1}}};
    struct loom_value natural = {.type = LOOM_UNSIGNED, .as = {.unsigned_integer = 5}};
    cr_assert_eq(loom_model_write(&world->model, &battery, &text), LOOM_BAD_REQUEST);
    cr_assert_eq(loom_model_write(&world->model, &battery, &natural), LOOM_BAD_REQUEST);
    cr_assert_eq(loom_model_check(&world->model, &battery, &natural), LOOM_BAD_REQUEST);
    struct loom_path reboot = loom_path_resource(3, 0, 4);
    cr_assert_eq(loom_model_write(&world->model, &reboot, &text), LOOM_METHOD_NOT_ALLOWED);
    cr_assert_eq(loom_model_read(&world->model, &reboot, &text), LOOM_METHOD_NOT_ALLOWED);
}

/* Strings are UTF-8 without NUL (rules D.1, RFC 3629). */
Test(model, strings_are_utf8)
{
    const struct {
        const char *bytes;
        size_t length;
        enum loom_status status;
    } cases[] = {
        {"caf\xC3\xA9", 5, LOOM_OK},           {"\xE2\x82\xAC", 3, LOOM_OK},
        {"\xF0\x9F\x8C\xB1", 4, LOOM_OK},      {"", 0, LOOM_OK},
        {"a\0b", 3, LOOM_BAD_REQUEST},         {"\xC3", 1, LOOM_BAD_REQUEST},
        {"\xC0\xAF", 2, LOOM_BAD_REQUEST},     {"\xE0\x80\xAF", 3, LOOM_BAD_REQUEST},
        {"\xED\xA0\x80", 3, LOOM_BAD_REQUEST}, {"\xF4\x90\x80\x80", 4, LOOM_BAD_REQUEST},
        {"\xFF", 1, LOOM_BAD_REQUEST},         {"\x80", 1, LOOM_BAD_REQUEST},
        {"\xE2\x28\xA1", 3, LOOM_BAD_REQUEST}, {"\xF0\x82\x82\xAC", 4, LOOM_BAD_REQUEST},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct loom_value value = {.type = LOOM_STRING,
                                   .as = {.text = {cases[i].bytes, cases[i].length}}};
        cr_assert_eq(write_value(loom_path_resource(3, 0, 0), value), cases[i].status, "case %zu",
                     i);
    }
}

Test(model, resource_instances_come_and_go)
{
    struct loom_model *model = &world->model;
    int64_t value;
    uint16_t id = 0;
    cr_assert_eq(loom_device_1_1_set_power_source_voltage(model, 0, 7, 3800), LOOM_OK);
    cr_assert_eq(loom_device_1_1_set_power_source_voltage(model, 0, 2, 5000), LOOM_OK);
    cr_assert_eq(loom_device_1_1_set_power_source_voltage(model, 0, 7, 3700), LOOM_OK);
    cr_assert(loom_model_next_resource_instance(model, 3, 0, 7, &id));
    cr_assert_eq(id, 2, "ascending whatever the order of writing");
    id++;
    cr_assert(loom_model_next_resource_instance(model, 3, 0, 7, &id));
    cr_assert_eq(id, 7);
    id++;
    cr_assert_not(loom_model_next_resource_instance(model, 3, 0, 7, &id));
    cr_assert_eq(loom_device_1_1_get_power_source_voltage(model, 0, 7, &value), LOOM_OK);
    cr_assert_eq(value, 3700);
    cr_assert_eq(loom_device_1_1_get_power_source_voltage(model, 0, 3, &value), LOOM_NOT_FOUND);
    cr_assert_eq(loom_device_1_1_set_power_source_voltage(model, 0, 3, 1), LOOM_OK);
    cr_assert_eq(loom_device_1_1_set_power_source_voltage(model, 0, 4, 1), LOOM_OK);
    cr_assert_eq(loom_device_1_1_set_power_source_voltage(model, 0, 5, 1), LOOM_TOO_LARGE);
    struct loom_path one = loom_path_resource_instance(3, 0, 7, 2);
    cr_assert_eq(loom_model_clear(model, &one), LOOM_OK);
    cr_assert_eq(loom_model_clear(model, &one), LOOM_NOT_FOUND);
    cr_assert_eq(loom_device_1_1_set_power_source_voltage(model, 0, 5, 1), LOOM_OK);
    struct loom_path single = loom_path_resource_instance(3, 0, 16, 0);
    cr_assert_eq(loom_model_exists(model, &single), LOOM_METHOD_NOT_ALLOWED); /* C-3 */
}

/* D-13: in whatever order they were written, some of them removed since. */
Test(model, a_multiple_resource_is_read_in_the_order_of_its_ids)
{
    static const uint16_t written[] = {7, 2, 300, 3};
    static const uint8_t expected[] = {0x88, 0x07, 0x0B, 0x41, 0x02, 2,    0x41,
                                       0x03, 3,    0x62, 0x01, 0x2C, 0x01, 0x2C};
    struct loom_model *model = &world->model;
    struct loom_path path = loom_path_resource(3, 0, 7);
    struct loom_path seven = loom_path_resource_instance(3, 0, 7, 7);
    uint8_t room[32];
    for (size_t i = 0; i < sizeof written / sizeof written[0]; i++) {
        loom_device_1_1_set_power_source_voltage(model, 0, written[i], written[i]);
    }
    cr_assert_eq(loom_model_clear(model, &seven), LOOM_OK);
    struct loom_output out = loom_output(room, sizeof room);
    cr_assert_eq(loom_payload_read(model, &loom_format_tlv, &path, &path, LOOM_READ_READABLE, &out),
                 LOOM_OK);
    cr_assert_eq(out.length, sizeof expected);
    cr_assert_eq(memcmp(room, expected, sizeof expected), 0);
    out = loom_output(room, sizeof room);
    cr_assert_eq(
        loom_payload_read(model, &loom_format_tlv, &seven, &seven, LOOM_READ_READABLE, &out),
        LOOM_NOT_FOUND);
}

Test(model, instances_are_created_found_and_deleted)
{
    struct loom_model *model = &world->model;
    uint16_t instance = 5;
    cr_assert_eq(loom_model_create(model, 1, &instance), LOOM_OK);
    cr_assert_eq(loom_model_create(model, 1, &instance), LOOM_BAD_REQUEST, "it exists");
    instance = LOOM_ID_NONE;
    cr_assert_eq(loom_model_create(model, 1, &instance), LOOM_OK);
    cr_assert_eq(instance, 0, "the lowest free id");
    instance = 2;
    cr_assert_eq(loom_model_create(model, 1, &instance), LOOM_OK);
    instance = 9;
    cr_assert_eq(loom_model_create(model, 1, &instance), LOOM_TOO_LARGE);
    instance = 1;
    cr_assert(loom_model_next_instance(model, 1, &instance));
    cr_assert_eq(instance, 2);
    cr_assert_eq(loom_model_delete(model, 1, 2), LOOM_OK);
    cr_assert_eq(loom_model_delete(model, 1, 2), LOOM_NOT_FOUND);
    cr_assert_not(loom_model_has_instance(model, 1, 2));
    instance = 1;
    cr_assert_eq(loom_model_create(model, 3, &instance), LOOM_METHOD_NOT_ALLOWED, "rule C-4");
    instance = 0;
    cr_assert_eq(loom_model_create(model, 77, &instance), LOOM_NOT_FOUND);
}

/* 65535 is the id of nothing, not of an unused slot. */
Test(model, reserved_ids_name_nothing)
{
    struct loom_path path = loom_path_resource(0, LOOM_ID_NONE, 0);
    struct loom_text uri;
    cr_assert_eq(loom_set_text(&world->model, path, "coap://hidden"), LOOM_NOT_FOUND);
    cr_assert_eq(loom_get_text(&world->model, path, &uri), LOOM_NOT_FOUND);
    cr_assert_eq(loom_device_1_1_set_power_source_voltage(&world->model, 0, LOOM_ID_NONE, 1),
                 LOOM_NOT_FOUND);
}

/* Keys go with the instance that held them. */
Test(model, deleting_wipes)
{
    uint16_t instance = 0;
    static const uint8_t key[16] = "0123456789abcde";
    const unsigned char *data = world->data;
    cr_assert_eq(loom_model_create(&world->model, 0, &instance), LOOM_OK);
    cr_assert_eq(loom_set_opaque(&world->model, loom_path_resource(0, 0, 5), key, 16), LOOM_OK);
    cr_assert_eq(loom_model_delete(&world->model, 0, 0), LOOM_OK);
    for (size_t i = 0; i + 16 <= world->product->data_size; i++) {
        cr_assert_neq(memcmp(data + i, key, 16), 0);
    }
}

Test(model, execute_needs_an_executable)
{
    struct loom_text none = {"", 0};
    struct loom_path reboot = loom_path_resource(3, 0, 4);
    struct loom_path manufacturer = loom_path_resource(3, 0, 0);
    struct loom_path nothing = loom_path_resource(3, 1, 4);
    cr_assert_eq(loom_model_execute(&world->model, &reboot, none), LOOM_OK);
    cr_assert_eq(world->executed, 1);
    cr_assert_eq(loom_model_execute(&world->model, &manufacturer, none), LOOM_METHOD_NOT_ALLOWED);
    cr_assert_eq(loom_model_execute(&world->model, &nothing, none), LOOM_NOT_FOUND);
    cr_assert_eq(world->executed, 1);
}

/* The product's own functions serve a handled resource. */
Test(model, handled_resources_ask_the_product)
{
    double value;
    struct loom_path path = loom_path_resource(3303, 0, 5700);
    struct loom_value written = {.type = LOOM_FLOAT, .as = {.number = 1}};
    cr_assert_eq(loom_get_float(&world->model, path, &value), LOOM_OK);
    cr_assert(value >= 18 && value <= 24);
    cr_assert_eq(loom_temperature_1_1_get_min_measured_value(&world->model, 0, &value), LOOM_OK);
    cr_assert_eq(loom_model_write(&world->model, &path, &written), LOOM_METHOD_NOT_ALLOWED);
    struct loom_path reset = loom_path_resource(3303, 0, 5605);
    struct loom_text none = {"", 0};
    cr_assert_eq(loom_model_execute(&world->model, &reset, none), LOOM_OK);
    cr_assert_eq(loom_temperature_1_1_get_min_measured_value(&world->model, 0, &value),
                 LOOM_NOT_FOUND);
}

/* F-1, F-2, F-6, F-7: the draft object is the Bootstrap-Server Account seen under other ids. */
Test(model, draft_object_is_a_view_on_the_account)
{
    struct loom_model *model = &world->model;
    struct loom_text uri;
    int64_t value;
    uint16_t instance = 0;
    struct loom_path uri_path = loom_path_resource(42769, 0, 0);
    struct loom_path mode_path = loom_path_resource(42769, 0, 1);
    struct loom_path hold_off_path = loom_path_resource(42769, 0, 4);
    cr_assert_not(loom_model_has_instance(model, 42769, 0));
    cr_assert_eq(loom_get_text(model, uri_path, &uri), LOOM_NOT_FOUND);
    world_add_bootstrap_account(world, 2, 30);
    cr_assert(loom_model_has_instance(model, 42769, 0));
    cr_assert_eq(loom_get_text(model, uri_path, &uri), LOOM_OK);
    cr_assert_eq(memcmp(uri.data, "coap://bs:5683", uri.length), 0);
    cr_assert_eq(loom_get_integer(model, hold_off_path, &value), LOOM_OK);
    cr_assert_eq(value, 30);
    cr_assert_eq(loom_set_integer(model, hold_off_path, 7), LOOM_OK);
    cr_assert_eq(loom_get_integer(model, loom_path_resource(0, 2, 11), &value), LOOM_OK);
    cr_assert_eq(value, 7);
    /* The draft knew modes 0 to 2: reading gives the real value, writing another is refused. */
    cr_assert_eq(loom_get_integer(model, mode_path, &value), LOOM_OK);
    cr_assert_eq(value, LOOM_SECURITY_NOSEC);
    cr_assert_eq(loom_set_integer(model, mode_path, 3), LOOM_BAD_REQUEST);
    cr_assert_eq(loom_set_integer(model, mode_path, 0), LOOM_OK);
    cr_assert_eq(loom_model_create(model, 42769, &instance), LOOM_BAD_REQUEST);
    cr_assert_eq(loom_model_delete(model, 42769, 0), LOOM_METHOD_NOT_ALLOWED);
}

/* A table that forgets what makes a view is an object without instances, and nothing worse. */
Test(model, view_without_its_functions_has_no_instance)
{
    struct loom_model *model = &world->model;
    struct loom_product product = *world->product;
    uint16_t instance = LOOM_ID_NONE;
    struct loom_text uri;
    cr_assert_eq(product.account_view, &loom_account_view);
    product.account_view = NULL;
    model->product = &product;
    world_add_bootstrap_account(world, 2, 30);
    cr_assert_not(loom_model_has_instance(model, 42769, 0));
    cr_assert_eq(loom_get_text(model, loom_path_resource(42769, 0, 0), &uri), LOOM_NOT_FOUND);
    cr_assert_eq(loom_model_create(model, 42769, &instance), LOOM_TOO_LARGE);
    model->product = world->product;
    cr_assert(loom_model_has_instance(model, 42769, 0));
}

Test(model, draft_object_creates_the_account)
{
    struct loom_model *model = &world->model;
    uint16_t instance = 0;
    bool account = false;
    cr_assert_eq(loom_model_create(model, 42769, &instance), LOOM_OK);
    cr_assert_eq(loom_set_text(model, loom_path_resource(42769, 0, 0), "coaps://bs"), LOOM_OK);
    cr_assert_eq(loom_get_boolean(model, loom_path_resource(0, 0, 1), &account), LOOM_OK);
    cr_assert(account);
}

/* F-2: factory data in draft form reads like any other, but the key is never read. */
Test(model, draft_object_never_gives_the_key)
{
    static const uint8_t key[16] = "0123456789abcde";
    struct loom_bytes read;
    world_add_bootstrap_account(world, 0, 0);
    struct loom_path key_path = loom_path_resource(42769, 0, 3);
    cr_assert_eq(loom_set_opaque(&world->model, key_path, key, 16), LOOM_OK);
    cr_assert_eq(loom_get_opaque(&world->model, key_path, &read), LOOM_METHOD_NOT_ALLOWED);
    cr_assert_eq(loom_get_opaque(&world->model, loom_path_resource(0, 0, 5), &read), LOOM_OK);
    cr_assert_eq(memcmp(read.data, key, 16), 0);
}

/* Every object of every product: what is written is read back, and nothing else moves. */
Test(model, every_stored_resource_of_every_product_keeps_its_value)
{
    unsigned checked = 0;
    for (unsigned p = 0; p < LOOM_PRODUCT_COUNT; p++) {
        static union {
            struct loom_client_1_0_data a;
            struct loom_client_1_1_data b;
            struct loom_client_1_2_data c;
        } data;
        struct loom_model model;
        loom_model_init(&model, loom_products[p], &data, NULL, NULL);
        for (unsigned o = 0; o < model.product->object_count; o++) {
            const struct loom_product_object *entry = &model.product->objects[o];
            uint16_t instance = 0;
            if (entry->room == 0) {
                continue;
            }
            if (!loom_model_has_instance(&model, entry->object->id, 0)) {
                cr_assert_eq(loom_model_create(&model, entry->object->id, &instance), LOOM_OK);
            }
            for (unsigned r = 0; r < entry->object->resource_count; r++) {
                const struct loom_resource *row = &entry->object->resources[r];
                struct loom_path path = loom_path_resource(entry->object->id, 0, row->id);
                struct loom_value value = {.type = (enum loom_type)row->type};
                struct loom_value back;
                if (row->type == LOOM_NONE || (row->access & LOOM_HANDLED) != 0) {
                    continue;
                }
                if ((row->access & LOOM_MULTIPLE) != 0) {
                    path = loom_path_resource_instance(entry->object->id, 0, row->id, 3);
                }
                if (row->range != 0) {
                    const struct loom_range *range = &entry->object->ranges[row->range - 1];
                    value.as.integer = range->max.integer;
                    if (row->type == LOOM_STRING || row->type == LOOM_OPAQUE) {
                        static const char text[256] = "";
                        static char filled[256];
                        memset(filled, 'x', sizeof filled);
                        value.as.text.data = row->type == LOOM_STRING ? filled : text;
                        value.as.text.length = (size_t)range->min.unsigned_integer;
                    }
                } else if (row->type == LOOM_BOOLEAN) {
                    value.as.boolean = true;
                } else if (row->type == LOOM_STRING || row->type == LOOM_CORELNK ||
                           row->type == LOOM_OPAQUE) {
                    value.as.text.data = "text";
                    value.as.text.length = 4;
                } else if (row->type == LOOM_FLOAT) {
                    value.as.number = 21.25;
                } else {
                    value.as.integer = 1;
                }
                cr_assert_eq(loom_model_write(&model, &path, &value), LOOM_OK, "/%u/0/%u",
                             entry->object->id, row->id);
                cr_assert_eq(loom_model_read(&model, &path, &back), LOOM_OK);
                cr_assert_eq(back.type, value.type);
                if (row->type == LOOM_STRING || row->type == LOOM_OPAQUE) {
                    cr_assert_eq(back.as.text.length, value.as.text.length);
                } else if (row->type == LOOM_INTEGER) {
                    cr_assert_eq(back.as.integer, value.as.integer);
                }
                checked++;
            }
        }
    }
    cr_assert_gt(checked, 200);
}

/* ---- a product's function that refuses ------------------------------------------------------- */

/* Functions go first: when one refuses, what is stored is as it was. */
Test(model, a_function_that_refuses_keeps_stored_resources_as_they_were)
{
    static const struct loom_product_object entries[] = {
        {.object = &gadgets[GADGET_REFUSING], .room = 1, .initial = 1, .complete = 1}};
    static const struct loom_product product = {.objects = entries,
                                                .object_count = 1,
                                                .data_size = sizeof(struct gadget),
                                                .handled = &loom_handled_resources};
    static const uint8_t payload_bytes[] = {0xC1, 0x00, 0x63, 0xC1, 0x01, 0x05};
    const struct loom_write_rules rules[] = {{.writable_only = true},
                                             {.writable_only = true, .replace = true}};
    struct gadget data;
    struct loom_model model;
    int64_t level = 0;
    loom_model_init(&model, &product, &data, NULL, NULL);
    cr_assert_eq(loom_set_integer(&model, loom_path_resource(32002, 0, 0), 7), LOOM_OK);
    for (size_t i = 0; i < 2; i++) {
        struct loom_payload payload = {.format = &loom_format_tlv,
                                       .path = loom_path_instance(32002, 0),
                                       .bytes = {payload_bytes, sizeof payload_bytes}};
        payload.rules = rules[i];
        cr_assert_eq(loom_payload_write(&model, &payload), LOOM_INTERNAL_ERROR);
        cr_assert_eq(loom_get_integer(&model, loom_path_resource(32002, 0, 0), &level), LOOM_OK);
        cr_assert_eq(level, 7);
    }
}

/* ---- a multiple resource that functions of the product have -----------------------------------
 */

/* Instances 1 and 4; 4 has no value while `user` says so. */
static bool next_sample(const struct loom_at *at, uint16_t *id)
{
    cr_assert_eq(at->path.depth, 3);
    *id = *id <= 1 ? 1 : 4 >= *id ? 4 : LOOM_ID_NONE;
    return *id != LOOM_ID_NONE;
}

static enum loom_status read_sample(const struct loom_at *at, struct loom_value *value)
{
    const bool *absent = at->user;
    cr_assert_eq(at->path.depth, 4);
    value->type = LOOM_INTEGER;
    value->as.integer = 10 + at->path.id[LOOM_RESOURCE_INSTANCE_ID];
    return *absent && at->path.id[LOOM_RESOURCE_INSTANCE_ID] == 4 ? LOOM_NOT_FOUND : LOOM_OK;
}

static void expect_read(const struct loom_model *model, struct loom_path path,
                        enum loom_status status, const char *bytes, size_t length)
{
    uint8_t room[32];
    struct loom_output out = loom_output(room, sizeof room);
    cr_assert_eq(loom_payload_read(model, &loom_format_tlv, &path, &path, LOOM_READ_READABLE, &out),
                 status);
    if (status == LOOM_OK) {
        cr_assert_eq(out.length, length);
        cr_assert_eq(memcmp(room, bytes, length), 0);
    }
}

/* C-10, D-13 */
Test(model, a_handled_multiple_resource_is_read_by_its_functions)
{
    static const struct loom_handler handlers[] = {{.read = read_sample, .next = next_sample}};
    static const struct loom_resource rows[] = {
        {.id = 5, .type = LOOM_INTEGER, .access = LOOM_R | LOOM_MULTIPLE | LOOM_HANDLED}};
    static const struct loom_object samples = {.id = 32003,
                                               .version_major = 1,
                                               .instance_size = 4,
                                               .resource_count = 1,
                                               .resources = rows,
                                               .handlers = handlers};
    static const struct loom_product_object entries[] = {
        {.object = &samples, .room = 1, .initial = 1, .complete = 1}};
    static const struct loom_product product = {
        .objects = entries, .object_count = 1, .data_size = 4, .handled = &loom_handled_resources};
    struct loom_model model;
    uint16_t data[2];
    bool absent = false;
    loom_model_init(&model, &product, data, NULL, &absent);
    struct loom_path resource = loom_path_resource(32003, 0, 5);
    expect_read(&model, resource, LOOM_OK, "\x86\x05\x41\x01\x0B\x41\x04\x0E", 8);
    expect_read(&model, loom_path_resource_instance(32003, 0, 5, 4), LOOM_OK, "\x41\x04\x0E", 3);
    expect_read(&model, loom_path_resource_instance(32003, 0, 5, 2), LOOM_NOT_FOUND, NULL, 0);
    absent = true;
    expect_read(&model, resource, LOOM_NOT_FOUND, NULL, 0);
    expect_read(&model, loom_path_instance(32003, 0), LOOM_OK, "\x83\x05\x41\x01\x0B", 5);
}
