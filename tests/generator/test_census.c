/* SPDX-License-Identifier: Apache-2.0 */
/* Oddities of the OMA registry, each named after the model that has it, each in a small model of
 * our own. The registry's own file is read too where the registry stands beside the tree. */
#include "support.h"

#include "source_file.h"
#include "words.h"
#include "xml_reader.h"

#include <criterion/criterion.h>
#include <string.h>
#include <unistd.h>

/* Reads a model of the registry and plans it. @return false where there is no registry. */
static bool read_real(struct outcome *outcome, const char *name)
{
    char path[512];
    const struct loomc_source *source;

    snprintf(path, sizeof(path), "%s/%s.xml", REGISTRY, name);
    if (access(path, R_OK) != 0) {
        cr_log_info("not read: %s", path);
        return false;
    }
    outcome_read(outcome, NULL, 0);
    source = loomc_source_read(&outcome->arena, &outcome->diagnostics, path);
    cr_assert_not_null(source);
    loomc_xml_read(&outcome->arena, &outcome->diagnostics, source, false, NULL, &outcome->models);
    outcome_plan(outcome, NULL);
    cr_expect_eq(outcome->diagnostics.errors, 0, "%s", outcome_messages(outcome));
    cr_assert_eq(outcome->models.count, 1, "%s", path);
    return true;
}

static const struct loomc_resource *resource(const struct outcome *outcome, uint16_t id)
{
    const struct loomc_resource *found = loomc_object_resource(&outcome->models.objects[0], id);

    cr_assert_not_null(found, "resource %u", id);
    return found;
}

static void expect_version(const char *file, unsigned major, unsigned minor)
{
    struct outcome outcome;

    if (!read_real(&outcome, file)) {
        return;
    }
    cr_expect_eq(outcome.models.objects[0].version_major, major, "%s", file);
    cr_expect_eq(outcome.models.objects[0].version_minor, minor, "%s", file);
    outcome_free(&outcome);
}

static void expect_range(const char *file, uint16_t id, uint64_t least, uint64_t most)
{
    struct outcome outcome;

    if (!read_real(&outcome, file)) {
        return;
    }
    const struct loomc_ranges *ranges = &resource(&outcome, id)->ranges;

    cr_assert_geq(ranges->count, 1, "%s/%u", file, id);
    cr_expect_eq(ranges->items[0].min.magnitude, least, "%s/%u", file, id);
    cr_expect_eq(ranges->items[ranges->count - 1].max.magnitude, most, "%s/%u", file, id);
    outcome_free(&outcome);
}

static void expect_symbol(const char *file, uint16_t id, const char *symbol)
{
    struct outcome outcome;

    if (!read_real(&outcome, file)) {
        return;
    }
    cr_expect_str_eq(resource(&outcome, id)->symbol, symbol, "%s/%u is %s", file, id,
                     resource(&outcome, id)->symbol);
    outcome_free(&outcome);
}

static void expect_warning(const char *file, const char *words)
{
    struct outcome outcome;

    if (!read_real(&outcome, file)) {
        return;
    }
    cr_expect_not_null(strstr(outcome_messages(&outcome), words), "%s says\n%s", file,
                       outcome_messages(&outcome));
    outcome_free(&outcome);
}

/* Two names that are one in C, of the resources 1 and 2. */
static void expect_parted(const char *first, const char *second, const char *symbol)
{
    struct outcome outcome;
    char model[2048];
    char expected[128];
    char told[256];

    snprintf(model, sizeof(model),
             MODEL("Odd", "26300", "1.0", "Single",
                   ITEM("1", "%s", "R", "Single", "Optional", "Integer", "", "")
                       ITEM("2", "%s", "R", "Single", "Optional", "Integer", "", "")),
             first, first, second, second);
    outcome_read_one(&outcome, model);
    outcome_plan(&outcome, NULL);
    cr_expect_str_eq(resource(&outcome, 1)->symbol, symbol);
    snprintf(expected, sizeof(expected), "%s_2", symbol);
    snprintf(told, sizeof(told), "is called %s in the code: a resource before it has that name",
             expected);
    cr_expect_not_null(strstr(outcome_messages(&outcome), told), "%s", outcome_messages(&outcome));
    cr_expect_eq(outcome.diagnostics.warnings, 1);
    cr_expect_str_eq(resource(&outcome, 2)->symbol, expected);
    outcome_free(&outcome);
}

