/* SPDX-License-Identifier: Apache-2.0 */
/* The sections [endpoint NAME] and [instance /object/instance] of the accounts file. */
#include "store/accounts_reader.h"

#include "common/memory.h"
#include "common/objects.h"
#include "common/text.h"
#include "loom/codec.h"

#include <string.h>

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

/* ---- [endpoint NAME] ------------------------------------------------------------------------- */

void loom_fleet_endpoint_begin(struct loom_fleet_reader *reader, const struct loom_word *name)
{
    struct loom_fleet_endpoint_section begun = {false, false, *name, 0, *name, *name};
    struct loom_text endpoint;
    reader->section = LOOM_FLEET_SECTION_ENDPOINT;
    reader->endpoint = begun;
    reader->skipping = true;
    reader->record = loom_fleet_accounts_add(reader->accounts);
    if (reader->record == NULL) {
        loom_fleet_out_of_memory(reader, name);
        return;
    }
    reader->blocks = &reader->record->blocks;
    /* A section with a wrong name is read all the same: it may have errors of its own. */
    if (name->text.length == 0) {
        loom_fleet_error(reader, name, "expected a name, e.g. [endpoint urn:dev:os:1]");
    } else if (loom_fleet_read_text(reader, name, &endpoint)) {
        reader->endpoint.named = true;
        if (!loom_fleet_accounts_name(reader->accounts, reader->record, endpoint)) {
            loom_fleet_error(reader, name, "this endpoint is already in the file");
        }
    }
    reader->endpoint.open = true;
    reader->skipping = false;
}

static void check_credentials(struct loom_fleet_reader *reader)
{
    const struct loom_word *head = &reader->endpoint.head;
    unsigned seen = reader->endpoint.seen;
    bool nosec = (seen & WORD_NOSEC) != 0;
    bool identity = (seen & WORD_IDENTITY) != 0;
    bool key = (seen & WORD_KEY) != 0;
    if (nosec && (identity || key)) {
        loom_fleet_error(reader, head, "an endpoint has identity and key, or nosec, not both");
    } else if (!nosec && !identity && !key) {
        loom_fleet_error(reader, head, "this endpoint needs identity and key, or nosec");
    } else if (!nosec && !(identity && key)) {
        loom_fleet_error(reader, head, "this endpoint has no %s", identity ? "key" : "identity");
    }
}

/* Version 1.0 is what a write without a version means (rule A-46). */
static void set_version(struct loom_fleet_write *write, uint8_t major, uint8_t minor)
{
    bool sent = major > 1 || minor > 0;
    write->version_major = sent ? major : 0;
    write->version_minor = sent ? minor : 0;
}

static bool read_version(struct loom_text text, uint16_t *object, uint8_t version[2])
{
    const char *colon = memchr(text.data, ':', text.length);
    if (colon == NULL) {
        return false;
    }
    struct loom_text id = {text.data, (size_t)(colon - text.data)};
    struct loom_text numbers = {colon + 1, text.length - id.length - 1};
    return loom_text_to_id(id, object) && loom_version_read(numbers, &version[0], &version[1]);
}

static void set_told_version(struct loom_fleet_reader *reader, const struct loom_word *word)
{
    struct loom_fleet_account *account = loom_fleet_current(reader);
    uint16_t object;
    uint8_t version[2];
    size_t found = 0;
    if (!read_version(word->text, &object, version)) {
        loom_fleet_error(reader, word, "expected an object and its version, e.g. 3303:1.1");
        return;
    }
    if (loom_object_is_in_enabler(object)) {
        loom_fleet_error(reader, word, "object %u has the version of the client's LwM2M release",
                         (unsigned)object);
        return;
    }
    for (size_t i = 0; i < account->write_count; i++) {
        if (account->writes[i].path.id[LOOM_OBJECT_ID] == object) {
            set_version(&account->writes[i], version[0], version[1]);
            found++;
        }
    }
    if (found == 0) {
        loom_fleet_error(reader, word, "nothing is written to object %u", (unsigned)object);
    }
}

