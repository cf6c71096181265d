/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of named values: which are read, and that unclear ones are left alone. */
#include "support.h"

#include "enumeration.h"
#include "range_read.h"

#include <criterion/criterion.h>
#include <string.h>

struct expectation {
    struct loomc_arena arena;
    struct loomc_ranges ranges;
    struct loomc_enumeration list;
    char text[512]; /* `name=value` of all, parted by blanks */
};

static void read_list(struct expectation *got, enum loomc_type type, const char *range,
                      const char *description)
{
    size_t length = 0;

    memset(got, 0, sizeof(*got));
    loomc_range_read(&got->arena, type, range, &got->ranges);
    got->list = loomc_enumeration_read(&got->arena, type, range, description, &got->ranges);
    for (size_t i = 0; i < got->list.count; i++) {
        length += (size_t)snprintf(got->text + length, sizeof(got->text) - length, "%s%s=%ld",
                                   i > 0 ? " " : "", got->list.items[i].symbol,
                                   (long)got->list.items[i].value);
    }
}

static void expect_list(enum loomc_type type, const char *range, const char *description,
                        const char *expected)
{
    struct expectation got;

    read_list(&got, type, range, description);
    cr_expect_str_eq(got.text, expected, "\"%s\" \"%s\" gives \"%s\"", range, description,
                     got.text);
    loomc_arena_free(&got.arena);
}

static void expect_none(const char *range, const char *description)
{
    expect_list(LOOMC_INTEGER, range, description, "");
}

