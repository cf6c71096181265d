/* SPDX-License-Identifier: Apache-2.0 */
/* The template language, on a small vocabulary of its own. */
#include "support.h"

#include "escape.h"

#include <criterion/criterion.h>
#include <string.h>

struct leaf {
    const char *name;
    bool ripe;
};

struct tree {
    const char *name;
    const struct leaf *leaves;
    size_t count;
};

static void put_leaf_name(const void *thing, struct loomc_buffer *out)
{
    loomc_put_text(out, ((const struct leaf *)thing)->name);
}

static bool is_ripe(const void *thing)
{
    return ((const struct leaf *)thing)->ripe;
}

static void put_tree_name(const void *thing, struct loomc_buffer *out)
{
    loomc_put_text(out, ((const struct tree *)thing)->name);
}

static size_t count_leaves(const void *thing)
{
    return ((const struct tree *)thing)->count;
}

static const void *get_leaf(const void *thing, size_t index)
{
    return &((const struct tree *)thing)->leaves[index];
}

static const struct loomc_field leaf_fields[] = {
    {.name = "leaf", .kind = LOOMC_FIELD_TEXT, .put = put_leaf_name},
    {.name = "ripe", .kind = LOOMC_FIELD_FLAG, .flag = is_ripe},
};
static const struct loomc_vocabulary leaf_vocabulary = {"a leaf", leaf_fields, 2};

static const struct loomc_field tree_fields[] = {
    {.name = "tree", .kind = LOOMC_FIELD_SAFE, .put = put_tree_name},
    {.name = "leaves",
     .kind = LOOMC_FIELD_LIST,
     .count = count_leaves,
     .item = get_leaf,
     .items = &leaf_vocabulary},
};
static const struct loomc_vocabulary tree_vocabulary = {"a tree", tree_fields, 2};

static const struct leaf leaves[] = {{"a", true}, {"b\"", false}, {"", true}};
static const struct tree oak = {"oak", leaves, 3};
static const struct tree bare = {"bare", NULL, 0};

/* Renders template `main` of those given as name, text, name, text, NULL. */
static void expect(const struct tree *tree, const char *const *texts, const char *result,
                   const char *messages)
{
    struct loomc_builtin builtins[4];
    struct outcome outcome;
    struct loomc_buffer out = {NULL, 0, 0};
    size_t count = 0;

    outcome_read(&outcome, NULL, 0);
    for (; texts[2 * count] != NULL; count++) {
        builtins[count].name = texts[2 * count];
        builtins[count].text = (const unsigned char *)texts[2 * count + 1];
        builtins[count].length = strlen(texts[2 * count + 1]);
    }
    struct loomc_templates templates = {
        &outcome.arena, &outcome.diagnostics, NULL, builtins, count, NULL, 0, 0};
    const struct loomc_template *loaded = loomc_template_load(&templates, "main", &tree_vocabulary);

    if (result != NULL) {
        cr_assert_not_null(loaded, "%s", outcome_messages(&outcome));
        loomc_put_text(&out, "");
        loomc_template_render(loaded, tree, &out);
        cr_expect_str_eq(out.data, result, "got:\n%s\ninstead of:\n%s", out.data, result);
    } else {
        cr_expect_null(loaded);
    }
    expect_messages(&outcome, messages);
    loomc_buffer_free(&out);
    outcome_free(&outcome);
}

static void expect_result(const struct tree *tree, const char *text, const char *result)
{
    const char *const texts[] = {"main", text, NULL};

    expect(tree, texts, result, "");
}

static void expect_error(const char *text, const char *messages)
{
    const char *const texts[] = {"main", text, NULL};

    expect(&oak, texts, NULL, messages);
}

Test(template, puts_values)
{
    expect_result(&oak, "", "");
    expect_result(&oak, "an {{tree}}.", "an oak.");
    expect_result(&oak, "{{ tree }}\n", "oak\n");
    expect_result(&oak, "{ {tree} }", "{ {tree} }");
    expect_result(&oak, "{{#leaves}}\"{{leaf|c_string}}\"{{/leaves}}", "\"a\"\"b\\\"\"\"\"");
    expect_result(&oak, "{{tree|c_ident}}", "oak");
}

