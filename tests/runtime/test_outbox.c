/* SPDX-License-Identifier: Apache-2.0 */
/* The memory of what waits to be sent. */
#include "reporting/outbox.h"

#include <criterion/criterion.h>
#include <string.h>

#define SIZE 250

static uint8_t bytes[SIZE + 8];
static const struct loom_outbox outbox = {bytes, SIZE};

static void set_up(void)
{
    memset(bytes, 0, sizeof bytes);
    memset(bytes + SIZE, 0xA5, 8);
}

static void tear_down(void)
{
    static const uint8_t fence[8] = {0xA5, 0xA5, 0xA5, 0xA5, 0xA5, 0xA5, 0xA5, 0xA5};
    cr_expect_eq(memcmp(bytes + SIZE, fence, sizeof fence), 0);
}

TestSuite(outbox, .init = set_up, .fini = tear_down);

static const struct loom_path battery = {{3, 0, 9, 0}, 3};

static struct loom_value integer(int64_t number)
{
    struct loom_value value = {.type = LOOM_INTEGER, .as.integer = number};
    return value;
}

static enum loom_status make(enum loom_outbox_kind kind, uint16_t owner,
                             const struct loom_value *value)
{
    struct loom_outbox_draft draft;
    struct loom_outbox_head head = {.ssid = 1, .owner = owner};
    cr_assert(loom_outbox_begin(&draft, &outbox, kind));
    loom_outbox_put(&draft, &battery, value);
    return loom_outbox_end(&draft, &head);
}

static enum loom_status add(enum loom_outbox_kind kind, uint16_t owner, int64_t number)
{
    struct loom_value value = integer(number);
    enum loom_status status = make(kind, owner, &value);
    return status == LOOM_END ? make(kind, owner, &value) : status;
}

/* Owners from the first entry to the last, as text. */
static const char *owners(void)
{
    static char text[64];
    struct loom_outbox_head head;
    size_t length = 0;
    for (uint16_t at = loom_outbox_first(&outbox); at != LOOM_OUTBOX_NONE;
         at = loom_outbox_next(&outbox, at)) {
        loom_outbox_read(&outbox, at, &head);
        text[length++] = (char)('0' + head.owner);
    }
    text[length] = '\0';
    return text;
}

Test(outbox, every_type_of_value)
{
    static const struct loom_value values[] = {
        {.type = LOOM_STRING, .as.text = {"text", 4}},
        {.type = LOOM_STRING, .as.text = {"", 0}},
        {.type = LOOM_INTEGER, .as.integer = INT64_MIN},
        {.type = LOOM_UNSIGNED, .as.unsigned_integer = UINT64_MAX},
        {.type = LOOM_FLOAT, .as.number = -2.5},
        {.type = LOOM_BOOLEAN, .as.boolean = true},
        {.type = LOOM_OPAQUE, .as.opaque = {(const uint8_t *)"\0\1", 2}},
        {.type = LOOM_TIME, .as.integer = 1700000000},
        {.type = LOOM_OBJLNK, .as.objlnk = {3, 65535}},
        {.type = LOOM_CORELNK, .as.text = {"</3>", 4}}};
    enum { COUNT = sizeof values / sizeof values[0] };
    struct loom_outbox_draft draft;
    struct loom_outbox_head head = {.ssid = 7, .owner = 3, .too_late = 5};
    struct loom_path path = {{65534, 1, 2, 65534}, 4};
    struct loom_outbox_time times[2] = {{.absolute = true, .seconds = 1.5}, {.clock = -20}};
    cr_assert(loom_outbox_begin(&draft, &outbox, LOOM_OUTBOX_SEND));
    for (unsigned i = 0; i < COUNT; i++) {
        if (i == 2 || i == 5) {
            loom_outbox_put_time(&draft, &times[i == 5]);
        }
        loom_outbox_put(&draft, i % 2 == 0 ? &battery : &path, &values[i]);
    }
    cr_assert_eq(loom_outbox_end(&draft, &head), LOOM_OK);
    uint16_t entry = loom_outbox_first(&outbox);
    cr_assert_neq(entry, LOOM_OUTBOX_NONE);
    loom_outbox_read(&outbox, entry, &head);
    cr_expect_eq(head.ssid, 7);
    cr_expect_eq(head.owner, 3);
    cr_expect_eq(head.too_late, 5);
    cr_expect_eq(head.kind, LOOM_OUTBOX_SEND);
    struct loom_outbox_item item = {.at = 0};
    for (unsigned i = 0; i < COUNT; i++) {
        const struct loom_value *value = &values[i];
        cr_assert(loom_outbox_item(&outbox, entry, &item), "%u", i);
        cr_expect_eq(item.path.depth, i % 2 == 0 ? 3 : 4);
        cr_expect_eq(memcmp(item.path.id, i % 2 == 0 ? battery.id : path.id, item.path.depth * 2u),
                     0);
        cr_expect_eq(item.time.absolute, i >= 2 && i < 5);
        cr_expect(!item.time.absolute || item.time.seconds == 1.5);
        cr_expect(item.time.absolute || item.time.clock == (i < 2 ? 0 : -20));
        cr_assert_eq(item.value.type, value->type);
        switch (value->type) {
        case LOOM_STRING:
        case LOOM_CORELNK:
            cr_assert_eq(item.value.as.text.length, value->as.text.length);
            cr_expect_eq(
                memcmp(item.value.as.text.data, value->as.text.data, value->as.text.length), 0);
            break;
        case LOOM_OPAQUE:
            cr_assert_eq(item.value.as.opaque.length, 2);
            cr_expect_eq(memcmp(item.value.as.opaque.data, "\0\1", 2), 0);
            break;
        case LOOM_BOOLEAN:
            cr_expect(item.value.as.boolean);
            break;
        case LOOM_OBJLNK:
            cr_expect_eq(item.value.as.objlnk.object, 3);
            cr_expect_eq(item.value.as.objlnk.instance, 65535);
            break;
        default:
            cr_expect_eq(item.value.as.integer, value->as.integer);
        }
    }
    cr_expect_not(loom_outbox_item(&outbox, entry, &item));
}

