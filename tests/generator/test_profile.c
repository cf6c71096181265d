/* SPDX-License-Identifier: Apache-2.0 */
/* Product profiles: what they do, and what is said of wrong ones. */
#include "needs.h"
#include "picks.h"
#include "support.h"

#include "loom/client.h"

#include <criterion/criterion.h>
#include <string.h>

static const char security[] =
    MODEL("LWM2M Security", "0", "1.0", "Multiple",
          ITEM("0", "URI", "", "Single", "Mandatory", "String", "0..255 bytes", "")
              ITEM("2", "Mode", "", "Single", "Mandatory", "Integer", "0..3", "")
                  ITEM("11", "Hold Off", "", "Single", "Optional", "Integer", "", "s"));

static const char server[] = MODEL("LwM2M Server", "1", "1.0", "Multiple",
                                   ITEM("8", "Update", "E", "Single", "Mandatory", "", "", ""));

static const char device_1_0[] =
    MODEL("Device", "3", "1.0", "Single",
          ITEM("0", "Manufacturer", "R", "Single", "Optional", "String", "",
               "") ITEM("4", "Reboot", "E", "Single", "Mandatory", "", "", "")
              ITEM("9", "Battery Level", "R", "Single", "Optional", "Integer", "0..100", "%")
                  ITEM("11", "Error Code", "R", "Multiple", "Mandatory", "Integer", "0..8", ""));

static const char device_1_1[] =
    MODEL("Device", "3", "1.1", "Single",
          ITEM("0", "Manufacturer", "R", "Single", "Optional", "String", "", "")
              ITEM("4", "Reboot", "E", "Single", "Mandatory", "", "", "")
                  ITEM("13", "Current Time", "RW", "Single", "Optional", "Time", "", ""));

static const char view[] =
    MODEL("Account", "42769", "1.0", "Single",
          ITEM("0", "URI", "", "Single", "Mandatory", "String", "", "")
              ITEM("4", "Hold Off", "", "Single", "Optional", "Integer", "", ""));

static const char *const all[] = {security, server, device_1_0, device_1_1, view};
enum { SECURITY, SERVER, DEVICE_1_0, DEVICE_1_1, VIEW, ALL };

static void plan(struct outcome *outcome, const char *profile)
{
    outcome_read(outcome, all, ALL);
    cr_assert_eq(outcome->diagnostics.errors, 0, "%s", outcome_messages(outcome));
    outcome_plan(outcome, profile);
}

static void plan_good(struct outcome *outcome, const char *profile)
{
    plan(outcome, profile);
    expect_messages(outcome, "");
}

static void expect_errors(const char *profile, const char *messages)
{
    struct outcome outcome;

    plan(&outcome, profile);
    expect_messages(&outcome, messages);
    outcome_free(&outcome);
}

/* ---- without a profile ----------------------------------------------------------------------- */

Test(profile, is_not_needed)
{
    struct outcome outcome;

    plan_good(&outcome, NULL);

    const struct loomc_plan_object *objects = outcome.plan.objects;

    cr_assert_eq(outcome.plan.product_count, 1);
    cr_expect_str_eq(outcome.plan.products[0].name, "objects");
    /* Both versions of Device are made, the product has the higher one. */
    cr_expect_eq(outcome.plan.count, 5);
    cr_assert_eq(outcome.plan.products[0].count, 4);
    cr_expect_eq(outcome.plan.products[0].objects[2], &objects[DEVICE_1_1]);

    cr_expect_eq(objects[SECURITY].room, 4);
    cr_expect_eq(objects[SECURITY].initial, 0);
    cr_expect(objects[SECURITY].persistent);
    cr_expect_eq(objects[DEVICE_1_0].room, 1);
    cr_expect_eq(objects[DEVICE_1_0].initial, 1);
    cr_expect_not(objects[DEVICE_1_0].persistent);
    cr_expect_not(objects[DEVICE_1_0].complete);

    cr_expect_eq(find_row(&objects[SECURITY], 0)->capacity, 255);
    cr_expect_eq(find_row(&objects[DEVICE_1_0], 0)->capacity, 64);
    cr_expect_eq(find_row(&objects[DEVICE_1_0], 0)->serving, LOOMC_STORED);
    cr_expect_eq(find_row(&objects[DEVICE_1_0], 4)->serving, LOOMC_HANDLED);
    cr_expect_eq(find_row(&objects[SERVER], 8)->serving, LOOMC_REPORTED);
    cr_expect_eq(find_row(&objects[DEVICE_1_0], 9)->width, 8);
    cr_expect_eq(find_row(&objects[DEVICE_1_0], 11)->count, 4);
    cr_expect_eq(find_row(&objects[DEVICE_1_1], 13)->width, 64);
    outcome_free(&outcome);
}

