/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as what an operator's browser or file brings: documents line by line, rows of CSV, and
 * documents of each kind. The first byte chooses. What was taken must be there, be found, go out as
 * lines, and come in again. */
#include "accounts/import.h"
#include "catalog/standard.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static const char fleet[] =
    "{\"kind\":\"profile\",\"name\":\"p\",\"identity\":\"bs-{endpoint}\",\"key\":\"generate\","
    "\"servers\":{\"1\":{\"uri\":\"coaps://dm\",\"identity\":\"{endpoint}\",\"key\":\"generate\"}}}"
    "\n{\"kind\":\"group\",\"name\":\"g\",\"profile\":\"p\",\"adopt\":{\"identityPrefix\":\"x-\","
    "\"key\":\"generate\"}}\n{\"endpoint\":\"a\",\"group\":\"g\"}\n";

static void take(struct loom_directory *directory, enum loom_import_format format,
                 const unsigned char *data, size_t size)
{
    struct loom_import_counts counts;
    struct loom_import *import = loom_import_begin(directory, format, false, NULL, NULL);
    if (import != NULL) {
        loom_import_take(import, (struct loom_text){(const char *)data, size});
        (void)loom_import_end(import, &counts);
        if (counts.good + counts.failed != counts.lines) {
            abort();
        }
    }
}

static void put(struct loom_directory *directory, unsigned kind, const unsigned char *data,
                size_t size)
{
    static const struct loom_directory_condition any = {.absent = false};
    static const char *const names[] = {"p", "g", "a"};
    char error[LOOM_JSON_TEXT_ERROR];
    json_t *document = loom_json_text_read((struct loom_text){(const char *)data, size},
                                           LOOM_DOCUMENT_DEPTH_MAX, LOOM_DOCUMENT_COUNT_MAX, error);
    if (document != NULL) {
        (void)loom_directory_put(directory, (enum loom_directory_kind)kind,
                                 (struct loom_text){names[kind], 1}, document, &any, false,
                                 loom_document_ignore, NULL, NULL);
    }
    json_decref(document);
}

struct lines {
    struct loom_directory *other;
    size_t count;
};

static bool put_line(void *user, struct loom_text line)
{
    struct lines *lines = user;
    take(lines->other, LOOM_IMPORT_NDJSON, (const unsigned char *)line.data, line.length);
    lines->count++;
    return true;
}

/* An account that is in force can be made, and its identity leads to it. */
static void visit(void *user, const struct loom_fleet_account *account)
{
    const struct loom_fleet_store *store = user;
    const struct loom_fleet_account *found =
        account->mode == LOOM_SECURITY_PSK ? store->by_identity(store->self, account->identity)
                                           : store->by_endpoint(store->self, account->endpoint);
    if (found == NULL || found->endpoint.length != account->endpoint.length ||
        memcmp(found->endpoint.data, account->endpoint.data, found->endpoint.length) != 0) {
        abort();
    }
    loom_fleet_account_release(found);
}

static struct loom_directory *make(void)
{
    struct loom_directory_options options = {
        .server = LOOM_FLEET_BOOTSTRAP, .catalog = &loom_catalog_standard, .seed = 1};
    return loom_directory_create(&options);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    struct loom_directory *directory = make();
    struct lines lines = {make(), 0};
    if (directory == NULL || lines.other == NULL || size == 0) {
        loom_directory_destroy(directory);
        loom_directory_destroy(lines.other);
        return 0;
    }
    take(directory, LOOM_IMPORT_NDJSON, (const unsigned char *)fleet, sizeof fleet - 1);
    switch (data[0] % 5) {
    case 0:
        take(directory, LOOM_IMPORT_NDJSON, data + 1, size - 1);
        break;
    case 1:
        take(directory, LOOM_IMPORT_CSV, data + 1, size - 1);
        break;
    default:
        put(directory, data[0] % 5 - 2u, data + 1, size - 1);
        break;
    }
    struct loom_fleet_store store = loom_directory_store(directory);
    store.each(store.self, visit, &store);
    if (loom_export(directory, true, put_line, &lines) == LOOM_OK &&
        loom_directory_count(lines.other, LOOM_DIRECTORY_ACCOUNT) !=
            loom_directory_count(directory, LOOM_DIRECTORY_ACCOUNT)) {
        abort();
    }
    loom_directory_destroy(directory);
    loom_directory_destroy(lines.other);
    return 0;
}
