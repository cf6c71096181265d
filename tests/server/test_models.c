/* SPDX-License-Identifier: Apache-2.0 */
/* Objects of one's own: models that are read at run time, and the catalog of them all. */
#define _POSIX_C_SOURCE 200809L

#include "catalog/meaning.h"
#include "catalog/standard.h"
#include "models/models.h"
#include "tables.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEAD(id, version, name)                                                                    \
    "<LWM2M><Object ObjectType=\"MODefinition\"><Name>" name "</Name>"                             \
    "<Description1>What it is for.</Description1><ObjectID>" id "</ObjectID>"                      \
    "<ObjectURN>urn:oma:lwm2m:x:" id ":" version "</ObjectURN>"                                    \
    "<LWM2MVersion>1.1</LWM2MVersion><ObjectVersion>" version "</ObjectVersion>"                   \
    "<MultipleInstances>Multiple</MultipleInstances><Mandatory>Optional</Mandatory><Resources>"
#define ITEM(id, name, operations, instances, type, range, units, text)                            \
    "<Item ID=\"" id "\"><Name>" name "</Name><Operations>" operations "</Operations>"             \
    "<MultipleInstances>" instances "</MultipleInstances><Mandatory>Mandatory</Mandatory>"         \
    "<Type>" type "</Type><RangeEnumeration>" range "</RangeEnumeration><Units>" units "</Units>"  \
    "<Description>" text "</Description></Item>"
#define TAIL "</Resources><Description2/></Object></LWM2M>"

#define PUMP(version, first)                                                                       \
    HEAD("33000", version, "Pump")                                                                 \
    ITEM("0", first, "RW", "Single", "Integer", "-5..100", "l/min", "How much it moves.")          \
    ITEM("1", "State", "R", "Single", "Unsigned Integer", "", "", "0: off, 1: on, 2: blocked")     \
    ITEM("2", "Mode", "RW", "Single", "String", "\"auto\", \"manual\"", "", "")                    \
    ITEM("3", "Load", "R", "Multiple", "Float", "0.5..1.5", "", "")                                \
    ITEM("4", "Flow Goal", "RW", "Single", "Integer", "-5..100", "l/min", "")                      \
    ITEM("5", "Start", "E", "Single", "", "", "", "") TAIL

static struct loom_models *models;
static char said[8192];

static void report(void *user, const char *message)
{
    size_t used = strlen(said);
    (void)user;
    (void)snprintf(said + used, sizeof said - used, "%s\n", message);
}

static void begin(void)
{
    said[0] = '\0';
    models = loom_models_create(&loom_catalog_standard);
    cr_assert_not_null(models);
}

static void end(void)
{
    loom_models_destroy(models);
}

static enum loom_status add(const char *name, const char *text)
{
    return loom_models_add(models, name, (struct loom_text){text, strlen(text)}, report, NULL);
}

static const struct loom_object_version newest = {0, 0};

static const struct loom_catalog_object *find(uint16_t id)
{
    return loom_catalog_find(loom_models_catalog(models), id, newest);
}

static bool allows_integer(const struct loom_catalog_entry *entry, int64_t number)
{
    struct loom_value value = {LOOM_INTEGER, {.integer = number}};
    return loom_catalog_in_range(entry, &value);
}

TestSuite(models, .init = begin, .fini = end);

