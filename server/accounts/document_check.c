/* SPDX-License-Identifier: Apache-2.0 */
/* What a document says of the devices that it is for, and what these would say of it. */
#include "accounts/document.h"

#include "loom/client.h"

#include <stdio.h>
#include <string.h>

#define OBJECTS_MAX 256u
#define LETTERS_MAX 8u

/* The member `client` of a document. */
struct said {
    struct loom_dry_run_client client;
    char transports[LETTERS_MAX];
    uint16_t objects[OBJECTS_MAX];
    loom_document_report *report;
    void *user;
    bool good;
};

static void fail(struct said *said, const char *at, const char *detail)
{
    said->good = false;
    said->report(said->user, at, detail);
}

static void read_lwm2m(struct said *said, json_t *value)
{
    static const char *const names[] = {"1.0", "1.1", "1.2"};
    for (uint16_t i = 0; json_is_string(value) && i < 3; i++) {
        if (strcmp(json_string_value(value), names[i]) == 0) {
            said->client.lwm2m = (uint16_t)(LOOM_LWM2M_1_0 + i);
            return;
        }
    }
    fail(said, "/client/lwm2m", "expected \"1.0\", \"1.1\" or \"1.2\"");
}

static void read_transports(struct said *said, json_t *value)
{
    const char *text = json_is_string(value) ? json_string_value(value) : "";
    size_t length = strlen(text);
    if (length == 0 || length >= LETTERS_MAX || strspn(text, "UTSNMH") != length) {
        fail(said, "/client/transports", "expected letters of transports, U, T, S, N, M or H");
        return;
    }
    memcpy(said->transports, text, length + 1);
    said->client.transports = said->transports;
}

static void read_modes(struct said *said, json_t *value)
{
    static const char *const names[] = {"psk", "rpk", "certificate", "nosec", "est"};
    size_t index;
    json_t *item;
    if (!json_is_array(value) || json_array_size(value) == 0) {
        fail(said, "/client/security", "expected an array such as [\"psk\", \"nosec\"]");
        return;
    }
    json_array_foreach(value, index, item)
    {
        unsigned mode = 0;
        while (mode < 5 &&
               !(json_is_string(item) && strcmp(json_string_value(item), names[mode]) == 0)) {
            mode++;
        }
        if (mode == 5) {
            fail(said, "/client/security", "there are psk, rpk, certificate, nosec and est");
            return;
        }
        said->client.modes |= 1u << mode;
    }
}

static void read_objects(struct said *said, json_t *value)
{
    size_t index;
    json_t *item;
    if (!json_is_array(value) || json_array_size(value) > OBJECTS_MAX) {
        fail(said, "/client/objects", "expected an array of at most 256 object ids");
        return;
    }
    json_array_foreach(value, index, item)
    {
        json_int_t id = json_is_integer(item) ? json_integer_value(item) : -1;
        if (id < 0 || id >= LOOM_ID_NONE) {
            fail(said, "/client/objects", "an object id is 0 to 65534");
            return;
        }
        said->objects[said->client.object_count++] = (uint16_t)id;
    }
    said->client.objects = said->objects;
}

static bool read_client(struct said *said, json_t *client)
{
    static const struct {
        const char *name;
        void (*read)(struct said *said, json_t *value);
    } parts[] = {{"lwm2m", read_lwm2m},
                 {"transports", read_transports},
                 {"security", read_modes},
                 {"objects", read_objects}};
    const char *name;
    json_t *value;
    if (client != NULL && !json_is_object(client)) {
        fail(said, "/client", "expected an object");
    }
    json_object_foreach(client, name, value)
    {
        size_t i = 0;
        while (i < 4 && strcmp(parts[i].name, name) != 0) {
            i++;
        }
        if (i < 4) {
            parts[i].read(said, value);
        } else {
            fail(said, "/client", "there are lwm2m, transports, security and objects");
        }
    }
    return said->good;
}

/* Where in the document a fault is, as far as the document has a place for it. */
static void put_place(const struct loom_fleet_account *account,
                      const struct loom_dry_run_fault *fault, char *place, size_t size)
{
    place[0] = '\0';
    if (fault->short_server_id != 0) {
        (void)snprintf(place, size, "/servers/%u", fault->short_server_id);
        return;
    }
    for (size_t i = 0; fault->has_path && i < account->write_count; i++) {
        const struct loom_fleet_write *write = &account->writes[i];
        if (write->target == LOOM_FLEET_FIXED && fault->path.depth > 1 &&
            write->path.id[0] == fault->path.id[0] && write->path.id[1] == fault->path.id[1]) {
            (void)snprintf(place, size, "/instances/~1%u~1%u", fault->path.id[0],
                           fault->path.id[1]);
        }
    }
}

static void tell(const struct loom_fleet_account *account, const struct loom_dry_run_fault *fault,
                 loom_document_report *report, void *user)
{
    char place[LOOM_DOCUMENT_PLACE_SIZE];
    char detail[256];
    char path[32] = "";
    size_t used = 0;
    for (unsigned i = 0; fault->has_path && i < fault->path.depth; i++) {
        /* The instance of an account is chosen when the device says what it has. */
        bool chosen = i == 1 && fault->short_server_id != 0;
        int length = chosen ? snprintf(path + used, sizeof path - used, "/x")
                            : snprintf(path + used, sizeof path - used, "/%u", fault->path.id[i]);
        used += length > 0 ? (size_t)length : 0;
    }
    put_place(account, fault, place, sizeof place);
    (void)snprintf(detail, sizeof detail, "%s%s%s", path, used > 0 ? ": " : "", fault->sentence);
    report(user, place, detail);
}

bool loom_document_check(const struct loom_document_source *source,
                         const struct loom_fleet_account *account, loom_document_report *report,
                         void *user)
{
    struct said said = {.report = report, .user = user, .good = true};
    struct loom_dry_run_fault fault;
    if (!read_client(&said, json_object_get(source->document, "client"))) {
        return false;
    }
    enum loom_status status = loom_dry_run(account, source->catalog, &said.client, &fault);
    if (status == LOOM_NOT_ACCEPTABLE) {
        tell(account, &fault, report, user);
    } else if (status != LOOM_OK) {
        report(user, "", "there is no memory for it");
    }
    return status == LOOM_OK;
}
