/* SPDX-License-Identifier: Apache-2.0 */
/* Attributes and what follows from them, as tables: rules C-50 .. C-56, C-60. */
#include "loom/client.h"
#include "reporting/attributes.h"
#include "reporting/evaluate.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static struct loom_request request_of(const char *query)
{
    struct loom_request request = {.method = LOOM_PUT};
    while (query[0] != '\0') {
        size_t length = strcspn(query, "&");
        request.query[request.query_count++] = (struct loom_text){query, length};
        query += length + (query[length] == '&' ? 1 : 0);
    }
    return request;
}

static const struct loom_attribute_target number = {LOOM_LWM2M_1_2, 3, LOOM_FLOAT};

static enum loom_status parse(const char *query, const struct loom_attribute_target *target,
                              struct loom_attribute_change *change)
{
    struct loom_request request = request_of(query);
    return loom_attributes_parse(&request, target, change);
}

static const char *shown(const struct loom_attributes *attributes)
{
    static char text[256];
    struct loom_output out = loom_output(text, sizeof text - 1);
    loom_attributes_put(&out, attributes);
    text[out.length] = '\0';
    return text;
}

/* ---- reading --------------------------------------------------------------------------------- */

/* C-54: numbers may have a sign. What was read is shown again. */
Test(attributes, read)
{
    static const struct {
        const char *query;
        const char *shown;
    } rows[] = {
        {"pmin=10", ";pmin=10"},
        {"pmax=4294967295", ";pmax=4294967295"},
        {"pmax=0&pmin=0", ";pmin=0;pmax=0"},
        {"gt=45&lt=-3.5&st=0", ";gt=45;lt=-3.5;st=0"},
        {"gt=+45", ";gt=45"},
        {"gt=1e3", ";gt=1000"},
        {"epmin=1&epmax=2&con=1&hqmax=3", ";epmin=1;epmax=2;con=1;hqmax=3"},
        {"gt=-0.1", ";gt=-0.1"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct loom_attribute_change change;
        cr_assert_eq(parse(rows[i].query, &number, &change), LOOM_OK, "%s", rows[i].query);
        cr_expect_str_eq(shown(&change.set), rows[i].shown);
        cr_expect_eq(change.unset, 0);
    }
}

Test(attributes, refuse)
{
    static const char *const rows[] = {
        "pmin=",       "pmin=-1", "pmin=+1", "pmin=1.5", "pmin=4294967296",
        "pmin=a",      "dim=2",   "ssid=1",  "ver=1.0",  "pmin=1&pmin=1",
        "pmin&pmin=1", "=1",      "gt=",     "gt=a",     "gt=1e999",
        "st=-1",       "con=2",   "edge=1",  "pmi=1",    "pminn=1"};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct loom_attribute_change change;
        cr_expect_eq(parse(rows[i], &number, &change), LOOM_BAD_REQUEST, "%s", rows[i]);
    }
    struct loom_request empty = {.query_count = 1, .query = {{"", 0}}};
    struct loom_attribute_change change;
    cr_expect_eq(loom_attributes_parse(&empty, &number, &change), LOOM_BAD_REQUEST);
}

/* C.2: what is attached where, and since when. */
Test(attributes, belong_to_levels_and_releases)
{
    static const struct {
        struct loom_attribute_target target;
        const char *query;
        enum loom_status status;
    } rows[] = {
        {{LOOM_LWM2M_1_0, 1, LOOM_NONE}, "pmin=1", LOOM_OK},
        {{LOOM_LWM2M_1_0, 2, LOOM_NONE}, "pmax=1", LOOM_OK},
        {{LOOM_LWM2M_1_0, 2, LOOM_NONE}, "gt=1", LOOM_BAD_REQUEST},
        {{LOOM_LWM2M_1_0, 3, LOOM_INTEGER}, "gt=1&lt=0&st=1", LOOM_OK},
        {{LOOM_LWM2M_1_0, 3, LOOM_UNSIGNED}, "gt=1", LOOM_OK},
        {{LOOM_LWM2M_1_0, 3, LOOM_TIME}, "st=60", LOOM_OK},
        {{LOOM_LWM2M_1_0, 3, LOOM_STRING}, "st=1", LOOM_BAD_REQUEST},
        {{LOOM_LWM2M_1_0, 3, LOOM_BOOLEAN}, "gt=0", LOOM_BAD_REQUEST},
        {{LOOM_LWM2M_1_0, 3, LOOM_INTEGER}, "epmin=1", LOOM_BAD_REQUEST},
        {{LOOM_LWM2M_1_1, 3, LOOM_INTEGER}, "epmin=1&epmax=2", LOOM_OK},
        {{LOOM_LWM2M_1_1, 4, LOOM_INTEGER}, "lt=1", LOOM_OK},
        {{LOOM_LWM2M_1_1, 3, LOOM_INTEGER}, "con=1", LOOM_BAD_REQUEST},
        {{LOOM_LWM2M_1_1, 3, LOOM_BOOLEAN}, "edge=1", LOOM_BAD_REQUEST},
        {{LOOM_LWM2M_1_2, 3, LOOM_BOOLEAN}, "edge=1", LOOM_OK},
        {{LOOM_LWM2M_1_2, 1, LOOM_NONE}, "con=1&hqmax=4", LOOM_OK},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct loom_attribute_change change;
        cr_expect_eq(parse(rows[i].query, &rows[i].target, &change), rows[i].status, "row %zu", i);
    }
}

