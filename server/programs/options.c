/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of the two servers. */
#define _POSIX_C_SOURCE 200809L

#include "programs/program.h"

#include "programs/version.h"

#include <getopt.h>
#include <stdlib.h>

#define EXIT_USAGE 2

/* Which of the programs have an option. */
enum { BOOTSTRAP = 1u << LOOM_FLEET_BOOTSTRAP, MANAGEMENT = 1u << LOOM_FLEET_MANAGEMENT };

static const struct option options[] = {
    {"accounts", required_argument, NULL, 'a'}, {"listen", required_argument, NULL, 'l'},
    {"json", no_argument, NULL, 'j'},           {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'v'},        {"nosec-any", no_argument, NULL, 'n'},
    {"no-pack", no_argument, NULL, 'p'},        {"lwm2m", required_argument, NULL, 'm'},
    {"files", required_argument, NULL, 'f'},    {NULL, 0, NULL, 0},
};

static unsigned programs_with(int option)
{
    switch (option) {
    case 'n':
    case 'm':
    case 'f':
        return MANAGEMENT;
    case 'p':
        return BOOTSTRAP;
    default:
        return BOOTSTRAP | MANAGEMENT;
    }
}

int loom_program_usage_error(const struct loom_program *program, const char *what)
{
    if (what != NULL) {
        (void)fprintf(stderr, "%s: %s\n", program->name, what);
    }
    (void)fprintf(stderr, "Try '%s --help'.\n", program->name);
    return EXIT_USAGE;
}

static int refuse_option(const struct loom_program *program, int option)
{
    const struct option *refused = options;
    char text[64];
    while (refused->val != option) {
        refused++;
    }
    (void)snprintf(text, sizeof text, "unrecognized option '--%s'", refused->name);
    return loom_program_usage_error(program, text);
}

/* @return as loom_program_read_options() */
static int take(struct loom_program *program, int option, const char *value)
{
    switch (option) {
    case 'a':
        program->accounts_file = value;
        break;
    case 'l':
        if (program->listen_count == LOOM_PROGRAM_LISTEN_MAX) {
            return loom_program_usage_error(program, "too many --listen");
        }
        program->listen[program->listen_count++] = value;
        break;
    case 'j':
        program->json = true;
        break;
    case 'n':
        program->nosec_any = true;
        break;
    case 'p':
        program->no_pack = true;
        break;
    case 'm':
        program->lwm2m = value;
        break;
    case 'f':
        program->files = value;
        break;
    case 'h':
        (void)fputs(program->usage, stdout);
        return EXIT_SUCCESS;
    case 'v':
        (void)printf("%s %s\n", program->name, LOOM_VERSION);
        return EXIT_SUCCESS;
    default:
        return loom_program_usage_error(program, NULL);
    }
    return -1;
}

/* What is needed, and what excludes each other. */
static int check(const struct loom_program *program)
{
    if (program->listen_count == 0) {
        return loom_program_usage_error(
            program, "--listen is needed, as in --listen coaps://127.0.0.1:5684");
    }
    if (program->accounts_file == NULL && !program->nosec_any) {
        return loom_program_usage_error(program, program->kind == LOOM_FLEET_MANAGEMENT
                                                     ? "--accounts or --nosec-any is needed"
                                                     : "--accounts is needed");
    }
    if (program->accounts_file != NULL && program->nosec_any) {
        return loom_program_usage_error(program,
                                        "--nosec-any excludes --accounts; in a file [any] does it");
    }
    return -1;
}

int loom_program_read_options(struct loom_program *program, int argc, char **argv)
{
    int option;
    int status = -1;
    while (status < 0 && (option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        status = (programs_with(option) & 1u << program->kind) == 0 ? refuse_option(program, option)
                                                                    : take(program, option, optarg);
    }
    if (status < 0 && optind < argc) {
        status = loom_program_usage_error(program, "there are no arguments but options");
    }
    return status < 0 ? check(program) : status;
}
