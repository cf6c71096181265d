/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "repairs.h"

#include "buffer.h"
#include "text.h"
#include "utf8.h"

#include <string.h>
#include <strings.h>

bool loomc_token_names(const struct loomc_token *token, uint16_t id, const char *name,
                       const char *model_name)
{
    unsigned long number;

    /* A name of one word needs no quotation marks, unless it is a number. */
    if (token->quoted || !loomc_text_number(token->text, UINT16_MAX, &number)) {
        return strcasecmp(token->text, name) == 0 || strcasecmp(token->text, model_name) == 0;
    }
    return number == id;
}

static bool speaks_of(const struct loomc_section *section, const struct loomc_object *object)
{
    uint8_t major;
    uint8_t minor;

    if (section->head.word != LOOMC_WORD_OBJECT ||
        !loomc_token_names(&section->head.arguments[0], object->id, object->name,
                           object->model_name)) {
        return false;
    }
    return section->head.count < 2 ||
           (loomc_text_version(section->head.arguments[1].text, &major, &minor) &&
            major == object->version_major && minor == object->version_minor);
}

const struct loomc_setting *loomc_repair_find(const struct loomc_profile *profile,
                                              enum loomc_word word,
                                              const struct loomc_object *object,
                                              const struct loomc_resource *resource)
{
    const struct loomc_setting *found = NULL;

    for (size_t i = 0; profile != NULL && i < profile->count; i++) {
        const struct loomc_section *section = &profile->sections[i];

        if (!speaks_of(section, object)) {
            continue;
        }
        for (size_t j = 0; j < section->count; j++) {
            const struct loomc_setting *setting = &section->settings[j];

            if (setting->word == word && setting->count > 1 &&
                loomc_token_names(&setting->arguments[0], resource->id, resource->name,
                                  resource->model_name)) {
                found = setting;
            }
        }
    }
    return found;
}

const struct loomc_token *loomc_repair_object_name(const struct loomc_profile *profile,
                                                   const struct loomc_object *object)
{
    const struct loomc_token *found = NULL;

    for (size_t i = 0; profile != NULL && i < profile->count; i++) {
        const struct loomc_section *section = &profile->sections[i];

        for (size_t j = 0; speaks_of(section, object) && j < section->count; j++) {
            if (section->settings[j].word == LOOMC_WORD_NAME && section->settings[j].count == 1) {
                found = &section->settings[j].arguments[0];
            }
        }
    }
    return found;
}

bool loomc_is_name(const char *text)
{
    size_t length = strlen(text);
    uint32_t character;

    for (size_t at = 0; at < length;) {
        size_t size = loomc_utf8_read(text + at, length - at, &character);

        if (size == 0 || character < ' ') {
            return false;
        }
        at += size;
    }
    return length > 0 && length <= LOOMC_NAME_MAX;
}

const char *loomc_repair_text(struct loomc_arena *arena, const struct loomc_setting *setting)
{
    struct loomc_buffer text = {NULL, 0, 0};

    if (setting->count == 2 && !setting->arguments[1].quoted &&
        strcmp(setting->arguments[1].text, "none") == 0) {
        return "";
    }
    for (size_t i = 1; i < setting->count; i++) {
        loomc_put_format(&text, "%s%s", i > 1 ? ", " : "", setting->arguments[i].text);
    }
    const char *copy = loomc_copy(arena, text.data != NULL ? text.data : "", text.length);

    loomc_buffer_free(&text);
    return copy;
}
