/* SPDX-License-Identifier: Apache-2.0 */
/** What the tests of loomc share: models as text, messages as text, folders of their own. */
#ifndef TESTS_GENERATOR_SUPPORT_H
#define TESTS_GENERATOR_SUPPORT_H

#include "diagnostics.h"
#include "generate.h"
#include "plan.h"
#include "template.h"

/** The <Resources> of a model that needs none in particular. */
#define ONE_ITEM ITEM("0", "Value", "RW", "Single", "Optional", "Integer", "", "")

/** One <Item> on one line. */
#define ITEM(id, name, operations, instances, mandatory, type, range, units)                       \
    "<Item ID=\"" id "\"><Name>" name "</Name><Operations>" operations "</Operations>"             \
    "<MultipleInstances>" instances "</MultipleInstances><Mandatory>" mandatory "</Mandatory>"     \
    "<Type>" type "</Type><RangeEnumeration>" range "</RangeEnumeration><Units>" units "</Units>"  \
    "<Description>About " name ".</Description></Item>\n"

/** A model; its items begin in line 3. */
#define MODEL(name, id, version, instances, items)                                                 \
    "<LWM2M><Object ObjectType=\"MODefinition\"><Name>" name                                       \
    "</Name><Description1></Description1>"                                                         \
    "<ObjectID>" id "</ObjectID><ObjectURN></ObjectURN><LWM2MVersion>1.1</LWM2MVersion>"           \
    "<ObjectVersion>" version "</ObjectVersion><MultipleInstances>" instances                      \
    "</MultipleInstances><Mandatory>Optional</Mandatory>\n<Resources>\n" items                     \
    "</Resources><Description2></Description2></Object></LWM2M>\n"

/** What came of reading and planning. */
struct outcome {
    struct loomc_arena arena;
    struct loomc_diagnostics diagnostics;
    struct loomc_models models;
    struct loomc_plan plan;
    struct loomc_names names;
    char *messages;
    size_t messages_size;
};

/** Reads models given as text, `a.xml`, `b.xml` and so on. */
void outcome_read(struct outcome *outcome, const char *const *texts, size_t count);

/** Same for one model. */
void outcome_read_one(struct outcome *outcome, const char *text);

/** Same as --strict does it. */
void outcome_read_strict(struct outcome *outcome, const char *text);

/** Names and plans what was read, with profile `p.profile` of that text, NULL for none. */
void outcome_plan(struct outcome *outcome, const char *profile);

/** Reads models that a profile repairs, names and plans them. */
void outcome_run(struct outcome *outcome, const char *const *texts, size_t count,
                 const char *profile);

/** The messages so far; each ends with a line end. */
const char *outcome_messages(struct outcome *outcome);

void outcome_free(struct outcome *outcome);

/** Fails unless the outcome's messages are these. */
void expect_messages(struct outcome *outcome, const char *expected);

/** @return the row of a resource, or NULL if the product does not have it. */
const struct loomc_row *find_row(const struct loomc_plan_object *planned, unsigned id);

/** A new folder for one test. Remove it with folder_remove(), which frees the path. */
char *folder_make(void);
void folder_remove(char *folder);

/** `folder/name`, which the caller frees. */
char *folder_path(const char *folder, const char *name);
void folder_write(const char *folder, const char *name, const char *text);

/** The text of a file, which the caller frees; NULL if it cannot be read. */
char *read_file(const char *path);
char *folder_read(const char *folder, const char *name);

/** How many files of any kind stand in the folder itself. */
unsigned folder_count(const char *folder);

#endif
