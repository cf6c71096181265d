/* SPDX-License-Identifier: Apache-2.0 */
/* A product made of lamp.xml and lamp.profile: what the profile says is what the product does. */
#include "model/payload.h"
#include "loom_objects.h"

#include <criterion/criterion.h>
#include <string.h>

/* ---- the functions of the product ------------------------------------------------------------ */

enum loom_status loom_lamp_execute_blink(const struct loom_at *at, struct loom_text arguments)
{
    (void)at;
    (void)arguments;
    return LOOM_OK;
}

/* Read-only: there is no function to write it, neither declared nor called. */
enum loom_status loom_lamp_read_power(const struct loom_at *at, double *value)
{
    *value = at->path.id[LOOM_RESOURCE_INSTANCE_ID];
    return LOOM_OK;
}

bool loom_lamp_next_power(const struct loom_at *at, uint16_t *id)
{
    (void)at;
    return *id == 0;
}

/* ---- first values ---------------------------------------------------------------------------- */

static void expect_first_values(const struct loom_model *model, uint16_t instance)
{
    struct loom_text text;
    struct loom_bytes bytes;
    struct loom_objlnk link;
    int64_t integer;
    uint64_t number;
    double level;
    bool flag;

    cr_assert_eq(loom_lamp_get_label(model, instance, &text), LOOM_OK);
    cr_expect_eq(text.length, 8);
    cr_expect_eq(memcmp(text.data, "Hall \\ ?", 8), 0);
    cr_assert_eq(loom_lamp_get_mode(model, instance, &integer), LOOM_OK);
    cr_expect_eq(integer, LOOM_LAMP_MODE_AUTO);
    cr_assert_eq(loom_lamp_get_fault(model, instance, &number), LOOM_OK);
    cr_expect_eq(number, UINT64_C(4294967296));
    cr_assert_eq(loom_lamp_get_level(model, instance, &level), LOOM_OK);
    cr_expect(level >= 0.5 && level <= 0.5);
    cr_assert_eq(loom_lamp_get_installed(model, instance, &integer), LOOM_OK);
    cr_expect_eq(integer, INT64_MIN);
    cr_assert_eq(loom_lamp_get_secret(model, instance, &bytes), LOOM_OK);
    cr_expect_eq(bytes.length, 2);
    cr_expect_eq(memcmp(bytes.data, "\0\xFF", 2), 0);
    cr_assert_eq(loom_lamp_get_neighbour(model, instance, &link), LOOM_OK);
    cr_expect_eq(link.object, 26301);
    cr_expect_eq(link.instance, 1);
    cr_assert_eq(loom_lamp_get_scenes(model, instance, 0, &number), LOOM_OK);
    cr_expect_eq(number, 1);
    cr_assert_eq(loom_lamp_get_scenes(model, instance, 1, &number), LOOM_OK);
    cr_expect_eq(number, UINT64_MAX - 1);
    cr_expect_eq(loom_lamp_get_scenes(model, instance, 2, &number), LOOM_NOT_FOUND);
    cr_assert_eq(loom_lamp_get_dimmable(model, instance, &flag), LOOM_OK);
    cr_expect(flag);
    /* What the profile says nothing of is absent as ever. */
    cr_expect_eq(loom_lamp_get_colour(model, instance, &text), LOOM_NOT_FOUND);
}

/* Core, appendix D: the strings in quotation marks are all that the resource may be. */
Test(product, takes_the_strings_of_its_range_alone)
{
    static const char *const refused[] = {"", "Steady", "stead", "steady ", "slow", "blink"};
    struct loom_objects_data data;
    struct loom_model model;
    struct loom_text text;

    loom_model_init(&model, &loom_objects, &data, NULL, NULL);
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        cr_expect_eq(loom_lamp_set_effect(&model, 0, refused[i]), LOOM_BAD_REQUEST, "%s",
                     refused[i]);
    }
    cr_assert_eq(loom_lamp_set_effect(&model, 0, LOOM_LAMP_EFFECT_SLOW_BLINK), LOOM_OK);
    cr_assert_eq(loom_lamp_get_effect(&model, 0, &text), LOOM_OK);
    cr_expect_eq(text.length, 10);
    cr_expect_eq(memcmp(text.data, "slow blink", 10), 0);
    cr_expect_eq(loom_lamp_set_effect(&model, 0, LOOM_LAMP_EFFECT_STEADY), LOOM_OK);
}

