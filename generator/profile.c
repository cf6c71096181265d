/* SPDX-License-Identifier: Apache-2.0 */
#include "profile.h"

#include "nearest.h"

#include <string.h>

#define ANY ((size_t)-1)

enum { IN_DEFAULT = 1, IN_OBJECT = 2, IN_PRODUCT = 4, STARTS_SECTION = 8 };

struct word {
    const char *text;
    unsigned scope;
    size_t least; /* arguments */
    size_t most;
    const char *usage;
};

static const struct word words[LOOMC_WORDS] = {
    [LOOMC_WORD_DEFAULT] = {"default", STARTS_SECTION, 1, ANY, "default SETTING [VALUE...]"},
    [LOOMC_WORD_OBJECT] = {"object", STARTS_SECTION, 1, 2, "object ID [VERSION]"},
    [LOOMC_WORD_PRODUCT] = {"product", STARTS_SECTION, 1, 3, "product NAME [lwm2m VERSION]"},
    [LOOMC_WORD_ROOM] = {"room", IN_DEFAULT | IN_OBJECT, 1, 1, "room INSTANCES"},
    [LOOMC_WORD_INITIAL] = {"initial", IN_DEFAULT | IN_OBJECT, 1, 1, "initial INSTANCES"},
    [LOOMC_WORD_COMPLETE] = {"complete", IN_DEFAULT | IN_OBJECT, 0, 0, "complete"},
    [LOOMC_WORD_HIDDEN] = {"hidden", IN_OBJECT, 0, 0, "hidden"},
    [LOOMC_WORD_PERSISTENT] = {"persistent", IN_OBJECT, 0, 0, "persistent"},
    [LOOMC_WORD_ACCOUNT] = {"account", IN_OBJECT, 0, 0, "account"},
    [LOOMC_WORD_STAGED] = {"staged", IN_OBJECT, 0, 0, "staged"},
    [LOOMC_WORD_FIRMWARE] = {"firmware", IN_OBJECT, 0, 0, "firmware"},
    [LOOMC_WORD_HANDLED] = {"handled", IN_OBJECT, 1, ANY, "handled RESOURCE... | all"},
    [LOOMC_WORD_STREAM] = {"stream", IN_OBJECT, 1, ANY, "stream RESOURCE..."},
    [LOOMC_WORD_STORED] = {"stored", IN_OBJECT, 1, ANY, "stored RESOURCE... | all"},
    [LOOMC_WORD_REPORTED] = {"reported", IN_OBJECT, 1, ANY, "reported RESOURCE... | all"},
    [LOOMC_WORD_WITHOUT] = {"without", IN_OBJECT, 1, ANY, "without RESOURCE..."},
    [LOOMC_WORD_ONLY] = {"only", IN_OBJECT, 1, ANY, "only RESOURCE..."},
    [LOOMC_WORD_SIZE] = {"size", IN_DEFAULT | IN_OBJECT, 1, 2,
                         "size RESOURCE BYTES, or default size BYTES"},
    [LOOMC_WORD_LENGTH] = {"length", IN_DEFAULT, 1, 1, "default length BYTES"},
    [LOOMC_WORD_COUNT] = {"count", IN_DEFAULT | IN_OBJECT, 1, 2,
                          "count RESOURCE INSTANCES, or default count INSTANCES"},
    [LOOMC_WORD_BITS] = {"bits", IN_DEFAULT | IN_OBJECT, 1, 2,
                         "bits RESOURCE 8 | 16 | 32 | 64, or default bits 8 | 16 | 32 | 64"},
    [LOOMC_WORD_NAME] = {"name", IN_OBJECT, 1, 2, "name [RESOURCE] NAME"},
    [LOOMC_WORD_TYPE] = {"type", IN_OBJECT, 2, 2, "type RESOURCE TYPE"},
    [LOOMC_WORD_RANGE] = {"range", IN_OBJECT, 2, 2, "range RESOURCE RANGE | none"},
    [LOOMC_WORD_VALUES] = {"values", IN_OBJECT, 2, ANY, "values RESOURCE LIST | none"},
    [LOOMC_WORD_VIEW] = {"view", IN_OBJECT, 1, ANY, "view RESOURCE=SECURITY-RESOURCE..."},
    [LOOMC_WORD_VALUE] = {"value", IN_OBJECT, 2, ANY, "value RESOURCE VALUE..."},
    [LOOMC_WORD_CONSTANT] = {"constant", IN_OBJECT, 2, ANY, "constant RESOURCE VALUE..."},
    [LOOMC_WORD_INSTANCE] = {"instance", IN_OBJECT, 1, 1, "instance ID"},
    [LOOMC_WORD_READ_ONLY] = {"read-only", IN_OBJECT, 1, ANY, "read-only RESOURCE... | all"},
    [LOOMC_WORD_HIDE] = {"hide", IN_OBJECT, 1, ANY, "hide RESOURCE... | all"},
    [LOOMC_WORD_SECRET] = {"secret", IN_OBJECT, 1, ANY, "secret RESOURCE..."},
    [LOOMC_WORD_EXECUTABLES] = {"executables", IN_DEFAULT, 1, 1, "executables handled | reported"},
    [LOOMC_WORD_USES] = {"uses", IN_PRODUCT, 1, 2, "uses ID [VERSION]"},
    [LOOMC_WORD_OTHERS] = {"others", IN_PRODUCT, 0, 0, "others"},
    [LOOMC_WORD_FORMATS] = {"formats", IN_DEFAULT | IN_PRODUCT, 1, ANY, "formats FORMAT..."},
    [LOOMC_WORD_FEATURES] = {"features", IN_DEFAULT | IN_PRODUCT, 1, ANY, "features FEATURE..."},
};

