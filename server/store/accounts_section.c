/* SPDX-License-Identifier: Apache-2.0 */
/* The sections [endpoint NAME] and [instance /object/instance] of the accounts file. */
#include "store/accounts_reader.h"

#include "loom/codec.h"

#include <string.h>

#define OBJECT_SECURITY          0u
#define OBJECT_SERVER            1u
#define SECURITY_HOLD_OFF        11u
#define SECURITY_ACCOUNT_TIMEOUT 12u

/* Words of an [endpoint] section. */
enum {
    WORD_NONE = 0,
    WORD_IDENTITY = 0x01,
    WORD_KEY = 0x02,
    WORD_NOSEC = 0x04,
    WORD_DISCOVER = 0x08,
    WORD_BOOTSTRAP_INSTANCE = 0x10,
    WORD_DELETE = 0x20,
    WORD_HOLD_OFF = 0x40,
    WORD_ACCOUNT_TIMEOUT = 0x80,
    WORD_REPAIR = 0x100,
    WORD_VERSIONS = 0x200,
    WORD_PACK = 0x400
};

struct loom_store_account *loom_store_current(const struct loom_store_reader *reader)
{
    return &reader->accounts->list[reader->accounts->count - 1];
}

/* ---- [endpoint NAME] ------------------------------------------------------------------------- */

void loom_store_endpoint_begin(struct loom_store_reader *reader, const struct loom_store_word *name)
{
    struct loom_store_endpoint_section begun = {false, *name, 0, *name, *name};
    struct loom_text endpoint;
    reader->section = LOOM_STORE_SECTION_ENDPOINT;
    reader->endpoint = begun;
    reader->skipping = true;
    if (name->text.length == 0) {
        loom_store_error(reader, name, "expected a name, as in [endpoint urn:dev:os:1]");
        return;
    }
    if (!loom_store_read_text(reader, name, &endpoint)) {
        return;
    }
    if (loom_store_accounts_by_endpoint(reader->accounts, endpoint) != NULL) {
        loom_store_error(reader, name, "this endpoint is in the file already");
        return;
    }
    struct loom_store_account *account = loom_store_accounts_add(reader->accounts);
    if (account == NULL) {
        loom_store_out_of_memory(reader, name);
        return;
    }
    account->endpoint = endpoint;
    reader->endpoint.open = true;
    reader->skipping = false;
}

static void check_credentials(struct loom_store_reader *reader)
{
    const struct loom_store_word *head = &reader->endpoint.head;
    unsigned seen = reader->endpoint.seen;
    bool nosec = (seen & WORD_NOSEC) != 0;
    bool identity = (seen & WORD_IDENTITY) != 0;
    bool key = (seen & WORD_KEY) != 0;
    if (nosec && (identity || key)) {
        loom_store_error(reader, head, "an endpoint has identity and key, or nosec, not both");
    } else if (!nosec && !identity && !key) {
        loom_store_error(reader, head, "this endpoint needs identity and key, or nosec");
    } else if (!nosec && !(identity && key)) {
        loom_store_error(reader, head, "this endpoint has no %s", identity ? "key" : "identity");
    }
}

/* Objects of the enabler itself (rule B-28): their versions follow from the client's release. */
static bool in_enabler(uint16_t object)
{
    return object <= 7 || object == 21 || (object >= 23 && object <= 27);
}

/* Version 1.0 is what a write without a version means (rule A-46). */
static void set_version(struct loom_store_write *write, uint8_t major, uint8_t minor)
{
    bool told = major > 1 || minor > 0;
    write->version_major = told ? major : 0;
    write->version_minor = told ? minor : 0;
}

static bool read_version(struct loom_text text, uint16_t *object, uint16_t version[2])
{
    const char *colon = memchr(text.data, ':', text.length);
    const char *dot =
        colon == NULL ? NULL : memchr(colon, '.', text.length - (size_t)(colon - text.data));
    if (dot == NULL) {
        return false;
    }
    struct loom_text id = {text.data, (size_t)(colon - text.data)};
    struct loom_text major = {colon + 1, (size_t)(dot - colon) - 1};
    struct loom_text minor = {dot + 1, text.length - (size_t)(dot + 1 - text.data)};
    return loom_text_to_id(id, object) && loom_text_to_id(major, &version[0]) &&
           loom_text_to_id(minor, &version[1]) && version[0] >= 1 && version[0] <= UINT8_MAX &&
           version[1] <= UINT8_MAX;
}

static void set_told_version(struct loom_store_reader *reader, const struct loom_store_word *word)
{
    struct loom_store_account *account = loom_store_current(reader);
    uint16_t object;
    uint16_t version[2];
    size_t found = 0;
    if (!read_version(word->text, &object, version)) {
        loom_store_error(reader, word, "expected an object and its version, as in 3303:1.1");
        return;
    }
    if (in_enabler(object)) {
        loom_store_error(reader, word, "object %u has the version of the client's LwM2M release",
                         (unsigned)object);
        return;
    }
    for (size_t i = 0; i < account->write_count; i++) {
        if (account->writes[i].path.id[LOOM_OBJECT_ID] == object) {
            set_version(&account->writes[i], (uint8_t)version[0], (uint8_t)version[1]);
            found++;
        }
    }
    if (found == 0) {
        loom_store_error(reader, word, "nothing is written to object %u", (unsigned)object);
    }
}