static size_t count_voltages(struct loom_model *model, int64_t *sum)
{
    struct loom_path path = loom_path_resource(LOOM_LAMP, 0, LOOM_LAMP_VOLTAGES);
    struct loom_value value;
    size_t count = 0;

    path.depth = 4;
    for (uint16_t id = 0; id < 10; id++) {
        path.id[LOOM_RESOURCE_INSTANCE_ID] = id;
        if (loom_model_read(model, &path, &value) == LOOM_OK) {
            *sum += value.as.integer;
            count++;
        }
    }
    return count;
}

/* It is in flash: no member of the struct, and nobody writes it, whatever the model says. */
Test(product, has_constants)
{
    struct loom_objects_data data;
    struct loom_model model;
    struct loom_path path = loom_path_resource(LOOM_LAMP, 0, LOOM_LAMP_MAKER);
    struct loom_value value;
    int64_t sum = 0;

    loom_model_init(&model, &loom_objects, &data, NULL, NULL);
    cr_assert_eq(loom_model_read(&model, &path, &value), LOOM_OK);
    cr_expect_eq(value.as.text.length, 11);
    cr_expect_eq(memcmp(value.as.text.data, "ACME & Sons", 11), 0);
    cr_expect_eq(loom_model_write(&model, &path, &value), LOOM_METHOD_NOT_ALLOWED);
    cr_expect_eq(count_voltages(&model, &sum), 3);
    cr_expect_eq(sum, 12 + 24 + 230);
}

/* What the profile says of an instance is there once the product asks for it, and twice is once. */
Test(product, adds_what_it_has_from_the_factory)
{
    struct loom_objects_data data;
    struct loom_model model;
    struct loom_text text;
    int64_t mode;
    uint64_t scene;

    loom_model_init(&model, &loom_objects, &data, NULL, NULL);
    cr_expect_not(loom_model_has_instance(&model, LOOM_LAMP, 2));
    cr_assert_eq(loom_model_add_instances(&model, loom_objects_instances), LOOM_OK);
    cr_assert_eq(loom_model_add_instances(&model, loom_objects_instances), LOOM_OK);
    cr_expect_not(loom_model_has_instance(&model, LOOM_LAMP, 1));
    cr_assert_eq(loom_lamp_get_label(&model, 2, &text), LOOM_OK);
    cr_expect_eq(text.length, 6);
    cr_expect_eq(memcmp(text.data, "Cellar", 6), 0);
    cr_assert_eq(loom_lamp_get_mode(&model, 2, &mode), LOOM_OK);
    cr_expect_eq(mode, LOOM_LAMP_MODE_OFF);
    cr_assert_eq(loom_lamp_get_scenes(&model, 2, 9, &scene), LOOM_OK);
    cr_expect_eq(scene, 100);
    cr_assert_eq(loom_lamp_get_scenes(&model, 2, 4, &scene), LOOM_OK);
    cr_expect_eq(scene, 50);
    /* What its object begins with, it begins with as well. */
    cr_assert_eq(loom_lamp_get_fault(&model, 2, &scene), LOOM_OK);
    cr_expect_eq(scene, UINT64_C(4294967296));
}

/* There is no room for more: what came before is there. */
Test(product, tells_when_there_is_no_room_for_it)
{
    struct loom_objects_data data;
    struct loom_model model;
    uint16_t instance;

    loom_model_init(&model, &loom_objects, &data, NULL, NULL);
    for (uint16_t id = 5; id < 7; id++) {
        instance = id;
        cr_assert_eq(loom_model_create(&model, LOOM_LAMP, &instance), LOOM_OK);
    }
    cr_expect_eq(loom_model_add_instances(&model, loom_objects_instances), LOOM_TOO_LARGE);
}

