/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What of the registrations outlives a reboot, as one record. Numbers are big endian:
 *
 *   0  version of this form
 *   1  digest of the accounts that it belongs to (4)
 *   5  count of entries, and then of each registration
 *      0  Short Server ID (2)
 *      2  what it waits for, enum waits
 *      3  flags
 *      4  release that the server is addressed in (2)
 *      6  attempts (4)
 *      10 sequences (4)
 *      14 seconds left of the wait (8)
 *      22 when it ends, seconds since 1970, 0: not known (8)
 *      30 lifetime as the server was told (8)
 *      38 length of the location, and the location as it is kept
 *   then what servers have attached, as reporting writes it; it need not be there
 *
 * It is written when a registration is made, disabled or given up, when a wait of some length
 * begins and when attributes are attached, but not for an Update, a short wait or a De-register:
 * flash wears. Nothing in it is a key.
 */
#include "registration/registration.h"

#include "accounts/accounts.h"
#include "codec/number.h"
#include "codec/text.h"
#include "context/context.h"

#include <string.h>

#define FORM_VERSION 1u
/* Known to loomc, which computes how large a record can be. */
#define HEAD_SIZE  LOOM_STATE_RECORD_HEAD
#define ENTRY_SIZE LOOM_STATE_RECORD_ENTRY /* without the location */

/* An entry as it lies in the record. */
struct layout {
    uint8_t ssid[2];
    uint8_t waits[1];
    uint8_t flags[1];
    uint8_t lwm2m[2];
    uint8_t attempts[4];
    uint8_t sequences[4];
    uint8_t left[8];
    uint8_t end[8];
    uint8_t lifetime[8];
    uint8_t length[1];
};
LOOM_STATIC_ASSERT(sizeof(struct layout) == ENTRY_SIZE, "loomc computes with another size");

#define SIZE(member) sizeof((struct layout *)0)->member

/* The numbers of an entry in their order, and the bytes of each. */
enum field { SSID, WAITS, FLAGS, LWM2M, ATTEMPTS, SEQUENCES, LEFT, END, LIFETIME, LENGTH, FIELDS };
static const uint8_t field_sizes[FIELDS] = {
    SIZE(ssid),      SIZE(waits), SIZE(flags), SIZE(lwm2m),    SIZE(attempts),
    SIZE(sequences), SIZE(left),  SIZE(end),   SIZE(lifetime), SIZE(length)};

enum waits { WAITS_NOT, WAITS_DELAY, WAITS_RETRY, WAITS_DISABLED, WAITS_FAILED, WAITS_COUNT };

enum { FLAG_KNOWN = 1, FLAG_GIVEN_UP = 2, FLAG_FULL_LIST = 4, FLAG_ALL = 7 };

struct entry {
    uint64_t number[FIELDS];
    const uint8_t *location; /* `number[LENGTH]` bytes */
};

/* ---- which accounts -------------------------------------------------------------------------- */

static uint32_t add_resource(uint32_t digest, const struct loom_model *model, struct loom_path path)
{
    struct loom_value value;
    if (loom_model_read(model, &path, &value) != LOOM_OK) {
        return digest;
    }
    if (value.type == LOOM_STRING) {
        return loom_digest(digest, value.as.text.data, value.as.text.length);
    }
    if (value.type == LOOM_OPAQUE) {
        return loom_digest(digest, value.as.opaque.data, value.as.opaque.length);
    }
    return loom_digest(digest, &value.as.integer, sizeof value.as.integer);
}