/* The objects of accounts, the credentials that depend on the security mode, and key material are
 * known without a profile. */
Test(profile, accounts_are_known_without_a_profile)
{
    static const struct {
        const char *id;
        bool account;
        bool secret[9]; /* resources 0 .. 8 */
        bool credential[9];
    } cases[] = {
        {"0", true, {[5] = true, [8] = true}, {[3] = true, [4] = true, [5] = true}},
        {"1", true, {false}, {false}},
        {"2", true, {false}, {false}},
        {"21", true, {[0] = true}, {false}},
        {"23", true, {[2] = true}, {false}},
        {"24", true, {[8] = true}, {false}},
        {"3", false, {false}, {false}},
        {"22", false, {false}, {false}},
        {"26300", false, {false}, {false}},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct outcome outcome;
        char text[4096];

        snprintf(text, sizeof(text),
                 MODEL("N", "%s", "1.0", "Multiple",
                       ITEM("0", "A", "", "Single", "Mandatory", "Opaque", "",
                            "") ITEM("1", "B", "", "Single", "Mandatory", "Opaque", "",
                                     "") ITEM("2", "C", "", "Single", "Mandatory", "Opaque", "", "")
                           ITEM("3", "D", "", "Single", "Mandatory", "Opaque", "", "")
                               ITEM("4", "E", "", "Single", "Mandatory", "Opaque", "", "")
                                   ITEM("5", "F", "", "Single", "Mandatory", "Opaque", "", "")
                                       ITEM("8", "G", "", "Single", "Mandatory", "Opaque", "", "")),
                 cases[i].id);
        outcome_read_one(&outcome, text);
        outcome_plan(&outcome, "default initial 2\ndefault complete\n");

        const struct loomc_plan_object *planned = &outcome.plan.objects[0];

        cr_expect_eq(planned->account, cases[i].account, "%s", cases[i].id);
        cr_expect_eq(planned->persistent, cases[i].account, "%s", cases[i].id);
        cr_expect_eq(planned->complete, !cases[i].account, "%s", cases[i].id);
        cr_expect_eq(planned->initial, cases[i].account ? 0 : 2, "%s", cases[i].id);
        for (size_t j = 0; j < planned->row_count; j++) {
            const struct loomc_row *row = &planned->rows[j];
            uint16_t id = row->resource->id;

            cr_expect_eq(row->secret, cases[i].secret[id], "/%s/x/%u", cases[i].id, id);
            cr_expect_eq(row->credential, cases[i].credential[id], "/%s/x/%u", cases[i].id, id);
        }
        outcome_free(&outcome);
    }
}

Test(profile, marks_accounts_and_secrets_of_its_own)
{
    struct outcome outcome;

    plan_good(&outcome, "default initial 1\ndefault complete\n"
                        "object 3 1.1\n"
                        "  account\n"
                        "  secret \"Manufacturer\" 13\n"
                        "  initial 0\n");

    const struct loomc_plan_object *objects = outcome.plan.objects;

    cr_expect(objects[DEVICE_1_1].account && objects[DEVICE_1_1].persistent);
    cr_expect_not(objects[DEVICE_1_1].complete);
    cr_expect_eq(objects[DEVICE_1_1].initial, 0);
    cr_expect(find_row(&objects[DEVICE_1_1], 0)->secret);
    cr_expect(find_row(&objects[DEVICE_1_1], 13)->secret);
    cr_expect_not(objects[DEVICE_1_0].account || objects[DEVICE_1_0].persistent);
    cr_expect_not(find_row(&objects[DEVICE_1_0], 0)->secret);
    outcome_free(&outcome);
    expect_errors("object 3\n  secret 4\n",
                  "p.profile:2:10: error: resource 4 (Reboot) is executable: it has no value to "
                  "keep secret\n");
}