Test(enumeration, in_a_description_names_values)
{
    static const struct {
        const char *description;
        const char *expected;
    } cases[] = {
        {"0:Forward, 1:Backward, 2:Stop.", "forward=0 backward=1 stop=2"},
        {"0=Non-IP\n\t\t1=IPv4\n\t\t2=IPv6\n", "non_ip=0 ipv4=1 ipv6=2"},
        {"Mode. 1: One-shot, 0: disables the timer.", "one_shot=1 disables_the_timer=0"},
        {"Edge (1 = Falling edge, 2 = Rising edge, 3 = Both).",
         "falling_edge=1 rising_edge=2 both=3"},
        {"State:\n* 0: idle (nothing to do)\n* 1: busy\nSee the manual.", "idle=0 busy=1"},
        {"-1 = Not available\n0 = Success (200 OK)\n1 = Failure", "not_available=-1 success=0 "
                                                                  "failure=1"},
        {"0: AES (WPA2)\n1: TKIP (WPA)\n2: WEP (1)", "aes=0 tkip=1 wep=2"},
        {"Shift. 0: Neutral 1: Forward 2: Reverse", "neutral=0 forward=1 reverse=2"},
        {"One of 1.5: 0: a and b, 1: c, or 2: d", "a_and_b=0 c=1 d=2"},
        {"Errors. 0: none, 1: battery\n   low, 2:\n   power off.", "none=0 battery_low=1 "
                                                                   "power_off=2"},
        {"0: OR\n1: AND\n2: reserved value.", "or=0 and=1"},
        {"0: SENSOR: light, sound\n1: CONTROL: power", "sensor=0 control=1"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        expect_list(LOOMC_INTEGER, "", cases[i].description, cases[i].expected);
    }
}

Test(enumeration, is_written_in_many_ways)
{
    static const struct {
        const char *description;
        const char *expected;
    } cases[] = {
        {"0:off,1:on", "off=0 on=1"},
        {"0 - idle, 1 - busy", "idle=0 busy=1"},
        {"0 \xE2\x80\x93 idle, 1 \xE2\x80\x93 busy", "idle=0 busy=1"},
        {"0 \xE2\x80\x94 idle\n1 \xE2\x80\x94 busy", "idle=0 busy=1"},
        {"0=off/1=on", "off=0 on=1"},
        {"0 = low / 1 = high / 2 = off", "low=0 high=1 off=2"},
        {"0 -> off, 1 -> on", "off=0 on=1"},
        {"3 => up; 4 => down", "up=3 down=4"},
        {"0 \xE2\x86\x92 off, 1 \xE2\x86\x92 on", "off=0 on=1"},
        {"{0: off, 1: on}", "off=0 on=1"},
        {"Mode {5: slow, 6: fast}.", "slow=5 fast=6"},
        {"[0: off, 1: on]", "off=0 on=1"},
        {"0: auto and 1: manual", "auto=0 manual=1"},
        {"0: auto, 1: manual or 2: off", "auto=0 manual=1 off=2"},
        {"0 = off<br>1 = on", "off=0 on=1"},
        {"0 = off<br/>\n1 = on<br />2 = broken", "off=0 on=1 broken=2"},
        {"0\xEF\xBC\x9Aoff\xEF\xBC\x8C"
         "1\xEF\xBC\x9Aon",
         "off=0 on=1"},
        {"0: off | 1: on", "off=0 on=1"},
        {"\xE2\x80\xA2 0: off\n\xE2\x80\xA2 1: on", "off=0 on=1"},
        {"0x00: off\n0x01: on", "off=0 on=1"},
        {"Modes:\n- 0: off\n- 1: on\n- 2: as before", "off=0 on=1 as_before=2"},
        {"- 0 - off\n- 1 - on", "off=0 on=1"},
        {"-1: off\n1: on", "off=-1 on=1"},
        {"0x00 = off, 0X0f = on, 0xff = broken", "off=0 on=15 broken=255"},
        {"0x0 - off, 0x1 - on, 0x2 - 0x1F - reserved, 0x20 - test", "off=0 on=1 test=32"},
        {"Modes (0x7fffffff: all, 0x1: one)", "all=2147483647 one=1"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        expect_list(LOOMC_INTEGER, "", cases[i].description, cases[i].expected);
    }
}

/* What is odd in a list does not cost the rest of it. */
Test(enumeration, keeps_what_is_clear)
{
    static const struct {
        const char *description;
        const char *expected;
    } cases[] = {
        {"0: off, 1: on, 2: as the timer in the object that is linked says, 3: broken",
         "off=0 on=1 as_the_timer_in_the_2=2 broken=3"},
        {"-1: off, 1: on, -2: whatever the installer of this machine had in mind",
         "off=-1 on=1 whatever_the_installer_of_this_minus_2=-2"},
        {"0: off, 1: a name that is far too long to be the name of anything",
         "off=0 a_name_that_is_far_1=1"},
        {"31: Mesh (CSMA), 32: Mesh (TSCH), 33: Star", "mesh_csma=31 mesh_tsch=32 star=33"},
        {"0: WiFi (2.4 GHz)\n1: WiFi (5 GHz)", "wifi_2_4_ghz=0 wifi_5_ghz=1"},
        {"0: off, 1: on, 2..9: reserved, 10: test", "off=0 on=1 test=10"},
        {"0: off\n1: on\n2-9: reserved\n10: test", "off=0 on=1 test=10"},
        {"0 - off, 1 - on, 2 to 9 - for the vendor, 10 - test", "off=0 on=1 test=10"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        expect_list(LOOMC_INTEGER, "", cases[i].description, cases[i].expected);
    }
}

Test(enumeration, that_is_the_range_is_written_in_many_ways)
{
    expect_list(LOOMC_INTEGER, "{0: off, 1: on}", "", "off=0 on=1");
    expect_list(LOOMC_INTEGER, "0=off/1=on", "", "off=0 on=1");
    expect_list(LOOMC_INTEGER, "0 - idle, 1 - busy", "", "idle=0 busy=1");
    expect_list(LOOMC_INTEGER, "0: auto and 1: manual", "", "auto=0 manual=1");
    expect_list(LOOMC_INTEGER, "0: off (default), 1: on", "", "off=0 on=1");
    expect_list(LOOMC_INTEGER, "0: off, 1: on (default)", "", "off=0 on=1");
    expect_list(LOOMC_INTEGER, "0: lamp (left), 1: lamp (right)", "", "lamp_left=0 lamp_right=1");
    expect_list(LOOMC_INTEGER, "0: off (not 1: on", "", "");
}

/* Templates and the model as JSON have the names as their authors wrote them. */
Test(enumeration, keeps_names_as_written)
{
    struct expectation got;

    read_list(&got, LOOMC_INTEGER, "", "0: Non-IP, 1: Mesh (CSMA), 2: Mesh (TSCH)");
    cr_assert_eq(got.list.count, 3);
    cr_expect_str_eq(got.list.items[0].name, "Non-IP");
    cr_expect_str_eq(got.list.items[1].name, "Mesh (CSMA)");
    loomc_arena_free(&got.arena);
}

Test(enumeration, is_left_alone_where_it_is_not_clear)
{
    static const char *const descriptions[] = {
        "",
        "0: alone",
        "Three kinds: none, some, all.",
        "0: first, 1: second, 0: third",               /* a number twice */
        "1: Data > A, 2: Data < A",                    /* names that differ in signs only */
        "At 12:00 or 13:30 the counter is reset.",     /* no names */
        "It specifies that 0=unrestricted, 1=minute.", /* begins in the midst of prose */
        "See RFC 7252: CoAP, RFC 7641: Observe.",
        "0: idle, 1: drive, 2: limp 4-15: reserved",
        "Bit mask. 0: light, 1: sound",
        "Bitwise: 0 (LSB): on, 1: off, 2: darker, 3: brighter",
        ("0: a name that is far too long to be the name of anything, 1: another one that is far "
         "too "
         "long to be one, 2: short"),
        "0: one, and then a sentence that goes 1: on",
        "0: light, 99999999999: dark",
        "0x80000000: light, 0x1: dark", /* more than a named value has */
        "0xG: light, 0xH: dark",
        "0x: light, 1: dark",
        "Registers 0x10: light, 0x11: dark",
        "It takes 5 - at most 10 - seconds, or 3 - with luck.",
        "Between 0 - low and 9 - high, in steps.",
        ("0: what the first of the two lamps that hang there does, 1: what the second of the two "
         "lamps that hang there does"),
    };

    for (size_t i = 0; i < sizeof(descriptions) / sizeof(descriptions[0]); i++) {
        expect_none("", descriptions[i]);
    }
}

Test(enumeration, of_a_description_lies_in_the_range)
{
    expect_list(LOOMC_INTEGER, "0..1", "0: off, 1: on", "off=0 on=1");
    expect_none("0..1", "0: off, 1: on, 2: automatic");
    expect_none("1..5", "0: off, 1: on");
    expect_list(LOOMC_UNSIGNED, "", "-1: off, 1: on", "");
    expect_list(LOOMC_STRING, "", "0: off, 1: on", "");
    expect_list(LOOMC_FLOAT, "", "0: off, 1: on", "");
}

Test(enumeration, of_a_description_is_not_enforced)
{
    struct expectation got;

    read_list(&got, LOOMC_INTEGER, "", "0: off, 1: on");
    cr_expect_eq(got.list.count, 2);
    cr_expect_eq(got.ranges.count, 0);
    loomc_arena_free(&got.arena);
}

Test(enumeration, that_is_the_range_is_enforced)
{
    struct expectation got;

    read_list(&got, LOOMC_UNSIGNED, "0: RELEASE 1: CLICK 2: HOLD 3: DOUBLE-CLICK 255: STUCK", "");
    cr_expect_str_eq(got.text, "release=0 click=1 hold=2 double_click=3 stuck=255");
    cr_assert_eq(got.ranges.count, 2);
    cr_expect_eq(got.ranges.items[0].min.magnitude, 0);
    cr_expect_eq(got.ranges.items[0].max.magnitude, 3);
    cr_expect_eq(got.ranges.items[1].min.magnitude, 255);
    cr_expect_eq(got.ranges.items[1].max.magnitude, 255);
    loomc_arena_free(&got.arena);

    read_list(&got, LOOMC_INTEGER, "5: five, -1: less, 4: four", "");
    cr_assert_eq(got.ranges.count, 2);
    cr_expect(got.ranges.items[0].min.negative);
    cr_expect_eq(got.ranges.items[1].min.magnitude, 4);
    cr_expect_eq(got.ranges.items[1].max.magnitude, 5);
    loomc_arena_free(&got.arena);
}

/* 3 may be both of 1 and 2: that is asked, and the names are kept. */
Test(enumeration, of_flags_is_not_enforced)
{
    static const char *const flags[] = {"1: red, 2: green, 4: blue",
                                        "0x00: none, 0x01: red, 0x02: green, 0x08: blue"};
    struct expectation got;
    struct outcome outcome;

    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        read_list(&got, LOOMC_INTEGER, flags[i], "");
        cr_expect_eq(got.list.count, 3 + i);
        cr_expect_eq(got.ranges.count, 0, "%s", flags[i]);
        cr_expect(got.list.flags);
        loomc_arena_free(&got.arena);
    }
    read_list(&got, LOOMC_INTEGER, "0x01: red, 0x02: green, 0x03: blue", "");
    cr_expect_eq(got.ranges.count, 1);
    loomc_arena_free(&got.arena);
    read_list(&got, LOOMC_INTEGER, "1: red, 2: green", "");
    cr_expect_eq(got.ranges.count, 1);
    loomc_arena_free(&got.arena);

    outcome_read_one(&outcome, MODEL("Lamp", "26300", "1.0", "Single",
                                     ITEM("0", "Colour", "RW", "Single", "Optional", "Integer",
                                          "1: red, 2: green, 4: blue", "")));
    expect_messages(&outcome, "a.xml:3:156: warning: range \"1: red, 2: green, 4: blue\" not "
                              "enforced: its values may be flags, which add up; below \"object "
                              "26300\" of a profile \"range 0 RANGE\" says which\n");
    cr_expect_eq(outcome.models.objects[0].resources[0].enumeration.count, 3);
    outcome_free(&outcome);
}

/* What is reserved is neither a name nor, in a range, a value. */
Test(enumeration, leaves_out_what_is_reserved)
{
    static const char *const ranges[] = {"0: off, 1: on, 2: reserved",
                                         "0: off, 1: on, 2..9: reserved",
                                         "2: Reserved for later, 0: off, 1: on"};

    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        struct expectation got;

        read_list(&got, LOOMC_INTEGER, ranges[i], "");
        cr_expect_str_eq(got.text, "off=0 on=1", "%s: %s", ranges[i], got.text);
        cr_assert_eq(got.ranges.count, 1, "%s", ranges[i]);
        cr_expect_eq(got.ranges.items[0].max.magnitude, 1);
        loomc_arena_free(&got.arena);
    }
    expect_list(LOOMC_INTEGER, "0: off, 1: on, 2..9: of the vendor", "", "");
}

Test(enumeration, in_a_range_with_other_text_is_not_enforced)
{
    static const char *const ranges[] = {
        "0: off 1: on and so on and so forth, you know",
        "see 0: off 1: on",
        "0: off 1: on 2",
        "0: off 0: on",
    };

    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
        struct expectation got;

        read_list(&got, LOOMC_INTEGER, ranges[i], "");
        cr_expect_eq(got.list.count, 0, "%s", ranges[i]);
        cr_expect_eq(got.ranges.count, 0, "%s", ranges[i]);
        loomc_arena_free(&got.arena);
    }
}