/* The pairs of accounts, by what names them; keys are left out. */
static uint32_t accounts_digest(const struct loom_context *context)
{
    static const uint16_t names[] = {LOOM_ID_SECURITY_LWM2M_SERVER_URI,
                                     LOOM_ID_SECURITY_SECURITY_MODE,
                                     LOOM_ID_SECURITY_PUBLIC_KEY_OR_IDENTITY};
    uint32_t digest = LOOM_DIGEST_BEGIN;
    struct loom_registration *registration = NULL;
    while ((registration = loom_registration_next(context, registration)) != NULL) {
        uint16_t pair[] = {registration->ssid, registration->security_instance,
                           registration->server_instance};
        digest = loom_digest(digest, pair, sizeof pair);
        for (size_t j = 0; j < sizeof names / sizeof names[0]; j++) {
            struct loom_path path =
                loom_path_resource(LOOM_ID_SECURITY, registration->security_instance, names[j]);
            digest = add_resource(digest, context->config.model, path);
        }
    }
    return digest;
}

/* ---- writing --------------------------------------------------------------------------------- */

static void put_number(struct loom_output *out, uint64_t number, unsigned size)
{
    uint8_t bytes[8];
    loom_big_endian_put(bytes, number, size);
    loom_put_bytes(out, bytes, size);
}

static bool is_timed(enum waits waits)
{
    return waits != WAITS_NOT && waits != WAITS_FAILED;
}

/* @return `digest` with all of the entry but the time that passes by itself */
static uint32_t put_entry(const struct loom_registration *registration, uint32_t digest,
                          struct loom_output *out)
{
    static const uint8_t waits_in[LOOM_REGISTRATION_STATE_COUNT] = {
        [LOOM_REGISTRATION_DELAYED] = WAITS_DELAY,     [LOOM_REGISTRATION_WAITING] = WAITS_RETRY,
        [LOOM_REGISTRATION_REGISTERING] = WAITS_RETRY, /* a reboot in its midst costs the attempt */
        [LOOM_REGISTRATION_DISABLED] = WAITS_DISABLED, [LOOM_REGISTRATION_FAILED] = WAITS_FAILED,
    };
    const struct loom_context *context = registration->context;
    enum waits waits = (enum waits)waits_in[registration->state];
    bool counts = waits == WAITS_RETRY || waits == WAITS_FAILED;
    bool timed = is_timed(waits) && registration->state != LOOM_REGISTRATION_REGISTERING;
    uint64_t until = timed ? registration->deadline : 0;
    uint64_t number[FIELDS] = {
        [SSID] = registration->ssid,
        [WAITS] = waits,
        [FLAGS] = (registration->known ? FLAG_KNOWN : 0u) |
                  (registration->given_up ? FLAG_GIVEN_UP : 0u) |
                  (registration->full_list ? FLAG_FULL_LIST : 0u),
        [LWM2M] = registration->lwm2m,
        [ATTEMPTS] = counts ? registration->attempts : 0,
        [SEQUENCES] = counts ? registration->sequences : 0,
        [END] = until,
        [LIFETIME] = registration->lifetime,
        [LENGTH] = registration->location_length,
    };
    digest = loom_digest(digest, number, sizeof number);
    uint32_t left = loom_context_seconds(context, until);
    number[LEFT] = left;
    number[END] = loom_stored_end(context, left);
    for (unsigned i = 0; i < FIELDS; i++) {
        put_number(out, number[i], field_sizes[i]);
    }
    loom_put_bytes(out, registration->location, registration->location_length);
    return loom_digest(digest, registration->location, registration->location_length);
}

/* Attributes are less than registrations: where there is no room for them, they are left out. */
static uint32_t put_attributes(const struct loom_context *context, uint32_t digest,
                               struct loom_output *out)
{
    const struct loom_remembered_attributes_feature *feature =
        loom_context_features(context)->remembered_attributes;
    size_t begin = out->length;
    if (feature == NULL || out->overflow) {
        return digest;
    }
    feature->put(context, out);
    if (out->overflow) {
        loom_stored_failed(context, LOOM_TOO_LARGE, LOOM_REASON_ATTRIBUTES_NOT_STORED);
        out->overflow = false;
        out->length = begin;
    }
    return loom_digest(digest, out->data + begin, out->length - begin);
}

/* Writes the record into the client's buffer. @return a digest that is another when the record has
 * to be stored again */
