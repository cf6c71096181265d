/* SPDX-License-Identifier: Apache-2.0 */
#include "words.h"

#include <stddef.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Words of C and C++, macros in lower case of the standard headers and of compilers, and the
 * members that every instance has. */
/* clang-format off */
static const char *const words[] = {
    "alignas", "alignof", "and", "and_eq", "asm", "assert", "auto", "bitand", "bitor", "bool",
    "break", "case", "catch", "char", "char8_t", "char16_t", "char32_t", "class", "co_await",
    "co_return", "co_yield", "compl", "complex", "concept", "const", "const_cast", "consteval",
    "constexpr", "constinit", "continue", "decltype", "default", "delete", "do", "double",
    "dynamic_cast", "else", "enum", "errno", "explicit", "export", "extern", "false", "float",
    "for", "friend", "goto", "id", "if", "imaginary", "inline", "int", "linux", "long", "mutable",
    "namespace", "new", "noexcept", "noreturn", "not", "not_eq", "nullptr", "offsetof", "operator",
    "or", "or_eq", "present", "private", "protected", "public", "register", "reinterpret_cast",
    "requires", "restrict", "return", "short", "signed", "sizeof", "static", "static_assert",
    "static_cast", "stderr", "stdin", "stdout", "struct", "switch", "template", "this",
    "thread_local", "throw", "true", "try", "typedef", "typeid", "typename", "typeof",
    "typeof_unqual", "union", "unix", "unsigned", "using", "virtual", "void", "volatile", "wchar_t",
    "while", "xor", "xor_eq",
};

/* Words of Python and Rust that C and C++ do not have. */
static const char *const words_elsewhere[] = {
    "abstract", "as", "async", "await", "become", "box", "crate", "def", "del", "dyn", "elif",
    "except", "final", "finally", "fn", "from", "gen", "global", "impl", "import", "in", "is",
    "lambda", "let", "loop", "macro", "match", "mod", "move", "mut", "nonlocal", "override", "pass",
    "priv", "pub", "raise", "ref", "self", "super", "trait", "type", "unsafe", "unsized", "use",
    "where", "with", "yield",
};

static const char *const camel_words[] = {"False", "None", "Self", "True"};
/* clang-format on */

static bool is_among(const char *const *list, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(name, list[i]) == 0) {
            return true;
        }
    }
    return false;
}

bool loomc_is_word(const char *symbol)
{
    return is_among(words, COUNT(words), symbol);
}

bool loomc_is_word_elsewhere(const char *symbol)
{
    return is_among(words_elsewhere, COUNT(words_elsewhere), symbol);
}

bool loomc_is_camel_word(const char *name)
{
    return is_among(camel_words, COUNT(camel_words), name);
}
