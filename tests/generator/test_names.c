/* SPDX-License-Identifier: Apache-2.0 */
/* Symbols: valid, distinct, and the same whatever the order of files. */
#include "support.h"
#include "symbol.h"
#include "words.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <string.h>

#define NAMED(id, name) ITEM(id, name, "RW", "Single", "Optional", "Integer", "", "")

static void name_models(struct outcome *outcome, const char *const *texts, size_t count)
{
    outcome_read(outcome, texts, count);
    cr_assert_eq(outcome->diagnostics.errors, 0, "%s", outcome_messages(outcome));
    loomc_names_assign(&outcome->names, &outcome->arena, &outcome->models, &outcome->diagnostics);
}

static bool starts_with(const char *text, const char *beginning)
{
    return strncmp(text, beginning, strlen(beginning)) == 0;
}

static void expect_object(const struct outcome *outcome, size_t index, const char *symbol)
{
    cr_expect_str_eq(outcome->models.objects[index].symbol, symbol);
}

static void expect_resource(const struct outcome *outcome, size_t index, const char *symbol)
{
    cr_expect_str_eq(outcome->models.objects[0].resources[index].symbol, symbol);
}

Test(names, are_snake_case)
{
    static const char *const texts[] = {
        MODEL("LWM2M Connectivity  Monitoring", "4", "1.0", "Single",
              NAMED("0", " On/Off switch ") NAMED("1", "5QI") NAMED("2", "Group\xC2\xA0 Address")
                  NAMED("3", "Active (+export)")),
    };
    struct outcome outcome;

    name_models(&outcome, texts, 1);
    expect_object(&outcome, 0, "connectivity_monitoring");
    expect_resource(&outcome, 0, "on_off_switch");
    expect_resource(&outcome, 1, "r_5qi");
    expect_resource(&outcome, 2, "group_address");
    expect_resource(&outcome, 3, "active_export");
    outcome_free(&outcome);
}

Test(names, of_a_leading_digit_get_a_letter)
{
    static const char *const texts[] = {
        MODEL("3-Phase Power Meter", "10242", "1.0", "Single", ONE_ITEM)};
    struct outcome outcome;

    name_models(&outcome, texts, 1);
    expect_object(&outcome, 0, "o_3_phase_power_meter");
    outcome_free(&outcome);
}

/* As resources 27 and 28 of object 3421, and 924 and 934 of 3393. */
Test(names, that_are_there_twice_stay_with_the_first_resource)
{
    static const char *const texts[] = {
        MODEL("Meter", "3421", "1.0", "Single",
              NAMED("26", "Other") NAMED("27", "Energy (|+A|+|-A|)")
                  NAMED("28", "Energy (|+A|-|-A|)")),
    };
    struct outcome outcome;

    name_models(&outcome, texts, 1);
    expect_resource(&outcome, 0, "other");
    expect_resource(&outcome, 1, "energy_a_a");
    expect_resource(&outcome, 2, "energy_a_a_28");
    expect_messages(&outcome,
                    "a.xml:5:1: warning: resource 28 (Energy (|+A|-|-A|)) is called energy_a_a_28 "
                    "in the code: a resource before it has that name; the profile's line `name 28 "
                    "\"NAME\"` gives it another name\n");
    outcome_free(&outcome);
}

/* What was there before the second `foo` keeps its name, whatever follows from that. */
Test(names, that_an_id_makes_equal_are_parted_again)
{
    static const char *const texts[] = {MODEL(
        "Meter", "1", "1.0", "Single", NAMED("1", "Foo") NAMED("2", "foo") NAMED("3", "Foo 2"))};
    struct outcome outcome;

    name_models(&outcome, texts, 1);
    expect_resource(&outcome, 0, "foo");
    expect_resource(&outcome, 1, "foo_2_2");
    expect_resource(&outcome, 2, "foo_2");
    outcome_free(&outcome);
}

/* As objects 6 and 3336. */
Test(names, that_are_there_twice_stay_with_the_first_object)
{
    static const char *const texts[] = {MODEL("Location", "6", "1.0", "Single", ONE_ITEM),
                                        MODEL("Location", "3336", "1.0", "Single", ONE_ITEM),
                                        MODEL("Location", "3336", "2.0", "Single", ONE_ITEM)};
    struct outcome outcome;

    name_models(&outcome, texts, 3);
    expect_object(&outcome, 0, "location");
    expect_object(&outcome, 1, "location_3336");
    expect_object(&outcome, 2, "location_3336_2_0");
    expect_messages(&outcome,
                    "b.xml:1:92: warning: object 3336 (Location) is called location_3336 in the "
                    "code: an object before it has that name; the profile's line `name \"NAME\"` "
                    "in its section gives it another name\n"
                    "c.xml:1:92: warning: object 3336 (Location) is called location_3336_2_0 in "
                    "the code: an object before it has that name; the profile's line `name "
                    "\"NAME\"` in its section gives it another name\n");
    outcome_free(&outcome);
}