struct parser {
    struct loomc_arena *arena;
    struct loomc_diagnostics *diagnostics;
    struct loomc_profile *profile;
};

struct tokens {
    struct loomc_token *items;
    size_t count;
    size_t room;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* Takes the line from `offset` to `end` apart. @return false after an error was reported. */
static bool split_line(const struct parser *parser, size_t offset, size_t end,
                       struct tokens *tokens)
{
    const char *text = parser->profile->source->text;

    for (;;) {
        while (offset < end && is_blank(text[offset])) {
            offset++;
        }
        if (offset == end || text[offset] == '#') {
            return true;
        }
        struct loomc_token token = {NULL, text[offset] == '"', offset};
        size_t begin = offset + (token.quoted ? 1 : 0);
        size_t stop = begin;

        while (stop < end && (token.quoted ? text[stop] != '"' : !is_blank(text[stop]))) {
            stop++;
        }
        if (token.quoted && stop == end) {
            loomc_error(parser->diagnostics, parser->profile->source, token.offset,
                        "quotation mark without its counterpart");
            return false;
        }
        token.text = loomc_copy(parser->arena, text + begin, stop - begin);
        tokens->items = loomc_grow(parser->arena, tokens->items, tokens->count, &tokens->room,
                                   sizeof tokens->items[0]);
        tokens->items[tokens->count++] = token;
        offset = stop + (token.quoted ? 1 : 0);
    }
}

static unsigned scope_of(const struct loomc_section *section)
{
    if (section == NULL) {
        return 0;
    }
    return section->head.word == LOOMC_WORD_PRODUCT  ? IN_PRODUCT
           : section->head.word == LOOMC_WORD_OBJECT ? IN_OBJECT
                                                     : IN_DEFAULT;
}

static void report_unknown(const struct parser *parser, const struct loomc_token *token,
                           unsigned scope)
{
    const char *candidates[LOOMC_WORDS];
    size_t count = 0;

    for (size_t i = 0; i < LOOMC_WORDS; i++) {
        if ((words[i].scope & scope) != 0) {
            candidates[count++] = words[i].text;
        }
    }
    const char *nearest = loomc_nearest(token->text, candidates, count);

    if (nearest != NULL) {
        loomc_error(parser->diagnostics, parser->profile->source, token->offset,
                    "unknown setting \"%s\"; did you mean \"%s\"?", token->text, nearest);
    } else {
        loomc_error(parser->diagnostics, parser->profile->source, token->offset,
                    "unknown setting \"%s\"", token->text);
    }
}

/* Makes a setting of tokens that begin with its word. @return false after an error was reported. */
static bool make_setting(const struct parser *parser, const struct loomc_token *tokens,
                         size_t count, unsigned scope, struct loomc_setting *setting)
{
    size_t word = 0;

    while (word < LOOMC_WORDS &&
           (tokens[0].quoted || strcmp(words[word].text, tokens[0].text) != 0)) {
        word++;
    }
    if (word == LOOMC_WORDS) {
        report_unknown(parser, &tokens[0], scope);
        return false;
    }
    if ((words[word].scope & scope) == 0) {
        loomc_error(parser->diagnostics, parser->profile->source, tokens[0].offset,
                    "\"%s\" does not belong here", tokens[0].text);
        return false;
    }
    if (count - 1 < words[word].least || count - 1 > words[word].most) {
        loomc_error(parser->diagnostics, parser->profile->source, tokens[0].offset, "expected: %s",
                    words[word].usage);
        return false;
    }
    setting->word = (enum loomc_word)word;
    setting->offset = tokens[0].offset;
    setting->arguments = tokens + 1;
    setting->count = count - 1;
    return true;
}

static struct loomc_section *add_section(const struct parser *parser, struct loomc_setting head)
{
    struct loomc_profile *profile = parser->profile;