/* C-52, C-53: a level is changed as a whole, or not at all. */
Test(attributes, apply)
{
    static const struct {
        const char *before;
        const char *change;
        const char *after; /* NULL: refused */
    } rows[] = {
        {"pmin=1", "pmax=2", ";pmin=1;pmax=2"},
        {"pmin=1", "pmin=2", ";pmin=2"},
        {"pmin=1&pmax=2", "pmin", ";pmax=2"},
        {"", "pmin", ""},
        {"", "pmin=9&pmax=2", ";pmin=9;pmax=2"},
        {"", "lt=1&gt=1", NULL},
        {"", "lt=1&gt=2", ";gt=2;lt=1"},
        {"gt=10", "lt=10", NULL},
        {"gt=10", "lt=9", ";gt=10;lt=9"},
        {"gt=10&lt=2", "st=4", NULL},
        {"gt=10&lt=2", "st=3.9", ";gt=10;lt=2;st=3.9"},
        {"gt=10&lt=2", "st=4&lt", ";gt=10;st=4"},
        {"gt=10&st=100", "st", ";gt=10"},
        {"epmin=5", "epmax=5", NULL},
        {"epmin=5", "epmax=6", ";epmin=5;epmax=6"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct loom_attribute_change change;
        cr_assert_eq(parse(rows[i].before, &number, &change), LOOM_OK);
        struct loom_attributes attributes = change.set;
        cr_assert_eq(parse(rows[i].change, &number, &change), LOOM_OK);
        cr_expect_eq(loom_attributes_apply(&attributes, &change), rows[i].after != NULL, "row %zu",
                     i);
        cr_assert_eq(parse(rows[i].before, &number, &change), LOOM_OK);
        cr_expect_str_eq(shown(&attributes),
                         rows[i].after != NULL ? rows[i].after : shown(&change.set));
    }
}

/* ---- keeping --------------------------------------------------------------------------------- */

static uint8_t bytes[512];
static struct loom_attribute_room room;

static struct loom_attribute_place place_at(uint16_t ssid, unsigned depth)
{
    struct loom_attribute_place place = {.ssid = ssid,
                                         .path = {{3303, 1, 5700, 2}, (uint8_t)depth}};
    memset(place.path.id + depth, 0, (4 - depth) * sizeof place.path.id[0]);
    return place;
}

static bool attach(uint16_t ssid, unsigned depth, const char *query)
{
    struct loom_attribute_place place = place_at(ssid, depth);
    struct loom_attribute_change change;
    cr_assert_eq(parse(query, &number, &change), LOOM_OK);
    return loom_attributes_set(&room, &place, &change.set);
}

static const char *attached(uint16_t ssid, unsigned depth)
{
    struct loom_attribute_place place = place_at(ssid, depth);
    struct loom_attributes attributes = {0};
    loom_attributes_get(&room, &place, &attributes);
    return shown(&attributes);
}

static const char *in_force(uint16_t ssid, unsigned depth)
{
    struct loom_path path = place_at(ssid, depth).path;
    struct loom_attributes attributes = {0};
    loom_attributes_resolve(&room, ssid, &path, &attributes);
    return shown(&attributes);
}

static void begin(size_t size)
{
    room = (struct loom_attribute_room){.bytes = bytes, .size = (uint16_t)size};
}

/* Every value comes back as it was, and takes the memory that the header says. */
Test(attributes, keep)
{
    begin(sizeof bytes);
    cr_assert(attach(1, 3, "pmin=5&pmax=60"));
    cr_expect_eq(room.used, 4 + 6 + 2 + 2);
    cr_expect_str_eq(attached(1, 3), ";pmin=5;pmax=60");
    cr_assert(attach(1, 4, "gt=0.1&lt=-2.5&st=0&pmax=4294967295&hqmax=128&epmin=127&epmax=16384"));
    cr_expect_str_eq(attached(1, 4),
                     ";pmax=4294967295;epmin=127;epmax=16384;hqmax=128;gt=0.1;lt=-2.5;st=0");
    cr_expect_str_eq(attached(1, 3), ";pmin=5;pmax=60");
    cr_assert(attach(1, 3, "gt=1e300"));
    cr_expect_str_eq(attached(1, 3), ";gt=1e300");
    cr_assert(attach(1, 3, ""));
    cr_expect_str_eq(attached(1, 3), "");
    cr_assert(attach(1, 4, ""));
    cr_expect_eq(room.used, 0);
}

/* Where there is no room nothing changes. */
Test(attributes, keep_what_there_is_room_for)
{
    begin(14 + 12);
    cr_assert(attach(1, 3, "pmin=5&pmax=60"));
    cr_assert(attach(2, 3, "pmin=6"));
    cr_expect_not(attach(3, 1, "pmin=6"));
    cr_expect_not(attach(2, 3, "pmin=6&pmax=7"));
    cr_expect_str_eq(attached(2, 3), ";pmin=6");
    cr_expect(attach(1, 3, "pmin=7&pmax=61"));
    cr_expect(attach(1, 3, "pmin=7"));
    cr_expect(attach(2, 3, "pmin=6&pmax=7"));
    cr_expect_str_eq(attached(1, 3), ";pmin=7");
    cr_expect_str_eq(attached(2, 3), ";pmin=6;pmax=7");
    begin(0);
    cr_expect_not(attach(1, 1, "pmin=6"));
    cr_expect_str_eq(in_force(1, 4), "");
}

/* C-50, C-51, C-56: the lowest level counts, and what it lacks comes from above; each server has
 * its own. */
Test(attributes, inherit)
{
    begin(sizeof bytes);
    cr_assert(attach(1, 1, "pmin=1&pmax=100&con=1"));
    cr_assert(attach(1, 2, "pmin=2"));
    cr_assert(attach(1, 3, "gt=3&pmax=30"));
    cr_assert(attach(1, 4, "gt=4"));
    cr_assert(attach(2, 3, "pmin=9"));
    cr_expect_str_eq(in_force(1, 1), ";pmin=1;pmax=100;con=1");
    cr_expect_str_eq(in_force(1, 2), ";pmin=2;pmax=100;con=1");
    cr_expect_str_eq(in_force(1, 3), ";pmin=2;pmax=30;con=1;gt=3");
    cr_expect_str_eq(in_force(1, 4), ";pmin=2;pmax=30;con=1;gt=4");
    cr_expect_str_eq(in_force(2, 4), ";pmin=9");
    cr_expect_str_eq(in_force(3, 4), "");
}

static bool is_of_server(void *self, const struct loom_attribute_place *place)
{
    return place->ssid == *(const uint16_t *)self;
}

Test(attributes, remove)
{
    uint16_t ssid = 2;
    begin(sizeof bytes);
    cr_assert(attach(2, 1, "pmin=1"));
    cr_assert(attach(1, 2, "pmin=2"));
    cr_assert(attach(2, 3, "pmin=3"));
    cr_assert(attach(2, 4, "pmin=4"));
    cr_assert(attach(3, 4, "pmin=5"));
    loom_attributes_remove(&room, is_of_server, &ssid);
    cr_expect_str_eq(in_force(2, 4), "");
    cr_expect_str_eq(in_force(1, 4), ";pmin=2");
    cr_expect_str_eq(in_force(3, 4), ";pmin=5");
}

/* ---- when ------------------------------------------------------------------------------------ */

/* C-55: the examples of the rule, and what lies between them. */
Test(evaluate, conditions)
{
    static const struct {
        const char *query;
        double before;
        double now;
        bool notify;
    } rows[] = {
        {"gt=45&st=10", 20, 35, true},
        {"gt=45&st=10", 45, 50, true},
        {"gt=45&st=10", 50, 40, true},
        {"gt=45&st=10", 35, 20, true},
        {"gt=45&st=10", 35, 44, false},
        {"gt=45&st=10", 46, 50, false},
        {"lt=20&gt=85&st=10", 17, 24, true},
        {"lt=20&gt=85&st=10", 75, 90, true},
        {"lt=20&gt=85&st=10", 50, 10, true},
        {"lt=20&gt=85&st=10", 87, 99, true},
        {"lt=20&gt=85", 25, 80, false},
        {"gt=45", 40, 45, false},
        {"gt=45", 45, 46, true},
        {"gt=45", 46, 45, true},
        {"lt=20", 19, 20, true},
        {"lt=20", 20, 19, true},
        {"lt=20", 21, 20, false},
        {"st=10", 20, 29.9, false},
        {"st=10", 20, 30, true},
        {"st=10", 20, 10, true},
        {"st=0", 20, 20, false},
        {"st=0", 20, 20.1, true},
        {"gt=45", 50, 90, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct loom_attribute_change change;
        cr_assert_eq(parse(rows[i].query, &number, &change), LOOM_OK);
        cr_expect(loom_report_has_condition(&change.set));
        cr_expect_eq(loom_report_condition(&change.set, rows[i].before, rows[i].now),
                     rows[i].notify, "row %zu", i);
    }
}

/* C.2: `edge`. */
Test(evaluate, edges)
{
    static const struct loom_attribute_target boolean = {LOOM_LWM2M_1_2, 3, LOOM_BOOLEAN};
    for (unsigned row = 0; row < 8; row++) {
        bool rising = (row & 4) != 0;
        double before = (row & 2) != 0;
        double now = (row & 1) != 0;
        struct loom_attribute_change change;
        cr_assert_eq(parse(rising ? "edge=1" : "edge=0", &boolean, &change), LOOM_OK);
        bool notify = rising ? before < now : before > now;
        cr_expect_eq(loom_report_condition(&change.set, before, now), notify, "row %u", row);
    }
    struct loom_attributes none = {0};
    cr_expect_not(loom_report_has_condition(&none));
}

#define NEVER UINT64_MAX

/* C.2, C-60: periods, counted from the last notification and from the last look. */
Test(evaluate, periods)
{
    static const struct {
        const char *query;
        uint64_t notified;
        uint64_t evaluated;
        bool changed;
        bool wanted;
        uint64_t now;
        enum loom_report_action action;
        uint64_t next;
    } rows[] = {
        {"", 1000, 1000, false, false, 2000, LOOM_REPORT_WAIT, NEVER},
        {"", 1000, 1000, true, false, 2000, LOOM_REPORT_EVALUATE, 0},
        {"", 1000, 1000, false, true, 2000, LOOM_REPORT_NOTIFY, 0},
        {"pmin=10", 1000, 1000, false, true, 10999, LOOM_REPORT_WAIT, 11000},
        {"pmin=10", 1000, 1000, false, true, 11000, LOOM_REPORT_NOTIFY, 0},
        {"pmin=10", 1000, 1000, true, false, 2000, LOOM_REPORT_EVALUATE, 0},
        {"pmin=10", 1000, 1000, false, false, 20000, LOOM_REPORT_WAIT, NEVER},
        {"pmax=10", 1000, 1000, false, false, 2000, LOOM_REPORT_WAIT, 11000},
        {"pmax=10", 1000, 1000, false, false, 11000, LOOM_REPORT_NOTIFY, 0},
        {"pmin=10&pmax=20", 1000, 1000, false, false, 11000, LOOM_REPORT_WAIT, 21000},
        {"pmin=10&pmax=20", 1000, 1000, false, true, 11000, LOOM_REPORT_NOTIFY, 0},
        {"pmin=10&pmax=10", 1000, 1000, false, false, 11000, LOOM_REPORT_NOTIFY, 0},
        {"pmin=10&pmax=9", 1000, 1000, false, false, 50000, LOOM_REPORT_WAIT, NEVER},
        {"pmax=0", 1000, 1000, false, false, 50000, LOOM_REPORT_WAIT, NEVER},
        {"pmax=4294967295", 1000, 1000, false, false, 50000, LOOM_REPORT_WAIT,
         4294967295000u + UINT64_C(1000)},
        {"epmin=5", 1000, 2000, true, false, 6999, LOOM_REPORT_WAIT, 7000},
        {"epmin=5", 1000, 2000, true, false, 7000, LOOM_REPORT_EVALUATE, 0},
        {"epmax=5", 1000, 2000, false, false, 6999, LOOM_REPORT_WAIT, 7000},
        {"epmax=5", 1000, 2000, false, false, 7000, LOOM_REPORT_EVALUATE, 0},
        {"epmax=0", 1000, 2000, false, false, 7000, LOOM_REPORT_WAIT, NEVER},
        {"epmin=5&epmax=9", 1000, 2000, true, false, 3000, LOOM_REPORT_WAIT, 7000},
        {"epmax=5&pmax=4", 1000, 2000, false, false, 2000, LOOM_REPORT_WAIT, 5000},
        {"epmin=5&pmin=1", 1000, 2000, true, true, 2000, LOOM_REPORT_NOTIFY, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct loom_report_state state = {rows[i].notified, rows[i].evaluated, rows[i].changed,
                                          rows[i].wanted};
        struct loom_attribute_change change;
        uint64_t next = 0;
        cr_assert_eq(parse(rows[i].query, &number, &change), LOOM_OK);
        cr_expect_eq(loom_report_action(&change.set, &state, rows[i].now, &next), rows[i].action,
                     "row %zu", i);
        if (rows[i].action == LOOM_REPORT_WAIT) {
            cr_expect_eq(next, rows[i].next, "row %zu: %ju", i, (uintmax_t)next);
        }
    }
}
