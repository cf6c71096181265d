/* SPDX-License-Identifier: Apache-2.0 */
#include "xml_document.h"

#include "xml_places.h"
#include "xml_tree.h"

#include <libxml/parser.h>
#include <libxml/xmlerror.h>

#include <string.h>

/* Errors of form mostly follow from the first one, and libxml2 copies text for each. */
#define XML_ERRORS_MAX 20u

#if LIBXML_VERSION >= 21200
typedef const xmlError *xml_error;
#else
typedef xmlError *xml_error;
#endif

struct parsing {
    struct loomc_diagnostics *diagnostics;
    const struct loomc_source *source;
    unsigned errors; /* that libxml2 reported */
};

static void report(void *context, xml_error error)
{
    struct parsing *parsing = context;
    struct loomc_place place = {error->line > 0 ? (unsigned)error->line : 1,
                                error->int2 > 0 ? (unsigned)error->int2 : 1};
    const char *message = error->message != NULL ? error->message : "not well-formed";

    int length = (int)strcspn(message, "\n");

    if (error->level == XML_ERR_WARNING) {
        loomc_warning_at(parsing->diagnostics, parsing->source, place, "%.*s", length, message);
    } else {
        loomc_error_at(parsing->diagnostics, parsing->source, place, "%.*s", length, message);
    }
    if (++parsing->errors == XML_ERRORS_MAX && error->ctxt != NULL) {
        xmlStopParser(error->ctxt);
    }
}

xmlDoc *loomc_xml_document(struct loomc_arena *arena, struct loomc_diagnostics *diagnostics,
                           const struct loomc_source *source)
{
    struct parsing parsing = {diagnostics, source, 0};
    struct loomc_xml_places places;
    unsigned before = diagnostics->errors;

    if (!loomc_xml_find_places(arena, diagnostics, source, &places)) {
        return NULL;
    }
    xmlSetStructuredErrorFunc(&parsing, report);
    /* The encoding that the file declares is not asked: another one could hide what was looked for
     * in the bytes just now. */
    xmlDoc *document = xmlReadMemory(source->text, (int)source->length, source->path, "UTF-8",
                                     XML_PARSE_NONET | XML_PARSE_BIG_LINES);
    xmlSetStructuredErrorFunc(NULL, NULL);
    if (document == NULL && diagnostics->errors == before) {
        loomc_error(diagnostics, source, 0,
                    source->length == 0 ? "the file is empty" : "not well-formed");
    }
    if (document != NULL && diagnostics->errors > before) {
        xmlFreeDoc(document);
        return NULL;
    }
    if (document != NULL) {
        loomc_xml_place_elements(document, &places);
    }
    return document;
}