/* The oldest notification that is not under way makes room, whatever comes; a Send never does. */
Test(outbox, what_makes_room)
{
    cr_assert_eq(add(LOOM_OUTBOX_NOTIFICATION, 1, 1), LOOM_OK);
    cr_assert_eq(add(LOOM_OUTBOX_SEND, 2, 2), LOOM_OK);
    cr_assert_eq(add(LOOM_OUTBOX_NOTIFICATION, 3, 3), LOOM_OK);
    cr_assert_eq(add(LOOM_OUTBOX_NOTIFICATION, 4, 4), LOOM_OK);
    struct loom_outbox_head head;
    uint16_t first = loom_outbox_first(&outbox);
    loom_outbox_read(&outbox, first, &head);
    head.under_way = true;
    loom_outbox_write(&outbox, first, &head);
    cr_expect_str_eq(owners(), "1234");
    cr_assert_eq(add(LOOM_OUTBOX_SEND, 5, 5), LOOM_OK);
    cr_assert_eq(add(LOOM_OUTBOX_SEND, 6, 6), LOOM_OK);
    cr_expect_str_eq(owners(), "123456");
    cr_assert_eq(add(LOOM_OUTBOX_SEND, 7, 7), LOOM_OK);
    cr_expect_str_eq(owners(), "12567");
    cr_assert_eq(add(LOOM_OUTBOX_SEND, 8, 8), LOOM_TOO_LARGE);
    cr_assert_eq(add(LOOM_OUTBOX_NOTIFICATION, 8, 8), LOOM_TOO_LARGE);
    cr_expect_str_eq(owners(), "12567");
    struct loom_outbox_item item = {.at = 0};
    uint16_t entry;
    cr_assert(loom_outbox_find(&outbox, LOOM_OUTBOX_SEND, 7, &entry));
    cr_assert(loom_outbox_item(&outbox, entry, &item));
    cr_expect_eq(item.value.as.integer, 7);
    cr_expect_not(loom_outbox_find(&outbox, LOOM_OUTBOX_NOTIFICATION, 7, &entry));
    cr_assert(loom_outbox_find(&outbox, LOOM_OUTBOX_SEND, 5, &entry));
    loom_outbox_remove(&outbox, entry);
    cr_expect_str_eq(owners(), "1267");
}

/* What would not fit even so lets everything be. */
Test(outbox, too_much_makes_no_room)
{
    static uint8_t much[256];
    struct loom_value value = {.type = LOOM_OPAQUE, .as.opaque = {much, sizeof much}};
    cr_assert_eq(add(LOOM_OUTBOX_NOTIFICATION, 1, 1), LOOM_OK);
    cr_assert_eq(add(LOOM_OUTBOX_SEND, 2, 2), LOOM_OK);
    cr_assert_eq(add(LOOM_OUTBOX_NOTIFICATION, 3, 3), LOOM_OK);
    cr_assert_eq(make(LOOM_OUTBOX_NOTIFICATION, 4, &value), LOOM_TOO_LARGE);
    cr_assert_eq(make(LOOM_OUTBOX_SEND, 4, &value), LOOM_TOO_LARGE);
    cr_expect_str_eq(owners(), "123");
}

