/* SPDX-License-Identifier: Apache-2.0 */
/* The section [profile ID] of the accounts file: an object list by name (rules B.2). */
#include "store/accounts_reader.h"

#include "common/profile_id.h"
#include "loom/codec.h"

#define OBJECT_SECURITY 0u
#define OBJECT_OSCORE   21u
#define OBJECT_COSE     23u

static struct loom_store_profile *current(const struct loom_store_reader *reader)
{
    return &reader->accounts->profiles[reader->accounts->profile_count - 1];
}

void loom_store_profile_begin(struct loom_store_reader *reader, const struct loom_store_word *word)
{
    struct loom_store_accounts *accounts = reader->accounts;
    struct loom_text id;
    reader->section = LOOM_STORE_SECTION_PROFILE;
    reader->profile = *word;
    reader->skipping = true;
    if (!loom_store_read_text(reader, word, &id)) {
        return;
    }
    if (!loom_profile_id_is_configured(id) && !loom_profile_id_is_dynamic(id)) {
        loom_store_error(reader, word, "expected a Profile ID, as in [profile v:my-device]");
        return;
    }
    if (loom_store_accounts_profile(accounts, id) != NULL) {
        loom_store_error(reader, word, "this profile is in the file already");
        return;
    }
    struct loom_store_profile *profiles =
        loom_store_grow(accounts->profiles, accounts->profile_count, sizeof *profiles);
    if (profiles == NULL) {
        loom_store_out_of_memory(reader, word);
        return;
    }
    accounts->profiles = profiles;
    profiles[accounts->profile_count].id = id;
    profiles[accounts->profile_count].objects.data = NULL;
    profiles[accounts->profile_count].objects.length = 0;
    accounts->profile_count++;
    reader->skipping = false;
}

/* What a client may list, and what a profile must not (rule B-41). */
static bool check_list(struct loom_store_reader *reader, const struct loom_store_word *word,
                       struct loom_text list)
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
        if (path.depth > 0 &&
            (object == OBJECT_SECURITY || object == OBJECT_OSCORE || object == OBJECT_COSE)) {
            loom_store_error(reader, word, "object %u must not be in a profile", (unsigned)object);
            return false;
        }
        count += path.depth > 0 ? 1 : 0;
    }
    if (status != LOOM_END || count == 0) {
        loom_store_error(reader, word, "expected links, as in </1/0>,</3/0>");
        return false;
    }
    return true;
}

void loom_store_profile_line(struct loom_store_reader *reader, const struct loom_store_line *line)
{
    static const struct loom_text none = {"", 0};
    struct loom_text list;
    if (!loom_store_is(&line->key, "objects")) {
        loom_store_error(reader, &line->key, "a [profile] section has no such keyword");
    } else if (!line->has_value) {
        loom_store_error(reader, &line->key, "expected \"keyword = value\"");
        current(reader)->objects = none; /* it is not missing as well */
    } else if (current(reader)->objects.data != NULL) {
        loom_store_error(reader, &line->key, "this keyword is in its section twice");
    } else if (loom_store_read_text(reader, &line->value, &list)) {
        (void)check_list(reader, &line->value, list);
        current(reader)->objects = list; /* also when it is wrong */
    }
}

void loom_store_profile_end(struct loom_store_reader *reader)
{
    if (current(reader)->objects.data == NULL) {
        loom_store_error(reader, &reader->profile, "this profile needs objects");
    }
}
