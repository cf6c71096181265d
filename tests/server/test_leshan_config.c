/* SPDX-License-Identifier: Apache-2.0 */
/* Bootstrap configurations of Leshan, from and into documents of accounts. */
#include "web/leshan_config.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>
#include <string.h>

static json_t *parse(const char *literal)
{
    json_error_t error;
    json_t *json = json_loads(literal, 0, &error);
    cr_assert(json != NULL, "%s: %s", literal, error.text);
    return json;
}

static void assert_same(const json_t *json, const char *expected)
{
    json_t *wanted = parse(expected);
    char *said = json_dumps(json, JSON_SORT_KEYS);
    cr_assert(json_equal(json, wanted), "%s is not %s", said, expected);
    free(said);
    json_decref(wanted);
}

/* @return the document after a configuration; NULL: it was refused */
static json_t *read_into(const char *before, const char *text)
{
    char error[LOOM_LESHAN_CONFIG_ERROR];
    json_t *document = parse(before);
    json_t *config = parse(text);
    bool good = loom_leshan_config_read(config, document, error);
    cr_expect(good == (error[0] == '\0'), "%s", error);
    json_decref(config);
    if (!good) {
        json_decref(document);
        document = NULL;
    }
    return document;
}

#define SECURITY(more) "{\"serverId\":9,\"uri\":\"coaps://h\"," more "}"
#define CONFIG(more)   "{\"servers\":{\"0\":{\"shortId\":9}},\"security\":{\"1\":" SECURITY(more) "}}"

Test(leshan_config, what_is_not_said_is_as_in_leshan)
{
    json_t *document =
        read_into("{\"label\":\"x\",\"delete\":[\"/3\"]}", CONFIG("\"securityMode\":\"NO_SEC\""));
    cr_assert_not_null(document);
    assert_same(document,
                "{\"label\":\"x\",\"servers\":{\"9\":{\"uri\":\"coaps://h\",\"nosec\":true,"
                "\"1\":86400,\"2\":1,\"6\":true,\"7\":\"U\"}}}");
    json_decref(document);
}

Test(leshan_config, bytes_are_numbers_with_a_sign_or_without)
{
    json_t *document =
        read_into("{}", CONFIG("\"securityMode\":\"PSK\",\"publicKeyOrId\":[105,100],"
                               "\"secretKey\":[0,-1,255,-128,16]"));
    cr_assert_not_null(document);
    const json_t *server = json_object_get(json_object_get(document, "servers"), "9");
    cr_expect(eq(str, (char *)json_string_value(json_object_get(server, "identity")), "id"));
    cr_expect(eq(str, (char *)json_string_value(json_object_get(server, "key")), "00ffff8010"));
    json_decref(document);
    static const char *const wrong[] = {"[256]",  "[-129]", "[1.5]", "[\"1\"]",
                                        "\"00\"", "{}",     "7",     "[null]"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char text[300];
        (void)snprintf(text, sizeof text,
                       CONFIG("\"securityMode\":\"PSK\",\"publicKeyOrId\":[105],\"secretKey\":%s"),
                       wrong[i]);
        cr_expect_null(read_into("{}", text), "%s", wrong[i]);
    }
}

/* A key that is not said is that of the same server, and nobody else's. */
Test(leshan_config, a_key_that_is_not_said_is_kept)
{
    static const char before[] = "{\"servers\":{\"9\":{\"key\":{\"fingerprint\":\"f\"}},\"8\":{"
                                 "\"key\":{\"fingerprint\":\"g\"}}}}";
    static const char config[] = CONFIG("\"securityMode\":\"PSK\",\"publicKeyOrId\":[105]");
    json_t *document = read_into(before, config);
    cr_assert_not_null(document);
    const json_t *server = json_object_get(json_object_get(document, "servers"), "9");
    assert_same(json_object_get(server, "key"), "{\"fingerprint\":\"f\"}");
    json_decref(document);
    cr_expect_null(read_into("{\"servers\":{\"8\":{\"key\":{\"fingerprint\":\"g\"}}}}", config));
}

