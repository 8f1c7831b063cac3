// The few functions of libsecret and GLib that credtool uses, loaded at first use.
//
// Every call that may block takes a GCancellable and may be stopped from another thread. Calls that
// can fail write a GError, which the caller frees with csecret_error_free. Objects are returned with
// a reference that the caller gives up with csecret_unref, values with csecret_value_unref.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef struct _GError GError;
typedef struct _GCancellable GCancellable;
typedef struct _GDBusConnection GDBusConnection;
typedef struct _SecretService SecretService;
typedef struct _SecretCollection SecretCollection;
typedef struct _SecretItem SecretItem;
typedef struct _SecretValue SecretValue;

// NULL once the libraries are loaded, else why they are not and in `library` which one is at fault.
// The other functions may only be called after that.
const char *csecret_load(const char **library);

void csecret_unref(void *object);
GCancellable *csecret_cancellable(void);
void csecret_cancel(GCancellable *cancellable);

// The domain's name, such as "g-io-error-quark", and the code within it.
const char *csecret_error_domain(const GError *error);
int csecret_error_code(const GError *error);
const char *csecret_error_message(const GError *error);
// The D-Bus name of an error that came over the bus, cut to `size`; false where it did not.
int csecret_error_remote_name(const GError *error, char *name, size_t size);
void csecret_error_free(GError *error);

// The session bus. Unlike GLib's own habit, the process survives the loss of it.
GDBusConnection *csecret_bus(GCancellable *cancellable, GError **error);
// Whether somebody on the bus owns `name`: 1, 0, or -1 with an error.
int csecret_has_owner(GDBusConnection *bus, const char *name, int milliseconds,
                      GCancellable *cancellable, GError **error);
// The process that owns `name` as the bus sees it, or -1 with an error.
int64_t csecret_owner_process(GDBusConnection *bus, const char *name, GCancellable *cancellable,
                              GError **error);
// Starts the owner of `name` where the bus knows how and it is not running yet: 1, or 0 with an
// error.
int csecret_start(GDBusConnection *bus, const char *name, GCancellable *cancellable,
                  GError **error);

// The Secret Service, with a session for transferring secrets.
SecretService *csecret_service(GCancellable *cancellable, GError **error);
// The next one is another object, with a session and keys of its own.
void csecret_service_forget(void);
// The service's unique name on the bus, cut to `size`; false where it is gone.
int csecret_service_owner(SecretService *service, char *name, size_t size);
// The session's algorithms; "plain" says that secrets would cross the bus unencrypted.
const char *csecret_service_algorithms(SecretService *service);

// An attribute of an item. Both texts are borrowed.
struct csecret_attribute {
    const char *name;
    const char *value;
};

// The items that carry all of `attributes`, through `items` as an array that csecret_items_free
// frees (the items stay the caller's). Returns their number, or -1 with an error.
ptrdiff_t csecret_search(SecretService *service, const struct csecret_attribute *attributes,
                         size_t count, SecretItem ***items, GCancellable *cancellable,
                         GError **error);
void csecret_items_free(SecretItem **items);

const char *csecret_item_path(SecretItem *item);
// The label; csecret_text_free frees it. NULL where there is none.
char *csecret_item_label(SecretItem *item);
void csecret_text_free(char *text);
int csecret_item_locked(SecretItem *item);
// Seconds since the epoch.
uint64_t csecret_item_created(SecretItem *item);
uint64_t csecret_item_modified(SecretItem *item);
// Calls `visit` with every attribute of the item; the texts are borrowed.
void csecret_item_attributes(SecretItem *item, void *context,
                             void (*visit)(void *name, void *value, void *context));
// The item's secret, fetched over the encrypted session; NULL with or without an error.
SecretValue *csecret_item_secret(SecretItem *item, GCancellable *cancellable, GError **error);
int csecret_item_delete(SecretItem *item, GCancellable *cancellable, GError **error);

// The collection that an alias names; NULL without an error where there is none.
SecretCollection *csecret_collection(SecretService *service, const char *alias,
                                     GCancellable *cancellable, GError **error);
int csecret_collection_locked(SecretCollection *collection);
// The collection at a path of the bus; NULL with an error, also where there is none.
SecretCollection *csecret_collection_at(SecretService *service, const char *path,
                                        GCancellable *cancellable, GError **error);
// All items of a collection, as csecret_search gives them.
ptrdiff_t csecret_collection_items(SecretCollection *collection, SecretItem ***items,
                                   GCancellable *cancellable, GError **error);
// Lets an alias name a collection: 1, or 0 with an error.
int csecret_set_alias(SecretService *service, const char *alias, SecretCollection *collection,
                      GCancellable *cancellable, GError **error);

// What gnome-keyring alone understands: its master-password interface, which asks nobody. The
// password crosses the bus encrypted with the service's session. Each returns 1, or 0 with an error.
//
// Opens a collection. One that is open already takes any password.
int csecret_password_unlock(GDBusConnection *bus, SecretService *service,
                            SecretCollection *collection, SecretValue *password,
                            GCancellable *cancellable, GError **error);
// Gives a collection the password that it has, which fails where it has another one.
int csecret_password_keep(GDBusConnection *bus, SecretService *service,
                          SecretCollection *collection, SecretValue *password,
                          GCancellable *cancellable, GError **error);
// Makes a collection with this label and password, open.
int csecret_password_create(GDBusConnection *bus, SecretService *service, const char *label,
                            SecretValue *password, GCancellable *cancellable, GError **error);
// Unlocks an item or a collection, which may ask the person; the number unlocked, -1 with an error.
int csecret_unlock(SecretService *service, void *object, GCancellable *cancellable,
                   GError **error);
// Locks a collection; the number locked, -1 with an error.
int csecret_lock(SecretService *service, void *object, GCancellable *cancellable, GError **error);
// Makes an item, also where there is one with the very same attributes.
SecretItem *csecret_create(SecretCollection *collection, const struct csecret_attribute *attributes,
                           size_t count, const char *label, SecretValue *value,
                           GCancellable *cancellable, GError **error);

// A secret of this MIME type in libsecret's own memory, which is locked and wiped.
SecretValue *csecret_value(const void *bytes, size_t size, const char *type);
const void *csecret_value_bytes(SecretValue *value, size_t *size);
void csecret_value_unref(SecretValue *value);