/* A copy for another server makes room in the same way. */
Test(outbox, a_copy)
{
    for (uint16_t i = 1; i <= 4; i++) {
        cr_assert_eq(add(LOOM_OUTBOX_NOTIFICATION, i, i), LOOM_OK);
    }
    cr_assert_eq(add(LOOM_OUTBOX_SEND, 5, 55), LOOM_OK);
    cr_assert(loom_outbox_repeat(&outbox, 2));
    cr_assert(loom_outbox_repeat(&outbox, 3));
    cr_expect_str_eq(owners(), "234555");
    uint16_t at = loom_outbox_first(&outbox);
    for (unsigned i = 0; i < 6; i++, at = loom_outbox_next(&outbox, at)) {
        struct loom_outbox_item item = {.at = 0};
        struct loom_outbox_head head;
        loom_outbox_read(&outbox, at, &head);
        cr_assert(loom_outbox_item(&outbox, at, &item));
        cr_expect_eq(item.value.as.integer, i < 3 ? (int)i + 2 : 55);
        cr_expect_eq(head.ssid, i < 4 ? 1 : i - 2);
    }
    cr_assert(loom_outbox_repeat(&outbox, 4));
    cr_expect_str_eq(owners(), "45555");
    cr_expect_not(loom_outbox_repeat(&outbox, 5));
    cr_expect_str_eq(owners(), "45555", "what has no room even so lets everything be");
}

/* Where there are to be several copies, older ones make room for all of them, or for none. */
Test(outbox, room_for_all_copies)
{
    struct loom_outbox_head head = {.ssid = 1, .owner = 5};
    struct loom_outbox_draft draft;
    struct loom_value value = integer(55);
    for (uint16_t i = 1; i <= 4; i++) {
        cr_assert_eq(add(LOOM_OUTBOX_NOTIFICATION, i, i), LOOM_OK);
    }
    for (unsigned copies = 5; copies > 0; copies--) {
        enum loom_status status = LOOM_END;
        for (unsigned i = 0; i < 2 && status == LOOM_END; i++) {
            cr_assert(loom_outbox_begin(&draft, &outbox, LOOM_OUTBOX_SEND));
            draft.copies = (uint8_t)copies;
            loom_outbox_put(&draft, &battery, &value);
            status = loom_outbox_end(&draft, &head);
        }
        if (copies == 5) { /* there are places for four, beside one of the notifications */
            cr_assert_eq(status, LOOM_TOO_LARGE);
            cr_expect_str_eq(owners(), "1234");
        } else if (status == LOOM_OK) {
            for (uint16_t i = 1; i < copies; i++) {
                cr_assert(loom_outbox_repeat(&outbox, i));
            }
            cr_expect_eq(copies, 4u);
            cr_expect_str_eq(owners(), "45555");
            return;
        }
    }
    cr_assert_fail("there is room for four");
}

/* One is made at a time; what is dropped leaves nothing. */
Test(outbox, a_draft)
{
    struct loom_outbox_draft draft;
    struct loom_outbox_draft other;
    struct loom_outbox_head head = {.ssid = 1, .owner = 1};
    struct loom_value value = integer(1);
    cr_assert(loom_outbox_begin(&draft, &outbox, LOOM_OUTBOX_SEND));
    cr_expect_not(loom_outbox_begin(&other, &outbox, LOOM_OUTBOX_SEND));
    size_t mark = loom_outbox_mark(&draft);
    loom_outbox_put(&draft, &battery, &value);
    cr_expect_neq(loom_outbox_end(&draft, NULL), LOOM_OK);
    cr_expect_eq(loom_outbox_first(&outbox), LOOM_OUTBOX_NONE);
    cr_assert(loom_outbox_begin(&draft, &outbox, LOOM_OUTBOX_SEND));
    loom_outbox_put(&draft, &battery, &value);
    loom_outbox_return(&draft, mark);
    cr_assert_eq(loom_outbox_end(&draft, &head), LOOM_OK);
    struct loom_outbox_item item = {.at = 0};
    cr_expect_not(loom_outbox_item(&outbox, loom_outbox_first(&outbox), &item));
    struct loom_outbox none = {NULL, 0};
    cr_expect_not(loom_outbox_begin(&draft, &none, LOOM_OUTBOX_SEND));
    cr_expect_eq(loom_outbox_first(&none), LOOM_OUTBOX_NONE);
}

/* Handles are never 0, and none that still waits comes again. */
Test(outbox, handles)
{
    cr_assert_eq(loom_outbox_handle(&outbox), 1);
    cr_assert_eq(add(LOOM_OUTBOX_SEND, 1, 1), LOOM_OK);
    for (uint32_t i = 2; i <= 65535; i++) {
        cr_assert_eq(loom_outbox_handle(&outbox), i);
    }
    cr_expect_eq(loom_outbox_handle(&outbox), 2);
}