/* Constants of values never meet those of resources, nor each other. */
Test(enumeration, gets_constants_of_its_own)
{
    static const char model[] =
        "<LWM2M><Object ObjectType=\"MODefinition\"><Name>Lamp</Name><ObjectID>26300</ObjectID>"
        "<ObjectVersion>1.0</ObjectVersion><MultipleInstances>Single</MultipleInstances>"
        "<Mandatory>Optional</Mandatory><Resources>"
        "<Item ID=\"1\"><Name>Mode</Name><Operations>RW</Operations>"
        "<MultipleInstances>Single</MultipleInstances><Mandatory>Optional</Mandatory>"
        "<Type>Integer</Type><Description>0: off, 1: on</Description></Item>"
        "<Item ID=\"2\"><Name>Mode Off</Name><Operations>RW</Operations>"
        "<MultipleInstances>Single</MultipleInstances><Mandatory>Optional</Mandatory>"
        "<Type>Integer</Type></Item></Resources></Object></LWM2M>";
    struct outcome outcome;

    outcome_read_one(&outcome, model);
    outcome_plan(&outcome, NULL);
    expect_messages(&outcome, "");
    cr_assert_eq(outcome.models.objects[0].resources[0].enumeration.count, 2);

    const struct loomc_named *values = outcome.models.objects[0].resources[0].enumeration.items;

    cr_expect_str_eq(values[0].constant, "LOOM_LAMP_MODE_OFF_0");
    cr_expect_str_eq(values[1].constant, "LOOM_LAMP_MODE_ON");
    outcome_free(&outcome);
}

Test(enumeration, takes_the_warning_from_a_range_that_it_explains)
{
    struct outcome outcome;

    outcome_read_one(&outcome, MODEL("Button", "26300", "1.0", "Single",
                                     ITEM("0", "Event", "R", "Single", "Optional", "Integer",
                                          "0: UP 1: DOWN", "")));
    expect_messages(&outcome, "");
    cr_expect_eq(outcome.models.objects[0].resources[0].ranges.count, 1);
    outcome_free(&outcome);
}
