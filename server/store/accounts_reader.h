/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Reading the accounts file: what its sections share. For the room of the store, and for documents
 * (accounts/document.h), which have the same keywords.
 */
#ifndef LOOM_ACCOUNTS_READER_H
#define LOOM_ACCOUNTS_READER_H

#include "catalog/catalog.h"
#include "common/words.h"
#include "store/accounts_build.h"

#if defined(__GNUC__)
#define LOOM_FLEET_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define LOOM_FLEET_PRINTF(text, first)
#endif

/** `key = value`. */
struct loom_fleet_line {
    struct loom_word key;
    struct loom_word value;
    bool has_value; /**< there was a `=` */
};

/** A key of the file and where it was first used. */
struct loom_fleet_used_key {
    struct loom_fleet_used_key *next;
    struct loom_bytes key;
    unsigned line;
    struct loom_index_link by_key;
};

enum loom_fleet_section {
    LOOM_FLEET_SECTION_NONE,
    LOOM_FLEET_SECTION_ENDPOINT,
    LOOM_FLEET_SECTION_SERVER,
    LOOM_FLEET_SECTION_INSTANCE,
    LOOM_FLEET_SECTION_ANY,
    LOOM_FLEET_SECTION_PROFILE
};

/** An [endpoint] section; it lasts until the next one, over the [server] and [instance] sections
 *  that belong to it. */
struct loom_fleet_endpoint_section {
    bool open;
    bool named; /**< else its head is wrong, and only its lines are checked */
    struct loom_word head;
    unsigned seen; /**< words that stood in it */
    struct loom_word instance;
    struct loom_word versions;
};

/** A [server] section. */
struct loom_fleet_server_section {
    struct loom_word head;
    struct loom_word uri_word;
    unsigned seen;
    uint16_t short_server_id;
    struct loom_text uri;
    struct loom_bytes identity;
    struct loom_bytes key;
    size_t first_write; /**< of its two in the account: object 0, then object 1 */
};

/** What is different where keywords and values are not words of a file. */
struct loom_fleet_not_a_file {
    /** Hears of an error, which is at what is being read. */
    void (*error)(void *user, const char *text);
    void *user;
};

struct loom_fleet_reader {
    const char *name;
    /** NULL: a file. Else text of values has no quotes to be taken off, instances of objects 0 and
     *  1 may be given, and keys may come again: who has the document compares them. */
    const struct loom_fleet_not_a_file *not_a_file;
    enum loom_fleet_accounts_kind kind;
    const struct loom_catalog *catalog;
    loom_fleet_accounts_report *report;
    void *user;
    struct loom_fleet_accounts *accounts;
    unsigned errors;

    struct loom_fleet_record *record; /**< of the current [endpoint] */
    struct loom_fleet_block **blocks; /**< where the values of the section belong */
    struct loom_fleet_used_key *keys; /**< the last one first */
    struct loom_index by_key;

    enum loom_fleet_section section;
    /** The head of the section was wrong: its lines are not looked at, they would only repeat it.
     */
    bool skipping;
    struct loom_fleet_endpoint_section endpoint;
    struct loom_fleet_server_section server;
    struct loom_word profile_head;
    struct loom_fleet_profile *profile; /**< of a [profile] section */
    size_t instance_write;              /**< of an [instance] section in its account */
};

/** The account of the section's endpoint. */
static inline struct loom_fleet_account *loom_fleet_current(const struct loom_fleet_reader *reader)
{
    return &reader->record->account;
}

/** Reports an error at a word. Never put a value of the file into it: it may be a key. */
void loom_fleet_error(struct loom_fleet_reader *reader, const struct loom_word *at,
                      const char *format, ...) LOOM_FLEET_PRINTF(3, 4);
void loom_fleet_out_of_memory(struct loom_fleet_reader *reader, const struct loom_word *at);

/* ---- accounts_value.c: values ---------------------------------------------------------------- */

