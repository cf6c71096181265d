/* SPDX-License-Identifier: Apache-2.0 */
/* The section [profile ID] of the accounts file: an object list by name (rules B.2). */
#include "store/accounts_reader.h"

#include "common/objects.h"
#include "common/profile_id.h"
#include "loom/codec.h"

#include <stdio.h>

void loom_fleet_profile_begin(struct loom_fleet_reader *reader, const struct loom_word *word)
{
    struct loom_fleet_accounts *accounts = reader->accounts;
    struct loom_text id;
    reader->section = LOOM_FLEET_SECTION_PROFILE;
    reader->profile_head = *word;
    reader->blocks = &accounts->blocks;
    reader->skipping = true;
    if (!loom_fleet_read_text(reader, word, &id)) {
        return;
    }
    if (!loom_profile_id_is_configured(id) && !loom_profile_id_is_dynamic(id)) {
        loom_fleet_error(reader, word, "expected a Profile ID, e.g. [profile v:my-device]");
    } else if (loom_fleet_accounts_profile(accounts, id) != NULL) {
        loom_fleet_error(reader, word, "this profile is already in the file");
    }
    reader->profile = loom_fleet_accounts_add_profile(accounts, id);
    if (reader->profile == NULL) {
        loom_fleet_out_of_memory(reader, word);
        return;
    }
    reader->skipping = false;
}

const char *loom_fleet_object_list_wrong(struct loom_text list,
                                         char room[LOOM_FLEET_OBJECT_LIST_WRONG])
{
    struct loom_link link;
    struct loom_path path;
    size_t count = 0;
    enum loom_status status;
    while ((status = loom_link_next(&list, &link)) == LOOM_OK) {
        if (link.target.data == NULL || !loom_text_to_path(link.target, &path) || path.depth > 2) {
            break;
        }
        uint16_t object = path.id[LOOM_OBJECT_ID];
        if (path.depth > 0 && !loom_object_is_listed(object)) {
            (void)snprintf(room, LOOM_FLEET_OBJECT_LIST_WRONG, "object %u must not be in a profile",
                           (unsigned)object);
            return room;
        }
        count += path.depth > 0 ? 1 : 0;
    }
    return status != LOOM_END || count == 0 ? "expected links, e.g. </1/0>,</3/0>" : NULL;
}

void loom_fleet_profile_line(struct loom_fleet_reader *reader, const struct loom_fleet_line *line)
{
    static const struct loom_text none = {"", 0};
    struct loom_text list;
    char room[LOOM_FLEET_OBJECT_LIST_WRONG];
    if (!loom_word_is(&line->key, "objects")) {
        loom_fleet_error(reader, &line->key, "a [profile] section has no such keyword");
    } else if (!line->has_value) {
        loom_fleet_error(reader, &line->key, "expected \"keyword = value\"");
        reader->profile->objects = none; /* it is not missing as well */
    } else if (reader->profile->objects.data != NULL) {
        loom_fleet_error(reader, &line->key, "this keyword is repeated in its section");
    } else if (loom_fleet_read_text(reader, &line->value, &list)) {
        const char *wrong = loom_fleet_object_list_wrong(list, room);
        if (wrong != NULL) {
            loom_fleet_error(reader, &line->value, "%s", wrong);
        }
        reader->profile->objects = list; /* also when it is wrong */
    }
}

void loom_fleet_profile_end(struct loom_fleet_reader *reader)
{
    if (reader->profile->objects.data == NULL) {
        loom_fleet_error(reader, &reader->profile_head, "this profile needs objects");
    }
}
