// Calls into libsecret and GLib through tables of functions that cload fills.
#include "csecret.h"
#include "cfault.h"
#include "cload.h"
#include "libsecret.h"
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#define SLOT(function) __typeof__(function) *function

static struct {
    SLOT(g_list_free);
    SLOT(g_list_prepend);
    SLOT(g_hash_table_new_full);
    SLOT(g_hash_table_insert);
    SLOT(g_hash_table_foreach);
    SLOT(g_hash_table_unref);
    SLOT(g_str_hash);
    SLOT(g_str_equal);
    SLOT(g_error_free);
    SLOT(g_quark_to_string);
    SLOT(g_variant_new);
    SLOT(g_variant_new_parsed);
    SLOT(g_variant_get);
    SLOT(g_variant_unref);
    SLOT(g_free);
    SLOT(g_log_set_default_handler);
    SLOT(g_object_unref);
    SLOT(g_cancellable_new);
    SLOT(g_cancellable_cancel);
    SLOT(g_bus_get_sync);
    SLOT(g_dbus_connection_set_exit_on_close);
    SLOT(g_dbus_connection_call_sync);
    SLOT(g_dbus_proxy_get_name_owner);
    SLOT(g_dbus_proxy_get_object_path);
    SLOT(g_dbus_error_get_remote_error);
    SLOT(secret_service_get_sync);
    SLOT(secret_service_disconnect);
    SLOT(secret_service_get_session_algorithms);
    SLOT(secret_service_search_sync);
    SLOT(secret_service_unlock_sync);
    SLOT(secret_service_lock_sync);
    SLOT(secret_service_set_alias_sync);
    SLOT(secret_service_encode_dbus_secret);
    SLOT(secret_collection_for_alias_sync);
    SLOT(secret_collection_get_locked);
    SLOT(secret_collection_new_for_dbus_path_sync);
    SLOT(secret_collection_load_items_sync);
    SLOT(secret_collection_get_items);
    SLOT(secret_item_create_sync);
    SLOT(secret_item_delete_sync);
    SLOT(secret_item_load_secret_sync);
    SLOT(secret_item_get_secret);
    SLOT(secret_item_get_attributes);
    SLOT(secret_item_get_label);
    SLOT(secret_item_get_locked);
    SLOT(secret_item_get_created);
    SLOT(secret_item_get_modified);
    SLOT(secret_value_new);
    SLOT(secret_value_get);
    SLOT(secret_value_unref);
} lib;

#define ENTRY(function) {#function, (void **)&lib.function}

// The libraries' warnings to their own programmers are nothing for the person at the terminal; what
// matters comes back as an error. (libsecret 0.20 warns whenever a prompt is cancelled.)
static void keep_quiet(const gchar *domain, GLogLevelFlags level, const gchar *message,
                       gpointer context) {
    (void)domain, (void)message, (void)context;
    // GLib ends the process then, with a signal that some of its threads block.
    if (level & G_LOG_FLAG_FATAL) cfault_tell(0);
}