/* Certificates are resources of Security by their numbers, as documents have them. */
Test(leshan_config, other_modes_of_security_are_resources)
{
    json_t *document = read_into(
        "{}", CONFIG("\"securityMode\":\"X509\",\"publicKeyOrId\":[1],\"serverPublicKey\":[2],"
                     "\"secretKey\":[3],\"matchingType\":\"SHA512\",\"sni\":\"n\","
                     "\"certificateUsage\":\"DOMAIN_ISSUER_CERTIFICATE\""));
    cr_assert_not_null(document);
    json_t *server = json_object_get(json_object_get(document, "servers"), "9");
    assert_same(json_object_get(server, "security"),
                "{\"2\":2,\"3\":\"01\",\"4\":\"02\",\"5\":\"03\",\"13\":3,\"14\":\"n\",\"15\":3}");
    json_t *shown = loom_leshan_config_show(document);
    const json_t *security = json_object_get(json_object_get(shown, "security"), "1");
    assert_same(json_object_get(security, "serverPublicKey"), "[2]");
    cr_expect(
        eq(str, (char *)json_string_value(json_object_get(security, "securityMode")), "X509"));
    cr_expect(
        eq(str, (char *)json_string_value(json_object_get(security, "matchingType")), "SHA512"));
    cr_expect_null(json_object_get(security, "secretKey"));
    json_decref(shown);
    json_decref(document);
}

/* Of the account by which a device finds the bootstrap server only the times are written. */
Test(leshan_config, the_bootstrap_account_stays)
{
    json_t *document = read_into(
        "{}",
        "{\"servers\":{\"0\":{\"shortId\":9}},\"security\":{\"0\":{\"bootstrapServer\":true,"
        "\"serverId\":9,"
        "\"uri\":\"coaps://b\",\"securityMode\":\"PSK\",\"clientOldOffTime\":7,"
        "\"bootstrapServerAccountTimeout\":8},\"1\":" SECURITY("\"securityMode\":\"NO_SEC\"") "}}");
    cr_assert_not_null(document);
    cr_expect(eq(i64, json_integer_value(json_object_get(document, "holdOff")), 7));
    cr_expect(eq(i64, json_integer_value(json_object_get(document, "accountTimeout")), 8));
    cr_expect(eq(sz, json_object_size(json_object_get(document, "servers")), 1));
    json_decref(document);
    /* An entry of no server would be lost. */
    cr_expect_null(read_into(
        "{}", "{\"servers\":{},\"security\":{\"1\":" SECURITY("\"securityMode\":\"NO_SEC\"") "}}"));
}

Test(leshan_config, names_of_documents_are_known_as_well_as_numbers)
{
    json_t *document =
        parse("{\"servers\":{\"101\":{\"uri\":\"coaps://h\",\"identity\":\"i\",\"lifetime\":60,"
              "\"binding\":\"UQ\",\"apn-link\":\"11:3\",\"mute-send\":true}},"
              "\"instances\":{\"/2/4\":{\"object-id\":3,\"acl\":{\"101\":1}}},\"delete\":[\"/\"]}");
    json_t *shown = loom_leshan_config_show(document);
    assert_same(json_object_get(json_object_get(shown, "servers"), "0"),
                "{\"shortId\":101,\"lifetime\":60,\"defaultMinPeriod\":1,\"notifIfDisabled\":true,"
                "\"binding\":\"UQ\",\"apnLink\":3,\"muteSend\":true}");
    assert_same(json_object_get(shown, "acls"), "{\"4\":{\"objectId\":3,\"acls\":{\"101\":1}}}");
    assert_same(json_object_get(shown, "toDelete"), "[\"/\"]");
    cr_expect(loom_leshan_config_is_in(document));
    loom_leshan_config_remove(document);
    assert_same(document, "{}");
    cr_expect(not(loom_leshan_config_is_in(document)));
    json_decref(shown);
    json_decref(document);
}