static uint32_t write_record(const struct loom_context *context, struct loom_output *out)
{
    uint32_t digest = accounts_digest(context);
    uint8_t count = 0;
    put_number(out, FORM_VERSION, 1);
    put_number(out, digest, 4);
    put_number(out, 0, 1);
    struct loom_registration *registration = NULL;
    while ((registration = loom_registration_next(context, registration)) != NULL) {
        digest = put_entry(registration, digest, out);
        count++;
    }
    if (!out->overflow) {
        out->data[HEAD_SIZE - 1] = count;
    }
    return put_attributes(context, digest, out);
}

static void remember(struct loom_context *context)
{
    const struct loom_client_config *config = &context->config;
    struct loom_output out = loom_output(config->buffer, config->buffer_size);
    /* What ends because the device is switched off goes on when it is switched on. */
    if (!loom_context_wishes(context, LOOM_WISH_REMEMBER) || context->stopping ||
        config->store == NULL) {
        return;
    }
    loom_context_take_wish(context, LOOM_WISH_REMEMBER);
    uint32_t digest = write_record(context, &out);
    if (digest == context->remembered && !out.overflow) {
        return;
    }
    enum loom_status status =
        out.overflow
            ? LOOM_TOO_LARGE
            : config->store->save(config->store->self, LOOM_RECORD_STATE, out.data, out.length);
    if (status != LOOM_OK) {
        loom_stored_failed(context, status, LOOM_REASON_STATE_NOT_STORED);
        return;
    }
    context->remembered = digest;
}

/* ---- reading --------------------------------------------------------------------------------- */

static bool is_location(const struct loom_context *context, const uint8_t *location, size_t length)
{
    size_t at = 0;
    while (at < length) {
        at += 1u + location[at];
    }
    return at == length && length <= context->config.location_size;
}

/* Reads the first entry of `rest` and moves `rest` behind it. */
static bool read_entry(const struct loom_context *context, struct loom_bytes *rest,
                       struct entry *entry)
{
    const uint8_t *at = rest->data;
    const uint64_t *number = entry->number;
    if (rest->length < ENTRY_SIZE) {
        return false;
    }
    for (unsigned i = 0; i < FIELDS; i++) {
        entry->number[i] = loom_big_endian(at, field_sizes[i]);
        at += field_sizes[i];
    }
    entry->location = at;
    if (number[LENGTH] > rest->length - ENTRY_SIZE ||
        !is_location(context, entry->location, (size_t)number[LENGTH]) ||
        number[WAITS] >= WAITS_COUNT || number[FLAGS] > FLAG_ALL || number[LIFETIME] > UINT32_MAX ||
        number[LWM2M] < LOOM_LWM2M_1_0) {
        return false;
    }
    rest->data = at + number[LENGTH];
    rest->length -= ENTRY_SIZE + (size_t)number[LENGTH];
    return true;
}

static uint32_t left_of(const struct loom_context *context, const struct entry *entry)
{
    uint64_t left = entry->number[LEFT];
    return loom_stored_left(context, left > UINT32_MAX ? UINT32_MAX : (uint32_t)left,
                            entry->number[END]);
}