const char *csecret_load(const char **library) {
    static const struct cload_function glib[] = {
        ENTRY(g_list_free),         ENTRY(g_list_prepend),        ENTRY(g_hash_table_new_full),
        ENTRY(g_hash_table_insert), ENTRY(g_hash_table_foreach),   ENTRY(g_hash_table_unref),
        ENTRY(g_str_hash),          ENTRY(g_str_equal),           ENTRY(g_error_free),
        ENTRY(g_quark_to_string),   ENTRY(g_variant_new),         ENTRY(g_variant_get),
        ENTRY(g_variant_unref),     ENTRY(g_free),                ENTRY(g_log_set_default_handler),
        ENTRY(g_variant_new_parsed), {NULL, NULL},
    };
    static const struct cload_function gobject[] = {
        ENTRY(g_object_unref),
        {NULL, NULL},
    };
    static const struct cload_function gio[] = {
        ENTRY(g_cancellable_new),
        ENTRY(g_cancellable_cancel),
        ENTRY(g_bus_get_sync),
        ENTRY(g_dbus_connection_set_exit_on_close),
        ENTRY(g_dbus_connection_call_sync),
        ENTRY(g_dbus_proxy_get_name_owner),
        ENTRY(g_dbus_proxy_get_object_path),
        ENTRY(g_dbus_error_get_remote_error),
        {NULL, NULL},
    };
    static const struct cload_function libsecret[] = {
        ENTRY(secret_service_get_sync),
        ENTRY(secret_service_disconnect),
        ENTRY(secret_service_get_session_algorithms),
        ENTRY(secret_service_search_sync),
        ENTRY(secret_service_unlock_sync),
        ENTRY(secret_service_lock_sync),
        ENTRY(secret_service_set_alias_sync),
        ENTRY(secret_service_encode_dbus_secret),
        ENTRY(secret_collection_for_alias_sync),
        ENTRY(secret_collection_get_locked),
        ENTRY(secret_collection_new_for_dbus_path_sync),
        ENTRY(secret_collection_load_items_sync),
        ENTRY(secret_collection_get_items),
        ENTRY(secret_item_create_sync),
        ENTRY(secret_item_delete_sync),
        ENTRY(secret_item_load_secret_sync),
        ENTRY(secret_item_get_secret),
        ENTRY(secret_item_get_attributes),
        ENTRY(secret_item_get_label),
        ENTRY(secret_item_get_locked),
        ENTRY(secret_item_get_created),
        ENTRY(secret_item_get_modified),
        ENTRY(secret_value_new),
        ENTRY(secret_value_get),
        ENTRY(secret_value_unref),
        {NULL, NULL},
    };
    // libsecret first: where it is missing, it is the one whose package has to be named.
    static const struct {
        const char *soname;
        const struct cload_function *table;
    } libraries[] = {
        {"libsecret-1.so.0", libsecret},
        {"libglib-2.0.so.0", glib},
        {"libgobject-2.0.so.0", gobject},
        {"libgio-2.0.so.0", gio},
    };
    for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++) {
        *library = libraries[i].soname;
        const char *reason = cload(libraries[i].soname, libraries[i].table);
        if (reason) return reason;
    }
    lib.g_log_set_default_handler(keep_quiet, NULL);
    return NULL;
}

void csecret_unref(void *object) { lib.g_object_unref(object); }
GCancellable *csecret_cancellable(void) { return lib.g_cancellable_new(); }
void csecret_cancel(GCancellable *cancellable) { lib.g_cancellable_cancel(cancellable); }

const char *csecret_error_domain(const GError *error) {
    const char *name = lib.g_quark_to_string(error->domain);
    return name ? name : "";
}

int csecret_error_code(const GError *error) { return error->code; }

const char *csecret_error_message(const GError *error) {
    return error->message ? error->message : "";
}

int csecret_error_remote_name(const GError *error, char *name, size_t size) {
    char *remote = lib.g_dbus_error_get_remote_error(error);
    if (!remote) return 0;
    snprintf(name, size, "%s", remote);
    lib.g_free(remote);
    return 1;
}

void csecret_error_free(GError *error) { lib.g_error_free(error); }

GDBusConnection *csecret_bus(GCancellable *cancellable, GError **error) {
    GDBusConnection *bus = lib.g_bus_get_sync(G_BUS_TYPE_SESSION, cancellable, error);
    if (bus) lib.g_dbus_connection_set_exit_on_close(bus, 0);
    return bus;
}

// A call to the bus itself.
static GVariant *call_bus(GDBusConnection *bus, const char *method, GVariant *parameters,
                          int milliseconds, GCancellable *cancellable, GError **error) {
    return lib.g_dbus_connection_call_sync(
        bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", method,
        parameters, NULL, G_DBUS_CALL_FLAGS_NONE, milliseconds, cancellable, error);
}

int csecret_has_owner(GDBusConnection *bus, const char *name, int milliseconds,
                      GCancellable *cancellable, GError **error) {
    GVariant *reply = call_bus(bus, "NameHasOwner", lib.g_variant_new("(s)", name), milliseconds,
                               cancellable, error);
    if (!reply) return -1;
    gboolean owned = 0;
    lib.g_variant_get(reply, "(b)", &owned);
    lib.g_variant_unref(reply);
    return owned != 0;
}

int64_t csecret_owner_process(GDBusConnection *bus, const char *name, GCancellable *cancellable,
                              GError **error) {
    GVariant *reply = call_bus(bus, "GetConnectionUnixProcessID", lib.g_variant_new("(s)", name),
                               INT_MAX, cancellable, error);
    if (!reply) return -1;
    guint32 process = 0;
    lib.g_variant_get(reply, "(u)", &process);
    lib.g_variant_unref(reply);
    return process;
}

