/* SPDX-License-Identifier: Apache-2.0 */
/* An account from the documents of its device, its group and its profile. */
#include "accounts/directory_entry.h"

#include "common/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool loom_is_adopted(const json_t *own)
{
    return json_is_true(json_object_get(own, "adopted"));
}

/* What of a group's document is of the group itself. */
static json_t *without(json_t *document, const char *const *names)
{
    json_t *copy = json_copy(document);
    for (; copy != NULL && *names != NULL; names++) {
        (void)json_object_del(copy, *names);
    }
    return copy;
}

/* Identity and key of a device that was adopted: what its group says of such devices. */
static bool adopt(struct loom_making *making)
{
    json_t *adopting = json_object_get(making->group, "adopt");
    const char *prefix = json_string_value(json_object_get(adopting, "identityPrefix"));
    const struct loom_document_key *key = loom_document_key_at(making->group_keys, "/key");
    char identity[LOOM_FLEET_IDENTITY_MAX + LOOM_DIRECTORY_NAME_MAX + 1];
    if (prefix == NULL || key == NULL) {
        return true; /* the group adopts no more: the account says what it lacks */
    }
    (void)snprintf(identity, sizeof identity, "%s%.*s", prefix, (int)making->name.length,
                   making->name.data);
    return json_object_set_new(making->whole, "identity", json_string(identity)) == 0 &&
           (loom_document_key_at(making->keys, "/key") != NULL ||
            loom_document_key_add(&making->keys, "/key",
                                  (struct loom_bytes){key->bytes, key->length}));
}

bool loom_making_put_together(struct loom_making *making)
{
    static const char *const of_group[] = {"profile", "adopt", "any", "label", NULL};
    static const char *const of_account[] = {"group", "adopted", "label", NULL};
    static const char *const of_profile[] = {"label", "objects", NULL};
    json_t *group = making->group == NULL ? json_object() : without(making->group, of_group);
    json_t *own = without(making->own, of_account);
    json_t *profile =
        making->profile == NULL ? json_object() : without(making->profile, of_profile);
    json_t *low = profile == NULL ? NULL : loom_document_merge(NULL, profile); /* without null */
    json_t *middle = low == NULL || group == NULL ? NULL : loom_document_merge(low, group);
    if (middle != NULL && own != NULL) {
        making->whole = loom_document_merge(middle, own);
    }
    json_decref(low);
    json_decref(group);
    json_decref(own);
    json_decref(profile);
    json_decref(middle);
    return making->whole != NULL;
}

static struct loom_document_source source_of(const struct loom_making *making)
{
    struct loom_document_source source = {.kind = making->directory->options.server,
                                          .catalog = making->directory->options.catalog,
                                          .endpoint = making->name,
                                          .document = making->whole,
                                          .keys = making->keys};
    return source;
}

bool loom_making_make(struct loom_making *making, loom_document_report *report, void *user)
{
    if (!loom_making_put_together(making) || (loom_is_adopted(making->own) && !adopt(making)) ||
        (!making->settled &&
         !loom_document_make_keys(making->whole, making->directory->options.catalog,
                                  &making->keys))) {
        report(user, "", "there is no memory for it");
        return false;
    }
    loom_document_prune_keys(making->whole, &making->keys);
    struct loom_document_source source = source_of(making);
    making->account = loom_document_account(&source, report, user);
    return making->account != NULL;
}

bool loom_making_check(const struct loom_making *making, loom_document_report *report, void *user)
{
    struct loom_document_source source = source_of(making);
    return making->directory->options.server != LOOM_FLEET_BOOTSTRAP ||
           !loom_document_is_enabled(making->whole) ||
           loom_document_check(&source, making->account, report, user);
}

void loom_making_end(struct loom_making *making)
{
    json_decref(making->whole);
    loom_fleet_account_release(making->account);
    making->whole = NULL;
    making->account = NULL;
}

bool loom_making_of(struct loom_making *making, const struct loom_directory *directory,
                    const struct loom_entry *entry, loom_document_report *report, void *user)
{
    const struct loom_entry *group = entry->parent;
    *making = (struct loom_making){
        .directory = directory, .name = loom_entry_name(entry), .settled = true};
    making->own = json_loads(entry->text, 0, NULL);
    if (group != NULL) {
        making->group = group->document;
        making->group_keys = group->keys;
        making->profile = group->parent == NULL ? NULL : group->parent->document;
    }
    return making->own != NULL && loom_document_keys_copy(entry->keys, &making->keys) &&
           loom_making_make(making, report, user);
}

void loom_making_end_of(struct loom_making *making)
{
    loom_making_end(making);
    loom_document_keys_free(making->keys);
    json_decref(making->own);
}

const struct loom_fleet_account *loom_entry_account(const struct loom_directory *directory,
                                                    const struct loom_entry *entry)
{
    struct loom_making making;
    const struct loom_fleet_account *account =
        loom_making_of(&making, directory, entry, loom_document_ignore, NULL)
            ? loom_fleet_account_hold(making.account)
            : NULL;
    loom_making_end_of(&making);
    return account;
}