/* One resource 1 of a type and range; its warning, if any, is about the range. */
static void read_range_of(struct outcome *outcome, const char *type, const char *range)
{
    char model[1024];

    snprintf(model, sizeof(model),
             MODEL("Odd", "26300", "1.0", "Single",
                   ITEM("1", "Value", "RW", "Single", "Optional", "%s", "%s", "")),
             type, range);
    outcome_read_one(outcome, model);
    outcome_plan(outcome, NULL);
}

static void expect_not_enforced(const char *type, const char *range)
{
    struct outcome outcome;

    read_range_of(&outcome, type, range);
    cr_expect_eq(outcome.diagnostics.errors, 0);
    cr_expect_eq(outcome.diagnostics.warnings, 1);
    cr_expect_eq(resource(&outcome, 1)->ranges.count, 0, "%s %s", type, range);
    outcome_free(&outcome);
}

static void expect_enforced(const char *type, const char *range, size_t ranges)
{
    struct outcome outcome;

    read_range_of(&outcome, type, range);
    expect_messages(&outcome, "");
    cr_expect_eq(resource(&outcome, 1)->ranges.count, ranges, "%s %s", type, range);
    outcome_free(&outcome);
}

/* ---- the objects of the standard ------------------------------------------------------------- */

Test(census, object_0_security)
{
    struct outcome outcome;

    outcome_read_one(&outcome, MODEL("LWM2M Security", "0", "1.0", "Multiple",
                                     ITEM("0", "LWM2M  Server URI", "", "Single", "Mandatory",
                                          "String", "0..255 bytes", "")));
    outcome_plan(&outcome, NULL);
    expect_messages(&outcome, "");
    cr_expect_str_eq(outcome.models.objects[0].symbol, "security");
    cr_expect_str_eq(resource(&outcome, 0)->name, "LWM2M Server URI");
    cr_expect_not(resource(&outcome, 0)->readable || resource(&outcome, 0)->writable);
    outcome_free(&outcome);
    expect_enforced("Opaque", "6", 1);
    expect_enforced("Opaque", "6 bytes", 1);
    expect_enforced("Opaque", "16-32-48 bytes", 3);
    expect_enforced("Opaque", "16,32,48", 3);
    expect_range("version_history/0-1_0", 8, 16, 48);
    expect_range("version_history/0-1_0", 10, 1, 65534);
    expect_symbol("0", 0, "lwm2m_server_uri");
    expect_version("version_history/0-1_0", 1, 0);
    expect_version("version_history/0-1_1", 1, 1);
    expect_version("0", 1, 2);
}

Test(census, object_1_server)
{
    expect_not_enforced("String", "The possible values are those listed in the LwM2M Core "
                                  "Specification");
    expect_warning("1", "neither lengths nor strings in quotation marks");
    expect_warning("version_history/1-1_0", "neither lengths nor strings");
    expect_range("version_history/1-1_0", 0, 1, 65535);
    expect_version("version_history/1-1_0", 1, 0);
    expect_version("version_history/1-1_1", 1, 1);
    expect_version("1", 1, 2);
}

Test(census, object_3_device)
{
    expect_enforced("Integer", "0-100", 1);
    expect_range("version_history/3-1_0", 9, 0, 100);
    expect_range("3", 9, 0, 100);
    expect_version("version_history/3-1_0", 1, 0);
    expect_version("version_history/3-1_1", 1, 1);
    expect_version("3", 1, 2);
}

Test(census, object_4_1_1_hyphens)
{
    expect_enforced("Integer", "0-50", 1);
    expect_enforced("Integer", "0-999", 1);
    expect_range("version_history/4-1_1", 0, 0, 50);
    expect_range("version_history/4-1_1", 10, 0, 999);
}

Test(census, object_12_1_0_digits_brackets_alternatives)
{
    struct outcome outcome;

    expect_enforced("Integer", "[1:4]", 1);
    expect_enforced("String", "0 or 26 Bytes", 2);
    expect_enforced("String", "1..64 Bytes", 1);
    outcome_read_one(&outcome, MODEL("WLAN", "26300", "1.0", "Single",
                                     ITEM("44", "44 Broadcast Packets", "R", "Single", "Optional",
                                          "Integer", "", "")));
    outcome_plan(&outcome, NULL);
    cr_expect_str_eq(resource(&outcome, 44)->symbol, "r_44_broadcast_packets");
    outcome_free(&outcome);
    expect_range("version_history/12-1_0", 20, 1, 4);
    expect_range("version_history/12-1_0", 22, 0, 26);
    expect_range("version_history/12-1_0", 18, 1, 64);
}

