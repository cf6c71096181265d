/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/console_options.h"

#include "common/format_name.h"
#include "management/attributes.h"
#include "management/paths.h"

#include <stdio.h>
#include <string.h>

/* The words of a line as far as they have been read. */
struct reading {
    struct loom_program *program;
    unsigned may_come;
    struct loom_console_room *room;
    struct loom_dm_request *request;
    struct loom_output query;
    size_t path_count;
};

static bool complain(const struct reading *reading, const char *text)
{
    loom_program_complain(reading->program, text);
    return false;
}

static bool take_path(struct reading *reading, struct loom_text word)
{
    if (!loom_text_to_path(word, &reading->room->paths[reading->path_count])) {
        return complain(reading, "expected paths, e.g. /3/0/9 /1");
    }
    reading->path_count++;
    return true;
}

static bool take_attribute(struct reading *reading, struct loom_text word)
{
    if (!loom_dm_attribute_is_good(word, (reading->may_come & LOOM_CONSOLE_UNSET) != 0)) {
        return complain(reading, "attributes are pmin, pmax, epmin, epmax, hqmax=COUNT, "
                                 "gt, lt, st=NUMBER, edge, con=0|1");
    }
    if (reading->query.length > 0) {
        loom_put_byte(&reading->query, '&');
    }
    loom_put_bytes(&reading->query, word.data, word.length);
    return true;
}

static bool take_format(struct reading *reading, struct loom_text word)
{
    char message[128];
    if (reading->request->accept != LOOM_FORMAT_ABSENT) {
        return complain(reading, "only one format is possible");
    }
    if (!loom_format_read(word, &reading->request->accept)) {
        (void)snprintf(message, sizeof message, "formats are %s, or a number", loom_format_names);
        return complain(reading, message);
    }
    return true;
}

static bool take(struct reading *reading, const char *word)
{
    struct loom_text text = loom_program_text(word);
    bool attribute = strchr(word, '=') != NULL;
    if ((reading->may_come & LOOM_CONSOLE_PATHS) != 0 && word[0] == '/') {
        return take_path(reading, text);
    }
    if ((reading->may_come & LOOM_CONSOLE_FORMAT) != 0 && !attribute) {
        return take_format(reading, text);
    }
    return (reading->may_come & LOOM_CONSOLE_ATTRIBUTES) != 0
               ? take_attribute(reading, text)
               : complain(reading, "too many arguments; try help");
}

static bool put_paths(struct reading *reading)
{
    struct loom_console_room *room = reading->room;
    struct loom_output list = loom_output(room->list, sizeof room->list);
    if (reading->path_count == 0) {
        return complain(reading, "expected paths, e.g. /3/0/9 /1");
    }
    if (loom_dm_paths_write(room->paths, reading->path_count, &list) != LOOM_OK) {
        return complain(reading, "the line is too long");
    }
    reading->request->content_format = LOOM_DM_PATHS_FORMAT;
    reading->request->payload = (struct loom_bytes){room->list, list.length};
    return true;
}

bool loom_console_options(struct loom_program *program, unsigned may_come, char *line,
                          struct loom_console_room *room, struct loom_dm_request *request)
{
    struct reading reading = {.program = program,
                              .may_come = may_come,
                              .room = room,
                              .request = request,
                              .query = loom_output(room->query, sizeof room->query)};
    char *word;
    while ((word = loom_program_word(&line)) != NULL) {
        if (!take(&reading, word)) {
            return false;
        }
    }
    request->query = (struct loom_text){room->query, reading.query.length};
    return (may_come & LOOM_CONSOLE_PATHS) == 0 || put_paths(&reading);
}
