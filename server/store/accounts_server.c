/* SPDX-License-Identifier: Apache-2.0 */
/* The section [server ID]: one Server Account, an instance of Security and one of Server. */
#include "store/accounts_reader.h"

#include "loom/ids.h"
#include "loom/codec.h"

#include <string.h>

#define URI_MAX          255u /* rules H.3 */
#define LIFETIME_DEFAULT 86400

enum { WORD_NONE = 0, WORD_URI = 0x01, WORD_IDENTITY = 0x02, WORD_KEY = 0x04, WORD_NOSEC = 0x08 };

static const struct {
    const char *text;
    unsigned word;
} words[] = {
    {"uri", WORD_URI}, {"identity", WORD_IDENTITY}, {"key", WORD_KEY}, {"nosec", WORD_NOSEC}};

static struct loom_fleet_write *security_write(const struct loom_fleet_reader *reader)
{
    return &loom_fleet_current(reader)->writes[reader->server.first_write];
}

static struct loom_fleet_write *server_write(const struct loom_fleet_reader *reader)
{
    return &loom_fleet_current(reader)->writes[reader->server.first_write + 1];
}

static void check_new(struct loom_fleet_reader *reader, const struct loom_word *word, uint16_t id)
{
    const struct loom_fleet_account *account = loom_fleet_current(reader);
    for (size_t i = 0; i < account->write_count; i++) {
        const struct loom_fleet_write *write = &account->writes[i];
        if (write->target == LOOM_FLEET_SERVER_ACCOUNT && write->short_server_id == id) {
            loom_fleet_error(reader, word, "this endpoint already has a [server %u]", (unsigned)id);
            return;
        }
    }
}

static bool add_write(struct loom_fleet_reader *reader, uint16_t object)
{
    struct loom_fleet_write *write = loom_fleet_account_add_write(loom_fleet_current(reader));
    if (write == NULL) {
        loom_fleet_out_of_memory(reader, &reader->server.head);
        return false;
    }
    write->target = LOOM_FLEET_SERVER_ACCOUNT;
    write->path = loom_path_instance(object, 0);
    write->short_server_id = reader->server.short_server_id;
    return true;
}

void loom_fleet_server_begin(struct loom_fleet_reader *reader, const struct loom_word *head,
                             const struct loom_word *id_word)
{
    uint16_t id = 0;
    reader->skipping = true;
    if (!loom_fleet_in_endpoint(reader, head)) {
        return;
    }
    reader->section = LOOM_FLEET_SECTION_SERVER;
    if (!loom_text_to_id(id_word->text, &id) || id < LOOM_SHORT_SERVER_ID_MIN ||
        id > LOOM_SHORT_SERVER_ID_MAX) {
        loom_fleet_error(reader, id_word,
                         "expected a Short Server ID from 1 to 65534, e.g. [server 101]");
        id = 0;
    } else {
        check_new(reader, id_word, id);
    }
    memset(&reader->server, 0, sizeof reader->server);
    reader->server.head = *id_word;
    reader->server.short_server_id = id;
    reader->server.first_write = loom_fleet_current(reader)->write_count;
    reader->skipping = !add_write(reader, LOOM_ID_SECURITY) || !add_write(reader, LOOM_ID_SERVER);
}

static void read_uri(struct loom_fleet_reader *reader, const struct loom_word *value)
{
    struct loom_text uri;
    reader->server.uri_word = *value;
    if (!loom_fleet_read_text(reader, value, &uri)) {
        return;
    }
    if (uri.length == 0 || uri.length > URI_MAX) {
        loom_fleet_error(reader, value, "a URI has 1 to %u bytes", URI_MAX);
        return;
    }
    reader->server.uri = uri;
}

static void read_word(struct loom_fleet_reader *reader, unsigned word,
                      const struct loom_fleet_line *line)
{
    switch (word) {
    case WORD_URI:
        read_uri(reader, &line->value);
        break;
    case WORD_IDENTITY:
        (void)loom_fleet_read_identity(reader, &line->value, &reader->server.identity);
        break;
    case WORD_KEY:
        (void)loom_fleet_read_key(reader, &line->value, &reader->server.key);
        break;
    default:
        break;
    }
}

