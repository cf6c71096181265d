/* SPDX-License-Identifier: Apache-2.0 */
#include "management/registration.h"

#include "common/memory.h"
#include "common/objects.h"
#include "common/profile_id.h"
#include "common/text.h"
#include "loom/codec.h"

#include <stdlib.h>
#include <string.h>

#define SMS_NUMBER_MAX 32u

/* ---- the query ------------------------------------------------------------------------------- */

static bool take_text(struct loom_text *member, struct loom_text value)
{
    bool good = member->data == NULL && value.length > 0 && loom_utf8_is_string(value);
    *member = value;
    return good;
}

static bool take_lifetime(struct loom_dm_parameters *parameters, struct loom_text value)
{
    uint64_t lifetime;
    bool good = !parameters->has_lifetime && value.data != NULL &&
                loom_text_to_unsigned(value, &lifetime) && lifetime <= UINT32_MAX;
    if (good) {
        parameters->has_lifetime = true;
        parameters->lifetime = (uint32_t)lifetime;
    }
    return good;
}

static bool are_profile_ids(struct loom_text value)
{
    struct loom_text list;
    struct loom_text id;
    if (!loom_profile_ids(value, &list)) {
        return false;
    }
    while (loom_profile_id_next(&list, &id)) {
    }
    return list.length == 0;
}

static bool take(struct loom_dm_parameters *parameters, struct loom_text name,
                 struct loom_text value, bool registering)
{
    if (loom_text_is(name, "lt")) {
        return take_lifetime(parameters, value);
    }
    if (loom_text_is(name, "b")) {
        return take_text(&parameters->binding, value);
    }
    if (loom_text_is(name, "sms")) {
        return take_text(&parameters->sms, value) && value.length <= SMS_NUMBER_MAX;
    }
    if (loom_text_is(name, "Q")) {
        bool good = value.data == NULL && !parameters->queue_mode;
        parameters->queue_mode = true;
        return good;
    }
    if (loom_text_is(name, "pid")) {
        return take_text(&parameters->profile, value) && are_profile_ids(value);
    }
    if (registering && loom_text_is(name, "ep")) {
        return take_text(&parameters->endpoint, value);
    }
    return registering && loom_text_is(name, "lwm2m") && take_text(&parameters->lwm2m, value);
}

enum loom_dm_reason loom_dm_parameters_read(struct loom_dm_parameters *parameters,
                                            const struct loom_request *request, bool registering)
{
    memset(parameters, 0, sizeof *parameters);
    for (size_t i = 0; i < request->query_count; i++) {
        struct loom_text name;
        struct loom_text value;
        loom_query_split(request->query[i], &name, &value);
        if (!take(parameters, name, value, registering)) {
            return LOOM_DM_BAD_PARAMETER;
        }
    }
    return LOOM_DM_NO_REASON;
}

uint16_t loom_dm_version(struct loom_text lwm2m)
{
    static const struct {
        const char *text;
        uint16_t version;
    } versions[] = {{"1.0", 0x0100}, {"1.1", 0x0101}, {"1.2", 0x0102}};
    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
        if (loom_text_is(lwm2m, versions[i].text)) {
            return versions[i].version;
        }
    }
    return 0;
}

/* `Q` came with 1.1, before it was a letter of the binding; the Profile ID with 1.2 (rules B.1). */
bool loom_dm_parameters_fit(const struct loom_dm_parameters *parameters, uint16_t lwm2m)
{
    return (!parameters->queue_mode || lwm2m >= 0x0101) &&
           (parameters->profile.data == NULL || lwm2m >= 0x0102);
}

bool loom_dm_binding(struct loom_text letters, uint16_t lwm2m, bool *queue_mode)
{
    static const char *const first_version[] = {"U", "UQ", "S", "SQ", "US", "UQS"};
    const char *allowed = lwm2m >= 0x0102 ? "UTSNMHQ" : "UTSNQ";
    bool good = letters.length > 0;
    for (size_t i = 0; good && i < letters.length; i++) {
        char letter = letters.data[i];
        good = letter != '\0' && strchr(allowed, letter) != NULL &&
               memchr(letters.data, letter, i) == NULL;
        *queue_mode = *queue_mode || letter == 'Q';
    }
    if (good && lwm2m == 0x0100) {
        good = false;
        for (size_t i = 0; i < sizeof first_version / sizeof first_version[0]; i++) {
            good = good || loom_text_is(letters, first_version[i]);
        }
    }
    return good;
}

/* ---- the object list ------------------------------------------------------------------------- */

/* `</lwm2m>;rt="oma.lwm2m"` (rule B-11). */
static bool is_alternate_path(const struct loom_link *link, struct loom_text *path)
{
    struct loom_text type;
    if (!loom_link_parameter(link, "rt", &type) || !loom_text_is(type, "oma.lwm2m")) {
        return false;
    }
    *path = link->target;
    while (path->length > 0 && path->data[0] == '/') {
        path->data++;
        path->length--;
    }
    while (path->length > 0 && path->data[path->length - 1] == '/') {
        path->length--;
    }
    return true;
}