int csecret_start(GDBusConnection *bus, const char *name, GCancellable *cancellable,
                  GError **error) {
    GVariant *reply =
        call_bus(bus, "StartServiceByName", lib.g_variant_new("(su)", name, (guint32)0), INT_MAX,
                 cancellable, error);
    if (!reply) return 0;
    lib.g_variant_unref(reply);
    return 1;
}

SecretService *csecret_service(GCancellable *cancellable, GError **error) {
    return lib.secret_service_get_sync(SECRET_SERVICE_OPEN_SESSION, cancellable, error);
}

void csecret_service_forget(void) { lib.secret_service_disconnect(); }

int csecret_service_owner(SecretService *service, char *name, size_t size) {
    char *owner = lib.g_dbus_proxy_get_name_owner((GDBusProxy *)service);
    if (!owner) return 0;
    snprintf(name, size, "%s", owner);
    lib.g_free(owner);
    return 1;
}

const char *csecret_service_algorithms(SecretService *service) {
    return lib.secret_service_get_session_algorithms(service);
}

// The table borrows the texts, which outlive it in every caller.
static GHashTable *hash_table(const struct csecret_attribute *attributes, size_t count) {
    GHashTable *table = lib.g_hash_table_new_full(lib.g_str_hash, lib.g_str_equal, NULL, NULL);
    for (size_t i = 0; i < count; i++)
        lib.g_hash_table_insert(table, (gpointer)attributes[i].name,
                                (gpointer)attributes[i].value);
    return table;
}

// An array of the items in a list, which is freed; the items themselves go over to the caller.
static ptrdiff_t item_array(GList *list, SecretItem ***items) {
    ptrdiff_t found = 0;
    for (GList *link = list; link; link = link->next) found++;
    if (found > 0) {
        *items = malloc((size_t)found * sizeof **items);
        if (!*items) abort();
        ptrdiff_t index = 0;
        for (GList *link = list; link; link = link->next) (*items)[index++] = link->data;
    }
    lib.g_list_free(list);
    return found;
}

ptrdiff_t csecret_search(SecretService *service, const struct csecret_attribute *attributes,
                         size_t count, SecretItem ***items, GCancellable *cancellable,
                         GError **error) {
    GError *failure = NULL;
    GHashTable *table = hash_table(attributes, count);
    GList *list = lib.secret_service_search_sync(service, NULL, table, SECRET_SEARCH_ALL,
                                                 cancellable, &failure);
    lib.g_hash_table_unref(table);
    *items = NULL;
    if (failure) {
        *error = failure;
        return -1;
    }
    return item_array(list, items);
}

void csecret_items_free(SecretItem **items) { free(items); }

const char *csecret_item_path(SecretItem *item) {
    return lib.g_dbus_proxy_get_object_path((GDBusProxy *)item);
}

char *csecret_item_label(SecretItem *item) { return lib.secret_item_get_label(item); }
void csecret_text_free(char *text) { lib.g_free(text); }
int csecret_item_locked(SecretItem *item) { return lib.secret_item_get_locked(item); }
uint64_t csecret_item_created(SecretItem *item) { return lib.secret_item_get_created(item); }
uint64_t csecret_item_modified(SecretItem *item) { return lib.secret_item_get_modified(item); }

void csecret_item_attributes(SecretItem *item, void *context,
                             void (*visit)(void *name, void *value, void *context)) {
    GHashTable *table = lib.secret_item_get_attributes(item);
    if (!table) return;
    lib.g_hash_table_foreach(table, visit, context);
    lib.g_hash_table_unref(table);
}

SecretValue *csecret_item_secret(SecretItem *item, GCancellable *cancellable, GError **error) {
    if (!lib.secret_item_load_secret_sync(item, cancellable, error)) return NULL;
    return lib.secret_item_get_secret(item);
}

int csecret_item_delete(SecretItem *item, GCancellable *cancellable, GError **error) {
    return lib.secret_item_delete_sync(item, cancellable, error);
}

SecretCollection *csecret_collection(SecretService *service, const char *alias,
                                     GCancellable *cancellable, GError **error) {
    return lib.secret_collection_for_alias_sync(service, alias, SECRET_COLLECTION_NONE, cancellable,
                                                error);
}

int csecret_set_alias(SecretService *service, const char *alias, SecretCollection *collection,
                      GCancellable *cancellable, GError **error) {
    return lib.secret_service_set_alias_sync(service, alias, collection, cancellable, error);
}