/* What must be there is legal from the start, whether the profile says it or not. */
Test(product, begins_with_legal_values)
{
    struct loom_objects_data data;
    struct loom_model model;
    struct loom_text text;
    int64_t leads;

    loom_model_init(&model, &loom_objects, &data, NULL, NULL);
    cr_assert_eq(loom_lamp_get_effect(&model, 0, &text), LOOM_OK);
    cr_assert_eq(text.length, 6);
    cr_expect_eq(memcmp(text.data, LOOM_LAMP_EFFECT_STEADY, 6), 0);
    cr_assert_eq(loom_lamp_get_leads(&model, 0, &leads), LOOM_OK);
    cr_expect_eq(leads, 2);
}

Test(product, begins_with_the_values_of_its_profile)
{
    struct loom_objects_data data;
    struct loom_model model;

    loom_model_init(&model, &loom_objects, &data, NULL, NULL);
    expect_first_values(&model, 0);
}

Test(product, gives_them_to_every_instance_that_it_creates)
{
    struct loom_objects_data data;
    struct loom_model model;
    uint16_t instance = 7;

    loom_model_init(&model, &loom_objects, &data, NULL, NULL);
    cr_assert_eq(loom_lamp_set_label(&model, 0, "Stairs"), LOOM_OK);
    cr_assert_eq(loom_model_create(&model, LOOM_LAMP, &instance), LOOM_OK);
    expect_first_values(&model, 7);
    /* A slot that was used before is as good as new. */
    cr_assert_eq(loom_lamp_set_scenes(&model, 7, 9, 9), LOOM_OK);
    cr_assert_eq(loom_model_delete(&model, LOOM_LAMP, 7), LOOM_OK);
    cr_assert_eq(loom_model_create(&model, LOOM_LAMP, &instance), LOOM_OK);
    expect_first_values(&model, 7);
}

/* Instance 5 of object 26301, with resource 1 ON and, of list 7, instance 4; and with 0 "x". */
static const uint8_t from_server[] = {0x08, 5, 8, 0xC1, 1, 1, 0x83, 7, 0x41, 4, 2};
static const uint8_t from_bootstrap[] = {0x08, 5, 11,   0xC1, 0,    'x', 0xC1,
                                         1,    1, 0x83, 7,    0x41, 4,   2};

static void create_by(struct loom_model *model, const uint8_t *tlv, size_t length,
                      const struct loom_write_rules *rules)
{
    struct loom_payload payload = {.format = &loom_format_tlv,
                                   .path = loom_path_object(LOOM_LAMP),
                                   .mode = LOOM_DECODE_CREATE,
                                   .bytes = {tlv, length}};

    payload.rules = *rules;
    cr_assert_eq(loom_payload_write(model, &payload), LOOM_OK);
}

Test(product, leaves_to_a_server_what_a_server_may_write)
{
    static const struct loom_write_rules rules = {
        .writable_only = true, .create = true, .complete = true};
    struct loom_objects_data data;
    struct loom_model model;
    struct loom_text text;
    uint64_t number;
    bool flag;

    loom_model_init(&model, &loom_objects, &data, NULL, NULL);
    create_by(&model, from_server, sizeof(from_server), &rules);
    cr_assert_eq(loom_lamp_get_label(&model, 5, &text), LOOM_OK);
    cr_expect_eq(text.length, 8, "read-only");
    cr_expect_eq(loom_lamp_get_fault(&model, 5, &number), LOOM_OK, "read-only");
    cr_expect_eq(loom_lamp_get_scenes(&model, 5, 0, &number), LOOM_NOT_FOUND);
    cr_expect_eq(loom_lamp_get_scenes(&model, 5, 4, &number), LOOM_OK);
    cr_expect_eq(loom_lamp_get_dimmable(&model, 5, &flag), LOOM_NOT_FOUND);
}