Test(profile, widths_follow_from_the_enforced_range)
{
    static const struct {
        const char *type;
        const char *range;
        unsigned width;
    } cases[] = {
        {"Integer", "", 64},
        {"Integer", "0..127", 8},
        {"Integer", "0..128", 16},
        {"Integer", "-128..127", 8},
        {"Integer", "-129..0", 16},
        {"Integer", "0..32767", 16},
        {"Integer", "0..32768", 32},
        {"Integer", "0..2147483648", 64},
        {"Integer", "0..5, 300", 16},
        {"Integer", "12", 64},
        {"Unsigned Integer", "", 64},
        {"Unsigned Integer", "0..255", 8},
        {"Unsigned Integer", "0..256", 16},
        {"Unsigned Integer", "1..4294967295", 32},
        {"Unsigned Integer", "1..18446744073709551615", 64},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct outcome outcome;
        char text[1024];

        snprintf(text, sizeof(text),
                 MODEL("N", "26300", "1.0", "Single",
                       ITEM("0", "V", "RW", "Single", "Optional", "%s", "%s", "")),
                 cases[i].type, cases[i].range);
        outcome_read_one(&outcome, text);
        outcome_plan(&outcome, NULL);
        cr_expect_eq(outcome.plan.objects[0].rows[0].width, cases[i].width, "%s %s: %u bits",
                     cases[i].type, cases[i].range, outcome.plan.objects[0].rows[0].width);
        outcome_free(&outcome);
    }
}

Test(profile, equal_ranges_are_shared)
{
    struct outcome outcome;

    outcome_read_one(
        &outcome, MODEL("N", "26300", "1.0", "Single",
                        ITEM("0", "A", "RW", "Single", "Optional", "Integer", "0..3, 99",
                             "") ITEM("1", "B", "RW", "Single", "Optional", "Integer", "0..100", "")
                            ITEM("2", "C", "RW", "Single", "Optional", "Integer", "0..3,99", "")
                                ITEM("3", "D", "RW", "Single", "Optional", "Float", "0..100", "")));
    outcome_plan(&outcome, NULL);

    const struct loomc_plan_object *planned = &outcome.plan.objects[0];

    cr_expect_eq(planned->range_count, 4);
    cr_expect_eq(planned->rows[0].range, 1);
    cr_expect_eq(planned->rows[1].range, 3);
    cr_expect_eq(planned->rows[2].range, 1);
    cr_expect_eq(planned->rows[3].range, 4);
    outcome_free(&outcome);
}

/* ---- settings -------------------------------------------------------------------------------- */

Test(profile, defaults_hold_for_all_objects)
{
    struct outcome outcome;

    plan_good(&outcome, "default size 10\ndefault count 2\ndefault room 7 # instances\n"
                        "default executables reported\ndefault initial 1\ndefault complete\n");

    const struct loomc_plan_object *objects = outcome.plan.objects;

    cr_expect_eq(find_row(&objects[DEVICE_1_0], 0)->capacity, 10);
    cr_expect_eq(find_row(&objects[DEVICE_1_0], 11)->count, 2);
    cr_expect_eq(find_row(&objects[DEVICE_1_0], 4)->serving, LOOMC_REPORTED);
    cr_expect(objects[DEVICE_1_0].complete);
    /* Accounts come from a bootstrap, never by themselves. */
    cr_expect_eq(objects[SECURITY].room, 7);
    cr_expect_eq(objects[SECURITY].initial, 0);
    cr_expect_not(objects[SECURITY].complete);
    outcome_free(&outcome);
}

