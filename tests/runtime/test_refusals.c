/* SPDX-License-Identifier: Apache-2.0 */
/* What a server is told of a request that is refused: a text for people beside the code. */
#include <criterion/criterion.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "loom_objects.h"
#include "world.h"

enum { OVEN = 32004, OBJECTS_MAX = 16 };

struct oven {
    uint16_t id;
    uint8_t present[LOOM_PRESENT_SIZE(9)];
    int32_t level;
    double factor;
    char name[8];
    char mode[8];
    int8_t small;
    bool lit;
    uint8_t many_count;
};

static const char *const modes[] = {"off", "on", NULL};
static const struct loom_range ranges[] = {
    {.min.integer = -40, .max.integer = 85, .more = 1},
    {.min.integer = 100, .max.integer = 100},
    {.min.number = 0.5, .max.number = 1.5},
    {.min.unsigned_integer = 2, .max.unsigned_integer = 7},
    {.min.texts = modes, .max.allows = loom_texts_allow, .more = LOOM_RANGE_TEXTS}};
static const struct loom_resource rows[] = {
    {0, offsetof(struct oven, level), 4, LOOM_INTEGER, LOOM_R | LOOM_W, 1, 1},
    {1, offsetof(struct oven, factor), 8, LOOM_FLOAT, LOOM_R | LOOM_W, 1, 3},
    {2, offsetof(struct oven, name), 8, LOOM_STRING, LOOM_R | LOOM_W | LOOM_MANDATORY, 1, 4},
    {3, offsetof(struct oven, mode), 8, LOOM_STRING, LOOM_R | LOOM_W, 1, 5},
    {4, offsetof(struct oven, small), 1, LOOM_INTEGER, LOOM_R | LOOM_W, 1, 0},
    {5, offsetof(struct oven, lit), 1, LOOM_BOOLEAN, LOOM_R, 1, 0},
    {6, 0, 0, LOOM_NONE, LOOM_E, 1, 0}};
static const struct loom_object oven = {.id = OVEN,
                                        .version_major = 1,
                                        .instance_size = sizeof(struct oven),
                                        .resource_count = sizeof rows / sizeof rows[0],
                                        .flags = LOOM_OBJECT_MULTIPLE,
                                        .resources = rows,
                                        .ranges = ranges};

static struct world *world;
static struct loom_product product;
static struct loom_product_object entries[OBJECTS_MAX];

static void set_up(void)
{
    world = world_create(LOOM_LWM2M_1_1);
    product = *world->product;
    uint16_t count = 0;
    for (uint16_t i = 0; i < product.object_count; i++) {
        if (count == i && product.objects[i].object->id > OVEN) {
            entries[count++] = (struct loom_product_object){
                .object = &oven, .offset = product.data_size, .room = 3, .initial = 1};
        }
        cr_assert_lt(count, OBJECTS_MAX);
        entries[count++] = product.objects[i];
    }
    product.objects = entries;
    product.object_count = count;
    product.data_size += 3 * (uint32_t)sizeof(struct oven);
    free(world->data);
    world->data = calloc(1, product.data_size);
    loom_model_init(&world->model, &product, world->data, &world->hooks, world);
    world_add_server_account(world, &world->server, 0, 1, 86400);
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
}

static void tear_down(void)
{
    world_destroy(world);
}

TestSuite(refusals, .init = set_up, .fini = tear_down);

/* The answer has this text and no format (RFC 7252 5.5.2), and so has the event. */
static void expect_text(uint8_t code, uint8_t wanted, const char *text)
{
    cr_expect_eq(code, wanted, "%s: %u.%02u", text, code >> 5, code & 31u);
    cr_expect_str_eq(peer_text(&world->server), text);
    cr_expect_eq(world->server.content_format, LOOM_FORMAT_ABSENT);
    const struct loom_event *event = &world->events[world->event_count - 1];
    cr_expect_eq(event->code, wanted);
    cr_expect_eq(event->text.length, strlen(text), "%s", text);
    cr_expect_eq(memcmp(event->text.data, text, event->text.length), 0, "%.*s",
                 (int)event->text.length, event->text.data);
}

static void expect_put(const char *path, const char *value, const char *text)
{
    expect_text(peer_put(world, &world->server, path, value), LOOM_BAD_REQUEST, text);
}

/* C-22: what the model allows, in the words of the type. */
Test(refusals, say_which_values_are_allowed)
{
    expect_put("/32004/0/0", "86", "/32004/0/0: allowed: -40..85, 100");
    expect_put("/32004/0/1", "1.75", "/32004/0/1: allowed: 0.5..1.5");
    expect_put("/32004/0/2", "x", "/32004/0/2: allowed are so many bytes: 2..7");
    expect_put("/32004/0/3", "hot", "/32004/0/3: is none of the listed texts");
    expect_put("/32004/0/4", "128", "/32004/0/4: is no value that the device can hold");
}