Test(models, an_object_of_ones_own_is_known_as_one_that_is_compiled_in)
{
    struct loom_catalog_entry entry;
    cr_assert(eq(int, add("pump.xml", PUMP("1.0", "Flow")), LOOM_OK));
    cr_expect(eq(str, said, ""));
    const struct loom_catalog_object *pump = find(33000);
    cr_assert_not_null(pump);
    cr_expect(eq(u8, pump->object->version_major, 1));
    cr_expect(eq(u8, pump->object->resource_count, 6));
    cr_expect(eq(u8, pump->object->flags, LOOM_OBJECT_MULTIPLE));
    cr_expect(eq(str, (char *)pump->model, "pump.xml"));
    cr_expect(eq(str, (char *)pump->urn, "urn:oma:lwm2m:x:33000:1.0"));
    cr_expect(eq(str, (char *)pump->lwm2m, "1.1"));
    cr_expect_not_null(strstr(pump->description, "What it is for."));
    cr_expect(eq(str, (char *)pump->names->names, "Pump"));
    cr_assert(loom_catalog_resource(loom_models_catalog(models), 33000, 0, &entry));
    cr_expect(eq(str, (char *)entry.name, "Flow"));
    cr_expect(eq(str, (char *)entry.units, "l/min"));
    cr_expect(eq(str, (char *)entry.texts->description, "How much it moves."));
    cr_expect(eq(str, (char *)entry.texts->range, "-5..100"));
    cr_expect(eq(u8, entry.row->type, LOOM_INTEGER));
    cr_expect(eq(u8, entry.row->access, LOOM_R | LOOM_W | LOOM_MANDATORY));
    cr_assert(loom_catalog_resource_by_name(loom_models_catalog(models), 33000,
                                            (struct loom_text){"flow-goal", 9}, &entry));
    cr_expect(eq(u16, entry.row->id, 4));
    cr_assert(loom_catalog_resource(loom_models_catalog(models), 33000, 5, &entry));
    cr_expect(eq(u8, entry.row->access & LOOM_E, LOOM_E));
    cr_expect(eq(u8, entry.row->type, LOOM_NONE));
}

Test(models, ranges_of_every_kind_hold)
{
    struct loom_catalog_entry entry;
    const struct loom_catalog *catalog = loom_models_catalog(models);
    cr_assert(eq(int, add("pump.xml", PUMP("1.0", "Flow")), LOOM_OK));
    for (uint16_t id = 0; id <= 4; id += 4) {
        cr_assert(loom_catalog_resource(catalog, 33000, id, &entry));
        cr_expect(allows_integer(&entry, -5));
        cr_expect(allows_integer(&entry, 100));
        cr_expect(not(allows_integer(&entry, -6)));
        cr_expect(not(allows_integer(&entry, 101)));
    }
    cr_assert(loom_catalog_resource(catalog, 33000, 2, &entry));
    struct loom_value text = {LOOM_STRING, {.text = {"auto", 4}}};
    cr_expect(loom_catalog_in_range(&entry, &text));
    text.as.text = (struct loom_text){"aut", 3};
    cr_expect(not(loom_catalog_in_range(&entry, &text)));
    cr_assert(loom_catalog_resource(catalog, 33000, 3, &entry));
    struct loom_value number = {LOOM_FLOAT, {.number = 0.5}};
    cr_expect(loom_catalog_in_range(&entry, &number));
    number.as.number = 1.75;
    cr_expect(not(loom_catalog_in_range(&entry, &number)));
}

/* A bound of 64 bits must not lose a digit. */
Test(models, the_largest_numbers_are_exact)
{
    struct loom_catalog_entry entry;
    cr_assert(eq(int,
                 add("wide.xml",
                     HEAD("33001", "1.0", "Wide") ITEM("0", "Signed", "RW", "Single", "Integer",
                                                       "-9223372036854775808..-1", "", "")
                         ITEM("1", "Unsigned", "RW", "Single", "Unsigned Integer",
                              "18446744073709551614..18446744073709551615", "", "") TAIL),
                 LOOM_OK));
    cr_assert(loom_catalog_resource(loom_models_catalog(models), 33001, 0, &entry));
    cr_expect(allows_integer(&entry, INT64_MIN));
    cr_expect(allows_integer(&entry, -1));
    cr_expect(not(allows_integer(&entry, 0)));
    cr_assert(loom_catalog_resource(loom_models_catalog(models), 33001, 1, &entry));
    struct loom_value value = {LOOM_UNSIGNED, {.unsigned_integer = UINT64_MAX}};
    cr_expect(loom_catalog_in_range(&entry, &value));
    value.as.unsigned_integer = UINT64_MAX - 2;
    cr_expect(not(loom_catalog_in_range(&entry, &value)));
}