Test(profile, settings_hold_for_an_object_or_one_version_of_it)
{
    struct outcome outcome;

    plan_good(&outcome, "object 3\n"
                        "  persistent\n"
                        "  hidden\n"
                        "  handled \"Manufacturer\"\n"
                        "object 3 1.0\n"
                        "  without 0\n"
                        "  count 11 9\n"
                        "object \"Device\" 1.1\n"
                        "  handled all\n"
                        "  stored 13\n"
                        "object 0\n"
                        "  room 2\n"
                        "  initial 1\n"
                        "  size 0 32\n"
                        "  only 2\n");

    const struct loomc_plan_object *objects = outcome.plan.objects;

    cr_expect(objects[DEVICE_1_0].persistent && objects[DEVICE_1_1].persistent);
    cr_expect(objects[DEVICE_1_0].hidden && objects[DEVICE_1_1].hidden);
    cr_expect_null(find_row(&objects[DEVICE_1_0], 0));
    cr_expect_eq(find_row(&objects[DEVICE_1_0], 11)->count, 9);
    cr_expect_eq(find_row(&objects[DEVICE_1_1], 0)->serving, LOOMC_HANDLED);
    cr_expect_eq(find_row(&objects[DEVICE_1_1], 13)->serving, LOOMC_STORED);
    cr_expect_eq(objects[SECURITY].room, 2);
    cr_expect_eq(objects[SECURITY].initial, 1);
    cr_expect_eq(find_row(&objects[SECURITY], 0)->capacity, 32);
    cr_expect_not_null(find_row(&objects[SECURITY], 2));
    cr_expect_null(find_row(&objects[SECURITY], 11));
    outcome_free(&outcome);
}

Test(profile, a_view_shows_the_account)
{
    struct outcome outcome;

    plan_good(&outcome, "object 42769\n  hidden\n  view 0=0 4=11\n");

    const struct loomc_plan_object *planned = &outcome.plan.objects[VIEW];

    cr_expect(planned->view && planned->hidden);
    cr_expect_eq(planned->room, 0);
    cr_expect_eq(planned->initial, 0);
    cr_expect_eq(find_row(planned, 4)->serving, LOOMC_SHOWN);
    cr_expect_eq(find_row(planned, 4)->shown, 11);
    outcome_free(&outcome);
}

Test(profile, products_use_versions_and_others)
{
    struct outcome outcome;

    plan_good(&outcome, "product old lwm2m 1.0\n  uses 3 1.0\n  uses 0\n"
                        "product new_one\n  uses 3\n  others\n");

    const struct loomc_plan_product *products = outcome.plan.products;

    cr_assert_eq(outcome.plan.product_count, 2);
    cr_expect_eq(products[0].lwm2m, 0x0100);
    cr_assert_eq(products[0].count, 2);
    cr_expect_eq(products[0].objects[0]->object->id, 0);
    cr_expect_eq(products[0].objects[1], &outcome.plan.objects[DEVICE_1_0]);
    /* 0 is named by the other product. */
    cr_assert_eq(products[1].count, 3);
    cr_expect_eq(products[1].lwm2m, 0);
    cr_expect_eq(products[1].objects[0]->object->id, 1);
    cr_expect_eq(products[1].objects[1], &outcome.plan.objects[DEVICE_1_1]);
    cr_expect_eq(products[1].objects[2]->object->id, 42769);
    outcome_free(&outcome);
}