Test(template, walks_lists)
{
    expect_result(&oak, "{{#leaves}}[{{leaf|c_ident}} of {{tree}}]{{/leaves}}",
                  "[a of oak][b of oak][ of oak]");
    expect_result(&bare, "{{#leaves}}x{{/leaves}}{{^leaves}}none{{/leaves}}", "none");
    expect_result(&oak, "{{^leaves}}none{{/leaves}}", "");
    expect_result(&oak,
                  "{{#leaves}}{{#first}}<{{/first}}{{leaf|c_ident}}{{^last}},{{/last}}{{#last}}>{{/"
                  "last}}{{/leaves}}",
                  "<a,b,>");
}

Test(template, asks_flags_and_texts)
{
    expect_result(&oak, "{{#leaves}}{{#ripe}}R{{/ripe}}{{^ripe}}-{{/ripe}}{{/leaves}}", "R-R");
    expect_result(&oak, "{{#leaves}}{{#leaf}}+{{/leaf}}{{^leaf}}0{{/leaf}}{{/leaves}}", "++0");
}

Test(template, lines_of_tags_vanish)
{
    expect_result(&oak, "a\n  {{! note }}\nb\n", "a\nb\n");
    expect_result(&oak, "{{#leaves}}\n- {{leaf|c_ident}}\n{{/leaves}}\nend\n",
                  "- a\n- b\n- \nend\n");
    expect_result(&oak, "{{#leaves}}\nx\n{{/leaves}}", "x\nx\nx\n");
    expect_result(&oak, "a {{! note }}\nb", "a \nb");
    expect_result(&oak, "{{tree}}\n", "oak\n");
}

Test(template, takes_in_partials)
{
    const char *const inline_partial[] = {"main", "<{{>part}}>", "part", "{{tree}}!", NULL};
    const char *const indented[] = {"main", "a\n  {{>part}}\nb\n", "part", "{{tree}}\n\nsecond\n",
                                    NULL};
    const char *const nested[] = {"main", " {{>one}}\n", "one", "1\n  {{>two}}\n",
                                  "two",  "2\n",         NULL};
    const char *const in_list[] = {"main", "{{#leaves}}{{>part}}{{/leaves}}", "part",
                                   "{{leaf|c_ident}};", NULL};

    expect(&oak, inline_partial, "<oak!>", "");
    expect(&oak, indented, "a\n  oak\n\n  second\nb\n", "");
    expect(&oak, nested, " 1\n   2\n", "");
    expect(&oak, in_list, "a;b;;", "");
}

Test(template, unknown_names_are_errors_with_their_place)
{
    expect_error(
        "x\n  {{tre}}\n",
        "main.mustache:2:3: error: unknown name \"tre\" in a tree; did you mean \"tree\"?\n");
    expect_error("{{#bushes}}{{/bushes}}",
                 "main.mustache:1:1: error: unknown name \"bushes\" in a tree\n");
    expect_error("{{leaf|c_string}}",
                 "main.mustache:1:1: error: unknown name \"leaf\" in a tree\n");
    expect_error("{{#first}}{{/first}}",
                 "main.mustache:1:1: error: unknown name \"first\" in a tree\n");
    /* Even where no model leads. */
    expect_error("{{^leaves}}{{#leaves}}{{wrong}}{{/leaves}}{{/leaves}}",
                 "main.mustache:1:23: error: unknown name \"wrong\" in a leaf\n");
}

Test(template, broken_sections_are_errors)
{
    expect_error("a\n{{#leaves}}\nb\n", "main.mustache:2:1: error: {{#leaves}} is never closed\n");
    expect_error("{{/leaves}}",
                 "main.mustache:1:1: error: {{/leaves}} closes no section that is open here\n");
    expect_error("{{#leaves}}{{/tree}}{{/leaves}}",
                 "main.mustache:1:12: error: {{/tree}} closes no section that is open here\n");
    expect_error("a {{tree", "main.mustache:1:3: error: {{ without }}\n");
}