Test(product, leaves_everything_to_a_bootstrap)
{
    static const struct loom_write_rules rules = {.replace = true, .create = true};
    struct loom_objects_data data;
    struct loom_model model;
    struct loom_text text;
    struct loom_bytes bytes;
    uint64_t number;

    loom_model_init(&model, &loom_objects, &data, NULL, NULL);
    create_by(&model, from_bootstrap, sizeof(from_bootstrap), &rules);
    cr_assert_eq(loom_lamp_get_label(&model, 5, &text), LOOM_OK);
    cr_expect_eq(text.length, 1);
    cr_expect_eq(loom_lamp_get_fault(&model, 5, &number), LOOM_NOT_FOUND);
    cr_expect_eq(loom_lamp_get_secret(&model, 5, &bytes), LOOM_NOT_FOUND);
    cr_expect_eq(loom_lamp_get_scenes(&model, 5, 0, &number), LOOM_NOT_FOUND);
    cr_expect_eq(loom_lamp_get_scenes(&model, 5, 4, &number), LOOM_OK);
}

/* ---- named values ---------------------------------------------------------------------------- */

Test(product, has_names_for_values)
{
    cr_expect_eq(LOOM_LAMP_MODE_OFF, 0);
    cr_expect_eq(LOOM_LAMP_MODE_AUTO, 7);
    cr_expect_eq(LOOM_LAMP_FAULT_NOTHING, 0);
    cr_expect_eq(LOOM_LAMP_FAULT_NO_POWER, 1);
}

Test(product, enforces_a_set_that_is_the_range)
{
    struct loom_objects_data data;
    struct loom_model model;

    loom_model_init(&model, &loom_objects, &data, NULL, NULL);
    cr_expect_eq(loom_lamp_set_mode(&model, 0, LOOM_LAMP_MODE_ON), LOOM_OK);
    cr_expect_eq(loom_lamp_set_mode(&model, 0, 2), LOOM_BAD_REQUEST);
    cr_expect_eq(loom_lamp_set_mode(&model, 0, 6), LOOM_BAD_REQUEST);
    cr_expect_eq(loom_lamp_set_mode(&model, 0, 8), LOOM_BAD_REQUEST);
    /* A list in the description is information only. */
    cr_expect_eq(loom_lamp_set_fault(&model, 0, 2), LOOM_OK);
}

/* ---- what a server may do -------------------------------------------------------------------- */

static unsigned operations(uint16_t resource)
{
    return loom_object_resource(&loom_lamp_object, resource)->access & (LOOM_R | LOOM_W | LOOM_E);
}

Test(product, shows_servers_what_its_profile_lets_them_see)
{
    cr_expect_eq(operations(LOOM_LAMP_LABEL), LOOM_R);
    cr_expect_eq(operations(LOOM_LAMP_MODE), LOOM_R | LOOM_W);
    cr_expect_eq(operations(LOOM_LAMP_LEVEL), LOOM_R);
    cr_expect_eq(operations(LOOM_LAMP_SECRET), 0);
    cr_expect_eq(operations(LOOM_LAMP_POWER), LOOM_R);
    cr_expect_eq(operations(LOOM_LAMP_BLINK), LOOM_E);
}

Test(product, changes_itself_what_servers_may_not)
{
    struct loom_objects_data data;
    struct loom_model model;

    loom_model_init(&model, &loom_objects, &data, NULL, NULL);
    cr_expect_eq(loom_lamp_set_level(&model, 0, 1.5), LOOM_OK);
    cr_expect_eq(loom_lamp_set_level(&model, 0, 1.51), LOOM_BAD_REQUEST);
    cr_expect_eq(loom_lamp_set_secret(&model, 0, (const uint8_t *)"abc", 3), LOOM_OK);
}

Test(product, cannot_write_what_it_only_reads)
{
    struct loom_objects_data data;
    struct loom_model model;
    struct loom_value value = {.type = LOOM_FLOAT, .as = {.number = 1}};
    struct loom_path path = loom_path_resource_instance(LOOM_LAMP, 0, LOOM_LAMP_POWER, 0);

    loom_model_init(&model, &loom_objects, &data, NULL, NULL);
    cr_expect_eq(loom_model_read(&model, &path, &value), LOOM_OK);
    cr_expect_eq(loom_model_write(&model, &path, &value), LOOM_METHOD_NOT_ALLOWED);
}