Test(profile, products_pick_content_formats)
{
    enum { TEXT = 1, OPAQUE = 2, TLV = 4, SENML_CBOR = 8 };
    struct outcome outcome;

    plan_good(&outcome, NULL);
    cr_expect_eq(outcome.plan.products[0].formats, TEXT | OPAQUE | TLV | SENML_CBOR);
    outcome_free(&outcome);

    plan_good(&outcome, "default formats senml-cbor tlv\n");
    cr_expect_eq(outcome.plan.products[0].formats, TLV | SENML_CBOR);
    outcome_free(&outcome);

    /* Defaults are for all products, wherever they are written; the last line counts. */
    plan_good(&outcome, "product one\n  others\n"
                        "product two\n  uses 0\n  formats opaque\n  formats tlv text\n"
                        "default formats tlv\n");
    cr_expect_eq(outcome.plan.products[0].formats, TLV);
    cr_expect_eq(outcome.plan.products[1].formats, TEXT | TLV);
    outcome_free(&outcome);

    expect_errors("default formats \"JSON\"\n"
                  "product one\n  formats tvl tlv yaml\n  formats\n  uses 0\n",
                  "p.profile:4:3: error: expected: formats FORMAT...\n"
                  "p.profile:1:17: error: unknown format \"JSON\"; did you mean \"json\"?\n"
                  "p.profile:3:11: error: unknown format \"tvl\"; did you mean \"tlv\"?\n"
                  "p.profile:3:19: error: unknown format \"yaml\"\n");
}

Test(profile, products_pick_features)
{
    enum { BOOTSTRAP_PACK = 1, SMARTCARD = 2, STORED_ACCOUNTS = 4 };
    struct outcome outcome;

    plan_good(&outcome, NULL);
    cr_expect_eq(outcome.plan.products[0].features, (UINT64_C(1) << loomc_feature_picks.count) - 1);
    outcome_free(&outcome);

    plan_good(&outcome, "default features smartcard\n"
                        "product one\n  others\n"
                        "product two\n  uses 0\n  features stored-accounts bootstrap-pack\n"
                        "product three\n  uses 0\n  features none\n");
    cr_expect_eq(outcome.plan.products[0].features, SMARTCARD);
    cr_expect_eq(outcome.plan.products[1].features, BOOTSTRAP_PACK | STORED_ACCOUNTS);
    cr_expect_eq(outcome.plan.products[2].features, 0);
    outcome_free(&outcome);

    expect_errors("default features smart-card teleport\n"
                  "product one\n  uses 0\n  features none discover\n",
                  "p.profile:1:18: error: unknown feature \"smart-card\"; did you mean "
                  "\"smartcard\"?\n"
                  "p.profile:1:29: error: unknown feature \"teleport\"\n"
                  "p.profile:4:12: error: unknown feature \"none\"\n");
}

/* What a client's buffer needs, counted by hand: a head of TLV takes 6 bytes. */
Test(profile, products_know_what_their_client_needs)
{
    enum { HEAD = 6, SECURITY_LEAST = HEAD + (HEAD + 20) + (HEAD + 1) };
    struct outcome outcome;

    plan_good(&outcome, "product one\n  uses 0\n  uses 1\n  uses 3 1.0\n"
                        "object 0\n  room 3\n  size 0 20\n"
                        "object 1\n  room 1\n"
                        "object 3\n  room 1\n  persistent\n  count 11 2\n");

    const struct loomc_plan_product *product = &outcome.plan.products[0];

    cr_expect_eq(loomc_account_room(product), 1);
    /* Two accounts in object 0, one in object 1, and the Error Codes of object 3. */
    cr_expect_eq(loomc_record_least(product),
                 13 + 8 + 2 * SECURITY_LEAST + 8 + HEAD + 8 + HEAD + HEAD + 2 * (HEAD + 1));
    /* All accounts with Hold Off, and Manufacturer and Battery Level, too. */
    cr_expect_eq(loomc_record_size(product), 13 + 8 + 3 * (SECURITY_LEAST + HEAD + 8) + 8 + HEAD +
                                                 8 + HEAD + HEAD + 2 * (HEAD + 1) + HEAD + 64 +
                                                 HEAD + 1);
    /* ep= lt= lwm2m= b=U Q, and links to /1 and /3 with an instance each; behind a link to the root
     * with four formats. */
    const uint32_t list = 3 + 3 + 19 + 9 + 2 + 1 + 1 + 2 * (9 + 12) + 2 * 15;
    cr_expect_eq(loomc_request_size(product), list + 10 + 4 * 6);
    outcome_free(&outcome);

    plan_good(&outcome,
              "default features none\nproduct one\n  uses 0\n  uses 1\n  uses 3 1.0\n"
              "object 0\n  room 3\n  size 0 20\nobject 1\n  room 1\nobject 3\n  room 1\n");
    cr_expect_eq(loomc_request_size(&outcome.plan.products[0]), list);
    outcome_free(&outcome);

    /* The state of the registrations can be the larger record. */
    plan_good(&outcome, "product one\n  uses 1\nobject 1\n  room 2\n");
    cr_expect_eq(loomc_record_size(&outcome.plan.products[0]), 6 + 2 * (39 + LOOM_LOCATION_SIZE));
    outcome_free(&outcome);

    /* A value that is read must fit, too. */
    plan_good(&outcome, "product one\n  uses 3 1.0\nobject 3\n  size 0 1000\n");
    cr_expect_eq(loomc_request_size(&outcome.plan.products[0]), 1000);
    cr_expect_eq(loomc_account_room(&outcome.plan.products[0]), 0);
    outcome_free(&outcome);
}