Test(template, tags_outside_of_the_language_are_errors)
{
    static const char wrong[] =
        "main.mustache:1:1: error: not a tag: {{name}}, {{name|escape}}, {{#name}}, {{^name}}, "
        "{{/name}}, {{>name}} or {{!comment}}\n";

    expect_error("{{}}", wrong);
    expect_error("{{&tree}}", wrong);
    expect_error("{{a b}}", wrong);
    expect_error("{{#tree|c_string}}", wrong);
}

Test(template, text_of_a_model_needs_an_escape)
{
    expect_error("{{#leaves}}{{leaf}}{{/leaves}}",
                 "main.mustache:1:12: error: \"leaf\" comes from the model and needs an escape, "
                 "such as {{leaf|c_comment}}\n");
    expect_error("{{tree|c_strin}}",
                 "main.mustache:1:1: error: unknown escape \"c_strin\"; did you "
                 "mean \"c_string\"?\n");
    expect_error("{{leaves}}",
                 "main.mustache:1:1: error: \"leaves\" has no text; use it as {{#leaves}}\n");
}

Test(template, missing_and_endless_partials_are_errors)
{
    const char *const endless[] = {"main", "{{>main}}", NULL};

    expect_error("\n {{>part}}", "main.mustache:2:2: error: there is no template part.mustache\n");
    expect(&oak, endless, NULL,
           "main.mustache:1:1: error: main.mustache includes itself without end\n");
}

Test(template, all_errors_are_told)
{
    expect_error("{{a}}\n{{b}}\n", "main.mustache:1:1: error: unknown name \"a\" in a tree\n"
                                   "main.mustache:2:1: error: unknown name \"b\" in a tree\n");
}

/* ---- escapes --------------------------------------------------------------------------------- */

static void expect_escape(const char *name, const char *text, const char *result)
{
    struct loomc_buffer out = {NULL, 0, 0};
    const struct loomc_escape *escape = loomc_escape_find(name, strlen(name));

    cr_assert_not_null(escape);
    loomc_put_text(&out, "");
    escape->put(&out, text, strlen(text));
    cr_expect_str_eq(out.data, result, "%s of \"%s\": got \"%s\"", name, text, out.data);
    loomc_buffer_free(&out);
}

Test(escape, strings_stay_strings)
{
    expect_escape("c_string", "plain %s", "plain %s");
    expect_escape("c_string", "\"\\\n\x7f", "\\\"\\\\\\012\\177");
    expect_escape("c_string",
                  "\xC3\xA4"
                  "1",
                  "\\303\\2441");
    expect_escape("c_string", "what?\?/", "what?\\?/");
    expect_escape("c_string", "????", "?\\?\\?\\?");
}

Test(escape, comments_stay_comments)
{
    expect_escape("c_comment", "a */ b", "a * / b");
    expect_escape("c_comment", "a /* b", "a / * b");
    expect_escape("c_comment", "/*/", "/ * /.");
    expect_escape("c_comment", "end\\", "end\\.");
    expect_escape("c_comment", "end?\?/", "end?\?/.");
    expect_escape("c_comment", "a\nb\tc", "a b c");
    /* No commands of Doxygen. */
    expect_escape("c_comment", "a\\nb \\t 3\\4", "a\\\\nb \\\\t 3\\4");
    expect_escape("c_comment", "@param me@example.org (@home) @ 5",
                  "@@param me@example.org (@@home) @ 5");
    expect_escape("c_comment", "\xC2\x85\xE2\x80\xA8", "  ");
    expect_escape("c_comment",
                  "\xE2\x80\xAE"
                  "x",
                  "U+202Ex");
    expect_escape("c_comment", "\xC3\xA4 \xF0\x9F\x98\x80", "\xC3\xA4 \xF0\x9F\x98\x80");
    expect_escape("c_comment", "cut \xE2\x80", "cut ??");
}

Test(escape, identifiers_are_snake_case)
{
    expect_escape("c_ident", "Battery Level", "battery_level");
    expect_escape("c_ident", " On/Off  switch ", "on_off_switch");
    expect_escape("c_ident", "(|+A|-|-A|)", "a_a");
    expect_escape("c_ident", "\xE6\xB8\xA9", "");
    expect_escape("c_ident", "5QI", "5qi");
    expect_escape("rust_string", "a\"b\\c\n\xE2\x80\xAE\xC3\xB6\xFF{}",
                  "a\\\"b\\\\c\\u{a}\\u{202e}\xC3\xB6\\u{fffd}{}");
}