/* What the tables know of an object's version holds unless the file says otherwise. */
static void set_versions(struct loom_store_reader *reader, bool told)
{
    struct loom_store_account *account = loom_store_current(reader);
    struct loom_store_word rest = reader->endpoint.versions;
    struct loom_store_word word;
    for (size_t i = 0; i < account->write_count; i++) {
        uint16_t id = account->writes[i].path.id[LOOM_OBJECT_ID];
        const struct loom_object *object = loom_catalog_object(reader->catalog, id);
        if (object != NULL && !in_enabler(id)) {
            set_version(&account->writes[i], object->version_major, object->version_minor);
        }
    }
    while (told && loom_store_split(&rest, " \t,", &word)) {
        if (word.text.length > 0) {
            set_told_version(reader, &word);
        }
    }
}

void loom_store_endpoint_end(struct loom_store_reader *reader)
{
    if (!reader->endpoint.open) {
        return;
    }
    reader->endpoint.open = false;
    check_credentials(reader);
    set_versions(reader, (reader->endpoint.seen & WORD_VERSIONS) != 0);
    bool told = (reader->endpoint.seen & WORD_BOOTSTRAP_INSTANCE) != 0;
    if (told && loom_store_current(reader)->discover) {
        loom_store_error(reader, &reader->endpoint.instance,
                         "bootstrap-instance is only for \"discover = no\"");
    } else if (!told && !loom_store_current(reader)->discover) {
        loom_store_error(reader, &reader->endpoint.head,
                         "with \"discover = no\" this endpoint needs bootstrap-instance");
    }
}

static void read_identity(struct loom_store_reader *reader, const struct loom_store_word *value)
{
    struct loom_bytes identity;
    if (!loom_store_read_identity(reader, value, &identity)) {
        return;
    }
    if (loom_store_accounts_by_identity(reader->accounts, identity) != NULL) {
        loom_store_error(reader, value, "another endpoint has this identity already");
        return;
    }
    loom_store_current(reader)->identity = identity;
}

static void read_deletes(struct loom_store_reader *reader, const struct loom_store_word *value,
                         struct loom_path **deletes, size_t *count)
{
    struct loom_store_word rest = *value;
    struct loom_store_word word;
    while (loom_store_split(&rest, " \t,", &word)) {
        struct loom_path path;
        if (word.text.length == 0 || !loom_store_read_path(reader, &word, 0, 2, &path)) {
            continue;
        }
        struct loom_path *grown = loom_store_grow(*deletes, *count, sizeof *grown);
        if (grown == NULL) {
            loom_store_out_of_memory(reader, &word);
            return;
        }
        *deletes = grown;
        grown[(*count)++] = path;
    }
}

static void read_path(struct loom_store_reader *reader, const struct loom_store_line *line)
{
    struct loom_path path;
    if (loom_store_read_path(reader, &line->key, 3, 4, &path)) {
        loom_store_path_setting(reader, LOOM_STORE_FIXED, &path, line);
    }
}

static void read_account_time(struct loom_store_reader *reader, const struct loom_store_line *line,
                              uint16_t resource)
{
    struct loom_path path = loom_path_resource(OBJECT_SECURITY, 0, resource);
    loom_store_path_setting(reader, LOOM_STORE_BOOTSTRAP_ACCOUNT, &path, line);
}

static unsigned find_word(const struct loom_store_reader *reader, const struct loom_store_word *key)
{
    static const struct {
        const char *text;
        unsigned word;
        bool bootstrap_only;
    } words[] = {
        {"identity", WORD_IDENTITY, false},
        {"key", WORD_KEY, false},
        {"nosec", WORD_NOSEC, false},
        {"discover", WORD_DISCOVER, true},
        {"bootstrap-instance", WORD_BOOTSTRAP_INSTANCE, true},
        {"delete", WORD_DELETE, true},
        {"hold-off", WORD_HOLD_OFF, true},
        {"account-timeout", WORD_ACCOUNT_TIMEOUT, true},
        {"repair", WORD_REPAIR, true},
        {"object-versions", WORD_VERSIONS, true},
        {"pack", WORD_PACK, true},
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (loom_store_is(key, words[i].text)) {
            bool allowed = reader->kind == LOOM_STORE_BOOTSTRAP || !words[i].bootstrap_only;
            return allowed ? words[i].word : WORD_NONE;
        }
    }
    return WORD_NONE;
}

/* What cannot be read leaves the choice as it was. */
static void read_choice(struct loom_store_reader *reader, const struct loom_store_word *value,
                        bool *choice)
{
    bool read;
    if (loom_store_read_boolean(reader, value, &read)) {
        *choice = read;
    }
}