/* What the tables know of an object's version holds unless the file says otherwise. */
static void set_versions(struct loom_fleet_reader *reader, bool given)
{
    struct loom_fleet_account *account = loom_fleet_current(reader);
    struct loom_word rest = reader->endpoint.versions;
    struct loom_word word;
    for (size_t i = 0; i < account->write_count; i++) {
        uint16_t id = account->writes[i].path.id[LOOM_OBJECT_ID];
        const struct loom_object *object = loom_catalog_object(reader->catalog, id);
        if (object != NULL && !loom_object_is_in_enabler(id)) {
            set_version(&account->writes[i], object->version_major, object->version_minor);
        }
    }
    while (given && loom_word_split(&rest, " \t,", &word)) {
        if (word.text.length > 0) {
            set_told_version(reader, &word);
        }
    }
}

void loom_fleet_endpoint_end(struct loom_fleet_reader *reader)
{
    if (!reader->endpoint.open) {
        return;
    }
    reader->endpoint.open = false;
    if (!reader->endpoint.named) {
        return;
    }
    check_credentials(reader);
    set_versions(reader, (reader->endpoint.seen & WORD_VERSIONS) != 0);
    bool given = (reader->endpoint.seen & WORD_BOOTSTRAP_INSTANCE) != 0;
    if (given && loom_fleet_current(reader)->discover) {
        loom_fleet_error(reader, &reader->endpoint.instance,
                         "bootstrap-instance is only for \"discover = no\"");
    } else if (!given && !loom_fleet_current(reader)->discover) {
        loom_fleet_error(reader, &reader->endpoint.head,
                         "with \"discover = no\" this endpoint needs bootstrap-instance");
    }
}

static void read_identity(struct loom_fleet_reader *reader, const struct loom_word *value)
{
    struct loom_bytes identity;
    if (!loom_fleet_read_identity(reader, value, &identity)) {
        return;
    }
    if (!loom_fleet_accounts_identify(reader->accounts, reader->record, identity)) {
        loom_fleet_error(reader, value, "another endpoint has the same identity");
    }
}

static void read_deletes(struct loom_fleet_reader *reader, const struct loom_word *value,
                         struct loom_path **deletes, size_t *count)
{
    struct loom_word rest = *value;
    struct loom_word word;
    while (loom_word_split(&rest, " \t,", &word)) {
        struct loom_path path;
        if (word.text.length == 0 || !loom_fleet_read_path(reader, &word, 0, 2, &path)) {
            continue;
        }
        struct loom_path *grown = loom_memory_grow(*deletes, *count, sizeof *grown);
        if (grown == NULL) {
            loom_fleet_out_of_memory(reader, &word);
            return;
        }
        *deletes = grown;
        grown[(*count)++] = path;
    }
}

static void read_path(struct loom_fleet_reader *reader, const struct loom_fleet_line *line)
{
    struct loom_path path;
    if (loom_fleet_read_path(reader, &line->key, 3, 4, &path)) {
        loom_fleet_path_setting(reader, LOOM_FLEET_FIXED, &path, line);
    }
}

static void read_account_time(struct loom_fleet_reader *reader, const struct loom_fleet_line *line,
                              uint16_t resource)
{
    struct loom_path path = loom_path_resource(LOOM_ID_SECURITY, 0, resource);
    loom_fleet_path_setting(reader, LOOM_FLEET_BOOTSTRAP_ACCOUNT, &path, line);
}

static unsigned find_word(const struct loom_fleet_reader *reader, const struct loom_word *key)
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
        if (loom_word_is(key, words[i].text)) {
            bool allowed = reader->kind == LOOM_FLEET_BOOTSTRAP || !words[i].bootstrap_only;
            return allowed ? words[i].word : WORD_NONE;
        }
    }
    return WORD_NONE;
}

/* What cannot be read leaves the choice as it was. */
static void read_choice(struct loom_fleet_reader *reader, const struct loom_word *value,
                        bool *choice)
{
    bool read;
    if (loom_fleet_read_boolean(reader, value, &read)) {
        *choice = read;
    }
}

static void read_word(struct loom_fleet_reader *reader, unsigned word,
                      const struct loom_fleet_line *line)
{
    struct loom_fleet_account *account = loom_fleet_current(reader);
    switch (word) {
    case WORD_IDENTITY:
        read_identity(reader, &line->value);
        break;
    case WORD_KEY:
        (void)loom_fleet_read_key(reader, &line->value, &account->key);
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
            loom_fleet_error(reader, &line->value, "expected the id of an instance");
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
        read_account_time(reader, line, LOOM_ID_SECURITY_CLIENT_HOLD_OFF_TIME);
        break;
    default:
        read_account_time(reader, line, LOOM_ID_SECURITY_BOOTSTRAP_SERVER_ACCOUNT_TIMEOUT);
        break;
    }
}