static const char store[] =
    MODEL("Store", "26400", "1.0", "Single",
          ITEM("0", "Image", "W", "Single", "Mandatory", "Opaque", "", "")
              ITEM("1", "Log", "R", "Single", "Mandatory", "Opaque", "1..9 bytes", "")
                  ITEM("2", "List", "RW", "Multiple", "Optional", "Opaque", "", "")
                      ITEM("3", "Key", "", "Single", "Optional", "Opaque", "", "")
                          ITEM("4", "Name", "RW", "Single", "Optional", "String", "", ""));

static void plan_store(struct outcome *outcome, const char *profile)
{
    outcome_read(outcome, (const char *const[]){store}, 1);
    outcome_plan(outcome, profile);
}

/* A stream is served by functions, has no range and is listed in each product that has its object.
 */
Test(profile, streams_are_handled_in_pieces)
{
    struct outcome outcome;

    plan_store(&outcome, "object \"Store\"\n  stream \"Image\" 1\n  size 0 9\n"
                         "product one\n  uses 26400\nproduct two\n  others\n  uses 26400\n");
    expect_messages(&outcome, "");

    const struct loomc_plan_object *planned = &outcome.plan.objects[0];
    const struct loomc_plan_product *product = &outcome.plan.products[1];

    cr_expect_eq(find_row(planned, 0)->serving, LOOMC_HANDLED);
    cr_expect(find_row(planned, 0)->stream && find_row(planned, 1)->stream);
    cr_expect_not(find_row(planned, 2)->stream);
    cr_expect_eq(find_row(planned, 1)->range, 0);
    cr_expect_eq(outcome.plan.products[0].stream_count, 2);
    cr_assert_eq(product->stream_count, 2);
    cr_expect_eq(product->streams[0].row, find_row(planned, 0));
    cr_expect_eq(product->streams[1].row, find_row(planned, 1));
    cr_expect_eq(product->streams[1].object, planned);
    cr_expect(product->streams[0].more);
    cr_expect_not(product->streams[1].more);
    outcome_free(&outcome);

    /* The later setting wins. */
    plan_store(&outcome, "object 26400\n  stream 0 1\n  stored 0\n  handled 1\n");
    expect_messages(&outcome, "");
    planned = &outcome.plan.objects[0];
    cr_expect_not(find_row(planned, 0)->stream || find_row(planned, 1)->stream);
    cr_expect_neq(find_row(planned, 1)->range, 0);
    cr_expect_eq(outcome.plan.products[0].stream_count, 0);
    outcome_free(&outcome);
}

Test(profile, only_a_single_opaque_of_servers_can_be_a_stream)
{
    struct outcome outcome;

    plan_store(&outcome, "object 26400\n  stream 4\n  stream 0 List\n  stream \"List\" 3\n"
                         "  stream\n  stream 9\nstream 0\n");
    expect_messages(
        &outcome,
        "p.profile:5:3: error: expected: stream RESOURCE...\n"
        "p.profile:2:10: error: resource 4 (Name) cannot be a stream: it is no single resource of "
        "type Opaque\n"
        "p.profile:3:12: error: resource 2 (List) cannot be a stream: it is no single resource of "
        "type Opaque\n"
        "p.profile:4:10: error: resource 2 (List) cannot be a stream: it is no single resource of "
        "type Opaque\n"
        "p.profile:4:17: error: resource 3 (Key) cannot be a stream: no server reads or writes it\n"
        "p.profile:6:10: error: object 26400 (Store) has no resource 9\n");
    outcome_free(&outcome);
}

