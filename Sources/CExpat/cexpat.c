// Calls into expat through a table of functions that cload fills.
#include "cexpat.h"
#include "cload.h"
#include "cwipe.h"
#include <expat.h>
#include <limits.h>

static struct {
    __typeof__(XML_ParserCreate_MM) *create;
    __typeof__(XML_ParserFree) *free;
    __typeof__(XML_SetUserData) *set_user_data;
    __typeof__(XML_SetElementHandler) *set_element_handler;
    __typeof__(XML_SetCharacterDataHandler) *set_character_data_handler;
    __typeof__(XML_SetStartDoctypeDeclHandler) *set_doctype_handler;
    __typeof__(XML_StopParser) *stop;
    __typeof__(XML_Parse) *parse;
    __typeof__(XML_GetErrorCode) *error_code;
    __typeof__(XML_ErrorString) *error_string;
} xml;

const char *cexpat_load(void) {
    static const struct cload_function table[] = {
        {"XML_ParserCreate_MM", (void **)&xml.create},
        {"XML_ParserFree", (void **)&xml.free},
        {"XML_SetUserData", (void **)&xml.set_user_data},
        {"XML_SetElementHandler", (void **)&xml.set_element_handler},
        {"XML_SetCharacterDataHandler", (void **)&xml.set_character_data_handler},
        {"XML_SetStartDoctypeDeclHandler", (void **)&xml.set_doctype_handler},
        {"XML_StopParser", (void **)&xml.stop},
        {"XML_Parse", (void **)&xml.parse},
        {"XML_GetErrorCode", (void **)&xml.error_code},
        {"XML_ErrorString", (void **)&xml.error_string},
        {NULL, NULL},
    };
    return cload(CEXPAT_LIBRARY, table);
}

struct reading {
    XML_Parser parser;
    const struct cexpat_events *events;
    const char *refusal;
};

static void refuse(struct reading *reading, const char *why) {
    if (!reading->refusal) reading->refusal = why;
    xml.stop(reading->parser, XML_FALSE);
}

static void on_start(void *context, const XML_Char *name, const XML_Char **attributes) {
    struct reading *reading = context;
    if (reading->refusal) return;
    if (!reading->events->start(reading->events->context, name, attributes))
        refuse(reading, "too deep or too long");
}

static void on_end(void *context, const XML_Char *name) {
    (void)name;
    struct reading *reading = context;
    if (!reading->refusal) reading->events->end(reading->events->context);
}

static void on_text(void *context, const XML_Char *text, int size) {
    struct reading *reading = context;
    if (reading->refusal) return;
    if (!reading->events->text(reading->events->context, text, (size_t)size))
        refuse(reading, "too long");
}

static void on_doctype(void *context, const XML_Char *name, const XML_Char *system_id,
                       const XML_Char *public_id, int has_subset) {
    (void)name;
    (void)system_id;
    (void)public_id;
    (void)has_subset;
    refuse(context, "document type declarations are refused");
}

const char *cexpat_parse(const char *document, size_t size, const struct cexpat_events *events) {
    if (size > INT_MAX) return "too long";
    // Secrets pass through expat's buffers, hence an allocator that wipes.
    static const XML_Memory_Handling_Suite memory = {cwipe_malloc, cwipe_realloc, cwipe_free};
    XML_Parser parser = xml.create("UTF-8", &memory, NULL);
    if (!parser) return "out of memory";
    struct reading reading = {parser, events, NULL};
    xml.set_user_data(parser, &reading);
    xml.set_element_handler(parser, on_start, on_end);
    xml.set_character_data_handler(parser, on_text);
    xml.set_doctype_handler(parser, on_doctype);
    const char *result = NULL;
    if (xml.parse(parser, document, (int)size, XML_TRUE) != XML_STATUS_OK)
        result = reading.refusal ? reading.refusal : xml.error_string(xml.error_code(parser));
    xml.free(parser);
    return result;
}