/* Room for the path of a request: its other segments are at most four ids. */
static bool good_alternate_path(struct loom_text path)
{
    size_t segments = path.length > 0 ? 1 : 0;
    for (size_t i = 0; i < path.length; i++) {
        segments += path.data[i] == '/' ? 1 : 0;
    }
    return segments + 4 <= LOOM_SEGMENTS_MAX;
}

static enum loom_dm_reason find_alternate_path(struct loom_dm_links *links, struct loom_text list)
{
    struct loom_link link;
    struct loom_text path;
    while (loom_link_next(&list, &link) == LOOM_OK) {
        if (is_alternate_path(&link, &path)) {
            links->alternate_path = path;
            return good_alternate_path(path) ? LOOM_DM_NO_REASON : LOOM_DM_BAD_OBJECT_LIST;
        }
    }
    return LOOM_DM_NO_REASON;
}

/* What follows a target: `;a=b`, or `&a=b` as one finds it printed (rules D.7). */
static bool are_parameters(struct loom_text text)
{
    while (text.length > 0 && (text.data[0] == ' ' || text.data[0] == '\t')) {
        text.data++;
        text.length--;
    }
    return text.length == 0 || text.data[0] == ';' || text.data[0] == '&';
}

/* An object list has links and nothing else (rule B-7), but for a version at its beginning, where a
 * Bootstrap-Discover has it (rule A-60). */
static bool is_link(const struct loom_link *link, bool first)
{
    struct loom_text version;
    return link->target.data != NULL ? are_parameters(link->parameters)
                                     : first && loom_link_parameter(link, "lwm2m", &version);
}

static enum loom_dm_reason check_list(struct loom_text list)
{
    struct loom_link link;
    enum loom_status status;
    bool first = true;
    if (!loom_utf8_is_string(list)) {
        return LOOM_DM_BAD_OBJECT_LIST;
    }
    while ((status = loom_link_next(&list, &link)) == LOOM_OK && is_link(&link, first)) {
        first = false;
    }
    return status == LOOM_END ? LOOM_DM_NO_REASON : LOOM_DM_BAD_OBJECT_LIST;
}

/* The part of a target that is a path of the data model: what follows the alternate path. */
static bool read_target(struct loom_text target, struct loom_text alternate_path,
                        struct loom_path *path)
{
    size_t skip = alternate_path.length + 1;
    if (alternate_path.length > 0) {
        if (target.length <= skip || target.data[0] != '/' ||
            memcmp(target.data + 1, alternate_path.data, alternate_path.length) != 0) {
            return false;
        }
        target.data += skip;
        target.length -= skip;
    }
    return loom_text_to_path(target, path);
}

static bool read_version(const struct loom_link *link, struct loom_dm_link *entry)
{
    struct loom_text text;
    return !loom_link_parameter(link, "ver", &text) ||
           loom_version_read(text, &entry->version_major, &entry->version_minor);
}

enum loom_dm_reason loom_dm_links_add(struct loom_dm_links *links, const struct loom_dm_link *link)
{
    struct loom_dm_link *grown = loom_memory_grow(links->links, links->count, sizeof *grown);
    if (grown == NULL) {
        return LOOM_DM_NO_MEMORY;
    }
    links->links = grown;
    links->links[links->count++] = *link;
    return LOOM_DM_NO_REASON;
}

static enum loom_dm_reason read_link(struct loom_dm_links *links, const struct loom_link *link)
{
    struct loom_path path;
    if (!read_target(link->target, links->alternate_path, &path) || path.depth < 1 ||
        path.depth > 2) {
        return LOOM_DM_NO_REASON;
    }
    uint16_t object = path.id[LOOM_OBJECT_ID];
    if (!loom_object_is_listed(object)) {
        return LOOM_DM_NO_REASON;
    }
    struct loom_dm_link entry = {object, LOOM_ID_NONE, 0, 0};
    if (path.depth == 2) {
        entry.instance = path.id[LOOM_INSTANCE_ID];
    }
    if (!read_version(link, &entry)) {
        return LOOM_DM_BAD_OBJECT_LIST;
    }
    return loom_dm_links_add(links, &entry);
}

enum loom_dm_reason loom_dm_links_read(struct loom_dm_links *links, struct loom_bytes payload)
{
    struct loom_text list = {(const char *)payload.data, payload.length};
    struct loom_link link;
    memset(links, 0, sizeof *links);
    /* The alternate path may come after the links that begin with it. */
    enum loom_dm_reason reason = check_list(list);
    if (reason == LOOM_DM_NO_REASON) {
        reason = find_alternate_path(links, list);
    }
    while (reason == LOOM_DM_NO_REASON && loom_link_next(&list, &link) == LOOM_OK) {
        reason = read_link(links, &link);
    }
    if (reason == LOOM_DM_NO_REASON && links->count == 0) {
        reason = LOOM_DM_BAD_OBJECT_LIST;
    }
    if (reason != LOOM_DM_NO_REASON) {
        loom_dm_links_free(links);
    }
    return reason;
}

void loom_dm_links_free(struct loom_dm_links *links)
{
    free(links->links);
    links->links = NULL;
    links->count = 0;
}
