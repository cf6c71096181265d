/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "enumeration_list.h"

#include "buffer.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* Longer names are explanations. */
#define NAME_BYTES_MAX 40u
#define NAME_WORDS_MAX 5u

#define DIGITS_MAX     10u
#define HEX_DIGITS_MAX 8

/* What stands between a number and its name. A list has one of them all through. */
enum style { STYLE_COLON, STYLE_ARROW, STYLE_HYPHEN, STYLES };

struct reader {
    const char *text;
    enum style style;
    bool wrapped; /* the list is in running text, whose lines end anywhere */
};

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_one_of(char c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

static const char *skip_spaces(const char *p, bool over_lines)
{
    while (is_space(*p) && (over_lines || (*p != '\n' && *p != '\r'))) {
        p++;
    }
    return p;
}

/* ---- signs ----------------------------------------------------------------------------------- */

const char *loomc_list_plain_text(struct loomc_arena *arena, const char *text)
{
    static const struct {
        const char *sign;
        const char *plain;
    } signs[] = {
        {"\xE2\x80\x93", "-"},  {"\xE2\x80\x94", "-"},  {"\xE2\x88\x92", "-"},
        {"\xE2\x86\x92", "->"}, {"\xE2\x87\x92", "=>"}, {"\xEF\xBC\x9A", ":"},
        {"\xEF\xBC\x8C", ","},  {"\xE3\x80\x81", ","},  {"\xEF\xBC\x9B", ";"},
        {"\xEF\xBC\x9D", "="},  {"\xC2\xA0", " "},      {"\xE2\x80\xA2", "*"},
        {"<br>", "\n"},         {"<br/>", "\n"},        {"<br />", "\n"},
        {"<BR>", "\n"},         {"<li>", "\n"},         {"</li>", "\n"},
        {"<p>", "\n"},          {"</p>", "\n"},
    };
    struct loomc_buffer plain = {NULL, 0, 0};
    const char *p = text;

    while (*p != '\0' && (unsigned char)*p < 0x80 && *p != '<') {
        p++;
    }
    if (*p == '\0') {
        return text;
    }
    while (*text != '\0') {
        size_t i = 0;
        bool candidate = (unsigned char)*text >= 0x80 || *text == '<';

        while (candidate && i < sizeof signs / sizeof signs[0] &&
               strncmp(text, signs[i].sign, strlen(signs[i].sign)) != 0) {
            i++;
        }
        if (candidate && i < sizeof signs / sizeof signs[0]) {
            loomc_put_text(&plain, signs[i].plain);
            text += strlen(signs[i].sign);
        } else {
            loomc_put_char(&plain, *text++);
        }
    }
    const char *copy = loomc_copy(arena, plain.data != NULL ? plain.data : "", plain.length);

    loomc_buffer_free(&plain);
    return copy;
}

/* ---- one item -------------------------------------------------------------------------------- */

/* Whether a number that begins here may be that of an item. */
static bool may_begin(const char *text, const char *p)
{
    if (p == text || is_space(p[-1]) || is_one_of(p[-1], "({[|;*")) {
        return true;
    }
    /* `off,1: on` and `off/1: on`, but neither `1,5: ...` nor `1/2: ...` */
    return is_one_of(p[-1], ",/") && p - 1 > text && !isdigit((unsigned char)p[-2]);
}

/* `:`, `=`; `->`, `=>`; ` - `. @return what follows, or NULL. */
static const char *skip_separator(enum style style, const char *end)
{
    const char *p = skip_spaces(end, false);

    switch (style) {
    case STYLE_COLON:
        return *p == ':' || (*p == '=' && p[1] != '>') ? p + 1 : NULL;
    case STYLE_ARROW:
        return (*p == '-' || *p == '=') && p[1] == '>' ? p + 2 : NULL;
    default:
        return *p == '-' && p > end && p[1] == ' ' && isalpha((unsigned char)p[2]) ? p + 1 : NULL;
    }
}

/* `0x1F` */
static const char *read_hex_digits(const char *p, int64_t *number)
{
    const char *end = p + 2;

    *number = 0;
    for (; isxdigit((unsigned char)*end) && end - p < 2 + HEX_DIGITS_MAX; end++) {
        int digit = tolower((unsigned char)*end);

        *number = *number * 16 + (isdigit(digit) ? digit - '0' : digit - 'a' + 10);
    }
    return end > p + 2 && !isalnum((unsigned char)*end) ? end : NULL;
}

static const char *read_digits(const char *p, int64_t *number)
{
    const char *end = p;

    if (p[0] == '0' && (p[1] == 'x' || p[1] == 'X')) {
        return read_hex_digits(p, number);
    }
    *number = 0;
    for (; isdigit((unsigned char)*end) && (size_t)(end - p) < DIGITS_MAX; end++) {
        *number = *number * 10 + (*end - '0');
    }
    return end > p ? end : NULL;
}

/* Reads `1:` or `1 =`. @return what follows, or NULL. */
static const char *read_value(const struct reader *reader, const char *p, int32_t *value)
{
    const char *digits = *p == '-' ? p + 1 : p;
    int64_t number;

    if (!isdigit((unsigned char)*digits) || !may_begin(reader->text, p)) {
        return NULL;
    }
    const char *end = read_digits(digits, &number);
    const char *name = end != NULL ? skip_separator(reader->style, end) : NULL;

    if (name == NULL || number > INT32_MAX) {
        return NULL;
    }
    *value = (int32_t)(digits > p ? -number : number);
    return name;
}

/* A name goes on to punctuation or to the next item; to the end of its line only if the items have
 * a line each or the next line does not go on with the sentence. */
static bool ends_name(const struct reader *reader, const char *p)
{
    int32_t value;

    if (*p == '.') {
        return p[1] == '\0' || is_space(p[1]);
    }
    if (*p == '\n' || *p == '\r') {
        return !reader->wrapped || !islower((unsigned char)*skip_spaces(p, true));
    }
    if (*p == '/') {
        return read_value(reader, skip_spaces(p + 1, false), &value) != NULL;
    }
    return strchr(",;:=([|]}", *p) != NULL || (is_space(*p) && read_value(reader, p + 1, &value));
}

/* `off and 1: on`: the conjunction belongs to no name. */
static size_t without_conjunction(const struct reader *reader, const struct loomc_listed *item)
{
    static const char *const words[] = {" and", " or", " &"};
    size_t length = item->length;
    int32_t value;

    if (read_value(reader, skip_spaces(item->end, true), &value) == NULL) {
        return length;
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t word = strlen(words[i]);

        if (length > word && strncmp(item->name + length - word, words[i], word) == 0) {
            length -= word;
        }
    }
    return length;
}

static void read_remark(struct loomc_listed *item)
{
    const char *open = skip_spaces(item->end, false);
    const char *close = *open == '(' ? strpbrk(open, ")\n") : NULL;

    item->remark = NULL;
    if (close != NULL && *close == ')') {
        item->remark = open + 1;
        item->remark_length = (size_t)(close - open) - 1;
    }
}

static bool read_item(const struct reader *reader, const char *p, struct loomc_listed *item)
{
    const char *name = read_value(reader, p, &item->value);

    if (name == NULL) {
        return false;
    }
    name = skip_spaces(name, reader->wrapped);
    item->name = name;
    item->end = name;
    while (!ends_name(reader, item->end)) {
        item->end++;
    }
    item->length = (size_t)(item->end - name);
    while (item->length > 0 && is_space(name[item->length - 1])) {
        item->length--;
    }
    item->length = without_conjunction(reader, item);
    item->symbol_length = item->length;
    read_remark(item);
    return true;
}

static bool has_letters(const struct loomc_listed *item)
{
    for (size_t i = 0; i < item->length; i++) {
        if (isalpha((unsigned char)item->name[i])) {
            return true;
        }
    }
    return false;
}

/* The longest beginning of the name that may be a name and ends with a word. */
static size_t short_length(const struct loomc_listed *item)
{
    size_t words = 1;
    size_t last = 0;

    for (size_t i = 0; i < item->length && i <= NAME_BYTES_MAX; i++) {
        if (is_space(item->name[i]) && !is_space(item->name[i + 1])) {
            last = i;
            if (words++ == NAME_WORDS_MAX) {
                return last;
            }
        }
    }
    return item->length <= NAME_BYTES_MAX ? item->length : last;
}

static bool has_short_name(const struct loomc_listed *item)
{
    return has_letters(item) && short_length(item) == item->length;
}

static bool is_reserved(const struct loomc_listed *item)
{
    return item->length >= 8 && strncasecmp(item->name, "reserved", 8) == 0;
}

/* `3: limp-home 4-15: reserved`: here the name is not where it seems to be. */
static bool runs_into_another(const struct loomc_listed *item)
{
    return (*item->end == ':' || *item->end == '=') && item->length > 0 &&
           isdigit((unsigned char)item->name[item->length - 1]);
}

/* ---- several values with one name ------------------------------------------------------------ */

/* Reads `2..9: reserved`, which is no item. @return its end, or NULL. */
static const char *skip_range(const struct reader *reader, const char *p, bool *reserved)
{
    struct loomc_listed item;
    struct reader inner = *reader;
    int64_t number;

    if (!isdigit((unsigned char)*p) || !may_begin(reader->text, p)) {
        return NULL;
    }
    const char *end = read_digits(p, &number);

    if (end == NULL) {
        return NULL;
    }
    end = skip_spaces(end, false);
    if (strncmp(end, "..", 2) == 0) {
        end += strspn(end, ".");
    } else if (*end == '-' || *end == '~') {
        end++;
    } else if (strncmp(end, "to ", 3) == 0) {
        end += 3;
    } else {
        return NULL;
    }
    end = skip_spaces(end, false);
    inner.text = end; /* the second number begins, whatever stands before it */
    if (!read_item(&inner, end, &item) || !has_letters(&item)) {
        return NULL;
    }
    *reserved = is_reserved(&item);
    return item.end;
}

/* ---- lists ----------------------------------------------------------------------------------- */

/* Whether only blanks, and the dots of a list of points, stand between `p` and its line's start. */
static bool starts_line(const char *text, const char *p)
{
    while (p > text && (p[-1] == ' ' || p[-1] == '\t' || p[-1] == '*' || p[-1] == '-')) {
        p--;
    }
    return p == text || p[-1] == '\n' || p[-1] == '\r';
}

/* Prose mentions numbers, too: a list begins with its line or after punctuation. */
static bool starts_list(const char *text, const char *p)
{
    if (starts_line(text, p)) {
        return true;
    }
    while (p > text && is_space(p[-1])) {
        p--;
    }
    return strchr(",;.:({[", p[-1]) != NULL;
}

static const char *skip_conjunction(const char *p)
{
    size_t length = strncmp(p, "and ", 4) == 0 ? 3 : strncmp(p, "or ", 3) == 0 ? 2 : 0;

    return p + length;
}

/* Whether `next` goes on with the list that `end` interrupts: on a line of its own, or after no
 * more than punctuation and something in parentheses. */
static bool continues_list(const char *text, const char *end, const char *next)
{
    if (starts_line(text, next)) {
        return true;
    }
    while (end < next) {
        if (*end == '(') {
            while (end < next && *end != ')') {
                end++;
            }
        } else if (!is_space(*end) && strchr(",;.)/|]}", *end) == NULL) {
            const char *after = skip_conjunction(end);

            if (after == end) {
                return false;
            }
            end = after;
            continue;
        }
        end += end < next;
    }
    return true;
}

/* A list has names. An explanation among them is cut, but where most are long, they are prose. */
static bool settle_names(struct loomc_list *list)
{
    size_t cut = 0;

    for (size_t i = 0; i < list->count; i++) {
        struct loomc_listed *item = &list->items[i];
        size_t length = short_length(item);

        item->symbol_length = length;
        cut += length < item->length ? 1 : 0;
        if (length == 0) {
            return false;
        }
    }
    return list->count >= 2 && list->count - cut >= cut;
}

static bool find_list(struct reader *reader, struct loomc_list *list)
{
    const char *text = reader->text;
    const char *end = NULL;
    struct loomc_listed item;

    list->count = 0;
    for (const char *p = text; *p != '\0';) {
        bool reserved;
        const char *skipped = end != NULL ? skip_range(reader, p, &reserved) : NULL;

        if (skipped != NULL && continues_list(text, end, p)) {
            p = end = skipped;
            continue;
        }
        reader->wrapped = end == NULL ? !starts_line(text, p) : reader->wrapped;
        if (!read_item(reader, p, &item)) {
            p++;
            continue;
        }
        bool joins = end == NULL ? starts_list(text, p) : continues_list(text, end, p);

        p = end = item.end;
        if (!joins || runs_into_another(&item)) {
            return false;
        }
        if (is_reserved(&item)) {
            continue;
        }
        if (list->count == LOOMC_NAMED_MAX || !has_letters(&item)) {
            return false;
        }
        list->items[list->count++] = item;
    }
    return settle_names(list);
}

bool loomc_list_find(const char *text, struct loomc_list *list)
{
    static const char *const needs[STYLES] = {
        [STYLE_COLON] = ":=", [STYLE_ARROW] = ">", [STYLE_HYPHEN] = "-"};

    for (size_t style = 0; style < STYLES; style++) {
        struct reader reader = {text, (enum style)style, false};

        if (strpbrk(text, needs[style]) != NULL && find_list(&reader, list)) {
            return true;
        }
    }
    return false;
}

/* A number that stands alone at the end of a name may be a value without a name. */
static bool ends_with_number(const struct loomc_listed *item)
{
    size_t digits = 0;

    while (digits < item->length && isdigit((unsigned char)item->name[item->length - 1 - digits])) {
        digits++;
    }
    return digits > 0 && digits < item->length && is_space(item->name[item->length - 1 - digits]);
}

static const char *skip_between(const char *p)
{
    p = skip_spaces(p, true);
    p += is_one_of(*p, ",;/|") ? 1 : 0;
    p = skip_spaces(p, true);
    return skip_spaces(skip_conjunction(p), true);
}

static bool read_list(const char *text, enum style style, struct loomc_list *list)
{
    char closer = *text == '{' ? '}' : *text == '[' ? ']' : '\0';

    list->count = 0;
    text = skip_spaces(text + (closer != '\0' ? 1 : 0), true);
    while (*text != closer) {
        struct reader reader = {text, style, false};
        struct loomc_listed item;
        bool reserved = false;
        const char *skipped = skip_range(&reader, text, &reserved);

        /* What is reserved is no value, today. */
        if (skipped != NULL && reserved) {
            text = skip_between(skipped);
            continue;
        }
        if (list->count == LOOMC_NAMED_MAX || !read_item(&reader, text, &item) ||
            !has_short_name(&item) || ends_with_number(&item)) {
            return false;
        }
        list->items[list->count] = item;
        list->count += is_reserved(&item) ? 0 : 1;
        text = skip_between(item.remark != NULL ? item.remark + item.remark_length + 1 : item.end);
    }
    return list->count >= 2 && (closer == '\0' || *skip_spaces(text + 1, true) == '\0');
}

bool loomc_list_read(const char *text, struct loomc_list *list)
{
    for (size_t style = 0; style < STYLES; style++) {
        if (read_list(text, (enum style)style, list)) {
            return true;
        }
    }
    return false;
}
