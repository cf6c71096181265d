/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "payload.h"

#include <getopt.h>
#include <libxml/parser.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    "Usage: loom-payload --from FORMAT [OPTION]... [MODEL|DIR|PATH=TYPE]...\n"
    "\n"
    "Reads an LwM2M payload from standard input, checks it as a device would, and prints it\n"
    "with names, as JSON, or in another format.\n"
    "\n"
    "      --from FORMAT    format of the payload\n"
    "      --to FORMAT      output: names (default), list (JSON), or a format\n"
    "      --path PATH      path that the payload was sent to or read from; default: /\n"
    "      --models MODEL   an object model (XML), or a directory of them; may be repeated\n"
    "      --type PATH=TYPE type of a resource, overrides that of a model; may be repeated\n"
    "      --hex            read, and print, the payload as hexadecimal digits\n"
    "      --help           print this text and exit\n"
    "      --version        print the version and exit\n"
    "\n"
    "Formats, by name or by number:\n"
    "  text opaque cbor senml-json senml-cbor senml-etch-json senml-etch-cbor tlv json\n"
    "  lwm2m-cbor\n"
    "Types: String, Integer, Unsigned Integer, Float, Boolean, Opaque, Time, Objlnk, Corelnk\n"
    "\n"
    "Exit status: 0 success; 1 the payload is malformed (the offset is reported), or it\n"
    "cannot be printed in the format; 2 wrong usage, or a model that cannot be read.\n";

enum option_id {
    OPTION_FROM = 256,
    OPTION_TO,
    OPTION_PATH,
    OPTION_MODELS,
    OPTION_TYPE,
    OPTION_HEX,
    OPTION_HELP,
    OPTION_VERSION
};

static const struct option options[] = {
    {"from", required_argument, NULL, OPTION_FROM},
    {"to", required_argument, NULL, OPTION_TO},
    {"path", required_argument, NULL, OPTION_PATH},
    {"models", required_argument, NULL, OPTION_MODELS},
    {"type", required_argument, NULL, OPTION_TYPE},
    {"hex", no_argument, NULL, OPTION_HEX},
    {"help", no_argument, NULL, OPTION_HELP},
    {"version", no_argument, NULL, OPTION_VERSION},
    {NULL, 0, NULL, 0},
};

enum output { SHOW, LIST, FORMAT };

struct command {
    struct loomc_arena arena;
    struct payload_known known;
    struct payload payload;
    const struct loom_format *to;
    enum output output;
    bool hex;
};

static int usage_error(const char *problem, const char *argument)
{
    (void)fprintf(stderr, "loom-payload: error: %s%s%s\nTry 'loom-payload --help'.\n", problem,
                  argument[0] != '\0' ? ": " : "", argument);
    return PAYLOAD_USAGE;
}

static int print(const char *text)
{
    return fputs(text, stdout) >= 0 && fflush(stdout) == 0 ? PAYLOAD_GOOD : PAYLOAD_MALFORMED;
}

/* ---- the command line ------------------------------------------------------------------------ */

static const struct loom_format *find_format(const char *text)
{
    static const struct {
        const char *name;
        uint16_t number;
    } names[] = {{"text", LOOM_FORMAT_TEXT},
                 {"opaque", LOOM_FORMAT_OPAQUE},
                 {"cbor", LOOM_FORMAT_CBOR},
                 {"senml-json", LOOM_FORMAT_SENML_JSON},
                 {"senml-cbor", LOOM_FORMAT_SENML_CBOR},
                 {"senml-etch-json", LOOM_FORMAT_SENML_ETCH_JSON},
                 {"senml-etch-cbor", LOOM_FORMAT_SENML_ETCH_CBOR},
                 {"tlv", LOOM_FORMAT_TLV},
                 {"json", LOOM_FORMAT_JSON},
                 {"lwm2m-cbor", LOOM_FORMAT_LWM2M_CBOR}};
    struct loom_path root = loom_path_root();
    uint16_t number;
    if (loom_text_to_id((struct loom_text){text, strlen(text)}, &number)) {
        return loom_format_find(loom_formats_all, number, &root);
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i].name, text) == 0) {
            return loom_format_find(loom_formats_all, names[i].number, &root);
        }
    }
    return NULL;
}

#define GO_ON (-1)

static int take_to(struct command *command, const char *argument)
{
    command->output = strcmp(argument, "names") == 0  ? SHOW
                      : strcmp(argument, "list") == 0 ? LIST
                                                      : FORMAT;
    command->to = command->output == FORMAT ? find_format(argument) : NULL;
    return command->output != FORMAT || command->to != NULL
               ? GO_ON
               : usage_error("unknown format", argument);
}

static int take_models(struct command *command, const char *argument)
{
    return payload_models_add(&command->known, &command->arena, argument) ? GO_ON : PAYLOAD_USAGE;
}

static int take_type(struct command *command, const char *argument)
{
    return payload_types_add(&command->known, &command->arena, argument)
               ? GO_ON
               : usage_error("not PATH=TYPE with the path of a resource", argument);
}

/* @return GO_ON, or the status to exit with */
static int take_option(struct command *command, int option, const char *argument)
{
    switch (option) {
    case OPTION_FROM:
        command->payload.format = find_format(argument);
        return command->payload.format != NULL ? GO_ON : usage_error("unknown format", argument);
    case OPTION_TO:
        return take_to(command, argument);
    case OPTION_PATH:
        return loom_text_to_path((struct loom_text){argument, strlen(argument)},
                                 &command->payload.base)
                   ? GO_ON
                   : usage_error("not a path", argument);
    case OPTION_MODELS:
        return take_models(command, argument);
    case OPTION_TYPE:
        return take_type(command, argument);
    case OPTION_HEX:
        command->hex = true;
        return GO_ON;
    case OPTION_HELP:
        return print(help);
    case OPTION_VERSION:
        return print("loom-payload " LOOM_VERSION "\n");
    default:
        (void)fputs("Try 'loom-payload --help'.\n", stderr);
        return PAYLOAD_USAGE;
    }
}

