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

struct text {
    const unsigned char *data;
    size_t left;
};

static size_t read_text(void *user, char *piece, size_t size)
{
    struct text *text = user;
    size_t length = text->left < size ? text->left : size;
    if (length > 0) {
        memcpy(piece, text->data, length);
    }
    text->data += length;
    text->left -= length;
    return length;
}

static void done(void *user, enum loom_status status, const struct loom_import_counts *counts)
{
    (void)user;
    if (status != LOOM_OK || counts->good + counts->failed != counts->lines) {
        abort();
    }
}

static void go_on(struct loom_directory *directory)
{
    loom_directory_step(directory);
    if (loom_directory_is_busy(directory) || loom_directory_is_ready(directory)) {
        abort(); /* nothing is waited for */
    }
}

static void take(struct loom_directory *directory, enum loom_import_format format,
                 const unsigned char *data, size_t size)
{
    struct text text = {data, size};
    const struct loom_import_options options = {
        .format = format, .read = read_text, .done = done, .user = &text};
    if (loom_import_post(directory, &options)) {
        go_on(directory);
    }
}

static void put(struct loom_directory *directory, unsigned kind, const unsigned char *data,
                size_t size)
{
    static const char *const names[] = {"p", "g", "a"};
    char error[LOOM_JSON_TEXT_ERROR];
    struct loom_directory_change change = {.kind = (enum loom_directory_kind)kind,
                                           .name = {names[kind], 1},
                                           .report = loom_document_ignore};
    change.document = loom_json_text_read((struct loom_text){(const char *)data, size},
                                          LOOM_DOCUMENT_DEPTH_MAX, LOOM_DOCUMENT_COUNT_MAX, error);
    if (change.document != NULL && loom_directory_post(directory, &change)) {
        go_on(directory);
    }
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