/* C-1, C-22 */
Test(refusals, say_what_a_value_is_not)
{
    expect_put("/32004/0/0", "warm", "/32004/0/0: is no Integer");
    expect_put("/32004/0/1", "", "/32004/0/1: is no Float");
    expect_put("/1/0/6", "maybe", "/1/0/6: is no Boolean");
    expect_put("/32004/0/2", "a\xFF", "/32004/0/2: is no value that the device can hold");
}

static uint8_t ask(enum loom_method method, const char *path, const char *senml)
{
    return peer_request(world, &world->server, method, path, LOOM_FORMAT_SENML_JSON, senml,
                        strlen(senml));
}

/* C-22: of several values the first that is wrong, wherever it is. */
Test(refusals, name_the_value_among_several)
{
    expect_text(ask(LOOM_POST, "/32004/0",
                    "[{\"bn\":\"/32004/0/\",\"n\":\"0\",\"v\":20},{\"n\":\"1\",\"v\":0.25}]"),
                LOOM_BAD_REQUEST, "/32004/0/1: allowed: 0.5..1.5");
    expect_text(ask(LOOM_POST, "/32004/0",
                    "[{\"bn\":\"/32004/0/\",\"n\":\"0\",\"v\":20},{\"n\":\"0\",\"v\":21}]"),
                LOOM_BAD_REQUEST, "/32004/0/0: comes twice");
    expect_text(ask(LOOM_POST, "/32004/0", "[{\"bn\":\"/32004/0/\",\"n\":\"0/1\",\"v\":20}]"),
                LOOM_BAD_REQUEST, "/32004/0/0/1: has no instances");
    expect_text(ask(LOOM_POST, "/32004/0", "[{\"bn\":\"/32004/0/\",\"n\":\"0\",\"v\":20}"),
                LOOM_BAD_REQUEST, "the payload is malformed");
    expect_text(ask(LOOM_IPATCH, "/",
                    "[{\"n\":\"/3/0/14\",\"vs\":\"+02:00\"},{\"n\":\"/32004/0/0\",\"v\":90}]"),
                LOOM_BAD_REQUEST, "/32004/0/0: allowed: -40..85, 100");
}

/* C-25 */
Test(refusals, name_what_a_create_lacks)
{
    expect_text(ask(LOOM_POST, "/32004", "[{\"bn\":\"/32004/1/\",\"n\":\"0\",\"v\":20}]"),
                LOOM_BAD_REQUEST, "mandatory resource 2 is missing");
    expect_text(peer_request(world, &world->server, LOOM_POST, "/32004", LOOM_FORMAT_ABSENT, "", 0),
                LOOM_BAD_REQUEST, "mandatory resource 2 is missing");
}

/* C-1, C-3: the other codes. */
Test(refusals, say_what_there_is)
{
    struct peer *server = &world->server;
    expect_text(peer_get(world, server, "/32004/0/99", LOOM_FORMAT_ABSENT), LOOM_NOT_FOUND,
                "not on this device");
    expect_text(peer_get(world, server, "/32004/0/6", LOOM_FORMAT_ABSENT), LOOM_METHOD_NOT_ALLOWED,
                "operations of the resource: E");
    expect_text(peer_put(world, server, "/32004/0/5", "1"), LOOM_METHOD_NOT_ALLOWED,
                "operations of the resource: R");
    expect_text(peer_get(world, server, "/3/0", 9999), LOOM_NOT_ACCEPTABLE,
                "content formats here: 0 42 11542 112 60 110");
    expect_text(peer_request(world, server, LOOM_PUT, "/3/0/14", 9999, "x", 1),
                LOOM_UNSUPPORTED_FORMAT, "content formats here: 0 42 11542 112 60 110");
}

/* C-40, C-76: to whom has no right, nothing is said. */
Test(refusals, are_silent_to_strangers)
{
    expect_text(peer_get(world, &world->server, "/0/0/5", LOOM_FORMAT_ABSENT), LOOM_UNAUTHORIZED,
                "");
}

/* Keys and whatever else was sent are not repeated, and nothing of them stays in the buffer. */
Test(refusals, repeat_no_value)
{
    expect_put("/32004/0/2", "secretsecret", "/32004/0/2: allowed are so many bytes: 2..7");
    for (size_t i = 0; i + 6 <= sizeof world->buffer; i++) {
        cr_assert_neq(memcmp(world->buffer + i, "secret", 6), 0);
    }
}

/* A product without the feature has the code alone. */
Test(refusals, are_a_feature)
{
    product.features.refusal_texts = NULL;
    expect_put("/32004/0/0", "86", "");
}

/* A success says nothing. */
Test(refusals, are_of_refusals_alone)
{
    cr_expect_eq(peer_put(world, &world->server, "/32004/0/0", "85"), LOOM_CHANGED);
    cr_expect_eq(world->server.length, 0);
    cr_expect_eq(world->events[world->event_count - 1].text.length, 0);
    cr_expect_eq(peer_get(world, &world->server, "/32004/0/0", LOOM_FORMAT_TEXT), LOOM_CONTENT);
    cr_expect_str_eq(peer_text(&world->server), "85");
    cr_expect_eq(world->events[world->event_count - 1].text.length, 0);
}