static void go_on(struct loom_registration *registration, const struct entry *entry)
{
    static const uint8_t states[WAITS_COUNT] = {
        [WAITS_NOT] = LOOM_REGISTRATION_QUEUED,    [WAITS_DELAY] = LOOM_REGISTRATION_DELAYED,
        [WAITS_RETRY] = LOOM_REGISTRATION_WAITING, [WAITS_DISABLED] = LOOM_REGISTRATION_DISABLED,
        [WAITS_FAILED] = LOOM_REGISTRATION_FAILED,
    };
    struct loom_context *context = registration->context;
    const struct loom_client_config *config = &context->config;
    const uint64_t *number = entry->number;
    registration->state = states[number[WAITS]];
    registration->known = (number[FLAGS] & FLAG_KNOWN) != 0;
    registration->given_up = (number[FLAGS] & FLAG_GIVEN_UP) != 0;
    registration->ended = registration->given_up;
    registration->full_list = (number[FLAGS] & FLAG_FULL_LIST) != 0;
    registration->attempts = (uint32_t)number[ATTEMPTS];
    registration->sequences = (uint32_t)number[SEQUENCES];
    registration->lifetime = (uint32_t)number[LIFETIME];
    registration->location_length = (uint8_t)number[LENGTH];
    memcpy(registration->location, entry->location, registration->location_length);
    if (number[LWM2M] >= config->lwm2m_oldest && number[LWM2M] <= config->lwm2m) {
        registration->lwm2m = (uint16_t)number[LWM2M];
    }
    if (registration->given_up) {
        loom_context_wish(context, LOOM_WISH_REVIEW); /* a bootstrap was waited for, and still is */
    }
    if (is_timed((enum waits)number[WAITS])) {
        registration->deadline = loom_context_after(context, left_of(context, entry));
    }
}

static void go_on_all(struct loom_context *context, struct loom_bytes entries, unsigned count)
{
    struct entry entry;
    for (; count > 0 && read_entry(context, &entries, &entry); count--) {
        struct loom_registration *registration = NULL;
        while ((registration = loom_registration_next(context, registration)) != NULL) {
            if (registration->ssid == entry.number[SSID]) {
                go_on(registration, &entry);
            }
        }
    }
}

/* Moves `rest` behind the entries. @return false: they are not whole */
static bool skip_entries(const struct loom_context *context, struct loom_bytes *rest,
                         unsigned count)
{
    struct entry entry;
    for (; count > 0 && read_entry(context, rest, &entry); count--) {
    }
    return count == 0;
}

static bool take_attributes(struct loom_context *context, struct loom_bytes records)
{
    const struct loom_remembered_attributes_feature *feature =
        loom_context_features(context)->remembered_attributes;
    return feature == NULL || feature->take(context, records);
}

static void read_record(struct loom_context *context, const uint8_t *data, size_t length)
{
    if (length < HEAD_SIZE || data[0] != FORM_VERSION) {
        loom_stored_failed(context, LOOM_BAD_REQUEST, LOOM_REASON_STATE_FORM);
        return;
    }
    uint32_t digest = (uint32_t)loom_big_endian(data + 1, 4);
    struct loom_bytes entries = {data + HEAD_SIZE, length - HEAD_SIZE};
    struct loom_bytes rest = entries;
    if (!skip_entries(context, &rest, data[HEAD_SIZE - 1]) || !take_attributes(context, rest)) {
        loom_stored_failed(context, LOOM_BAD_REQUEST, LOOM_REASON_STATE_DAMAGED);
        return;
    }
    if (digest != accounts_digest(context)) {
        return; /* of other accounts: a bootstrap was committed since */
    }
    go_on_all(context, entries, data[HEAD_SIZE - 1]);
    struct loom_output out = loom_output(context->config.buffer, context->config.buffer_size);
    context->remembered = write_record(context, &out);
    loom_context_take_wish(context, LOOM_WISH_REMEMBER);
}

static void recall(struct loom_context *context)
{
    const struct loom_client_config *config = &context->config;
    size_t length = 0;
    bool previous = false;
    if (config->store == NULL) {
        return;
    }
    enum loom_status status =
        config->store->load(config->store->self, LOOM_RECORD_STATE, config->buffer,
                            config->buffer_size, &length, &previous);
    if (status == LOOM_NOT_FOUND) {
        return;
    }
    if (status != LOOM_OK) {
        loom_stored_failed(context, status, LOOM_REASON_STATE_UNREADABLE);
        return;
    }
    if (previous) {
        loom_stored_recovered(context, LOOM_REASON_STATE_PREVIOUS);
    }
    read_record(context, config->buffer, length);
}

const struct loom_remembered_registrations_feature loom_feature_remembered_registrations = {
    .recall = recall, .remember = remember};