Test(escape, json_strings_stay_strings)
{
    expect_escape("json", "plain %s ?\?/ */ `|`", "plain %s ?\?/ */ `|`");
    expect_escape("json", "\"quote\" \\ back", "\\\"quote\\\" \\\\ back");
    expect_escape("json", "a\nb\tc\x01\x7f", "a\\nb\\u0009c\\u0001\\u007f");
    expect_escape("json", "</script><!--&", "\\u003c/script\\u003e\\u003c!--\\u0026");
    expect_escape("json", "\xE2\x80\xA8\xE2\x80\xAE\xC2\x85", "\\u2028\\u202e\\u0085");
    expect_escape("json", "\xC3\xA4 \xF0\x9F\x98\x80", "\xC3\xA4 \xF0\x9F\x98\x80");
}

/* A lead byte must not swallow the quote behind it. */
Test(escape, bytes_that_are_no_utf_8_do_no_harm)
{
    expect_escape("json", "\xC3\"", "\\ufffd\\\"");
    expect_escape("json", "\xF0\x9F\"x", "\\ufffd\\ufffd\\\"x");
    expect_escape("json", "\xC0\xA2 \xED\xA0\x80", "\\ufffd\\ufffd \\ufffd\\ufffd\\ufffd");
    expect_escape("json", "\xF4\x90\x80\x80", "\\ufffd\\ufffd\\ufffd\\ufffd");
    expect_escape("html", "\xC3<", "?&#60;");
    expect_escape("markdown", "\xE2*", "?\\*");
    expect_escape("c_comment", "\xE2*/", "?* /.");
}

Test(escape, html_stays_text)
{
    expect_escape("html", "plain %s ?\?/ */ `|` \\", "plain %s ?\?/ */ `|` \\");
    expect_escape("html", "<script>alert('&\"')</script>",
                  "&#60;script&#62;alert(&#39;&#38;&#34;&#39;)&#60;/script&#62;");
    expect_escape("html", "a\nb\tc\x7f", "a\nb c ");
    expect_escape("html",
                  "\xE2\x80\xAE"
                  "x\xC2\x85",
                  "U+202Ex ");
    expect_escape("html", "\xC3\xA4 \xF0\x9F\x98\x80", "\xC3\xA4 \xF0\x9F\x98\x80");
}

Test(escape, markdown_stays_text)
{
    expect_escape("markdown", "plain %s ?\?/ (yes).", "plain %s ?\?/ (yes).");
    expect_escape("markdown", "a | b `c` *d* _e_ ~f~ [g](h) <i> \\",
                  "a \\| b \\`c\\` \\*d\\* \\_e\\_ \\~f\\~ \\[g\\](h) \\<i\\> \\\\");
    expect_escape("markdown", "&amp; $x$ @you ![i]", "\\&amp; \\$x\\$ \\@you \\!\\[i\\]");
    expect_escape("markdown", "- item", "\\- item");
    expect_escape("markdown", "+ a - b", "\\+ a - b");
    expect_escape("markdown", "-40..87", "-40..87");
    expect_escape("markdown", "---", "\\---");
    expect_escape("markdown", "===", "\\===");
    expect_escape("markdown", "# a", "\\# a");
    expect_escape("markdown", "12. a 3. b", "12\\. a 3. b");
    expect_escape("markdown", "1) a", "1\\) a");
    expect_escape("markdown", "1.", "1\\.");
    expect_escape("markdown", "0..1.5", "0..1.5");
    expect_escape("markdown", "    code", "code");
    expect_escape("markdown", "one\n\ntwo", "one<br><br>two");
    expect_escape("markdown",
                  "\xE2\x80\xAE"
                  "x\ty",
                  "U+202Ex y");
}

Test(escape, csv_fields_stay_fields)
{
    expect_escape("csv", "a,b;\n\"c\" =1", "a,b;\n\"\"c\"\" =1");
    expect_escape("csv", "\"", "\"\"");
    expect_escape("csv", "", "");
}