Test(census, object_15_1_0_executable_with_instances)
{
    struct outcome outcome;

    outcome_read_one(&outcome, MODEL("Odd", "26300", "1.0", "Single",
                                     ITEM("1", "Run", "E", "Multiple", "Optional", "", "", "")));
    expect_messages(
        &outcome,
        "a.xml:3:56: warning: an executable resource has no instances; taken as Single\n");
    cr_expect_not(resource(&outcome, 1)->multiple);
    outcome_free(&outcome);
    expect_warning("version_history/15-1_0", "an executable resource has no instances");
}

Test(census, object_19_byte_order_mark)
{
    struct outcome outcome;

    outcome_read_one(&outcome, "\xEF\xBB\xBF" MODEL("Bom", "26300", "1.0", "Single", ONE_ITEM));
    expect_messages(&outcome, "");
    cr_expect_eq(outcome.models.count, 1);
    outcome_free(&outcome);
    expect_not_enforced("Integer", "1 bytes");
    expect_enforced("String", "32 bytes", 1);
    expect_version("19", 1, 0);
}

Test(census, object_20_widths)
{
    expect_not_enforced("Integer", "255");
    expect_not_enforced("Integer", "8-Bits");
    expect_warning("20", "a width says nothing about the values");
}

/* ---- names ----------------------------------------------------------------------------------- */

Test(census, object_27_digits_first_and_three_dots)
{
    struct outcome outcome;

    outcome_read_one(&outcome,
                     MODEL("5GNR Connectivity", "26300", "1.0", "Single",
                           ITEM("8", "5QI", "R", "Single", "Optional", "Integer", "1...15", "")));
    outcome_plan(&outcome, NULL);
    expect_messages(&outcome, "");
    cr_expect_str_eq(outcome.models.objects[0].symbol, "o_5gnr_connectivity");
    cr_expect_str_eq(resource(&outcome, 8)->symbol, "r_5qi");
    cr_expect_eq(resource(&outcome, 8)->ranges.items[0].max.magnitude, 15);
    outcome_free(&outcome);
    expect_symbol("27", 8, "r_5qi");
    expect_range("27", 5, 1, 15);
    expect_range("27", 10, 1, 63);
}

Test(census, object_511)
{
    expect_version("511", 1, 0);
}

Test(census, object_3387_named_values_and_a_ranged_boolean)
{
    struct outcome outcome;

    expect_enforced(
        "Integer",
        "0: disabled\n\t\t1: normal\n\t\t2: remote\n\t\t3: local\n\t\t255: non_responsive", 2);
    expect_not_enforced("Boolean", "0..65535");
    if (read_real(&outcome, "3387")) {
        cr_assert_eq(resource(&outcome, 800)->enumeration.count, 5);
        cr_expect_str_eq(resource(&outcome, 800)->enumeration.items[4].symbol, "non_responsive");
        cr_expect_eq(resource(&outcome, 800)->enumeration.items[4].value, 255);
        cr_expect_eq(resource(&outcome, 802)->ranges.count, 0);
        outcome_free(&outcome);
    }
    expect_range("3387", 800, 0, 255);
    expect_range("3387", 801, 1, 3);
}

Test(census, object_3393_one_name_twice_and_a_word_of_c)
{
    struct outcome outcome;

    expect_parted("Object_Enabled", "Object_Enabled", "object_enabled");
    expect_symbol("3393", 924, "object_enabled");
    expect_symbol("3393", 934, "object_enabled_934");
    if (read_real(&outcome, "3393")) {
        cr_expect(loomc_is_word(resource(&outcome, 117)->symbol));
        outcome_free(&outcome);
    }
}

Test(census, object_3396_named_values_of_unsigned)
{
    struct outcome outcome;

    expect_enforced("Unsigned Integer", "0: CONFIGURED_ON 1: FULL_ON 2: RECALL", 1);
    expect_enforced("String", "1..64 Bytes", 1);
    expect_range("3396", 110, 0, 2);
    expect_range("3396", 908, 1, 64);
    if (read_real(&outcome, "3396")) {
        cr_assert_eq(resource(&outcome, 110)->enumeration.count, 3);
        cr_expect_str_eq(resource(&outcome, 110)->enumeration.items[0].symbol, "configured_on");
        outcome_free(&outcome);
    }
}