/* ---- errors ---------------------------------------------------------------------------------- */

Test(profile, unknown_words_get_a_suggestion)
{
    expect_errors("objekt 3\n",
                  "p.profile:1:1: error: unknown setting \"objekt\"; did you mean \"object\"?\n");
    expect_errors("object 3\n    hiden\n",
                  "p.profile:2:5: error: unknown setting \"hiden\"; did you mean \"hidden\"?\n");
    expect_errors("object 3\n  xyzzy\n", "p.profile:2:3: error: unknown setting \"xyzzy\"\n");
    expect_errors("default romm 3\n",
                  "p.profile:1:9: error: unknown setting \"romm\"; did you mean \"room\"?\n");
}

Test(profile, words_have_their_place_and_arguments)
{
    expect_errors("room 3\n", "p.profile:1:1: error: \"room\" does not belong here\n");
    expect_errors("object 3\n  uses 3\n", "p.profile:2:3: error: \"uses\" does not belong here\n");
    expect_errors("object 3\n  room\n", "p.profile:2:3: error: expected: room INSTANCES\n");
    expect_errors("object 3\n  size 0\n", "p.profile:2:3: error: expected: size RESOURCE BYTES, or "
                                          "default size BYTES\n");
    expect_errors("default count\n", "p.profile:1:9: error: expected: count RESOURCE INSTANCES, or "
                                     "default count INSTANCES\n");
    expect_errors("object\n", "p.profile:1:1: error: expected: object ID [VERSION]\n");
    expect_errors("object \"Device\n",
                  "p.profile:1:8: error: quotation mark without its counterpart\n");
    expect_errors("default executables stored\n", "p.profile:1:21: error: expected \"handled\" or "
                                                  "\"reported\", not \"stored\"\n");
}

Test(profile, numbers_are_checked)
{
    expect_errors("object 0\n  room 0\n",
                  "p.profile:2:8: error: expected a number from 1 to 65534, not \"0\"\n");
    expect_errors("object 0\n  room many\n",
                  "p.profile:2:8: error: expected a number from 1 to 65534, not \"many\"\n");
    expect_errors("object 3\n  count 11 256\n",
                  "p.profile:2:12: error: expected a number from 1 to 255, not \"256\"\n");
    expect_errors("object 3\n  room 2\n",
                  "p.profile:2:8: error: the object has a single instance\n");
    expect_errors("object 0\n  initial 3\n  room 2\n",
                  "p.profile:2:11: error: more initial instances than there is room for\n");
}

Test(profile, objects_and_resources_must_exist)
{
    expect_errors("object 33\n", "p.profile:1:8: error: no model of object 33\n");
    expect_errors("object \"Devise\"\n", "p.profile:1:8: error: no model of an object \"Devise\"; "
                                         "did you mean \"Device\"?\n");
    expect_errors("object 3 1.2\n", "p.profile:1:10: error: no model of object 3 (Device) version "
                                    "1.2; there is 1.0, 1.1\n");
    expect_errors("object 3\n  handled 99\n",
                  "p.profile:2:11: error: object 3 (Device) has no resource 99\n");
    expect_errors("object 3\n  handled \"Batery Level\"\n",
                  "p.profile:2:11: error: object 3 (Device) has no resource \"Batery Level\"; did "
                  "you mean \"Battery Level\"?\n");
    expect_errors("object reboot\n", "p.profile:1:8: error: no model of an object \"reboot\"\n");
    expect_errors("object 99999\n", "p.profile:1:8: error: no model of object 99999\n");
}

