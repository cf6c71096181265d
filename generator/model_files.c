/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "model_files.h"

#include "source_file.h"
#include "xml_reader.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void read_file(struct loomc_arena *arena, struct loomc_diagnostics *diagnostics,
                      const char *path, struct loomc_models *models)
{
    const struct loomc_source *source = loomc_source_read(arena, diagnostics, path);

    if (source != NULL) {
        loomc_xml_read(arena, diagnostics, source, false, NULL, models);
    }
}

/* What the OMA registry keeps beside its models: reusable resources, the index, and units. */
static const char *const no_models[] = {"Common.xml", "DDF.xml", "LWM2M_senml_units.xml"};

static int is_model(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);
    bool model = length > 4 && strcmp(entry->d_name + length - 4, ".xml") == 0;

    for (size_t i = 0; i < sizeof no_models / sizeof no_models[0]; i++) {
        model = model && strcmp(entry->d_name, no_models[i]) != 0;
    }
    return model;
}

static int by_name(const struct dirent **left, const struct dirent **right)
{
    return strcmp((*left)->d_name, (*right)->d_name);
}

void loomc_model_files_read(struct loomc_arena *arena, struct loomc_diagnostics *diagnostics,
                            const char *path, struct loomc_models *models)
{
    struct dirent **entries;
    struct stat information;

    if (stat(path, &information) != 0 || !S_ISDIR(information.st_mode)) {
        read_file(arena, diagnostics, path, models);
        return;
    }
    int count = scandir(path, &entries, is_model, by_name);

    for (int i = 0; i < count; i++) {
        read_file(arena, diagnostics, loomc_format(arena, "%s/%s", path, entries[i]->d_name),
                  models);
        free(entries[i]);
    }
    if (count >= 0) {
        free(entries);
    } else {
        loomc_error_in_file(diagnostics, path, "cannot read: %s", strerror(errno));
    }
}