Test(census, object_3416_one_name_for_two_resets)
{
    expect_parted("Thermal derating counter reset", "Thermal derating - counter (reset)",
                  "thermal_derating_counter_reset");
    expect_symbol("3416", 24, "control_gear_thermal_derating_counter_reset");
    expect_symbol("3416", 27, "control_gear_thermal_derating_counter_reset_27");
}

Test(census, object_3421_names_that_differ_in_signs)
{
    expect_parted("Energy (|+A|+|-A|)", "Energy (|+A|-|-A|)", "energy_a_a");
    expect_symbol("3421", 27, "active_energy_a_a_combined_total");
    expect_symbol("3421", 28, "active_energy_a_a_combined_total_28");
}

Test(census, object_3422_names_that_differ_in_signs)
{
    expect_parted("Combined total (+export)", "Combined total (-export)", "combined_total_export");
    expect_symbol("3422", 19, "active_energy_combined_total_export");
    expect_symbol("3422", 20, "active_energy_combined_total_export_20");
}

Test(census, object_3459_no_break_space)
{
    struct outcome outcome;

    outcome_read_one(&outcome, MODEL("Odd", "26300", "1.0", "Single",
                                     ITEM("4", "Local\xC2\xA0URI", "R", "Single", "Optional",
                                          "String", "", "")));
    outcome_plan(&outcome, NULL);
    expect_messages(&outcome, "");
    cr_expect_str_eq(resource(&outcome, 4)->name, "Local URI");
    cr_expect_str_eq(resource(&outcome, 4)->symbol, "local_uri");
    outcome_free(&outcome);
    if (read_real(&outcome, "3459")) {
        cr_expect_null(strchr(resource(&outcome, 4)->name, '\xA0'));
        outcome_free(&outcome);
    }
}

/* ---- files ----------------------------------------------------------------------------------- */

Test(census, object_10241_no_declaration)
{
    struct outcome outcome;

    outcome_read_one(&outcome, MODEL("Bare", "26300", "1.0", "Single", ONE_ITEM));
    expect_messages(&outcome, "");
    outcome_free(&outcome);
    expect_version("10241", 1, 0);
}

Test(census, object_10260_1_0_executable_with_a_type)
{
    struct outcome outcome;

    outcome_read_one(&outcome,
                     MODEL("Odd", "26300", "1.0", "Single",
                           ITEM("1", "Run", "E", "Single", "Optional", "String", "", "")));
    cr_expect_eq(outcome.diagnostics.errors, 0);
    cr_expect_not_null(strstr(outcome_messages(&outcome), "String is ignored"));
    cr_expect_eq(resource(&outcome, 1)->type, LOOMC_NONE);
    outcome_free(&outcome);
    expect_warning("version_history/10260-1_0", "an executable resource has no type");
}

Test(census, object_10308_signs_for_words)
{
    expect_not_enforced("Integer", "&lt;7 to &gt;12.5");
    expect_enforced("Integer", "0,1,2", 3);
    expect_warning("10308", "not a range of numbers");
    expect_range("10308", 9, 0, 2);
}

Test(census, object_10309_exchanged_bounds)
{
    struct outcome outcome;

    read_range_of(&outcome, "Integer", "-30..-120");
    cr_expect_not_null(strstr(outcome_messages(&outcome), "exchanged"));
    cr_assert_eq(resource(&outcome, 1)->ranges.count, 1);
    cr_expect_eq(resource(&outcome, 1)->ranges.items[0].min.magnitude, 120);
    cr_expect_eq(resource(&outcome, 1)->ranges.items[0].max.magnitude, 30);
    outcome_free(&outcome);
    expect_range("10309", 4, 120, 30);
}

Test(census, object_10329_two_pairs_of_one_name)
{
    expect_parted("Intonation Change", "Intonation-Change", "intonation_change");
    expect_symbol("10329", 113, "group_dancing_program_control");
    expect_symbol("10329", 115, "group_dancing_program_control_115");
    expect_symbol("10329", 132, "intonation_change");
    expect_symbol("10329", 133, "intonation_change_133");
}

Test(census, object_10482_readable_without_a_type)
{
    struct outcome outcome;

    outcome_read_one(&outcome, MODEL("Odd", "26300", "1.0", "Single",
                                     ITEM("5", "Blob", "R", "Single", "Optional", "", "", "")));
    cr_expect_eq(outcome.diagnostics.errors, 0);
    cr_expect_eq(outcome.diagnostics.warnings, 1);
    cr_expect_eq(resource(&outcome, 5)->type, LOOMC_OPAQUE);
    outcome_free(&outcome);
    expect_warning("10482", "needs a type; taken as Opaque");
}