/* The id is in the section's head and must be the same in both objects (rule A-1). */
static bool is_short_server_id(const struct loom_word *key)
{
    return loom_word_is(key, "0") || loom_word_is(key, "short-server-id");
}

void loom_fleet_server_line(struct loom_fleet_reader *reader, const struct loom_fleet_line *line)
{
    unsigned word = WORD_NONE;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        word |= loom_word_is(&line->key, words[i].text) ? words[i].word : 0;
    }
    bool again = (reader->server.seen & word) != 0;
    reader->server.seen |= word; /* also when it is wrong: then it is not missing as well */
    if (word == WORD_NOSEC && line->has_value) {
        loom_fleet_error(reader, &line->key, "nosec has no value");
    } else if (word != WORD_NOSEC && !line->has_value) {
        loom_fleet_error(reader, &line->key, "expected \"keyword = value\"");
    } else if (again) {
        loom_fleet_error(reader, &line->key, "this keyword is repeated in its section");
    } else if (is_short_server_id(&line->key)) {
        loom_fleet_error(reader, &line->key, "the Short Server ID is given by [server ID]");
    } else if (word != WORD_NONE) {
        read_word(reader, word, line);
    } else {
        loom_fleet_named_setting(reader, server_write(reader), line);
    }
}

void loom_fleet_server_security_line(struct loom_fleet_reader *reader,
                                     const struct loom_fleet_line *line)
{
    loom_fleet_named_setting(reader, security_write(reader), line);
}

/* ---- the end of the section ------------------------------------------------------------------ */

/* Schemes are the same in any case (RFC 3986, 3.1). */
static bool take_scheme(struct loom_text *text, const char *prefix)
{
    size_t length = strlen(prefix);
    if (text->length < length) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        char c = text->data[i];
        if ((c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c) != prefix[i]) {
            return false;
        }
    }
    text->data += length;
    text->length -= length;
    return true;
}

static bool good_port(struct loom_text text)
{
    uint64_t port;
    return text.length == 0 ||
           (text.data[0] == ':' && text.length > 1 &&
            loom_text_to_unsigned((struct loom_text){text.data + 1, text.length - 1}, &port) &&
            port >= 1 && port <= 65535);
}

/* `host`, `host:port` or `[address]:port`; a path has no meaning for a client (rules H.3). */
static bool good_authority(struct loom_text text)
{
    size_t host = 0;
    if (text.length > 0 && text.data[0] == '[') {
        while (host < text.length && text.data[host] != ']') {
            host++;
        }
        if (host < 2 || host == text.length) {
            return false;
        }
        host++;
    } else {
        while (host < text.length && strchr(":/?#@[] ", text.data[host]) == NULL) {
            host++;
        }
    }
    struct loom_text port = {text.data + host, text.length - host};
    if (port.length > 0 && port.data[port.length - 1] == '/') {
        port.length--;
    }
    return host > 0 && good_port(port);
}

static void check_uri(struct loom_fleet_reader *reader, bool nosec)
{
    struct loom_text rest = reader->server.uri;
    const struct loom_word *at = &reader->server.uri_word;
    if (rest.length == 0) {
        return; /* said already */
    }
    bool secure = take_scheme(&rest, "coaps://");
    if (!secure && !take_scheme(&rest, "coap://")) {
        loom_fleet_error(reader, at, "expected coaps://host[:port] or coap://host[:port]");
    } else if (!good_authority(rest)) {
        loom_fleet_error(reader, at, "expected %s://host[:port]", secure ? "coaps" : "coap");
    } else if (secure && nosec) {
        loom_fleet_error(reader, at, "coaps:// needs identity and key, not nosec");
    } else if (!secure && !nosec) {
        loom_fleet_error(reader, at, "coap:// has no security: use coaps://, or nosec");
    }
}

