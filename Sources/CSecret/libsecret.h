// What the shim calls of libsecret, GIO, GObject and GLib, declared here instead of through their
// headers: including those takes pkg-config, and SwiftPM would link what pkg-config names.
// Tests/Support/check-libsecret-abi compares every declaration with the installed headers.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "csecret.h"

#ifndef CSECRET_WITH_REAL_HEADERS
typedef int gboolean;
typedef int gint;
typedef char gchar;
typedef void *gpointer;
typedef const void *gconstpointer;
typedef unsigned int guint;
typedef uint32_t guint32;
typedef size_t gsize;
typedef ptrdiff_t gssize;
typedef unsigned long guint64;
typedef guint32 GQuark;

typedef struct _GHashTable GHashTable;
typedef struct _GVariant GVariant;
typedef struct _GVariantType GVariantType;
typedef struct _GDBusProxy GDBusProxy;
typedef struct _SecretSchema SecretSchema;

typedef struct _GList GList;
struct _GList {
    gpointer data;
    GList *next;
    GList *prev;
};

struct _GError {
    GQuark domain;
    gint code;
    gchar *message;
};

typedef enum { G_LOG_FLAG_FATAL = 1 << 1 } GLogLevelFlags;

typedef guint (*GHashFunc)(gconstpointer key);
typedef gboolean (*GEqualFunc)(gconstpointer a, gconstpointer b);
typedef void (*GHFunc)(gpointer key, gpointer value, gpointer context);
typedef void (*GLogFunc)(const gchar *domain, GLogLevelFlags level, const gchar *message,
                         gpointer context);
typedef void (*GDestroyNotify)(gpointer data);

// Enumerations, each as the constant that is used.
typedef enum { G_BUS_TYPE_SESSION = 2 } GBusType;
typedef enum { G_DBUS_CALL_FLAGS_NONE = 0 } GDBusCallFlags;
typedef enum { SECRET_SERVICE_OPEN_SESSION = 1 << 1 } SecretServiceFlags;
typedef enum { SECRET_SEARCH_ALL = 1 << 1 } SecretSearchFlags;
typedef enum { SECRET_ITEM_CREATE_NONE = 0 } SecretItemCreateFlags;
typedef enum { SECRET_COLLECTION_NONE = 0 } SecretCollectionFlags;
#endif

// libglib-2.0
GLogFunc g_log_set_default_handler(GLogFunc handler, gpointer context);
void g_free(gpointer memory);
void g_list_free(GList *list);
GList *g_list_prepend(GList *list, gpointer data);
GHashTable *g_hash_table_new_full(GHashFunc hash, GEqualFunc equal, GDestroyNotify free_key,
                                  GDestroyNotify free_value);
gboolean g_hash_table_insert(GHashTable *table, gpointer key, gpointer value);
void g_hash_table_foreach(GHashTable *table, GHFunc visit, gpointer context);
void g_hash_table_unref(GHashTable *table);
guint g_str_hash(gconstpointer text);
gboolean g_str_equal(gconstpointer a, gconstpointer b);
void g_error_free(GError *error);
const gchar *g_quark_to_string(GQuark quark);
GVariant *g_variant_new(const gchar *format, ...);
GVariant *g_variant_new_parsed(const gchar *format, ...);
void g_variant_get(GVariant *value, const gchar *format, ...);
void g_variant_unref(GVariant *value);

// libgobject-2.0
void g_object_unref(gpointer object);

// libgio-2.0
GCancellable *g_cancellable_new(void);
void g_cancellable_cancel(GCancellable *cancellable);
GDBusConnection *g_bus_get_sync(GBusType type, GCancellable *cancellable, GError **error);
void g_dbus_connection_set_exit_on_close(GDBusConnection *connection, gboolean exit_on_close);
GVariant *g_dbus_connection_call_sync(GDBusConnection *connection, const gchar *bus_name,
                                      const gchar *object_path, const gchar *interface_name,
                                      const gchar *method_name, GVariant *parameters,
                                      const GVariantType *reply_type, GDBusCallFlags flags,
                                      gint timeout, GCancellable *cancellable, GError **error);
gchar *g_dbus_proxy_get_name_owner(GDBusProxy *proxy);
const gchar *g_dbus_proxy_get_object_path(GDBusProxy *proxy);
gchar *g_dbus_error_get_remote_error(const GError *error);

// libsecret-1
void secret_service_disconnect(void);
SecretService *secret_service_get_sync(SecretServiceFlags flags, GCancellable *cancellable,
                                       GError **error);
const gchar *secret_service_get_session_algorithms(SecretService *service);
GList *secret_service_search_sync(SecretService *service, const SecretSchema *schema,
                                  GHashTable *attributes, SecretSearchFlags flags,
                                  GCancellable *cancellable, GError **error);
gint secret_service_unlock_sync(SecretService *service, GList *objects, GCancellable *cancellable,
                                GList **unlocked, GError **error);
gint secret_service_lock_sync(SecretService *service, GList *objects, GCancellable *cancellable,
                              GList **locked, GError **error);
gboolean secret_service_set_alias_sync(SecretService *service, const gchar *alias,
                                       SecretCollection *collection, GCancellable *cancellable,
                                       GError **error);
GVariant *secret_service_encode_dbus_secret(SecretService *service, SecretValue *value);
SecretCollection *secret_collection_for_alias_sync(SecretService *service, const gchar *alias,
                                                   SecretCollectionFlags flags,
                                                   GCancellable *cancellable, GError **error);
gboolean secret_collection_get_locked(SecretCollection *collection);
SecretCollection *secret_collection_new_for_dbus_path_sync(SecretService *service,
                                                           const gchar *collection_path,
                                                           SecretCollectionFlags flags,
                                                           GCancellable *cancellable,
                                                           GError **error);
gboolean secret_collection_load_items_sync(SecretCollection *collection, GCancellable *cancellable,
                                           GError **error);
GList *secret_collection_get_items(SecretCollection *collection);
SecretItem *secret_item_create_sync(SecretCollection *collection, const SecretSchema *schema,
                                    GHashTable *attributes, const gchar *label,
                                    SecretValue *value, SecretItemCreateFlags flags,
                                    GCancellable *cancellable, GError **error);
gboolean secret_item_delete_sync(SecretItem *item, GCancellable *cancellable, GError **error);
gboolean secret_item_load_secret_sync(SecretItem *item, GCancellable *cancellable, GError **error);
SecretValue *secret_item_get_secret(SecretItem *item);
GHashTable *secret_item_get_attributes(SecretItem *item);
gchar *secret_item_get_label(SecretItem *self);
gboolean secret_item_get_locked(SecretItem *item);
guint64 secret_item_get_created(SecretItem *item);
guint64 secret_item_get_modified(SecretItem *item);
SecretValue *secret_value_new(const gchar *secret, gssize length, const gchar *content_type);
const gchar *secret_value_get(SecretValue *value, gsize *length);
void secret_value_unref(gpointer value);