Test(profile, settings_must_fit_the_resource)
{
    expect_errors("object 3\n  stored 4\n", "p.profile:2:10: error: resource 4 (Reboot) is "
                                            "executable: it can be handled or reported, not "
                                            "stored\n");
    expect_errors("object 3\n  reported 9\n",
                  "p.profile:2:12: error: resource 9 (Battery Level) is "
                  "not executable: it can be stored or handled, not "
                  "reported\n");
    expect_errors("object 3\n  without 4\n",
                  "p.profile:2:11: error: resource 4 (Reboot) is mandatory\n");
    expect_errors("object 3\n  size 9 3\n",
                  "p.profile:2:8: error: resource 9 (Battery Level) has no "
                  "size: it is no String, Opaque or Corelnk\n");
    expect_errors("object 3\n  count 9 3\n",
                  "p.profile:2:9: error: resource 9 (Battery Level) is a single resource\n");
}

Test(profile, views_are_checked)
{
    expect_errors("object 42769\n  view 4=11\n", "p.profile:2:3: error: the view shows nothing as "
                                                 "mandatory resource 0 (URI)\n");
    expect_errors("object 42769\n  view 0=0 4=99\n",
                  "p.profile:2:12: error: no model of object 0 (Security) has the resource that is "
                  "shown\n");
    expect_errors("object 42769\n  view 0=2\n",
                  "p.profile:2:8: error: the two resources are not of one type\n");
    expect_errors("object 42769\n  view 0\n",
                  "p.profile:2:8: error: expected RESOURCE=SECURITY-RESOURCE, such as 4=11\n"
                  "p.profile:2:3: error: the view shows nothing as mandatory resource 0 (URI)\n");
    expect_errors(
        "object 42769\n  view 0=0\nproduct p\n  uses 42769\n",
        "p.profile:3:1: error: product p has a view but not object 0 (Security), which it "
        "shows\n");
}

Test(profile, products_are_checked)
{
    expect_errors("product p\n  uses 3 1.0\n  uses 3 1.1\n",
                  "p.profile:3:3: error: the product already has object 3 (Device) in version "
                  "1.0\n");
    expect_errors("product P\n  others\n",
                  "p.profile:1:9: error: a product's name consists of a-z, "
                  "0-9 and _, begins with a letter, does not end with _ and has no two _ "
                  "together\n");
    expect_errors("product a__b\n  others\n",
                  "p.profile:1:9: error: a product's name consists of a-z, "
                  "0-9 and _, begins with a letter, does not end with _ and has no two _ "
                  "together\n");
    expect_errors("product p\n", "p.profile:1:1: error: product p has no objects\n");
    /* One mistake is one error. */
    expect_errors("product p\n uses 9999\n", "p.profile:2:7: error: no model of object 9999\n");
    expect_errors("product p\n  others\nproduct p\n  others\n",
                  "p.profile:3:9: error: the name p is used by another product, an object or the "
                  "runtime\n");
    expect_errors("product server\n  others\n",
                  "p.profile:1:9: error: the name server is used by another product, an object or "
                  "the runtime\n");
    expect_errors("product p lwm2m 1.3\n  others\n",
                  "p.profile:1:17: error: the client speaks LwM2M 1.0, 1.1 and 1.2, not 1.3\n");
    expect_errors("product p lwm2m 2.0\n  others\n",
                  "p.profile:1:17: error: the client speaks LwM2M 1.0, 1.1 and 1.2, not 2.0\n");
    expect_errors("product p lwm2m\n  others\n",
                  "p.profile:1:11: error: expected: product NAME [lwm2m VERSION]\n");
}

Test(profile, all_errors_are_told)
{
    expect_errors("object 33\nobject 3\n  hiden\n  room 9\n",
                  "p.profile:3:3: error: unknown setting \"hiden\"; did you mean \"hidden\"?\n"
                  "p.profile:1:8: error: no model of object 33\n"
                  "p.profile:4:8: error: the object has a single instance\n");
}

Test(profile, an_instance_must_fit_the_tables)
{
    expect_errors("object 3 1.0\n  size 0 65534\n",
                  "c.xml:1:90: error: an instance of object 3 (Device) would take 65556 bytes, the "
                  "most is 65535; give it smaller sizes or counts in a profile\n");
}