static void check(struct loom_fleet_reader *reader)
{
    const struct loom_word *head = &reader->server.head;
    unsigned seen = reader->server.seen;
    bool nosec = (seen & WORD_NOSEC) != 0;
    bool identity = (seen & WORD_IDENTITY) != 0;
    bool key = (seen & WORD_KEY) != 0;
    if ((seen & WORD_URI) == 0) {
        loom_fleet_error(reader, head, "this server needs uri");
    }
    if (nosec && (identity || key)) {
        loom_fleet_error(reader, head, "a server has identity and key, or nosec, not both");
    } else if (!nosec && !identity && !key) {
        loom_fleet_error(reader, head, "this server needs identity and key, or nosec");
    } else if (!nosec && !(identity && key)) {
        loom_fleet_error(reader, head, "this server has no %s", identity ? "key" : "identity");
    } else {
        check_uri(reader, nosec);
    }
}

static struct loom_value integer_value(int64_t integer)
{
    struct loom_value value = {LOOM_INTEGER, {.integer = integer}};
    return value;
}

static struct loom_value boolean_value(bool boolean)
{
    struct loom_value value = {LOOM_BOOLEAN, {.boolean = boolean}};
    return value;
}

static struct loom_value text_value(struct loom_text text)
{
    struct loom_value value = {LOOM_STRING, {.text = text}};
    return value;
}

static struct loom_value opaque_value(struct loom_bytes bytes)
{
    struct loom_value value = {LOOM_OPAQUE, {.opaque = bytes}};
    return value;
}

static void set(struct loom_fleet_reader *reader, struct loom_fleet_write *write, uint16_t resource,
                struct loom_value value)
{
    loom_fleet_fixed_setting(reader, write, &reader->server.head, resource, &value);
}

static bool has(const struct loom_fleet_write *write, uint16_t resource)
{
    for (size_t i = 0; i < write->setting_count; i++) {
        if (write->settings[i].resource == resource) {
            return true;
        }
    }
    return false;
}

static void set_default(struct loom_fleet_reader *reader, struct loom_fleet_write *write,
                        uint16_t resource, struct loom_value value)
{
    if (!has(write, resource)) {
        set(reader, write, resource, value);
    }
}

void loom_fleet_server_end(struct loom_fleet_reader *reader)
{
    static const struct loom_bytes nothing = {(const uint8_t *)"", 0};
    struct loom_fleet_server_section *server = &reader->server;
    struct loom_fleet_write *security = security_write(reader);
    bool nosec = (server->seen & WORD_NOSEC) != 0;
    /* Who says the mode himself says the credentials, too. */
    bool own = has(security, LOOM_ID_SECURITY_SECURITY_MODE);
    if (server->short_server_id != 0 && !own) {
        check(reader); /* else its head is wrong, and only its lines are checked */
    }
    /* 3, 4 and 5 are mandatory in the object, so what a mode lacks is written empty (rule A-44),
     * which is the null of rules H.2. */
    set_default(reader, security, LOOM_ID_SECURITY_LWM2M_SERVER_URI, text_value(server->uri));
    set_default(reader, security, LOOM_ID_SECURITY_BOOTSTRAP_SERVER, boolean_value(false));
    set_default(reader, security, LOOM_ID_SECURITY_SECURITY_MODE,
                integer_value(nosec ? LOOM_SECURITY_NOSEC : LOOM_SECURITY_PSK));
    set_default(reader, security, LOOM_ID_SECURITY_PUBLIC_KEY_OR_IDENTITY,
                opaque_value(nosec ? nothing : server->identity));
    set_default(reader, security, LOOM_ID_SECURITY_SERVER_PUBLIC_KEY, opaque_value(nothing));
    set_default(reader, security, LOOM_ID_SECURITY_SECRET_KEY,
                opaque_value(nosec ? nothing : server->key));
    set_default(reader, security, LOOM_ID_SECURITY_SHORT_SERVER_ID,
                integer_value(server->short_server_id));

    set(reader, server_write(reader), LOOM_ID_SERVER_SHORT_SERVER_ID,
        integer_value(server->short_server_id));
    set_default(reader, server_write(reader), LOOM_ID_SERVER_LIFETIME,
                integer_value(LIFETIME_DEFAULT));
    set_default(reader, server_write(reader),
                LOOM_ID_SERVER_NOTIFICATION_STORING_WHEN_DISABLED_OR_OFFLINE, boolean_value(true));
    set_default(reader, server_write(reader), LOOM_ID_SERVER_BINDING,
                text_value((struct loom_text){"U", 1}));
}