    profile->sections = loomc_grow(parser->arena, profile->sections, profile->count, &profile->room,
                                   sizeof profile->sections[0]);
    struct loomc_section *section = &profile->sections[profile->count++];

    memset(section, 0, sizeof *section);
    section->head = head;
    return section;
}

static void add_setting(const struct parser *parser, struct loomc_section *section,
                        struct loomc_setting setting)
{
    section->settings = loomc_grow(parser->arena, section->settings, section->count, &section->room,
                                   sizeof section->settings[0]);
    section->settings[section->count++] = setting;
}

/* `size`, `count` and `bits` speak of one resource in an object and of all resources in a default.
 */
static bool fits_place(const struct parser *parser, const struct loomc_setting *setting,
                       bool in_default)
{
    bool of_resource = setting->word == LOOMC_WORD_SIZE || setting->word == LOOMC_WORD_COUNT ||
                       setting->word == LOOMC_WORD_BITS;

    if (of_resource && setting->count != (in_default ? 1u : 2u)) {
        loomc_error(parser->diagnostics, parser->profile->source, setting->offset, "expected: %s",
                    words[setting->word].usage);
        return false;
    }
    return true;
}

static void add_line(const struct parser *parser, const struct tokens *tokens,
                     struct loomc_section **section)
{
    struct loomc_setting setting;

    if (!make_setting(parser, tokens->items, tokens->count, STARTS_SECTION | scope_of(*section),
                      &setting)) {
        return;
    }
    if (setting.word == LOOMC_WORD_DEFAULT) {
        struct loomc_setting inner;

        /* A default is complete in its line: a new section holds no other settings. */
        if (make_setting(parser, tokens->items + 1, tokens->count - 1, IN_DEFAULT, &inner) &&
            fits_place(parser, &inner, true)) {
            add_setting(parser, add_section(parser, setting), inner);
        }
        *section = NULL;
    } else if (setting.word == LOOMC_WORD_OBJECT || setting.word == LOOMC_WORD_PRODUCT) {
        *section = add_section(parser, setting);
    } else if (fits_place(parser, &setting, false)) {
        add_setting(parser, *section, setting);
    }
}

struct loomc_profile loomc_profile_read(struct loomc_arena *arena,
                                        struct loomc_diagnostics *diagnostics,
                                        const struct loomc_source *source)
{
    struct loomc_profile profile = {source, NULL, 0, 0};
    struct parser parser = {arena, diagnostics, &profile};
    struct loomc_section *section = NULL;

    for (size_t offset = 0; offset < source->length;) {
        const char *newline = memchr(source->text + offset, '\n', source->length - offset);
        size_t end = newline != NULL ? (size_t)(newline - source->text) : source->length;
        struct tokens tokens = {NULL, 0, 0};

        if (split_line(&parser, offset, end, &tokens) && tokens.count > 0) {
            add_line(&parser, &tokens, &section);
        }
        offset = end + 1;
    }
    return profile;
}
