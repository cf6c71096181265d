/* SPDX-License-Identifier: Apache-2.0 */
#include "generate.h"

#include <getopt.h>
#include <libxml/parser.h>
#include <stdio.h>

enum { EXIT_GOOD = 0, EXIT_PROBLEMS = 1, EXIT_USAGE = 2 };

static const char help[] =
    "Usage: loomc -o DIR [OPTION]... MODEL...\n"
    "       loomc --check [OPTION]... MODEL...\n"
    "\n"
    "Makes C of LwM2M object models (OMA object XML): for each object a header and a\n"
    "source with constant tables and typed accessors, and objects.h with the products\n"
    "made of them.\n"
    "\n"
    "  -o, --output DIR     where the files go; made if it is missing\n"
    "      --profile FILE   what a product has of the objects (docs/profile.md)\n"
    "      --templates DIR  templates that go before the built-in ones\n"
    "      --units          also units/MODEL.c for each model, which includes its sources\n"
    "      --depfile FILE   writes what depends on what, for Make\n"
    "      --list FILE      writes the paths of all files made, one a line\n"
    "      --check          reports all problems and writes nothing\n"
    "      --help           this text\n"
    "      --version        the version of loomc\n"
    "\n"
    "Problems are told as file:line:column: error: text, all of them. Files that did not\n"
    "change keep their time stamps; if there is any error no file is touched.\n"
    "\n"
    "Exit status: 0 all is well, 1 errors, 2 wrong usage.\n";

enum option_id {
    OPTION_PROFILE = 256,
    OPTION_TEMPLATES,
    OPTION_UNITS,
    OPTION_DEPFILE,
    OPTION_LIST,
    OPTION_CHECK,
    OPTION_HELP,
    OPTION_VERSION
};

static const struct option options[] = {
    {"output", required_argument, NULL, 'o'},
    {"profile", required_argument, NULL, OPTION_PROFILE},
    {"templates", required_argument, NULL, OPTION_TEMPLATES},
    {"units", no_argument, NULL, OPTION_UNITS},
    {"depfile", required_argument, NULL, OPTION_DEPFILE},
    {"list", required_argument, NULL, OPTION_LIST},
    {"check", no_argument, NULL, OPTION_CHECK},
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

static int generate(const struct loomc_request *request)
{
    struct loomc_diagnostics diagnostics = {stderr, 0, 0};
    bool good = loomc_generate(request, &diagnostics);

    xmlCleanupParser();
    return good ? EXIT_GOOD : EXIT_PROBLEMS;
}

int main(int argc, char **argv)
{
    struct loomc_request request = {0};
    bool check = false;
    int option;

    while ((option = getopt_long(argc, argv, "o:", options, NULL)) != -1) {
        switch (option) {
        case 'o':
            request.directory = optarg;
            break;
        case OPTION_PROFILE:
            request.profile = optarg;
            break;
        case OPTION_TEMPLATES:
            request.templates = optarg;
            break;
        case OPTION_UNITS:
            request.units = true;
            break;
        case OPTION_DEPFILE:
            request.depfile = optarg;
            break;
        case OPTION_LIST:
            request.list = optarg;
            break;
        case OPTION_CHECK:
            check = true;
            break;
        case OPTION_HELP:
            return print(help);
        case OPTION_VERSION:
            return print("loomc " LOOM_VERSION "\n");
        default:
            fputs("Try 'loomc --help'.\n", stderr);
            return EXIT_USAGE;
        }
    }
    request.models = argv + optind;
    request.model_count = (size_t)(argc - optind);
    if (request.model_count == 0) {
        return usage_error("no models");
    }
    if (request.directory == NULL && !check) {
        return usage_error("no output folder; say -o DIR");
    }
    if (check) {
        request.directory = NULL;
    }
    return generate(&request);
}