static int take_command(struct command *command, int argc, char **argv)
{
    int option;
    int status = GO_ON;
    while (status == GO_ON && (option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        status = take_option(command, option, optarg);
    }
    for (int i = optind; status == GO_ON && i < argc; i++) {
        bool type = argv[i][0] == '/' && strchr(argv[i], '=') != NULL;
        status = type ? take_type(command, argv[i]) : take_models(command, argv[i]);
    }
    if (status != GO_ON) {
        return status;
    }
    if (command->payload.format == NULL) {
        return usage_error("no format; use --from FORMAT", "");
    }
    unsigned traits = command->payload.format->traits;
    if ((traits & LOOM_FORMAT_ONE_VALUE) != 0 && command->payload.base.depth < 3) {
        return usage_error("the format has a single value; give its resource with --path PATH", "");
    }
    if ((traits & LOOM_FORMAT_ROOT) == 0 && command->payload.base.depth == 0) {
        return usage_error("the format does not contain the object; give it with --path PATH", "");
    }
    return GO_ON;
}

/* ---- input and output ------------------------------------------------------------------------ */

/* More than an entry of TLV can hold, as hexadecimal digits with a blank behind each two. */
#define INPUT_MAX ((size_t)64 << 20)

/* @return false: it is more than any payload */
static bool read_input(struct loomc_arena *arena, struct loom_bytes *bytes)
{
    uint8_t *data = NULL;
    size_t room = 0;
    size_t length = 0;
    for (;;) {
        if (length > INPUT_MAX) {
            return false;
        }
        if (length == room) {
            room = room == 0 ? 4096 : 2 * room;
            uint8_t *more = loomc_alloc(arena, room);
            if (length > 0) {
                memcpy(more, data, length);
            }
            data = more;
        }
        size_t count = fread(data + length, 1, room - length, stdin);
        if (count == 0) {
            *bytes = (struct loom_bytes){data, length};
            return true;
        }
        length += count;
    }
}

static int hex_digit(uint8_t c)
{
    const char *digits = "0123456789abcdef";
    const char *found = c == '\0' ? NULL : strchr(digits, c >= 'A' && c <= 'F' ? c | 0x20 : c);
    return found == NULL ? -1 : (int)(found - digits);
}

/* In place; blanks may stand anywhere. */
static bool from_hex(struct loom_bytes *bytes, uint8_t *data, struct payload_fault *fault)
{
    size_t digits = 0;
    for (size_t i = 0; i < bytes->length; i++) {
        int digit = hex_digit(data[i]);
        if (digit < 0 && (data[i] == '\0' || strchr(" \t\r\n", data[i]) == NULL)) {
            *fault = (struct payload_fault){i, "not a hexadecimal digit"};
            return false;
        }
        if (digit >= 0) {
            unsigned high = digits % 2 == 0 ? 0u : (unsigned)data[digits / 2] << 4;
            data[digits / 2] = (uint8_t)(high | (unsigned)digit);
            digits++;
        }
    }
    if (digits % 2 != 0) {
        *fault = (struct payload_fault){bytes->length, "odd number of digits"};
        return false;
    }
    bytes->length = digits / 2;
    return true;
}

static void put_bytes(struct loom_bytes bytes, bool hex)
{
    for (size_t i = 0; hex && i < bytes.length; i++) {
        (void)printf("%02x", bytes.data[i]);
    }
    if (hex) {
        (void)putchar('\n');
    } else {
        (void)fwrite(bytes.data, 1, bytes.length, stdout);
    }
}

static int refuse(struct payload_fault fault)
{
    (void)fprintf(stderr, "loom-payload: error: offset %zu: %s\n", fault.offset, fault.what);
    return PAYLOAD_MALFORMED;
}

static int run(struct command *command)
{
    struct payload_fault fault = {0, ""};
    struct loom_bytes bytes;
    if (!read_input(&command->arena, &bytes)) {
        return refuse((struct payload_fault){INPUT_MAX, "longer than any payload"});
    }
    if (ferror(stdin)) {
        perror("loom-payload: standard input");
        return PAYLOAD_USAGE;
    }
    if ((command->hex && !from_hex(&bytes, (uint8_t *)(uintptr_t)bytes.data, &fault)) ||
        !payload_read(&command->payload, &command->arena, &command->known, bytes, &fault)) {
        return refuse(fault);
    }
    if (command->output == SHOW) {
        payload_show(&command->payload, &command->known, stdout);
    } else if (command->output == LIST) {
        payload_list(&command->payload, stdout);
    } else {
        const char *problem =
            payload_write(&command->payload, &command->arena, command->to, &bytes);
        if (problem != NULL) {
            (void)fprintf(stderr, "loom-payload: error: %s\n", problem);
            return PAYLOAD_MALFORMED;
        }
        put_bytes(bytes, command->hex);
    }
    if (fflush(stdout) != 0) {
        perror("loom-payload: standard output");
        return PAYLOAD_MALFORMED;
    }
    return PAYLOAD_GOOD;
}

int main(int argc, char **argv)
{
    struct command command = {.hex = false};
    int status = take_command(&command, argc, argv);
    status = status == GO_ON ? run(&command) : status;
    loomc_arena_free(&command.arena);
    xmlCleanupParser();
    return status;
}