void loom_fleet_endpoint_line(struct loom_fleet_reader *reader, const struct loom_fleet_line *line)
{
    unsigned word = find_word(reader, &line->key);
    bool path = reader->kind == LOOM_FLEET_BOOTSTRAP && line->key.text.length > 0 &&
                line->key.text.data[0] == '/';
    bool again = (reader->endpoint.seen & word) != 0;
    reader->endpoint.seen |= word; /* also when it is wrong: then it is not missing as well */
    if (word == WORD_NONE && !path) {
        loom_fleet_error(reader, &line->key, "an [endpoint] section has no such keyword");
    } else if (word == WORD_NOSEC && line->has_value) {
        loom_fleet_error(reader, &line->key, "nosec has no value");
    } else if (word != WORD_NOSEC && !line->has_value) {
        loom_fleet_error(reader, &line->key, "expected \"keyword = value\"");
    } else if (again) {
        loom_fleet_error(reader, &line->key, "this keyword is repeated in its section");
    } else if (path) {
        read_path(reader, line);
    } else {
        read_word(reader, word, line);
    }
}

/* ---- [instance /object/instance] ------------------------------------------------------------- */

bool loom_fleet_in_endpoint(struct loom_fleet_reader *reader, const struct loom_word *head)
{
    if (reader->kind != LOOM_FLEET_BOOTSTRAP) {
        loom_fleet_error(reader, head,
                         "this section is only allowed in the file of a bootstrap server");
        return false;
    }
    /* The parts of an endpoint whose head was wrong are not wrong as well. */
    if (reader->section == LOOM_FLEET_SECTION_NONE) {
        loom_fleet_error(reader, head, "this section must follow an [endpoint]");
    }
    return reader->endpoint.open;
}

static bool instance_allowed(struct loom_fleet_reader *reader, const struct loom_word *word,
                             const struct loom_path *path)
{
    bool account =
        path->id[LOOM_OBJECT_ID] == LOOM_ID_SECURITY || path->id[LOOM_OBJECT_ID] == LOOM_ID_SERVER;
    if (account && reader->not_a_file == NULL) {
        loom_fleet_error(reader, word, "instances of objects 0 and 1 are written by [server ID]");
        return false;
    }
    if (loom_catalog_object(reader->catalog, path->id[LOOM_OBJECT_ID]) == NULL) {
        loom_fleet_error(reader, word, "unknown object %u", (unsigned)path->id[LOOM_OBJECT_ID]);
        return false;
    }
    return true;
}

static void check_new(struct loom_fleet_reader *reader, const struct loom_word *word,
                      const struct loom_path *path)
{
    const struct loom_fleet_account *account = loom_fleet_current(reader);
    for (size_t i = 0; i < account->write_count; i++) {
        const struct loom_path *other = &account->writes[i].path;
        if (account->writes[i].target == LOOM_FLEET_FIXED && other->depth == 2 &&
            other->id[LOOM_OBJECT_ID] == path->id[LOOM_OBJECT_ID] &&
            other->id[LOOM_INSTANCE_ID] == path->id[LOOM_INSTANCE_ID]) {
            loom_fleet_error(reader, word, "this endpoint already has this instance");
            return;
        }
    }
}

void loom_fleet_instance_begin(struct loom_fleet_reader *reader, const struct loom_word *head,
                               const struct loom_word *path_word)
{
    struct loom_path path;
    reader->skipping = true;
    if (!loom_fleet_in_endpoint(reader, head)) {
        return;
    }
    reader->section = LOOM_FLEET_SECTION_INSTANCE;
    if (!loom_fleet_read_path(reader, path_word, 2, 2, &path) ||
        !instance_allowed(reader, path_word, &path)) {
        return;
    }
    check_new(reader, path_word, &path);
    struct loom_fleet_account *account = loom_fleet_current(reader);
    struct loom_fleet_write *write = loom_fleet_account_add_write(account);
    if (write == NULL) {
        loom_fleet_out_of_memory(reader, path_word);
        return;
    }
    write->target = LOOM_FLEET_FIXED;
    write->path = path;
    reader->instance_write = account->write_count - 1;
    reader->skipping = false;
}