/* A version that is added renames nothing either. */
Test(names, of_later_versions_say_so)
{
    static const char *const texts[] = {MODEL("Device", "3", "1.1", "Single", ONE_ITEM),
                                        MODEL("Device", "3", "1.0", "Single", ONE_ITEM)};
    struct outcome outcome;

    name_models(&outcome, texts, 2);
    expect_object(&outcome, 0, "device");
    expect_object(&outcome, 1, "device_1_1");
    outcome_free(&outcome);
}

Test(names, of_other_scripts_are_valid_and_distinct)
{
    static const char *const texts[] = {
        MODEL("\xE6\xB8\xA9\xE5\xBA\xA6", "26241", "1.0", "Single",
              NAMED("0", "\xE5\x80\xBC") NAMED("1", "\xD0\x9F\xD1\x80")
                  NAMED("2", "\xED\x92\x88 A")),
        MODEL("\xF0\x9F\x98\x80", "26242", "1.0", "Single", ONE_ITEM),
    };
    struct outcome outcome;

    name_models(&outcome, texts, 2);
    expect_object(&outcome, 0, "object_26241");
    expect_object(&outcome, 1, "object_26242");
    expect_resource(&outcome, 0, "resource_0");
    expect_resource(&outcome, 1, "resource_1");
    expect_resource(&outcome, 2, "a");
    cr_expect_eq(outcome.diagnostics.warnings, 5, "%s", outcome_messages(&outcome));
    cr_expect(starts_with(outcome_messages(&outcome),
                          "a.xml:3:1: warning: resource 0 (\xE5\x80\xBC) is called resource_0 in "
                          "the code: not all letters of its name can be in it; the profile's line "
                          "`name 0 \"NAME\"` gives it another name\n"),
              "%s", outcome_messages(&outcome));
    outcome_free(&outcome);
}

/* What a name becomes, and how many of its letters are not in it. */
struct spelling {
    const char *name;
    const char *symbol;
    size_t lost;
};

static void expect_spellings(const struct spelling *spellings, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct loomc_buffer symbol = {NULL, 0, 0};
        size_t lost = loomc_symbol_put(&symbol, spellings[i].name, strlen(spellings[i].name));

        cr_expect_str_eq(symbol.data != NULL ? symbol.data : "", spellings[i].symbol);
        cr_expect_eq(lost, spellings[i].lost, "%s: %zu", spellings[i].name, lost);
        loomc_buffer_free(&symbol);
    }
}

/* ICAO Doc 9303 part 3, 6A: what passports make of Latin letters. */
Test(names, have_all_latin_letters)
{
    static const struct spelling spellings[] = {
        {"L\xC3\xA4ngengrad", "laengengrad", 0},
        {"Gr\xC3\xB6\xC3\x9F"
         "e",
         "groesse", 0},
        {"\xC3\x96lstand", "oelstand", 0},
        {"GR\xC3\x96SSE", "groesse", 0},
        {"\xC3\x84nderungsZ\xC3\xA4hler", "aenderungs_zaehler", 0},
        {"\xC3\x85ngstr\xC3\xB6m", "aangstroem", 0},
        {"Temp\xC3\xA9rature \xC3\xA0 l'entr\xC3\xA9"
         "e",
         "temperature_a_l_entree", 0},
        {"A\xC3\xB1o", "ano", 0},
        {"\xC5\x81\xC3\xB3\xC4\x91\xC5\xBA", "lodz", 0},
        {"\xC5\x92uvre", "oeuvre", 0},
        {"\xC3\x9E\xC3\xB3r\xC3\xB0", "thord", 0},
        {"\xC4\xB0stasyon \xC5\x9F\xC4\xB1k", "istasyon_sik", 0},
        {"\xEF\xAC\x81lter", "filter", 0},
        {"o\xEF\xAC\x84"
         "oad",
         "offload", 0},
        /* the same with marks of their own: a with U+0308, e with U+0301 */
        {"La\xCC\x88nge", "laenge", 0},
        {"e\xCC\x81t\xC3\xA9", "ete", 0},
        {"CO\xE2\x82\x82", "co2", 0},
        {"\xC2\xB5"
         "A je m\xC2\xB2",
         "ua_je_m2", 0},
        /* dashes, quotation marks and the like are no letters */
        {"a\xE2\x80\x93"
         "b\xE2\x84\xA2 \xE2\x80\x9C"
         "c\xE2\x80\x9D",
         "a_b_c", 0},
        /* letters of other alphabets are lost */
        {"cos \xCF\x86", "cos", 1},
        {"\xD0\xA2\xD0\xB8\xD0\xBF 2", "2", 3},
    };

    expect_spellings(spellings, sizeof spellings / sizeof spellings[0]);
}