// A call to gnome-keyring's master-password interface; takes over `parameters`.
static int call_with_password(GDBusConnection *bus, const char *method, GVariant *parameters,
                              GCancellable *cancellable, GError **error) {
    GVariant *reply = lib.g_dbus_connection_call_sync(
        bus, "org.freedesktop.secrets", "/org/freedesktop/secrets",
        "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface", method, parameters, NULL,
        G_DBUS_CALL_FLAGS_NONE, INT_MAX, cancellable, error);
    if (!reply) return 0;
    lib.g_variant_unref(reply);
    return 1;
}

int csecret_password_unlock(GDBusConnection *bus, SecretService *service,
                            SecretCollection *collection, SecretValue *password,
                            GCancellable *cancellable, GError **error) {
    const char *path = lib.g_dbus_proxy_get_object_path((GDBusProxy *)collection);
    GVariant *secret = lib.secret_service_encode_dbus_secret(service, password);
    return call_with_password(bus, "UnlockWithMasterPassword",
                              lib.g_variant_new("(o@(oayays))", path, secret), cancellable, error);
}

int csecret_password_keep(GDBusConnection *bus, SecretService *service,
                          SecretCollection *collection, SecretValue *password,
                          GCancellable *cancellable, GError **error) {
    const char *path = lib.g_dbus_proxy_get_object_path((GDBusProxy *)collection);
    GVariant *old = lib.secret_service_encode_dbus_secret(service, password);
    GVariant *new = lib.secret_service_encode_dbus_secret(service, password);
    return call_with_password(bus, "ChangeWithMasterPassword",
                              lib.g_variant_new("(o@(oayays)@(oayays))", path, old, new),
                              cancellable, error);
}

int csecret_password_create(GDBusConnection *bus, SecretService *service, const char *label,
                            SecretValue *password, GCancellable *cancellable, GError **error) {
    GVariant *secret = lib.secret_service_encode_dbus_secret(service, password);
    GVariant *parameters = lib.g_variant_new_parsed(
        "({'org.freedesktop.Secret.Collection.Label': <%s>}, %@(oayays))", label, secret);
    return call_with_password(bus, "CreateWithMasterPassword", parameters, cancellable, error);
}

int csecret_collection_locked(SecretCollection *collection) {
    return lib.secret_collection_get_locked(collection);
}

SecretCollection *csecret_collection_at(SecretService *service, const char *path,
                                        GCancellable *cancellable, GError **error) {
    return lib.secret_collection_new_for_dbus_path_sync(service, path, SECRET_COLLECTION_NONE,
                                                        cancellable, error);
}

ptrdiff_t csecret_collection_items(SecretCollection *collection, SecretItem ***items,
                                   GCancellable *cancellable, GError **error) {
    *items = NULL;
    if (!lib.secret_collection_load_items_sync(collection, cancellable, error)) return -1;
    return item_array(lib.secret_collection_get_items(collection), items);
}

int csecret_unlock(SecretService *service, void *object, GCancellable *cancellable,
                   GError **error) {
    GList *objects = lib.g_list_prepend(NULL, object);
    GError *failure = NULL;
    int count = lib.secret_service_unlock_sync(service, objects, cancellable, NULL, &failure);
    lib.g_list_free(objects);
    if (!failure) return count;
    *error = failure;
    return -1;
}

int csecret_lock(SecretService *service, void *object, GCancellable *cancellable, GError **error) {
    GList *objects = lib.g_list_prepend(NULL, object);
    GError *failure = NULL;
    int count = lib.secret_service_lock_sync(service, objects, cancellable, NULL, &failure);
    lib.g_list_free(objects);
    if (!failure) return count;
    *error = failure;
    return -1;
}

SecretItem *csecret_create(SecretCollection *collection, const struct csecret_attribute *attributes,
                           size_t count, const char *label, SecretValue *value,
                           GCancellable *cancellable, GError **error) {
    GHashTable *table = hash_table(attributes, count);
    SecretItem *item =
        lib.secret_item_create_sync(collection, NULL, table, label, value,
                                    SECRET_ITEM_CREATE_NONE, cancellable, error);
    lib.g_hash_table_unref(table);
    return item;
}

SecretValue *csecret_value(const void *bytes, size_t size, const char *type) {
    return lib.secret_value_new(bytes, (gssize)size, type);
}

const void *csecret_value_bytes(SecretValue *value, size_t *size) {
    return lib.secret_value_get(value, size);
}

void csecret_value_unref(SecretValue *value) { lib.secret_value_unref(value); }