static void read_word(struct loom_store_reader *reader, unsigned word,
                      const struct loom_store_line *line)
{
    struct loom_store_account *account = loom_store_current(reader);
    switch (word) {
    case WORD_IDENTITY:
        read_identity(reader, &line->value);
        break;
    case WORD_KEY:
        (void)loom_store_read_key(reader, &line->value, &account->key);
        break;
    case WORD_NOSEC:
        account->mode = LOOM_SECURITY_NOSEC;
        break;
    case WORD_DISCOVER:
        read_choice(reader, &line->value, &account->discover);
        break;
    case WORD_PACK:
        read_choice(reader, &line->value, &account->pack);
        break;
    case WORD_BOOTSTRAP_INSTANCE:
        reader->endpoint.instance = line->value;
        if (!loom_text_to_id(line->value.text, &account->bootstrap_instance)) {
            loom_store_error(reader, &line->value, "expected the number of an instance");
        }
        break;
    case WORD_DELETE:
        read_deletes(reader, &line->value, &account->deletes, &account->delete_count);
        break;
    case WORD_REPAIR:
        read_deletes(reader, &line->value, &account->repairs, &account->repair_count);
        break;
    case WORD_VERSIONS:
        reader->endpoint.versions = line->value; /* the writes that it concerns come later */
        break;
    case WORD_HOLD_OFF:
        read_account_time(reader, line, SECURITY_HOLD_OFF);
        break;
    default:
        read_account_time(reader, line, SECURITY_ACCOUNT_TIMEOUT);
        break;
    }
}

void loom_store_endpoint_line(struct loom_store_reader *reader, const struct loom_store_line *line)
{
    unsigned word = find_word(reader, &line->key);
    bool path = reader->kind == LOOM_STORE_BOOTSTRAP && line->key.text.length > 0 &&
                line->key.text.data[0] == '/';
    bool again = (reader->endpoint.seen & word) != 0;
    reader->endpoint.seen |= word; /* also when it is wrong: then it is not missing as well */
    if (word == WORD_NONE && !path) {
        loom_store_error(reader, &line->key, "an [endpoint] section has no such keyword");
    } else if (word == WORD_NOSEC && line->has_value) {
        loom_store_error(reader, &line->key, "nosec has no value");
    } else if (word != WORD_NOSEC && !line->has_value) {
        loom_store_error(reader, &line->key, "expected \"keyword = value\"");
    } else if (again) {
        loom_store_error(reader, &line->key, "this keyword is in its section twice");
    } else if (path) {
        read_path(reader, line);
    } else {
        read_word(reader, word, line);
    }
}

/* ---- [instance /object/instance] ------------------------------------------------------------- */

bool loom_store_in_endpoint(struct loom_store_reader *reader, const struct loom_store_word *head)
{
    if (reader->kind != LOOM_STORE_BOOTSTRAP) {
        loom_store_error(reader, head, "only a bootstrap server's file has such a section");
        return false;
    }
    /* The parts of an endpoint whose head was wrong are not wrong as well. */
    if (reader->section == LOOM_STORE_SECTION_NONE) {
        loom_store_error(reader, head, "this section must follow an [endpoint]");
    }
    return reader->endpoint.open;
}

static bool instance_allowed(struct loom_store_reader *reader, const struct loom_store_word *word,
                             const struct loom_path *path)
{
    const struct loom_store_account *account = loom_store_current(reader);
    if (path->id[LOOM_OBJECT_ID] == OBJECT_SECURITY || path->id[LOOM_OBJECT_ID] == OBJECT_SERVER) {
        loom_store_error(reader, word, "instances of objects 0 and 1 are made by [server ID]");
        return false;
    }
    if (loom_catalog_object(reader->catalog, path->id[LOOM_OBJECT_ID]) == NULL) {
        loom_store_error(reader, word, "object %u is not known",
                         (unsigned)path->id[LOOM_OBJECT_ID]);
        return false;
    }
    for (size_t i = 0; i < account->write_count; i++) {
        const struct loom_path *other = &account->writes[i].path;
        if (other->depth == 2 && other->id[LOOM_OBJECT_ID] == path->id[LOOM_OBJECT_ID] &&
            other->id[LOOM_INSTANCE_ID] == path->id[LOOM_INSTANCE_ID]) {
            loom_store_error(reader, word, "this endpoint has this instance already");
            return false;
        }
    }
    return true;
}

void loom_store_instance_begin(struct loom_store_reader *reader, const struct loom_store_word *head,
                               const struct loom_store_word *path_word)
{
    struct loom_path path;
    reader->skipping = true;
    if (!loom_store_in_endpoint(reader, head)) {
        return;
    }
    reader->section = LOOM_STORE_SECTION_INSTANCE;
    if (!loom_store_read_path(reader, path_word, 2, 2, &path) ||
        !instance_allowed(reader, path_word, &path)) {
        return;
    }
    struct loom_store_account *account = loom_store_current(reader);
    struct loom_store_write *write = loom_store_account_add_write(account);
    if (write == NULL) {
        loom_store_out_of_memory(reader, path_word);
        return;
    }
    write->target = LOOM_STORE_FIXED;
    write->path = path;
    reader->instance_write = account->write_count - 1;
    reader->skipping = false;
}