Test(names, in_camel_case_are_parted)
{
    static const struct spelling spellings[] = {
        {"FastFirstHigherPriorityPLMNSearch", "fast_first_higher_priority_plmn_search", 0},
        {"MinimumPeriodicSearchTimer", "minimum_periodic_search_timer", 0},
        {"PLMNSearchTimer", "plmn_search_timer", 0},
        {"plmnID", "plmn_id", 0},
        {"RRCState", "rrc_state", 0},
        {"NetworkAccessECRules", "network_access_ec_rules", 0},
        {"TotalBytesSent", "total_bytes_sent", 0},
        {"OnOff", "on_off", 0},
        {"isOn", "is_on", 0},
        {"xOffset", "x_offset", 0},
        {"Phase2Voltage", "phase2_voltage", 0},
        {"t310Timer", "t310_timer", 0},
        {"H2Sensor", "h2_sensor", 0},
        {"VoLTErtpPacketLoss", "volte_rtp_packet_loss", 0},
        {"eNBId", "enb_id", 0},
        {"CoAPPort", "coap_port", 0},
        {"IPv6Address", "ipv6_address", 0},
        {"NoSecMode", "nosec_mode", 0},
        {"NoSection", "no_section", 0},
        {"NBIoTBand", "nb_iot_band", 0},
        {"APNsAllowed", "apns_allowed", 0},
        {"LWM2MServer", "lwm2m_server", 0},
        {"SHA256Sum", "sha256_sum", 0},
    };

    expect_spellings(spellings, sizeof spellings / sizeof spellings[0]);
}

Test(names, of_mixed_capitals_stay_whole)
{
    static const char *const names[] = {
        "CoAP",  "CoAPs", "eNB",  "gNB",  "eNodeB", "NoSec",   "IPv6",  "IPv4",  "SNMPv3", "TLSv12",
        "QoS",   "IoT",   "IIoT", "mIoT", "LoRa",   "LoRaWAN", "WiFi",  "WiMAX", "LiDAR",  "VoIP",
        "VoLTE", "PoE",   "SoC",  "eDRX", "eSIM",   "nuSIM",   "eUICC", "uCIFI", "pH",     "kWh",
        "MHz",   "GHz",   "kHz",  "dBm",  "mA",     "mAh",     "hPa",   "kVArh", "APIs",   "CPUs",
        "LEDs",  "IDs",   "3GPP", "5GNR", "1xEV",   "H2S",     "X509",  "M2M",   "LwM2M",  "OAuth"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct loomc_buffer symbol = {NULL, 0, 0};

        loomc_symbol_put(&symbol, names[i], strlen(names[i]));
        cr_expect_null(strchr(symbol.data, '_'), "%s", symbol.data);
        cr_expect_eq(symbol.length, strlen(names[i]));
        loomc_buffer_free(&symbol);
    }
}

/* Without it LOOM_TIME would be an id of object 3333 and a type at once. */
Test(names, do_not_meet_those_of_the_runtime)
{
    static const char *const texts[] = {MODEL("Time", "3333", "1.0", "Single", ONE_ITEM),
                                        MODEL("Model", "3334", "1.0", "Single", ONE_ITEM),
                                        MODEL("Path", "3335", "1.0", "Single", ONE_ITEM),
                                        MODEL("Objects", "3336", "1.0", "Single", ONE_ITEM)};
    struct outcome outcome;

    name_models(&outcome, texts, 4);
    expect_object(&outcome, 0, "time_3333");
    expect_object(&outcome, 1, "model_3334");
    expect_object(&outcome, 2, "path_3335");
    expect_object(&outcome, 3, "objects_3336");
    outcome_free(&outcome);
}

/* `loom_device_get_object` would be the table of the one and an accessor of the other. */
Test(names, of_one_object_do_not_meet_those_of_another)
{
    static const char *const texts[] = {
        MODEL("Device", "100", "1.0", "Single", NAMED("0", "Object")),
        MODEL("Device Get", "101", "1.0", "Single", ONE_ITEM)};
    struct outcome outcome;

    name_models(&outcome, texts, 2);
    expect_object(&outcome, 0, "device");
    expect_object(&outcome, 1, "device_get_101");
    outcome_free(&outcome);
}

Test(names, as_members_are_no_words_of_c_or_cpp)
{
    cr_expect(loomc_is_word("switch"));
    cr_expect(loomc_is_word("class"));
    cr_expect(loomc_is_word("id"));
    cr_expect(loomc_is_word("present"));
    cr_expect(loomc_is_word("errno"));
    cr_expect_not(loomc_is_word("time"));
}

Test(names, have_a_limited_length)
{
    static const char *const texts[] = {MODEL(
        "An object whose name is far longer than anything that anybody would ever want to read in "
        "a program of any language at all",
        "5", "1.0", "Single", ONE_ITEM)};
    struct outcome outcome;

    name_models(&outcome, texts, 1);
    cr_expect_leq(strlen(outcome.models.objects[0].symbol), 80);
    outcome_free(&outcome);
}
