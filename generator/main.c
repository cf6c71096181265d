/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "compare.h"
#include "generate.h"
#include "prefix.h"

#include <getopt.h>
#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_GOOD = 0, EXIT_PROBLEMS = 1, EXIT_USAGE = 2 };

static const char help[] =
    "Usage: loomc -o DIR [OPTION]... MODEL...\n"
    "       loomc --check | --size | --ids FILE.h | --stubs FILE.c | --names FILE [OPTION]...\n"
    "             MODEL...\n"
    "       loomc --compare OLD NEW\n"
    "\n"
    "Generates C from LwM2M object models (OMA object XML): for each object a header and\n"
    "a source with constant tables and typed accessors, and loom_objects.h with the products\n"
    "that consist of them.\n"
    "\n"
    "  -o, --output DIR     output directory; created if it does not exist\n"
    "      --profile FILE   the product profile (docs/profile.md)\n"
    "      --prefix NAME    prefix of identifiers and C files (default: loom)\n"
    "      --format LIST    what to generate, separated by commas: c (default), json, html,\n"
    "                       md, or formats of your own templates (docs/templates.md)\n"
    "      --templates DIR  templates that override the built-in ones\n"
    "      --units          also units/MODEL.c for each model, which includes its sources\n"
    "      --depfile FILE   writes the dependencies, for Make\n"
    "      --list FILE      writes the paths of all generated files, one per line\n"
    "      --ids FILE.h     writes a header with only the ids of objects and resources, once for\n"
    "                       all versions of an object\n"
    "      --stubs FILE.c   writes skeletons of the functions that the product implements; never\n"
    "                       overwrites an existing file\n"
    "      --names FILE     compares the names in the code with those in FILE, reports names that\n"
    "                       would change, and adds new ones\n"
    "      --size           reports RAM and flash of each product for each object\n"
    "      --check          reports all problems and writes nothing\n"
    "      --compare        lists the incompatible changes of a new version of a model, and the\n"
    "                       version number that is due\n"
    "      --strict         checks models against the OMA schema and the rules for new objects\n"
    "      --registry DIR   checks reusable resources against this copy of the OMA registry\n"
    "      --diagnostics FORM\n"
    "                       format of diagnostics: text (default) or json\n"
    "      --color WHEN     always, never or auto (default): colour and the source\n"
    "                       line, if errors are printed on a terminal\n"
    "      --help           prints this text and exits\n"
    "      --version        prints the version and exits\n"
    "\n"
    "All problems are reported in one run, as file:line:column: error: text. If there is an\n"
    "error, no file is changed. Files that do not change keep their time stamps.\n"
    "\n"
    "Exit status: 0 success, 1 errors, 2 wrong usage.\n";

enum option_id {
    OPTION_PROFILE = 256,
    OPTION_PREFIX,
    OPTION_FORMAT,
    OPTION_TEMPLATES,
    OPTION_UNITS,
    OPTION_DEPFILE,
    OPTION_LIST,
    OPTION_IDS,
    OPTION_STUBS,
    OPTION_NAMES,
    OPTION_SIZE,
    OPTION_CHECK,
    OPTION_COMPARE,
    OPTION_STRICT,
    OPTION_REGISTRY,
    OPTION_DIAGNOSTICS,
    OPTION_COLOR,
    OPTION_HELP,
    OPTION_VERSION
};

static const struct option options[] = {
    {"output", required_argument, NULL, 'o'},
    {"profile", required_argument, NULL, OPTION_PROFILE},
    {"prefix", required_argument, NULL, OPTION_PREFIX},
    {"format", required_argument, NULL, OPTION_FORMAT},
    {"templates", required_argument, NULL, OPTION_TEMPLATES},
    {"units", no_argument, NULL, OPTION_UNITS},
    {"depfile", required_argument, NULL, OPTION_DEPFILE},
    {"list", required_argument, NULL, OPTION_LIST},
    {"ids", required_argument, NULL, OPTION_IDS},
    {"stubs", required_argument, NULL, OPTION_STUBS},
    {"names", required_argument, NULL, OPTION_NAMES},
    {"size", no_argument, NULL, OPTION_SIZE},
    {"check", no_argument, NULL, OPTION_CHECK},
    {"compare", no_argument, NULL, OPTION_COMPARE},
    {"strict", no_argument, NULL, OPTION_STRICT},
    {"registry", required_argument, NULL, OPTION_REGISTRY},
    {"diagnostics", required_argument, NULL, OPTION_DIAGNOSTICS},
    {"color", required_argument, NULL, OPTION_COLOR},
    {"help", no_argument, NULL, OPTION_HELP},
    {"version", no_argument, NULL, OPTION_VERSION},
    {NULL, 0, NULL, 0},
};

static int usage_error(const char *problem)
{
    fprintf(stderr, "loomc: error: %s\nTry 'loomc --help'.\n", problem);
    return EXIT_USAGE;
}

/* Text that was asked for is a result like any other: a closed or full output is an error. */
static int print(const char *text)
{
    return fputs(text, stdout) >= 0 && fflush(stdout) == 0 ? EXIT_GOOD : EXIT_PROBLEMS;
}

static bool set_form(struct loomc_diagnostics *diagnostics, const char *form)
{
    diagnostics->json = strcmp(form, "json") == 0;
    return diagnostics->json || strcmp(form, "text") == 0;
}