Test(models, values_have_the_names_that_the_model_gives_them)
{
    struct loom_catalog_entry entry;
    struct loom_path path = loom_path_resource(33000, 0, 1);
    struct loom_value value = {LOOM_UNSIGNED, {.unsigned_integer = 2}};
    cr_assert(eq(int, add("pump.xml", PUMP("1.0", "Flow")), LOOM_OK));
    cr_assert(loom_catalog_resource(loom_models_catalog(models), 33000, 1, &entry));
    cr_expect(eq(str, (char *)loom_catalog_meaning(&entry, &path, &value), "blocked"));
    value.as.unsigned_integer = 3;
    cr_expect_null(loom_catalog_meaning(&entry, &path, &value));
    value.as.unsigned_integer = UINT64_MAX;
    cr_expect_null(loom_catalog_meaning(&entry, &path, &value));
}

/* Rule B-28: what a client registers with `ver=` is looked up in that version. */
Test(models, each_version_has_its_own_names)
{
    struct loom_catalog_entry entry;
    const struct loom_catalog *catalog = loom_models_catalog(models);
    cr_assert(eq(int, add("a.xml", PUMP("1.0", "Old")), LOOM_OK));
    cr_assert(eq(int, add("b.xml", PUMP("1.1", "New")), LOOM_OK));
    cr_assert(eq(int, add("c.xml", PUMP("2.0", "Other")), LOOM_OK));
    static const struct {
        struct loom_object_version version;
        const char *name;
    } cases[] = {
        {{1, 0}, "Old"}, {{1, 1}, "New"}, {{1, 7}, "New"}, {{2, 0}, "Other"}, {{0, 0}, "Other"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cr_assert(loom_catalog_resource_of(catalog, 33000, cases[i].version, 0, &entry));
        cr_expect(eq(str, (char *)entry.name, (char *)cases[i].name));
    }
    cr_expect(not(
        loom_catalog_resource_of(catalog, 33000, (struct loom_object_version){3, 0}, 0, &entry)));
}

Test(models, one_that_is_given_wins_with_a_notice)
{
    const char *device =
        HEAD("3", "1.2", "My Device") ITEM("0", "Maker", "R", "Single", "String", "", "", "") TAIL;
    cr_assert(eq(u8, find(3)->object->version_minor, 2));
    size_t before = loom_models_catalog(models)->count;
    cr_assert(eq(int, add("mine.xml", device), LOOM_OK));
    cr_expect(eq(sz, loom_models_catalog(models)->count, before));
    cr_expect(eq(str, (char *)find(3)->names->names, "My Device"));
    cr_expect(eq(str, said,
                 "mine.xml:1:108: warning: object 3 version 1.2 takes the place of that of "
                 "device-1.2.xml\n"));
    cr_assert(eq(int, loom_models_remove(models, 3, (struct loom_object_version){1, 2}), LOOM_OK));
    cr_expect(eq(str, (char *)find(3)->names->names, "Device"));
    cr_expect(
        eq(int, loom_models_remove(models, 3, (struct loom_object_version){1, 2}), LOOM_NOT_FOUND));
}

/* What is read is in the catalog when it is taken, and not before: it may have to be stored first.
 */
Test(models, are_read_and_taken_one_after_the_other)
{
    const struct loom_object_version version = {1, 0};
    struct loom_models_given *given[2];
    static const char *const names[] = {"Flow", "Stream"};
    const char *const texts[] = {PUMP("1.0", "Flow"), PUMP("1.0", "Stream")};
    for (size_t i = 0; i < 2; i++) {
        struct loom_text text = {texts[i], strlen(texts[i])};
        cr_assert(
            eq(int, loom_models_read(models, names[i], text, report, NULL, &given[i]), LOOM_OK));
        cr_assert(eq(sz, loom_models_given_count(given[i]), 1));
        cr_expect(eq(u16, loom_models_given_object(given[i], 0)->id, 33000));
        cr_expect_null(find(33000));
        cr_expect(not(loom_models_has(models, 33000, version)));
    }
    struct loom_catalog_entry entry;
    cr_assert(eq(int, loom_models_take(models, given[1]), LOOM_OK));
    cr_assert(loom_catalog_resource(loom_models_catalog(models), 33000, 0, &entry));
    cr_expect(eq(str, (char *)entry.name, "Stream"));
    cr_expect(loom_models_has(models, 33000, version));
    cr_expect(not(loom_models_has(models, 33000, (struct loom_object_version){1, 1})));
    loom_models_drop(given[0]);
    loom_models_drop(NULL);
    cr_assert(loom_catalog_resource(loom_models_catalog(models), 33000, 0, &entry));
    cr_expect(eq(str, (char *)entry.name, "Stream"));
}

/* The address sanitizer keeps what was freed for a while. */
#if defined(__SANITIZE_ADDRESS__)
#define MEMORY_MAX (600L * 1024 * 1024)
#else
#define MEMORY_MAX (100L * 1024 * 1024)
#endif

/* It must not need memory that grows with each upload of the same model. */
Test(models, a_model_that_is_replaced_is_gone)
{
    for (unsigned i = 0; i < 2000; i++) {
        cr_assert(eq(int, add("a.xml", PUMP("1.0", "Flow")), LOOM_OK));
        said[0] = '\0';
    }
    FILE *file = fopen("/proc/self/statm", "r");
    long size = 0;
    long resident = 0;
    cr_assert_not_null(file);
    cr_assert(eq(int, fscanf(file, "%ld %ld", &size, &resident), 2));
    (void)fclose(file);
    cr_expect(lt(i64, resident * sysconf(_SC_PAGESIZE), MEMORY_MAX));
}

/* ---- errors ---------------------------------------------------------------------------------- */

Test(models, all_errors_are_told_and_nothing_is_taken)
{
    size_t before = loom_models_catalog(models)->count;
    const char *wrong =
        "<LWM2M>\n <Object><Name>Pump</Name><ObjectID>70000</ObjectID>\n"
        " <MultipleInstances>Some</MultipleInstances><Mandatory>Optional</Mandatory>"
        "<Resources>\n"
        "  <Item ID=\"0\"><Name>A</Name><Operations>Q</Operations>"
        "<MultipleInstances>Single</MultipleInstances>"
        "<Mandatory>Mandatory</Mandatory><Type>Strin</Type></Item>\n"
        " </Resources></Object></LWM2M>";
    cr_expect(eq(int, add("pump.xml", wrong), LOOM_BAD_REQUEST));
    cr_expect_not_null(strstr(said, "pump.xml:2:27: error: \"70000\" is not an id"), "%s", said);
    cr_expect_not_null(strstr(said, "pump.xml:3:2: error: unknown MultipleInstances \"Some\""));
    cr_expect_not_null(strstr(said, "pump.xml:4:30: error: unknown operation \"Q\""));
    cr_expect_not_null(strstr(said, "error: unknown type \"Strin\"; did you mean \"String\"?"));
    cr_expect(eq(sz, loom_models_catalog(models)->count, before));
    cr_expect_null(find(33000));
}

Test(models, a_hostile_text_costs_little_and_changes_nothing)
{
    size_t before = loom_models_catalog(models)->count;
    size_t size = LOOM_MODELS_SIZE_MAX;
    char *text = malloc(size + 1);
    cr_assert_not_null(text);
    memset(text, 'a', size + 1);
    struct loom_text large = {text, size + 1};
    cr_expect(eq(int, loom_models_add(models, "x", large, report, NULL), LOOM_TOO_LARGE));
    for (size_t i = 0; i + 3 <= size; i += 3) {
        memcpy(text + i, "<a>", 3);
    }
    large.length = size;
    cr_expect(eq(int, loom_models_add(models, "deep", large, report, NULL), LOOM_BAD_REQUEST));
    cr_expect(lt(sz, strlen(said), 4000));
    said[0] = '\0';
    memcpy(text, "<LWM2M>", 7);
    for (size_t i = 7; i + 4 <= size; i += 4) {
        memcpy(text + i, "<a/>", 4);
    }
    memcpy(text + size - 9, " </LWM2M>", 9);
    cr_expect(eq(int, loom_models_add(models, "wide", large, report, NULL), LOOM_BAD_REQUEST));
    cr_expect(lt(sz, strlen(said), 4000));
    cr_expect(eq(int, add("entity", "<!DOCTYPE a [<!ENTITY b SYSTEM \"/etc/passwd\">]><LWM2M/>"),
                 LOOM_BAD_REQUEST));
    cr_expect(eq(int, add("empty", ""), LOOM_BAD_REQUEST));
    cr_expect(eq(int, add("\x1b[31m", "<"), LOOM_BAD_REQUEST));
    cr_expect_null(strchr(said, '\x1b'));
    cr_expect(eq(sz, loom_models_catalog(models)->count, before));
    free(text);
}

/* ---- files ----------------------------------------------------------------------------------- */

static char folder[64];

static void put_file(const char *name, const char *text)
{
    char path[256];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    (void)fputs(text, file);
    (void)fclose(file);
}

static void begin_in_folder(void)
{
    begin();
    (void)strcpy(folder, "/tmp/loom-models-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
}

static void end_in_folder(void)
{
    DIR *listing = opendir(folder);
    const struct dirent *entry;
    while (listing != NULL && (entry = readdir(listing)) != NULL) {
        char path[512];
        (void)snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        (void)unlink(path);
    }
    (void)closedir(listing);
    (void)rmdir(folder);
    end();
}

TestSuite(model_files, .init = begin_in_folder, .fini = end_in_folder);

static bool load(void)
{
    const char *paths[] = {folder};
    return loom_models_load(models, paths, 1, report, NULL);
}

Test(model_files, a_folder_gives_all_its_models)
{
    put_file("a.xml", PUMP("1.0", "Flow"));
    put_file("b.xml", PUMP("1.1", "Flow"));
    put_file("DDF.xml", "<DDF/>");
    put_file("notes.txt", "none");
    cr_assert(load(), "%s", said);
    cr_expect(eq(u8, find(33000)->object->version_minor, 1));
    cr_expect(eq(str, said, ""));
}

Test(model_files, an_error_in_one_leaves_all_out)
{
    char expected[256];
    put_file("a.xml", PUMP("1.0", "Flow"));
    put_file("b.xml", "<LWM2M/>");
    put_file("c.xml", "<DDF/>");
    cr_expect(not(load()));
    (void)snprintf(expected, sizeof expected, "%s/b.xml:1:1: error: not an object model", folder);
    cr_expect_not_null(strstr(said, expected), "%s", said);
    (void)snprintf(expected, sizeof expected, "%s/c.xml:1:1: error: not an object model", folder);
    cr_expect_not_null(strstr(said, expected), "%s", said);
    cr_expect_null(find(33000));
}

Test(model_files, two_models_of_one_version_are_an_error)
{
    put_file("a.xml", PUMP("1.0", "Flow"));
    put_file("b.xml", PUMP("1.0", "Stream"));
    cr_expect(not(load()));
    cr_expect_not_null(strstr(said, "object 33000 version 1.0 is already defined in"), "%s", said);
    cr_expect_null(find(33000));
}

Test(model_files, a_folder_without_models_is_an_error)
{
    cr_expect(not(load()));
    cr_expect_not_null(strstr(said, "has no models"), "%s", said);
    const char *paths[] = {"/nowhere/at/all.xml"};
    said[0] = '\0';
    cr_expect(not(loom_models_load(models, paths, 1, report, NULL)));
    cr_expect(
        eq(str, said, "/nowhere/at/all.xml: error: cannot read: No such file or directory\n"));
}

/* All that OMA has registered, if it is here: each object is known and has a name. */
Test(model_files, the_whole_registry_is_read)
{
    const char *registry = REGISTRY;
    const char *paths[] = {registry, REGISTRY "/version_history"};
    struct stat information;
    if (stat(registry, &information) != 0) {
        cr_skip("no registry of OMA in %s", registry);
    }
    size_t before = loom_models_catalog(models)->count;
    bool good = loom_models_load(models, paths, 2, report, NULL);
    cr_assert(good, "%s", said);
    const struct loom_catalog *catalog = loom_models_catalog(models);
    cr_expect(gt(sz, catalog->count, before + 250));
    for (size_t i = 0; i < catalog->count; i++) {
        const struct loom_catalog_object *object = &catalog->objects[i];
        struct loom_object_version version = {object->object->version_major,
                                              object->object->version_minor};
        cr_expect(eq(ptr,
                     (void *)(uintptr_t)loom_catalog_find(catalog, object->object->id, version),
                     (void *)(uintptr_t)object));
        for (size_t row = 0; row < object->object->resource_count; row++) {
            struct loom_catalog_entry entry = loom_catalog_entry_of(object, row);
            cr_expect(gt(sz, strlen(entry.name), 0));
            cr_expect_not_null(entry.units);
        }
    }
}