/* Each of these reports what is wrong and then returns false. What they give lives as long as the
 * accounts. */

/** Takes quotes and escapes off a value. */
bool loom_fleet_read_text(struct loom_fleet_reader *reader, const struct loom_word *word,
                          struct loom_text *text);
bool loom_fleet_read_hex(struct loom_fleet_reader *reader, const struct loom_word *word,
                         struct loom_bytes *bytes);
/** yes, no, true, false, 1 or 0. */
bool loom_fleet_read_boolean(struct loom_fleet_reader *reader, const struct loom_word *word,
                             bool *value);
/** A path of at least `least` and at most `most` ids. */
bool loom_fleet_read_path(struct loom_fleet_reader *reader, const struct loom_word *word,
                          unsigned least, unsigned most, struct loom_path *path);
/** A value of the type and in the range of a resource. */
bool loom_fleet_read_value(struct loom_fleet_reader *reader, const struct loom_word *word,
                           const struct loom_catalog_entry *entry, struct loom_value *value);
/** A PSK identity, text of 1 to LOOM_FLEET_IDENTITY_MAX bytes. */
bool loom_fleet_read_identity(struct loom_fleet_reader *reader, const struct loom_word *word,
                              struct loom_bytes *identity);
/** A PSK in hex that the file has not used before (rules A-9, H-3). */
bool loom_fleet_read_key(struct loom_fleet_reader *reader, const struct loom_word *word,
                         struct loom_bytes *key);

/* ---- accounts_setting.c: what a Bootstrap-Write carries -------------------------------------- */

/** `name`, `name/3`, `12` or `12/3` as the key of a setting in a write. */
void loom_fleet_named_setting(struct loom_fleet_reader *reader, struct loom_fleet_write *write,
                              const struct loom_fleet_line *line);

/** A value for the resource, or resource instance, of a path; it joins what the file says of the
 * same resource before. */
void loom_fleet_path_setting(struct loom_fleet_reader *reader, enum loom_fleet_target target,
                             const struct loom_path *path, const struct loom_fleet_line *line);

/** Adds a value that is known to fit. */
void loom_fleet_fixed_setting(struct loom_fleet_reader *reader, struct loom_fleet_write *write,
                              const struct loom_word *at, uint16_t resource,
                              const struct loom_value *value);

/* ---- accounts_section.c: the sections; each begins at its head ------------------------------- */

void loom_fleet_endpoint_begin(struct loom_fleet_reader *reader, const struct loom_word *name);
void loom_fleet_endpoint_line(struct loom_fleet_reader *reader, const struct loom_fleet_line *line);
void loom_fleet_endpoint_end(struct loom_fleet_reader *reader);

void loom_fleet_instance_begin(struct loom_fleet_reader *reader, const struct loom_word *head,
                               const struct loom_word *path);

/** @return whether a section that belongs to an endpoint may begin here. */
bool loom_fleet_in_endpoint(struct loom_fleet_reader *reader, const struct loom_word *head);

/* ---- accounts_profile.c: [profile ID] -------------------------------------------------------- */

void loom_fleet_profile_begin(struct loom_fleet_reader *reader, const struct loom_word *id);
void loom_fleet_profile_line(struct loom_fleet_reader *reader, const struct loom_fleet_line *line);
void loom_fleet_profile_end(struct loom_fleet_reader *reader);

/** A resource of its Security instance, by name or number; nothing is set beside it that it says
 *  itself. Of documents only. */
void loom_fleet_server_security_line(struct loom_fleet_reader *reader,
                                     const struct loom_fleet_line *line);

/* ---- accounts_server.c: [server ID] ---------------------------------------------------------- */

void loom_fleet_server_begin(struct loom_fleet_reader *reader, const struct loom_word *head,
                             const struct loom_word *id);
void loom_fleet_server_line(struct loom_fleet_reader *reader, const struct loom_fleet_line *line);
void loom_fleet_server_end(struct loom_fleet_reader *reader);

#endif