/* Colour is not for files, nor for who said so in NO_COLOR or has a terminal that knows none. */
static bool set_color(struct loomc_diagnostics *diagnostics, const char *when)
{
    const char *no_color = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");
    bool wanted = no_color == NULL || *no_color == '\0';

    diagnostics->excerpts = isatty(STDERR_FILENO) == 1;
    if (strcmp(when, "auto") == 0) {
        diagnostics->color =
            diagnostics->excerpts && wanted && terminal != NULL && strcmp(terminal, "dumb") != 0;
        return true;
    }
    diagnostics->color = strcmp(when, "always") == 0;
    diagnostics->excerpts = diagnostics->excerpts || diagnostics->color;
    return diagnostics->color || strcmp(when, "never") == 0;
}

static int generate(const struct loomc_request *request, struct loomc_diagnostics *diagnostics)
{
    bool good = loomc_generate(request, diagnostics);

    xmlCleanupParser();
    return good ? EXIT_GOOD : EXIT_PROBLEMS;
}

static int compare(char *const *models, struct loomc_diagnostics *diagnostics)
{
    bool good = loomc_compare(models[0], models[1], stdout, diagnostics);

    xmlCleanupParser();
    return good ? EXIT_GOOD : EXIT_PROBLEMS;
}

/* What the command line says. */
struct command {
    struct loomc_request request;
    struct loomc_diagnostics diagnostics;
    bool compare;
};

/* @return where an argument goes that is taken as it is, or NULL: the option is another one */
static const char **argument_place(struct loomc_request *request, int option)
{
    switch (option) {
    case 'o':
        return &request->directory;
    case OPTION_PROFILE:
        return &request->profile;
    case OPTION_PREFIX:
        return &request->prefix;
    case OPTION_FORMAT:
        return &request->formats;
    case OPTION_TEMPLATES:
        return &request->templates;
    case OPTION_DEPFILE:
        return &request->depfile;
    case OPTION_LIST:
        return &request->list;
    case OPTION_IDS:
        return &request->ids;
    case OPTION_STUBS:
        return &request->stubs;
    case OPTION_REGISTRY:
        return &request->registry;
    case OPTION_NAMES:
        return &request->names;
    default:
        return NULL;
    }
}

#define GO_ON (-1)

/* @return GO_ON, or the status to exit with */
static int take_option(struct command *command, int option, const char *argument)
{
    const char **place = argument_place(&command->request, option);

    if (place != NULL) {
        *place = argument;
        return GO_ON;
    }
    switch (option) {
    case OPTION_UNITS:
        command->request.units = true;
        return GO_ON;
    case OPTION_SIZE:
        command->request.sizes = stdout;
        return GO_ON;
    case OPTION_CHECK:
        command->request.check = true;
        return GO_ON;
    case OPTION_COMPARE:
        command->compare = true;
        return GO_ON;
    case OPTION_STRICT:
        command->request.strict = true;
        return GO_ON;
    case OPTION_DIAGNOSTICS:
        return set_form(&command->diagnostics, argument)
                   ? GO_ON
                   : usage_error("--diagnostics must be text or json");
    case OPTION_COLOR:
        return set_color(&command->diagnostics, argument)
                   ? GO_ON
                   : usage_error("--color must be always, never or auto");
    case OPTION_HELP:
        return print(help);
    case OPTION_VERSION:
        return print("loomc " LOOM_VERSION "\n");
    default:
        fputs("Try 'loomc --help'.\n", stderr);
        return EXIT_USAGE;
    }
}

/* What is asked for beside a comparison would not be done. */
static bool asks_for_more(const struct loomc_request *request)
{
    return request->directory != NULL || request->profile != NULL || request->prefix != NULL ||
           request->formats != NULL || request->templates != NULL || request->depfile != NULL ||
           request->list != NULL || request->ids != NULL || request->stubs != NULL ||
           request->registry != NULL || request->names != NULL || request->sizes != NULL ||
           request->units || request->check || request->strict;
}

static const char *misuse_of_compare(const struct loomc_request *request)
{
    if (asks_for_more(request)) {
        return "--compare allows only the options --diagnostics and --color";
    }
    return request->model_count == 2 ? NULL : "--compare needs two models, the old and the new one";
}

/* @return what is wrong with the command as a whole, or NULL */
static const char *misuse(const struct command *command)
{
    const struct loomc_request *request = &command->request;

    if (command->compare) {
        return misuse_of_compare(request);
    }
    if (request->model_count == 0) {
        return "no models";
    }
    if (request->prefix != NULL && loomc_prefix_fault(request->prefix) != NULL) {
        return loomc_prefix_fault(request->prefix);
    }
    if (request->check && request->ids != NULL) {
        return "--check and --ids cannot be used together";
    }
    if (request->check && request->stubs != NULL) {
        return "--check and --stubs cannot be used together";
    }
    if (request->directory == NULL && !request->check && request->ids == NULL &&
        request->stubs == NULL && request->names == NULL && request->sizes == NULL) {
        return "no output directory; use -o DIR";
    }
    return NULL;
}

int main(int argc, char **argv)
{
    struct command command = {.diagnostics = {.out = stderr}};
    int option;

    set_color(&command.diagnostics, "auto");
    while ((option = getopt_long(argc, argv, "o:", options, NULL)) != -1) {
        int status = take_option(&command, option, optarg);

        if (status != GO_ON) {
            return status;
        }
    }
    command.request.models = argv + optind;
    command.request.model_count = (size_t)(argc - optind);

    const char *problem = misuse(&command);

    if (problem != NULL) {
        return usage_error(problem);
    }
    if (command.compare) {
        return compare(argv + optind, &command.diagnostics);
    }
    if (command.request.check) {
        command.request.directory = NULL;
    }
    return generate(&command.request, &command.diagnostics);
}
